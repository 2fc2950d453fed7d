"""Slope of a cross-section: OLS with HC3 or CR2, bootstrap and permutation, and without one or two units.

`cross_section` gives all that the paper prints of a slope; `slopes` and `series_slopes` are the same for
several regressors or outcomes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from statsmodels.regression.linear_model import WLS, RegressionResultsWrapper
from statsmodels.tools.tools import add_constant

from llmexposure.base.errors import DataError
from llmexposure.base.estimate import Estimate
from llmexposure.estimation.regression.cr2 import cr2
from llmexposure.estimation.regression.design import Design, clusters_of, design, full_basis
from llmexposure.estimation.resampling.slope import DRAWS, group_permutation_p, permutation_p, wild


@dataclass(frozen=True)
class Slope:
    """Slope of an outcome on exposure.

    Attributes
    ----------
    estimate
        OLS slope, HC3 standard error, t interval with n - k degrees of freedom; or with CR2.
    wild
        The same slope with the p-value and interval of the restricted wild bootstrap (Webb weights).
    permutation_p
        Randomisation inference (Freedman-Lane where there are controls), studentised; with clusters,
        clusters exchange their mean regressor, and None where there are weights too.
    loo_min, loo_max
        Smallest and largest slope when any one unit is left out (exact).
    loo_min_unit, loo_max_unit
        The units whose absence gives them.
    intercept, r2
        Of the full regression.
    """

    estimate: Estimate
    wild: Estimate
    permutation_p: float | None
    loo_min: float
    loo_max: float
    loo_min_unit: str
    loo_max_unit: str
    intercept: float
    r2: float


def cross_section(
    frame: pd.DataFrame,
    outcome: str,
    regressor: str,
    controls: Sequence[str] = (),
    *,
    weights: str | None = None,
    clusters: str | None = None,
    inference: str = "hc3",
    draws: int = DRAWS,
    seed: int,
) -> Slope:
    """Slope of ``outcome`` on ``regressor``, given ``controls``, over the rows of ``frame``.

    Rows with a missing value in any column used are dropped and do not count in n.

    Parameters
    ----------
    clusters
        Column of groups whose units may share shocks: then the headline interval is CR2 by group, and
        bootstrap and permutation work on groups.
    inference
        Of the headline interval without clusters: 'hc3', or 'cr2' (units as clusters, Satterthwaite
        degrees of freedom; see `estimation.regression.cr2`). The other intervals stand beside it either way.

    Raises
    ------
    DataError
        See `design`; also when one unit alone fixes a coefficient.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> frame = pd.DataFrame({"beta": rng.uniform(size=200)})
    >>> frame["change"] = 1 - 0.5 * frame["beta"] + rng.normal(scale=0.01, size=200)
    >>> float(round(cross_section(frame, "change", "beta", draws=99, seed=1).estimate.value, 2))
    -0.5
    """
    found = design(frame, outcome, regressor, controls, weights)
    _check_leverage(found)
    data = frame.loc[found.units]
    fit = WLS(
        data[outcome].astype(float),
        add_constant(data[[regressor, *controls]].astype(float), has_constant="add"),
        weights=data[weights] if weights else 1.0,
    ).fit(cov_type="HC3", use_t=True)
    without = leave_one_out(found)
    labels = data[clusters] if clusters else None
    return Slope(
        _estimate(fit, regressor)
        if not clusters and inference == "hc3"
        else cr2(found, labels).estimate,
        wild(found, labels, draws=max(draws, 99), seed=seed),
        _permutation_p(found, labels, weighted=weights is not None, draws=draws, seed=seed),
        without.min(),
        without.max(),
        str(found.units[without.argmin()]),
        str(found.units[without.argmax()]),
        fit.params["const"],
        fit.rsquared,
    )


def _check_leverage(found: Design) -> None:
    """Raise when a unit is fitted perfectly, whatever its outcome: HC3 divides by one minus the leverage."""
    alone = found.units[found.leverage > 1 - 1e-10]
    if len(alone):
        raise DataError(
            f"unit {alone[0]} alone fixes a coefficient, so it has no residual and the slope no HC3 "
            "error; leave the unit or the control out"
        )


def _estimate(fit: RegressionResultsWrapper, regressor: str) -> Estimate:
    low, high = fit.conf_int().loc[regressor]
    value, se, p = (part[regressor] for part in (fit.params, fit.bse, fit.pvalues))
    return Estimate(value, int(fit.nobs), se, low, high, p)


def _permutation_p(
    found: Design, labels: pd.Series | None, *, weighted: bool, draws: int, seed: int
) -> float | None:
    if labels is None:
        return permutation_p(found, draws=draws, seed=seed)
    if weighted:  # group means of weighted rows are not what would change places
        return None
    return group_permutation_p(found, clusters_of(found, labels), draws=draws, seed=seed)


def slopes(
    frame: pd.DataFrame,
    outcome: str,
    regressors: Sequence[str],
    controls: Sequence[str] = (),
    **options: Any,
) -> dict[str, Slope]:
    """Slope on each of several regressors, one regression each; options as in `cross_section`."""
    return {name: cross_section(frame, outcome, name, controls, **options) for name in regressors}


def series_slopes(
    outcomes: Mapping[str, pd.Series], exposure: pd.Series, *, draws: int, seed: int
) -> dict[str, Slope]:
    """Cross-sectional slope of every outcome on exposure, matched by unit.

    Examples
    --------
    >>> exposure = pd.Series([0.1, 0.2, 0.4, 0.7, 0.9], index=list("abcde"))
    >>> outcomes = {"twice": 2 * exposure + pd.Series([0, 0.01, 0, 0.01, 0], index=list("abcde"))}
    >>> found = series_slopes(outcomes, exposure, draws=99, seed=1)["twice"]
    >>> round(float(found.estimate.value), 1)
    2.0
    """
    return {
        name: cross_section(
            pd.DataFrame({"outcome": outcome, "exposure": exposure}),
            "outcome", "exposure", draws=draws, seed=seed,
        )
        for name, outcome in outcomes.items()
    }  # fmt: skip


def leave_one_out(found: Design) -> np.ndarray:
    """Slope without each unit in turn, length n (exact; Belsley, Kuh and Welsch 1980, eq. 2.1)."""
    (slope, error), x = found.fit(), found.residual(found.x)
    return slope - x * error / ((x @ x) * (1 - found.leverage))


@dataclass(frozen=True)
class LeaveTwoOut:
    """Extremes of the slope over all pairs of units left out.

    Attributes
    ----------
    low, high
        Smallest and largest slope.
    low_pair, high_pair
        The two units whose absence gives them.
    pairs, sign_changes
        Number of pairs without which the slope is defined, and how many of them turn its sign.
    """

    low: float
    high: float
    low_pair: tuple[str, str]
    high_pair: tuple[str, str]
    pairs: int
    sign_changes: int


def leave_two_out(found: Design) -> LeaveTwoOut:
    """Range of the slope over all pairs of units left out.

    Raises
    ------
    DataError
        When the slope is undefined without any pair.

    Examples
    --------
    >>> frame = pd.DataFrame({"y": [0.0, 1, 2, 3, 9], "x": np.arange(5.0)}, index=list("abcde"))
    >>> found = leave_two_out(design(frame, "y", "x"))
    >>> round(found.low, 6), found.low_pair
    (1.0, ('a', 'e'))
    """
    slopes = without_pairs(found)
    upper = np.triu_indices(found.n, 1)
    values = slopes[upper]
    if np.isnan(values).all():
        raise DataError(f"leaving out two of {found.n} units leaves no slope; it needs more units")

    def pair(k: int) -> tuple[str, str]:
        return str(found.units[upper[0][k]]), str(found.units[upper[1][k]])

    return LeaveTwoOut(
        float(np.nanmin(values)),
        float(np.nanmax(values)),
        pair(int(np.nanargmin(values))),
        pair(int(np.nanargmax(values))),
        int((~np.isnan(values)).sum()),
        int((values * found.fit()[0] < 0).sum()),
    )


def without_pairs(found: Design) -> np.ndarray:
    """Slope without units i and j, shape (n, n); missing on the diagonal and where it is undefined.

    b(-S) = b - c_S' (I - H_SS)^{-1} e_S with c = x / x'x (Belsley, Kuh and Welsch 1980, for sets of
    rows), the 2 by 2 inverse written out.
    """
    (slope, error), x = found.fit(), found.residual(found.x)
    c, basis = x / (x @ x), full_basis(found)
    hat = basis @ basis.T
    left = 1 - np.diag(hat)
    determinant = np.outer(left, left) - hat**2
    half = c[:, None] * (left[None, :] * error[:, None] + hat * error[None, :])
    undefined = (determinant <= 1e-10) | np.eye(found.n, dtype=bool)
    change = (half + half.T) / np.where(undefined, 1.0, determinant)
    return np.where(undefined, np.nan, slope - change)
