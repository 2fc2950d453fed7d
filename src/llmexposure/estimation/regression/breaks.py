"""Is there a break at an event? Slopes of the change before it, of the change after, and of their difference.

A unit's outcome changes over a window before the event and over an equally long one after it. With
exposure E of a base period, fixed for both,

    before_o = a_0 + b_0 E_o + u_o,   after_o = a_1 + b_1 E_o + v_o,   after_o - before_o = a + b E_o + w_o,

and b = b_1 - b_0 exactly, as all three are fitted over the same units. Only b speaks of the event: b_1 alone
also holds what was on its way. On a continuous dose b is the effect per unit only under parallel trends
at every dose (Callaway, Goodman-Bacon and Sant'Anna 2024).
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import statsmodels.api as sm
from scipy import stats

from llmexposure.base.errors import DataError
from llmexposure.base.estimate import Z95, Estimate
from llmexposure.estimation.regression.design import check_columns
from llmexposure.estimation.regression.ols import Slope, cross_section

BREAK = ("before", "after", "difference")


def break_slopes(
    frame: pd.DataFrame,
    exposure: str,
    *,
    before: str = "before",
    after: str = "after",
    controls: Sequence[str] = (),
    effects: str | None = None,
    weights: str | None = None,
    **options: Any,
) -> dict[str, Slope]:
    """Slopes on exposure of the change before, of the change after, and of after less before.

    Parameters
    ----------
    frame
        A row a unit; a unit that misses any column used is left out of all three.
    exposure
        Column, of a base period.
    before, after
        Columns: changes over equally long windows before and after the event.
    controls
        Columns held equal.
    effects
        Column of groups (countries) that each get a level of their own; for units of several stacked.
    weights
        Column of base-period size; None counts every unit alike.
    options
        ``clusters``, ``inference``, ``draws``, ``seed`` of `cross_section`.

    Returns
    -------
    dict
        ``before``, ``after``, ``difference``: each with HC3 or CR2 interval, wild bootstrap, permutation.

    Raises
    ------
    DataError
        For a column that the table lacks; and see `cross_section`.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> frame = pd.DataFrame({"beta": rng.uniform(size=300)})
    >>> frame["before"] = -0.3 * frame["beta"] + rng.normal(scale=0.01, size=300)
    >>> frame["after"] = -0.5 * frame["beta"] + rng.normal(scale=0.01, size=300)
    >>> found = break_slopes(frame, "beta", draws=99, seed=1)
    >>> {name: float(round(slope.estimate.value, 2)) for name, slope in found.items()}
    {'before': -0.3, 'after': -0.5, 'difference': -0.2}
    """
    more = [weights, options.get("clusters"), effects]
    used = list(dict.fromkeys([exposure, before, after, *controls, *(m for m in more if m)]))
    check_columns(frame, used)
    data = frame[used].dropna()
    levels = pd.DataFrame(index=data.index)
    if effects:
        levels = pd.get_dummies(data[effects], prefix=effects, drop_first=True, dtype=float)
    outcomes = {"before": data[before], "after": data[after]}
    outcomes["difference"] = outcomes["after"] - outcomes["before"]
    rest = data.drop(columns=[before, after]).join(levels)
    return {
        name: cross_section(
            rest.assign(**{name: outcome.astype(float)}), name, exposure,
            [*controls, *levels.columns], weights=weights, **options,
        )
        for name, outcome in outcomes.items()
    }  # fmt: skip


def poisson_break(
    counts: pd.DataFrame, exposure: pd.Series, *, clusters: pd.Series | None = None
) -> dict[str, Estimate]:
    """The same three slopes from counts: Poisson with unit and period effects.

    E[y_ot] = exp(a_o + m_t + b_t E_o) over three periods, b = 0 in the middle one, so that before = -b_early,
    after = b_late and difference = b_late + b_early. Large units weigh more, by their counts, and zeros
    need no logarithm (Wooldridge 1999: consistent whatever the distribution, the mean being right).

    Parameters
    ----------
    counts
        Units by three periods in order, such as yearly means; units that miss one are left out, and so are
        those without any count, which say nothing of a ratio.
    exposure
        By unit.
    clusters
        Label by unit; None: units. Sandwich errors, t with (clusters - 1) degrees of freedom.

    Raises
    ------
    DataError
        For another number of periods, or fewer than four units.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> x = pd.Series(rng.uniform(size=200))
    >>> mean = np.exp(np.outer(x, [0.3, 0.0, -0.5]) + rng.uniform(4, 8, size=(200, 1)))
    >>> found = poisson_break(pd.DataFrame(rng.poisson(mean)), x)
    >>> {name: round(estimate.value, 1) for name, estimate in found.items()}
    {'before': -0.3, 'after': -0.5, 'difference': -0.2}
    """
    if counts.shape[1] != 3:
        raise DataError(f"Poisson break: {counts.shape[1]} periods, expected three in order")
    data = counts.astype(float).join(exposure.rename("exposure"), how="inner").dropna()
    data = data[data[counts.columns].sum(axis=1) > 0]
    if len(data) < 4:
        raise DataError(f"Poisson break: {len(data)} complete units, expected four or more")
    y, x, n = data[counts.columns].to_numpy(), data["exposure"].to_numpy(), len(data)
    early, late = (np.tile(row, (n, 1)) for row in ([1.0, 0, 0], [0, 0, 1.0]))
    regressors = [(e * column).ravel() for e in (early, late) for column in (1.0, x[:, None])]
    units = np.repeat(np.eye(n), 3, axis=0)
    labels = data.index if clusters is None else clusters.reindex(data.index)
    codes = np.repeat(pd.factorize(labels)[0], 3)
    model = sm.GLM(
        y.ravel() / y.mean(), np.column_stack([*regressors, units]), sm.families.Poisson()
    )
    fit = model.fit(cov_type="cluster", cov_kwds={"groups": codes})
    df = codes.max()
    contrasts = {"before": (-1.0, 0.0), "after": (0.0, 1.0), "difference": (1.0, 1.0)}
    return {
        name: _contrast(fit.params[[1, 3]], fit.cov_params()[np.ix_([1, 3], [1, 3])], c, n, df)
        for name, c in contrasts.items()
    }


def _contrast(
    values: np.ndarray, covariance: np.ndarray, weights: tuple[float, float], n: int, df: int
) -> Estimate:
    w = np.array(weights)
    value, se = float(w @ values), float(np.sqrt(w @ covariance @ w))
    reach = float(stats.t.ppf(0.975, df)) if df else Z95
    p = float(2 * stats.t.sf(abs(value) / se, df))
    return Estimate(value, n, se, value - reach * se, value + reach * se, p)
