"""Synthetic difference-in-differences: weights for units and periods, then a difference of differences.

Controls are weighted so that their path before the event runs parallel to that of the treated, periods so
that they predict the controls' mean after it (Arkhangelsky, Athey, Hirshberg, Imbens and Wager 2021,
American Economic Review 111(12), algorithm 1). Weights that fall on few periods say that the method has
become a comparison with those periods.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.optimize import nnls

from llmexposure.base.errors import DataError
from llmexposure.base.estimate import Z95, Estimate

# Weight of the row that makes weights sum to one, against rows of the size of the outcome.
SUM_TO_ONE = 1e4
TIME_PENALTY = 1e-6  # as the authors have it: only so that the period weights are unique


@dataclass(frozen=True)
class Synthetic:
    """A synthetic difference-in-differences.

    Attributes
    ----------
    gap
        Mean outcome of the treated after less before, less that of the controls; jackknife over clusters
        with the weights held fixed (algorithm 3), normal interval.
    unit_weights, time_weights
        Of the controls and of the periods before; each sums to one.
    prefit
        Root mean square over the periods before of what the weighted controls leave of the treated path,
        both less their means.
    """

    gap: Estimate
    unit_weights: pd.Series
    time_weights: pd.Series
    prefit: float


def synthetic_did(
    outcome: pd.DataFrame, treated: pd.Series, before: list[str], clusters: pd.Series
) -> Synthetic:
    """Synthetic difference-in-differences of a balanced panel.

    Parameters
    ----------
    outcome
        Units by periods, nothing missing; every period that is not in ``before`` is after the event.
    treated
        By unit, true or false.
    clusters
        By unit: what the jackknife leaves out.

    Raises
    ------
    DataError
        When a value is missing, or there are fewer than two treated units, controls or periods before.

    Examples
    --------
    >>> flat = pd.DataFrame(np.tile(np.arange(4.0), (4, 1)), list("abcd"), ["p", "q", "r", "s"])
    >>> flat.loc["a":"b", "s"] += 1
    >>> treated = pd.Series([True, True, False, False], flat.index)
    >>> round(synthetic_did(flat, treated, ["p", "q", "r"], flat.index.to_series()).gap.value, 6)
    1.0
    """
    after = [period for period in outcome.columns if period not in before]
    treated = treated.reindex(outcome.index).astype(bool)
    if outcome.isna().any(axis=None) or min(treated.sum(), (~treated).sum(), len(before)) < 2:
        raise DataError(
            "synthetic difference-in-differences: expected a panel without gaps, with two treated "
            "units, two controls and two periods before at least"
        )
    control = outcome[~treated]
    spread = float(control[before].diff(axis=1).stack().std(ddof=1))
    path = outcome.loc[treated, before].mean()
    scale = (treated.sum() * len(after)) ** 0.25 * spread
    units = pd.Series(_simplex(control[before].to_numpy().T, path.to_numpy(), scale), control.index)
    later = control[after].mean(axis=1)
    times = pd.Series(
        _simplex(control[before].to_numpy(), later.to_numpy(), TIME_PENALTY * spread), before
    )
    gaps = outcome[after].mean(axis=1) - outcome[before] @ times
    weights = pd.concat([units, pd.Series(1 / treated.sum(), outcome.index[treated])])
    left = path - units @ control[before]
    gap = _estimate(gaps, weights.reindex(outcome.index), treated, clusters.reindex(outcome.index))
    return Synthetic(gap, units, times, float((left - left.mean()).pow(2).mean() ** 0.5))


def plain_did(
    outcome: pd.DataFrame, treated: pd.Series, before: list[str], clusters: pd.Series
) -> Estimate:
    """The same with every control and every period before alike; errors as there.

    Examples
    --------
    >>> panel = pd.DataFrame({"p": [0.0, 0, 0, 0], "q": [3.0, 1, 1, 1]}, list("abcd"))
    >>> treated = pd.Series([True, True, False, False], panel.index)
    >>> plain_did(panel, treated, ["p"], panel.index.to_series()).value
    1.0
    """
    treated = treated.reindex(outcome.index).astype(bool)
    after = [period for period in outcome.columns if period not in before]
    gaps = outcome[after].mean(axis=1) - outcome[before].mean(axis=1)
    weights = 1 / treated.map(treated.value_counts()).astype(float)
    return _estimate(gaps, weights, treated, clusters.reindex(outcome.index))


def effective(weights: pd.Series) -> float:
    """Number of equal weights that would be as uneven: one over the sum of squares.

    Examples
    --------
    >>> effective(pd.Series([0.5, 0.5, 0.0]))
    2.0
    """
    return float(1 / (weights**2).sum())


def _simplex(columns: np.ndarray, target: np.ndarray, penalty: float) -> np.ndarray:
    """Weights, none negative, that sum to one: least squares with an intercept and a ridge penalty."""
    rows, count = columns.shape
    centred, aim = columns - columns.mean(axis=0), target - target.mean()
    stacked = np.vstack(
        [centred, penalty * np.sqrt(rows) * np.eye(count), np.full((1, count), SUM_TO_ONE)]
    )
    found, _ = nnls(stacked, np.concatenate([aim, np.zeros(count), [SUM_TO_ONE]]))
    return found / found.sum()


def _estimate(
    gaps: pd.Series, weights: pd.Series, treated: pd.Series, clusters: pd.Series
) -> Estimate:
    """Weighted mean gap of the treated less that of the controls, jackknife over clusters."""

    def gap(kept: pd.Series) -> float:
        w, y, t = weights[kept], gaps[kept], treated[kept]
        return float((w * y)[t].sum() / w[t].sum() - (w * y)[~t].sum() / w[~t].sum())

    value = gap(pd.Series(True, gaps.index))
    names = sorted(clusters.unique())
    drawn = [
        gap(clusters != name) for name in names if _both_left(clusters != name, weights, treated)
    ]
    changes = np.array(drawn) - value
    se = float(np.sqrt((len(drawn) - 1) / len(drawn) * (changes**2).sum()))
    return Estimate(value, len(gaps), se, value - Z95 * se, value + Z95 * se)


def _both_left(kept: pd.Series, weights: pd.Series, treated: pd.Series) -> bool:
    return all((weights[kept & side] > 0).any() for side in (treated, ~treated))
