"""Event study of exposure in a balanced panel: pre-trends, placebo windows, each unit's own trend line.

With unit and period effects and exposure interacted with every period but the base, the coefficient of
period k is exactly the cross-sectional slope of y_k - y_base on exposure. That form needs no dummy
matrix and lets each period use small-sample inference across units.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from llmexposure.base.errors import DataError
from llmexposure.base.estimate import Estimate
from llmexposure.estimation.regression.design import design
from llmexposure.estimation.resampling.draws import resampling_p


@dataclass(frozen=True)
class EventStudy:
    """Coefficients by period and the joint test that those before the event are zero.

    Attributes
    ----------
    path
        Columns ``period``, ``slope``, ``se``, ``ci_low``, ``ci_high``; the base period has slope 0.
    pretrend
        F statistic as ``value``, Hotelling p-value, number of units.
    pretrend_permutation_p
        The same statistic under permutations of exposure across units.
    """

    path: pd.DataFrame
    pretrend: Estimate
    pretrend_permutation_p: float


def balanced(panel: pd.DataFrame, unit: str, period: str, value: str) -> pd.DataFrame:
    """Wide table (units by periods), units with any missing period left out."""
    wide = panel.pivot(index=unit, columns=period, values=value).sort_index(axis=1)
    complete = wide.dropna()
    if complete.empty:
        raise DataError(f"no {unit} has {value} in every {period} of the window")
    return complete


def period_slopes(changes: pd.DataFrame, exposure: pd.Series) -> pd.DataFrame:
    """Slope, HC3 error and t interval of each column of ``changes`` on exposure."""
    rows = []
    for period in changes:
        frame = pd.DataFrame({"change": changes[period], "exposure": exposure})
        found = design(frame, "change", "exposure")
        x, y = found.residual(found.x), found.residual(found.y)
        slope = x @ y / (x @ x)
        error = (y - slope * x) / (1 - found.leverage)
        se = np.sqrt((error**2) @ (x**2)) / (x @ x)
        half = stats.t.ppf(0.975, found.df) * se
        rows.append((period, slope, se, slope - half, slope + half))
    return pd.DataFrame(rows, columns=["period", "slope", "se", "ci_low", "ci_high"])


def hotelling_f(changes: np.ndarray, exposure: np.ndarray) -> float | np.ndarray:
    """F statistic that every column of ``changes`` has slope zero on exposure.

    Hotelling's T-squared for the slopes of a multivariate regression on a constant and exposure
    (Anderson 2003, section 8.3), scaled to F(q, n - 1 - q).

    Parameters
    ----------
    changes
        Shape (n, q).
    exposure
        Length n, or shape (b, n) for b permuted copies.
    """
    n, q = changes.shape
    x = np.atleast_2d(exposure)
    x = x - x.mean(axis=1, keepdims=True)
    y = changes - changes.mean(axis=0)
    size = (x**2).sum(axis=1)
    theta = x @ y / size[:, None]
    total = y.T @ y
    # The residual cross-product is the total less the part explained by exposure.
    error = total - size[:, None, None] * theta[:, :, None] * theta[:, None, :]
    solved = np.linalg.solve(error, theta[:, :, None])[:, :, 0]
    t2 = (theta * solved).sum(axis=1) * size * (n - 2)
    f = t2 * (n - 1 - q) / (q * (n - 2))
    return f if np.ndim(exposure) > 1 else float(f[0])


def pretrend_test(
    changes: pd.DataFrame, exposure: pd.Series, *, draws: int, seed: int
) -> tuple[Estimate, float]:
    """Joint test that exposure predicts no change before the event.

    Returns
    -------
    (Estimate, float)
        F with its p-value, and the permutation p-value.

    Raises
    ------
    DataError
        With too many periods for the number of units.
    """
    changes = changes.sort_index()
    n, q = changes.shape
    if q > n - 3:
        raise DataError(
            f"pre-trend test: {q} periods need at least {q + 3} units, found {n}; "
            "use fewer pre-periods"
        )
    y, x = changes.to_numpy(float), exposure.reindex(changes.index).to_numpy(float)
    f = hotelling_f(y, x)
    rng = np.random.default_rng(seed)
    shuffled = rng.permuted(np.broadcast_to(x, (draws, n)), axis=1)
    p = float(stats.f.sf(f, q, n - 1 - q))
    return Estimate(f, n, p=p), resampling_p(f, hotelling_f(y, shuffled))


def event_study(
    wide: pd.DataFrame, exposure: pd.Series, base: str, pre: list[str], *, draws: int, seed: int
) -> EventStudy:
    """Event study of a balanced panel.

    Parameters
    ----------
    wide
        Outcome, units by periods, nothing missing.
    exposure
        By unit, fixed before the event.
    base
        The period that every change is taken from.
    pre
        Periods before ``base`` whose coefficients are tested jointly.
    """
    if base not in wide.columns:
        raise DataError(f"event study: base period {base} is not among the panel's periods")
    units = wide.index.intersection(exposure.dropna().index)
    changes = wide.loc[units].sub(wide.loc[units, base], axis=0)
    path = period_slopes(changes.drop(columns=base), exposure.loc[units])
    zero = pd.DataFrame([[base, 0.0, 0.0, 0.0, 0.0]], columns=path.columns)
    path = pd.concat([path, zero]).sort_values("period", ignore_index=True)
    test, permuted = pretrend_test(changes[pre], exposure.loc[units], draws=draws, seed=seed)
    return EventStudy(path, test, permuted)


@dataclass(frozen=True)
class Placebo:
    """The slope after the event among those of windows that end before it.

    Attributes
    ----------
    rows
        One row a window: ``start``, ``period`` (its end), ``slope``, ``se``, ``ci_low``, ``ci_high``,
        ``kind`` (placebo, straddling, event, later, or earlier than the first placebo).
    actual
        Slope of the window that starts with the event.
    low, high
        Smallest and largest placebo slope.
    as_low
        Share of the placebo windows with a slope at least as low. They overlap and are few: a
        description, not a p-value.
    count
        Number of placebo windows.
    """

    rows: pd.DataFrame
    actual: float
    low: float
    high: float
    as_low: float
    count: int


def rolling_slopes(logs: pd.DataFrame, exposure: pd.Series, months: int) -> pd.DataFrame:
    """Slope on exposure of the change over every window of ``months`` months, by its end.

    Parameters
    ----------
    logs
        Log outcome, units by consecutive months, nothing missing.
    """
    changes = logs.diff(months, axis=1).iloc[:, months:]
    rows = period_slopes(changes, exposure)
    return rows.assign(start=list(logs.columns[:-months]))


def placebo(
    logs: pd.DataFrame, exposure: pd.Series, event: str, first: str, months: int
) -> Placebo:
    """Compare the window that starts in the month ``event`` with those that end by it.

    Parameters
    ----------
    first
        Earliest starting month of a placebo window.

    Raises
    ------
    DataError
        When no placebo window, or no window after the event, fits.
    """
    rows = rolling_slopes(logs, exposure, months)
    start, end = rows["start"], rows["period"]
    kinds = [start < first, end <= event, start < event, start == event]
    rows["kind"] = np.select(kinds, ["earlier", "placebo", "straddling", "event"], "later")
    actual = rows.loc[rows["kind"] == "event", "slope"]
    fakes = rows.loc[rows["kind"] == "placebo", "slope"]
    if actual.empty or fakes.empty:
        raise DataError(
            f"placebo windows of {months} months from {first}, event {event}: "
            f"{len(fakes)} placebo and {len(actual)} event windows fit in {logs.columns[0]} to "
            f"{logs.columns[-1]}; use shorter windows"
        )
    value = float(actual.iloc[0])
    as_low = float((fakes <= value).mean())
    return Placebo(rows, value, float(fakes.min()), float(fakes.max()), as_low, len(fakes))


def trend_line(wide: pd.DataFrame, fitted: Sequence[str]) -> pd.DataFrame:
    """Least-squares line of each unit through the periods ``fitted``, drawn over all periods.

    Parameters
    ----------
    wide
        Outcome, units by equally spaced periods in order, nothing missing.

    Raises
    ------
    DataError
        With fewer than two periods to fit.

    Examples
    --------
    >>> wide = pd.DataFrame([[1.0, 2.0, 9.0]], columns=["a", "b", "c"])
    >>> trend_line(wide, ["a", "b"]).round(6).to_numpy().tolist()
    [[1.0, 2.0, 3.0]]
    """
    if len(fitted) < 2:
        raise DataError(f"a line through {len(fitted)} period(s): expected at least two")
    time = np.column_stack([np.ones(wide.shape[1]), np.arange(wide.shape[1])])
    known = wide.columns.get_indexer(list(fitted))
    fit = time @ np.linalg.pinv(time[known])
    return pd.DataFrame(wide.to_numpy()[:, known] @ fit.T, index=wide.index, columns=wide.columns)


def net_of_trend(wide: pd.DataFrame, fitted: Sequence[str], target: Sequence[str]) -> pd.Series:
    """Mean over the target periods of each unit's distance from its own earlier line.

    Its slope on exposure is the event study's slope less the straight line through the earlier slopes.
    """
    ahead = list(target)
    return (wide[ahead] - trend_line(wide, fitted)[ahead]).mean(axis=1)


def net_of_last_step(
    wide: pd.DataFrame, base: str, before: Sequence[str], target: Sequence[str]
) -> pd.DataFrame:
    """Change since the base less the last earlier step carried on, beside the earlier bends.

    Regressed on exposure with the bends as covariates, ``change`` has the slope that is left of the
    event study's when the best straight line is taken away: coefficients of the bends move the line,
    and least squares chooses them (the smoothness restriction with bound 0, weights by regression).

    Parameters
    ----------
    before
        Periods up to the one before ``base``, at least one.

    Returns
    -------
    pandas.DataFrame
        ``change``, and ``bend_1`` and so on from the oldest, one fewer than the periods before.
    """
    ahead = wide.columns.get_indexer(list(target)).mean() - wide.columns.get_loc(base)
    known = wide[[*before, base]].to_numpy()
    bends = np.diff(known, 2, axis=1)
    change = wide[list(target)].mean(axis=1) - wide[base] - ahead * (known[:, -1] - known[:, -2])
    columns = {f"bend_{k}": bends[:, k - 1] for k in range(1, bends.shape[1] + 1)}
    return pd.DataFrame({"change": change, **columns}, index=wide.index)
