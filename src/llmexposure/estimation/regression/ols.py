"""Slope of a cross-section: OLS with HC3 or CR2, bootstrap and permutation, and without one or two units.

`regress` takes a formula; `cross_section` names of columns. Both give all that the paper prints of a slope
and show the whole regression; `slopes` and `series_slopes` are the same for several regressors or outcomes.
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from patsy import PatsyError
from patsy.desc import ModelDesc
from statsmodels.regression.linear_model import OLS, WLS, RegressionResultsWrapper
from statsmodels.tools.tools import add_constant

from llmexposure.base.errors import DataError
from llmexposure.base.estimate import Estimate
from llmexposure.estimation.regression.cr2 import BiasReduced, cr2
from llmexposure.estimation.regression.design import (
    Design,
    check_columns,
    clusters_of,
    design,
    full_basis,
)
from llmexposure.estimation.regression.table import COLUMNS, RegressionTable, p_text
from llmexposure.estimation.resampling.draws import check_residuals
from llmexposure.estimation.resampling.slope import DRAWS, group_permutation_p, permutation_p, wild


@dataclass(frozen=True, eq=False)
class Slope:
    """Slope of an outcome on exposure; shows the whole regression in a notebook.

    All is computed when it is first asked for: of many slopes only the estimate is printed.

    Attributes
    ----------
    robust
        The slope with CR2 errors, where they are the headline; None where HC3 are.
    design
        The regression partialled out.
    data, outcome, regressors, weights, clusters
        Complete rows, and the columns that the regression takes; the slope is that of the first regressor.
    draws, seed
        Of the resampled tests.
    """

    robust: BiasReduced | None
    design: Design
    data: pd.DataFrame
    outcome: str
    regressors: Sequence[str]
    weights: str | None
    clusters: str | None
    draws: int
    seed: int

    @cached_property
    def estimate(self) -> Estimate:
        """OLS slope; HC3 standard error and t interval with n - k degrees of freedom, or CR2."""
        return self.robust.estimate if self.robust else _estimate(self.fit, self.regressors[0])

    @cached_property
    def wild(self) -> Estimate:
        """The slope with the p-value and interval of the restricted wild bootstrap (Webb weights)."""
        return wild(self.design, self._labels, draws=max(self.draws, 99), seed=self.seed)

    @cached_property
    def permutation_p(self) -> float | None:
        """Randomisation inference (Freedman-Lane where there are controls), studentised.

        With clusters, clusters exchange their mean regressor; None where there are weights too, as means of
        weighted rows are not what would change places.
        """
        options: Any = {"draws": self.draws, "seed": self.seed}
        if self.clusters is None:
            return permutation_p(self.design, **options)
        if self.weights is not None:
            return None
        return group_permutation_p(self.design, clusters_of(self.design, self._labels), **options)

    @cached_property
    def fit(self) -> RegressionResultsWrapper:
        """The regression as statsmodels gives it, with HC3 errors; ``fit.summary()`` prints it."""
        data, regressors = self.data, [*self.regressors]
        return WLS(
            data[self.outcome].astype(float),
            add_constant(data[regressors].astype(float), has_constant="add"),
            weights=data[self.weights] if self.weights else 1.0,
        ).fit(cov_type="HC3", use_t=True)

    @property
    def intercept(self) -> float:
        """Of the full regression."""
        return float(self.fit.params["const"])

    @property
    def r2(self) -> float:
        """Of the full regression."""
        return float(self.fit.rsquared)

    @cached_property
    def coefficients(self) -> pd.DataFrame:
        """A row a coefficient, with the errors of ``estimate`` (see `estimation.regression.table`)."""
        names = self.regressors if self.robust else self.fit.params.index
        return _coefficients(self.fit, {name: e for name in names if (e := self._of(name))})

    def _of(self, name: str) -> Estimate | None:
        """Coefficient of one regressor; None for a CR2 error of one that the others determine."""
        if self.robust is None:
            return _estimate(self.fit, name)
        others = [other for other in self.regressors if other != name]
        with suppress(DataError):
            one = design(self.data, self.outcome, name, others, self.weights)
            return cr2(one, self._labels).estimate
        return None

    @property
    def _labels(self) -> pd.Series | None:
        return self.data[self.clusters] if self.clusters else None

    @property
    def how(self) -> str:
        """What the errors are, in words."""
        fitted = f"Weighted by {self.weights}" if self.weights else "Least squares"
        if self.robust is None:
            df = f"{self.fit.df_resid:.0f}"
            return f"{fitted}; HC3 errors, t with {df} degrees of freedom."
        groups = f"by {self.clusters} ({self.robust.clusters} groups)"
        groups = groups if self.clusters else "(each unit by itself)"
        df = f"{self.robust.df:.1f}"
        return f"{fitted}; CR2 errors {groups}, Satterthwaite degrees of freedom {df}."

    @cached_property
    def _without(self) -> pd.Series:
        """Slope without each unit."""
        return pd.Series(leave_one_out(self.design), self.design.units)

    @property
    def loo_min(self) -> float:
        """Smallest slope when any one unit is left out (exact)."""
        return float(self._without.min())

    @property
    def loo_max(self) -> float:
        """Largest slope when any one unit is left out (exact)."""
        return float(self._without.max())

    @property
    def loo_min_unit(self) -> str:
        """The unit whose absence gives the smallest slope."""
        return str(self._without.index[self._without.argmin()])

    @property
    def loo_max_unit(self) -> str:
        """The unit whose absence gives the largest slope."""
        return str(self._without.index[self._without.argmax()])

    @property
    def table(self) -> RegressionTable:
        """The regression as a table, with what it rests on in words."""
        low, high = self.wild.ci_low, self.wild.ci_high
        p_values = {"wild bootstrap p": self.wild.p, "permutation p": self.permutation_p}
        others = [
            *(f"{name} {p_text(p)}" for name, p in p_values.items() if p is not None),
            f"wild bootstrap 95% interval {low:.3f} to {high:.3f}",
            f"without any one unit {self.loo_min:.3f} ({self.loo_min_unit}) to {self.loo_max:.3f} "
            f"({self.loo_max_unit})",
        ]
        notes = (self.how, f"{self.coefficients.index[1]}: {'; '.join(others)}.")
        outcome = str(self.fit.model.endog_names)
        return RegressionTable(outcome, self.coefficients, int(self.fit.nobs), self.r2, notes)

    def __repr__(self) -> str:
        return self.table.text()

    def _repr_html_(self) -> str:
        return self.table.html()


def regress(
    formula: str,
    frame: pd.DataFrame,
    *,
    weights: str | None = None,
    clusters: str | None = None,
    **options: Any,
) -> Slope:
    """Regression by formula; the slope is that of the first regressor, the others are controls.

    Parameters
    ----------
    formula
        As statsmodels takes it (patsy): ``"change ~ gpt4_beta + np.log(wage)"``.
    weights, clusters, options
        As in `cross_section`.

    Raises
    ------
    DataError
        For a name that is no column of ``frame``, no regressor or no intercept; and see `cross_section`.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> frame = pd.DataFrame({"beta": rng.uniform(size=200)})
    >>> frame["change"] = 1 - 0.5 * frame["beta"] + rng.normal(scale=0.01, size=200)
    >>> found = regress("change ~ beta", frame, draws=99, seed=1)
    >>> float(round(found.estimate.value, 2)), found.table.head
    (-0.5, 'change ~ beta   (N = 200, R² = 1.00)')
    """
    try:
        model = OLS.from_formula(formula, frame)
    except PatsyError as error:
        raise DataError(
            f"formula '{formula}': {str(error.message).splitlines()[-1]}; the table has the columns "
            f"{', '.join(map(str, frame.columns))}"
        ) from None
    outcome, (intercept, *regressors) = model.endog_names, model.exog_names
    if intercept != "Intercept" or not regressors:
        raise DataError(f"formula '{formula}': expected an intercept and a regressor or more")
    first = _first_regressor(formula, regressors)
    regressors = [first, *(name for name in regressors if name != first)]
    data = pd.DataFrame(model.exog, model.data.row_labels, model.exog_names)[regressors]
    others = [name for name in (weights, clusters) if name]
    check_columns(frame, others)
    kept = frame[others]
    data = data.assign(**{outcome: model.endog}).join(kept.loc[:, ~kept.columns.isin(regressors)])
    return cross_section(
        data, outcome, regressors[0], regressors[1:], weights=weights, clusters=clusters, **options
    )


def _first_regressor(formula: str, columns: Sequence[str]) -> str:
    """Column of the first term as written: patsy itself puts categories before numbers."""
    terms = ModelDesc.from_formula(formula).rhs_termlist
    name = next(term.name() for term in terms if term.factors)
    if name not in columns:
        raise DataError(
            f"formula '{formula}': the first regressor {name!r} is a category and has no one slope; write "
            "the exposure first"
        )
    return name


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
    check_columns(frame, [clusters] if clusters else [])
    _check_leverage(found)
    others = [name for name in (weights, clusters) if name]
    data = frame.loc[found.units, list(dict.fromkeys([outcome, regressor, *controls, *others]))]
    robust = None
    if clusters or inference != "hc3":
        robust = cr2(found, data[clusters] if clusters else None)
    check_residuals(found.y[None], found.fit()[1][None])
    return Slope(
        robust, found, data, outcome, (regressor, *controls), weights, clusters, draws, seed
    )


def _coefficients(fit: RegressionResultsWrapper, rows: Mapping[str, Estimate]) -> pd.DataFrame:
    """A row a coefficient; errors and intervals where ``rows`` have them."""
    blank = Estimate(np.nan, se=np.nan, ci_low=np.nan, ci_high=np.nan, p=np.nan)
    found = {name: rows.get(name, blank) for name in fit.params.index}
    cells = [[fit.params[k], e.se, e.ci_low, e.ci_high, e.p] for k, e in found.items()]
    names = ["Intercept" if name == "const" else name for name in found]
    return pd.DataFrame(cells, index=names, columns=list(COLUMNS), dtype=float)


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
