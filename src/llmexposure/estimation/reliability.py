"""Krippendorff's alpha: agreement of any number of raters, some answers missing.

Krippendorff (2011), Computing Krippendorff's Alpha-Reliability, University of Pennsylvania.
"""

import numpy as np

from llmexposure.base.estimate import Estimate

METRICS = ("nominal", "ordinal", "interval")


def krippendorff_alpha(
    values: np.ndarray, metric: str = "ordinal", draws: int = 1000, seed: int = 0
) -> Estimate:
    """Krippendorff's alpha with a percentile bootstrap interval over units.

    Parameters
    ----------
    values
        Shape (raters, units); NaN where a rater gave none. Units with fewer than two values say
        nothing about agreement and are left out.
    metric
        ``nominal``, ``ordinal`` or ``interval``: what the distance of two values means.
    draws, seed
        Resamples of units with replacement, and where the random numbers start. The order of the
        units and of the raters plays no part.

    Returns
    -------
    Estimate
        ``value`` 1 for perfect agreement, 0 for chance, NaN where it is undefined (no pairs, or all
        values the same); ``n`` units with two values or more; ``se`` and 95% interval over draws.

    Examples
    --------
    >>> two = np.array([[0, 0, 1, 1, 0, 1], [0, 0, 1, 1, 1, 1.0]])
    >>> round(krippendorff_alpha(two, "nominal").value, 3)
    0.686
    """
    levels = np.unique(values[~np.isnan(values)])
    counts, times = _patterns(values, levels)
    square, units = (len(levels), len(levels)), int(times.sum())
    pairs = _coincidences(counts).reshape(len(counts), len(levels) ** 2)
    value = float(_alpha((times @ pairs).reshape(square), levels, metric))
    if np.isnan(value):
        return Estimate(value, units)
    weights = np.random.default_rng(seed).multinomial(units, times / units, draws)
    alphas = _alpha((weights @ pairs).reshape(draws, *square), levels, metric)
    low, high = np.nanpercentile(alphas, [2.5, 97.5])
    return Estimate(value, units, float(np.nanstd(alphas, ddof=1)), float(low), float(high))


def _patterns(values: np.ndarray, levels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Counts of each value, once for all units that share them, sorted; and how many units do.

    Resampling these in proportion is resampling units, faster and whatever their order.
    """
    counts = (values[:, :, None] == levels).sum(axis=0).astype(float)
    return np.unique(counts[counts.sum(axis=1) >= 2], axis=0, return_counts=True)


def _coincidences(counts: np.ndarray) -> np.ndarray:
    """Pairs of values within a unit, shape (units, levels, levels); a unit of m values counts m."""
    same = counts[:, :, None] * np.eye(counts.shape[1])
    pairs = counts[:, :, None] * counts[:, None, :] - same
    return pairs / (counts.sum(axis=1) - 1)[:, None, None]


def _alpha(pairs: np.ndarray, levels: np.ndarray, metric: str) -> np.ndarray:
    """Alpha of coincidence matrices, shape (..., levels, levels) to (...)."""
    totals = pairs.sum(axis=-1)
    n = totals.sum(axis=-1)
    distance = _distance(totals, levels, metric)
    observed = (pairs * distance).sum(axis=(-2, -1))
    by_chance = (totals[..., :, None] * totals[..., None, :] * distance).sum(axis=(-2, -1))
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(by_chance > 0, 1 - (n - 1) * observed / by_chance, np.nan)


def _distance(totals: np.ndarray, levels: np.ndarray, metric: str) -> np.ndarray:
    """Squared distance of each two levels; ranks where only their order counts."""
    if metric == "nominal":
        return 1.0 - np.eye(len(levels))
    place = {"ordinal": np.cumsum(totals, axis=-1) - totals / 2, "interval": levels}[metric]
    return (place[..., :, None] - place[..., None, :]) ** 2
