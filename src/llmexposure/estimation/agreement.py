"""Agreement of raters: kappa and correlation from a table of two raters' labels, Krippendorff's alpha.

Krippendorff (2011), Computing Krippendorff's Alpha-Reliability, University of Pennsylvania.
"""

import numpy as np
import pandas as pd
from statsmodels.stats.inter_rater import cohens_kappa

from llmexposure.base.errors import ParameterError
from llmexposure.base.estimate import Z95, Estimate
from llmexposure.estimation.proportion import share_of
from llmexposure.estimation.regression.correlation import fisher
from llmexposure.estimation.resampling.draws import percentile_estimate

WEIGHTS = (None, "linear", "quadratic")
METRICS = ("nominal", "ordinal", "interval")


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
    return fisher(float(cov / np.sqrt(var_r * var_c)), int(n), 1 / np.sqrt(n - 3))


def krippendorff_alpha(
    values: np.ndarray, metric: str = "ordinal", draws: int = 1000, seed: int = 0
) -> Estimate:
    """Krippendorff's alpha with a percentile bootstrap interval over units.

    alpha = 1 - (observed disagreement) / (disagreement by chance), both mean squared distances of pairs of
    values: within units, a unit of m values with weight m; and among all n values. Unlike a correlation
    it falls when one rater rates higher than the other throughout.

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
    if metric not in METRICS:
        raise ParameterError(f"alpha: metric {metric!r}; expected one of {', '.join(METRICS)}")
    rows, times = _patterns(values)
    units = int(times.sum())
    parts = _moments(rows) if metric == "interval" else _coincidences(rows)
    value = float(_alpha(times @ parts, metric))
    if np.isnan(value):
        return Estimate(value, units)
    weights = np.random.default_rng(seed).multinomial(units, times / units, draws)
    return percentile_estimate(value, _alpha(weights @ parts, metric), units)


def _patterns(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Values of a unit, sorted, once for all units that share them; and how many units do.

    Resampling these in proportion is resampling units, faster and whatever their order. Shape
    (patterns, raters), infinite where there is no value.
    """
    rows = np.sort(np.where(np.isnan(values), np.inf, values), axis=0).T
    rows, times = np.unique(rows[np.isfinite(rows).sum(axis=1) >= 2], axis=0, return_counts=True)
    return rows[::-1], times[::-1]


def _moments(rows: np.ndarray) -> np.ndarray:
    """Of each unit, shape (patterns, 4): number, disagreement, sum and sum of squares of its values."""
    values = np.where(np.isfinite(rows), rows - rows.min(initial=np.inf), np.nan)
    m = np.isfinite(values).sum(axis=1)
    total, squares = np.nansum(values, axis=1), np.nansum(values**2, axis=1)
    apart = np.nansum((values - (total / m)[:, None]) ** 2, axis=1)
    return np.column_stack([m, 2 * m * apart / (m - 1), total, squares])


def _coincidences(rows: np.ndarray) -> np.ndarray:
    """Of each unit, shape (patterns, levels^2): its pairs of values; a unit of m values counts m."""
    counts = (rows[:, :, None] == np.unique(rows[np.isfinite(rows)])).sum(axis=1).astype(float)
    levels = counts.shape[1]
    pairs = counts[:, :, None] * counts[:, None, :] - counts[:, :, None] * np.eye(levels)
    return (pairs / (counts.sum(axis=1) - 1)[:, None, None]).reshape(len(rows), levels**2)


def _alpha(sums: np.ndarray, metric: str) -> np.ndarray:
    """Alpha from sums over units of `_moments` or `_coincidences`, shape (..., q) to (...)."""
    if metric == "interval":
        n, observed, total, squares = np.moveaxis(sums, -1, 0)
        by_chance = 2 * (n * squares - total**2)
    else:
        n, observed, by_chance = _pairs(sums, metric)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(by_chance > 0, 1 - (n - 1) * observed / by_chance, np.nan)


def _pairs(sums: np.ndarray, metric: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Values, and squared distances of their pairs, within units and by chance."""
    levels = int(np.sqrt(sums.shape[-1]))
    pairs = sums.reshape(*sums.shape[:-1], levels, levels)
    totals = pairs.sum(axis=-1)
    # Only the order of levels counts: their distance is that of their middle ranks.
    place = np.cumsum(totals, axis=-1) - totals / 2
    ranks = (place[..., :, None] - place[..., None, :]) ** 2
    distance = ranks if metric == "ordinal" else 1.0 - np.eye(levels)
    by_chance = totals[..., :, None] * totals[..., None, :] * distance
    return totals.sum(axis=-1), (pairs * distance).sum(axis=(-2, -1)), by_chance.sum(axis=(-2, -1))
