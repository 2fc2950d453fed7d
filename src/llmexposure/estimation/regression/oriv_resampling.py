"""Resampling for the ORIV slope: bootstrap interval over units, leave-one-out range, permutation p.

The slope depends on the data only through second moments of outcome, measures and controls, so a
resample is a set of weights on the units' outer products.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from llmexposure.base.errors import DataError
from llmexposure.base.estimate import Estimate
from llmexposure.estimation.regression.design import design
from llmexposure.estimation.regression.oriv import oriv
from llmexposure.estimation.resampling.permutation import permutation_p

# Resamples in which the measures do not move together have no slope; more of them than this is an error.
MOST_WITHOUT_SLOPE = 0.01


@dataclass(frozen=True)
class OrivRange:
    """ORIV slope with a second interval and its dependence on single units.

    Attributes
    ----------
    bootstrap
        The slope, the standard deviation and percentile interval over resamples of units.
    permutation_p
        Of no association with true exposure: ORIV is zero exactly when the outcome is unrelated to the
        sum of the measures, each over its variance, so that sum's permutation test is the test.
    loo_min, loo_max, loo_min_unit, loo_max_unit
        Smallest and largest slope when any one unit is left out.
    """

    bootstrap: Estimate
    permutation_p: float
    loo_min: float
    loo_max: float
    loo_min_unit: str
    loo_max_unit: str


def weighted_slopes(outer: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """ORIV slope for each row of ``weights``; NaN where the measures do not move together.

    Parameters
    ----------
    outer
        Outer products of (1, controls, y, a, b) by unit, shape (n, k, k).
    weights
        Shape (draws, n).
    """
    n, k, _ = outer.shape
    moments = (weights @ outer.reshape(n, -1)).reshape(-1, k, k)
    c = k - 3
    among, between = moments[:, :c, :c], moments[:, :c, c:]
    left = moments[:, c:, c:] - between.transpose(0, 2, 1) @ np.linalg.solve(among, between)
    ya, yb, ab = left[:, 0, 1], left[:, 0, 2], left[:, 1, 2]
    aa, bb = left[:, 1, 1], left[:, 2, 2]
    slope = (ya / aa + yb / bb) / (ab * (1 / aa + 1 / bb))
    return np.where(ab > 0, slope, np.nan)


def oriv_range(
    frame: pd.DataFrame,
    outcome: str,
    measures: tuple[str, str],
    controls: Sequence[str] = (),
    *,
    draws: int,
    seed: int,
) -> OrivRange:
    """Bootstrap, permutation and leave-one-out for `llmexposure.estimation.regression.oriv.oriv`.

    The order of the rows plays no part; the permutation goes with the index.

    Raises
    ------
    DataError
        When the measures fail to move together in more than 1% of the resamples.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> x = rng.normal(size=500)
    >>> frame = pd.DataFrame({"y": x, "a": x + rng.normal(size=500), "b": x + rng.normal(size=500)})
    >>> found = oriv_range(frame, "y", ("a", "b"), draws=199, seed=1)
    >>> found.bootstrap.ci_low < found.bootstrap.value < found.bootstrap.ci_high
    True
    """
    columns = [*controls, outcome, *measures]
    # Sorted by value, so that the same draws meet the same units whatever the order of the rows.
    data = frame[columns].astype(float).dropna().sort_values(columns)
    value = oriv(data, outcome, measures, controls).estimate.value
    rows = np.column_stack([np.ones(len(data)), data.to_numpy()])
    outer, n = rows[:, :, None] * rows[:, None, :], len(data)
    drawn = np.random.default_rng(seed).multinomial(n, np.full(n, 1 / n), draws)
    slopes = weighted_slopes(outer, drawn.astype(float))
    if np.isnan(slopes).mean() > MOST_WITHOUT_SLOPE:
        raise DataError(
            f"{measures[0]} and {measures[1]} do not move together in {np.isnan(slopes).mean():.0%} "
            "of the resamples: too weak instruments for each other"
        )
    without = weighted_slopes(outer, 1 - np.eye(n))
    low, high = np.nanpercentile(slopes, [2.5, 97.5])
    least, most = np.argmin(without), np.argmax(without)
    return OrivRange(
        Estimate(value, n, float(np.nanstd(slopes, ddof=1)), float(low), float(high)),
        _permutation(data, outcome, measures, controls, draws=draws, seed=seed),
        float(without[least]),
        float(without[most]),
        str(data.index[least]),
        str(data.index[most]),
    )


def _permutation(
    data: pd.DataFrame,
    outcome: str,
    measures: tuple[str, str],
    controls: Sequence[str],
    *,
    draws: int,
    seed: int,
) -> float:
    designs = [design(data, outcome, m, controls) for m in measures]
    a, b = (d.residual(d.x) for d in designs)
    joint = data.assign(joint_measure=a / (a @ a) + b / (b @ b))
    return permutation_p(design(joint, outcome, "joint_measure", controls), draws=draws, seed=seed)
