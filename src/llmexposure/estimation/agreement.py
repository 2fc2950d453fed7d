"""Agreement of raters: kappas from a table of counts, and Krippendorff's alpha.

Krippendorff (2011), Computing Krippendorff's Alpha-Reliability, University of Pennsylvania.
"""

import numpy as np
import pandas as pd
from statsmodels.stats.inter_rater import cohens_kappa

from llmexposure.base.errors import ParameterError
from llmexposure.base.estimate import Z95, Estimate
from llmexposure.estimation.proportion import share_of

WEIGHTS = (None, "linear", "quadratic")


def kappa(counts: pd.DataFrame, weights: str | None = None) -> Estimate:
    """Cohen's kappa with the asymptotic standard error of Fleiss, Cohen and Everitt (1969).

    Parameters
    ----------
    counts
        Square table, shape (k, k): rows one rater's label, columns the other's, in the same order.
    weights
        None for plain kappa, ``"linear"`` or ``"quadratic"`` for weighted kappa on ordered labels.

    Raises
    ------
    ParameterError
        When the weights have another name.

    Examples
    --------
    >>> table = pd.DataFrame([[40, 10], [10, 40]])
    >>> float(round(kappa(table).value, 2))
    0.6
    """
    if weights not in WEIGHTS:
        raise ParameterError(f"kappa: weights {weights!r}; expected None, 'linear' or 'quadratic'")
    found = cohens_kappa(counts.to_numpy(dtype=float), wt=weights)
    half = Z95 * found.std_kappa
    return Estimate(
        found.kappa,
        int(counts.to_numpy().sum()),
        found.std_kappa,
        found.kappa - half,
        found.kappa + half,
        found.pvalue_two_sided,
    )


def observed_agreement(counts: pd.DataFrame) -> Estimate:
    """Share of items that both raters label alike (see `share_of`)."""
    table = counts.to_numpy()
    return share_of(round(float(np.trace(table))), round(float(table.sum())))


def label_correlation(counts: pd.DataFrame, scores: dict[str, float]) -> Estimate:
    """Pearson correlation of the two raters' scores (for example E0, E2, E1 scored 0, 0.5, 1).

    Computed from the table of counts, so that no item-level labels are needed.
    """
    table = counts.to_numpy(dtype=float)
    row = np.array([scores[label] for label in counts.index])
    column = np.array([scores[label] for label in counts.columns])
    n = table.sum()
    mean_r, mean_c = table.sum(axis=1) @ row / n, table.sum(axis=0) @ column / n
    cov = (row - mean_r) @ table @ (column - mean_c) / n
    var_r = table.sum(axis=1) @ (row - mean_r) ** 2 / n
    var_c = table.sum(axis=0) @ (column - mean_c) ** 2 / n
    r = cov / np.sqrt(var_r * var_c)
    z, half = np.arctanh(r), Z95 / np.sqrt(n - 3)
    return Estimate(
        float(r), int(n), float((1 - r**2) / np.sqrt(n - 3)), np.tanh(z - half), np.tanh(z + half)
    )


def interval_alpha(
    frame: pd.DataFrame, first: str, second: str, *, draws: int, seed: int
) -> Estimate:
    """Alpha for the interval metric with a percentile interval over resampled items.

    alpha = 1 - (2n - 1) sum (a - b)^2 / (2 n S), S the sum of squares of all 2n ratings about their mean
    (Krippendorff 2011, with every item rated twice). Unlike a correlation it falls when one rater rates
    higher than the other throughout. Items with one rating are left out.

    Examples
    --------
    >>> frame = pd.DataFrame({"a": [0.0, 0.5, 1.0, 0.5] * 25, "b": [0.0, 0.5, 1.0, 1.0] * 25})
    >>> round(interval_alpha(frame, "a", "b", draws=99, seed=1).value, 2)
    0.8
    """
    # Sorted by value, so that the same draws meet the same items whatever the order of the rows.
    data = frame[[first, second]].astype(float).dropna().sort_values([first, second])
    a, b = data.to_numpy().T
    moments = np.column_stack([(a - b) ** 2, a + b, a**2 + b**2])
    n = len(a)
    weights = np.random.default_rng(seed).multinomial(n, np.full(n, 1 / n), draws)
    drawn = _interval_alpha(weights @ moments, n)
    low, high = np.percentile(drawn, [2.5, 97.5])
    value = float(_interval_alpha(moments.sum(axis=0), n))
    return Estimate(value, n, float(drawn.std(ddof=1)), float(low), float(high))


def _interval_alpha(sums: np.ndarray, n: int) -> np.ndarray:
    apart, total, squares = sums[..., 0], sums[..., 1], sums[..., 2]
    return 1 - (2 * n - 1) * apart / (2 * n * (squares - total**2 / (2 * n)))


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
