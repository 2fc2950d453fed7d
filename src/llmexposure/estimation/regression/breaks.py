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
from llmexposure.estimation.regression.design import check_columns, design
from llmexposure.estimation.regression.ols import Slope, cross_section
from llmexposure.estimation.resampling.draws import resampling_p

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
    more = [m for m in (weights, options.get("clusters"), effects) if m]
    rest, outcomes, levels = _stacked(frame, [exposure, *controls, *more], before, after, effects)
    return {
        name: cross_section(
            rest.assign(**{name: outcome}), name, exposure, [*controls, *levels], weights=weights,
            **options,
        )
        for name, outcome in outcomes.items()
    }  # fmt: skip


def _stacked(
    frame: pd.DataFrame, columns: Sequence[str], before: str, after: str, effects: str | None
) -> tuple[pd.DataFrame, dict[str, pd.Series], list[str]]:
    """Complete rows with a constant for each value of ``effects``, three outcomes, the constants' names."""
    used = list(dict.fromkeys([*columns, before, after]))
    check_columns(frame, used)
    data = frame[used].dropna()
    levels = pd.DataFrame(index=data.index)
    if effects:
        levels = pd.get_dummies(data[effects], prefix=effects, drop_first=True, dtype=float)
    outcomes = {"before": data[before].astype(float), "after": data[after].astype(float)}
    outcomes["difference"] = outcomes["after"] - outcomes["before"]
    return data.drop(columns=[before, after]).join(levels), outcomes, list(levels.columns)


def shared_shocks(
    frame: pd.DataFrame,
    exposure: str,
    *,
    families: str,
    effects: str,
    controls: Sequence[str] = (),
    weights: str | None = None,
    draws: int,
    seed: int,
) -> pd.DataFrame:
    """Are families of different countries independent? The variance of their scores over that if they were.

    With u the residuals of a stacked slope and x the exposure less what country and controls explain of it,
    let s_fc be the sum of x u over family f of country c. The slope's variance adds (sum_c s_fc)^2 over
    families if they share shocks between countries, s_fc^2 over both if they do not: the ratio of the two
    sums is about one under independence. Its p-value gives every s_fc a random sign.

    Parameters
    ----------
    frame
        As `break_slopes` takes it.
    families, effects
        Columns: the family, and the country.

    Returns
    -------
    pandas.DataFrame
        ``ratio`` and ``p`` for each of `BREAK`.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> units = {"country": np.repeat(["US", "GB", "DE"], 40), "family": np.tile(np.arange(20), 6)}
    >>> frame = pd.DataFrame(units).assign(beta=np.tile(rng.uniform(size=40), 3))
    >>> frame["before"] = rng.normal(size=120) / 5
    >>> frame["after"] = rng.normal(size=20)[frame["family"]] + rng.normal(size=120) / 5
    >>> found = shared_shocks(
    ...     frame, "beta", families="family", effects="country", draws=999, seed=1
    ... )
    >>> (found["p"] < 0.05).to_dict()
    {'before': False, 'after': True, 'difference': True}
    """
    more = [m for m in (weights, families) if m]
    columns = [exposure, *controls, *more, effects]
    rows_of = frame.reset_index(drop=True)
    rest, outcomes, levels = _stacked(rows_of, columns, "before", "after", effects)
    cells = rest.groupby([families, effects], sort=True).ngroup()
    own = rest.groupby(cells)[families].first()
    members = pd.get_dummies(own).to_numpy(float)
    signs = np.random.default_rng(seed).choice([-1.0, 1.0], size=(draws, len(own)))
    rows = {}
    for name, outcome in outcomes.items():
        found = design(
            rest.assign(**{name: outcome}), name, exposure, [*controls, *levels], weights
        )
        products = pd.Series(found.residual(found.x) * found.fit()[1], found.units)
        scores = products.groupby(cells).sum().to_numpy()
        drawn = (((signs * scores) @ members) ** 2).sum(axis=1)
        summed = float(((scores @ members) ** 2).sum())
        rows[name] = {"ratio": summed / float(scores @ scores), "p": resampling_p(summed, drawn)}
    return pd.DataFrame(rows).T


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
