"""Correlations and rank correlations with intervals, and what averaging over groups does to them."""

from dataclasses import dataclass
from itertools import permutations
from math import factorial

import numpy as np
import pandas as pd
from scipy import stats

from llmexposure.base.errors import DataError
from llmexposure.base.estimate import Z95, Estimate

LARGEST_EXACT = 8  # 8! = 40,320 orders


def pearson(frame: pd.DataFrame, x: str, y: str, *, lost: int = 0) -> Estimate:
    """Pearson correlation over complete rows, Fisher-z 95% interval, t-test p-value.

    Parameters
    ----------
    lost
        Degrees of freedom that were spent before, such as group means less one.

    Examples
    --------
    >>> frame = pd.DataFrame({"x": [1, 2, 3, 4, 5.0], "y": [2, 1, 4, 3, 5.0]})
    >>> float(round(pearson(frame, "x", "y").value, 3))
    0.8
    """
    data = frame[[x, y]].astype(float).dropna()
    free = len(data) - lost
    if free < 4:
        raise DataError(
            f"correlation of {x} and {y}: {len(data)} complete rows less {lost}, expected 4 or more"
            if lost
            else f"correlation of {x} and {y}: {len(data)} complete rows, expected 4 or more"
        )
    r = np.float64(stats.pearsonr(data[x], data[y]).statistic)
    with np.errstate(divide="ignore"):  # a perfect correlation has an infinite t
        t = r * np.sqrt((free - 2) / (1 - r**2))
    return fisher(r, len(data), 1 / np.sqrt(free - 3), float(2 * stats.t.sf(abs(t), free - 2)))


def correlations(frame: pd.DataFrame, columns: list[str], y: str) -> dict[str, Estimate]:
    """Correlation of each column with ``y``."""
    return {column: pearson(frame, column, y) for column in columns}


def spearman(frame: pd.DataFrame, x: str, y: str) -> Estimate:
    """Spearman correlation over complete rows, 95% interval of Bonett and Wright, t-test p-value.

    The interval is Fisher's with variance (1 + r^2 / 2) / (n - 3) (Bonett and Wright 2000, eq. 4).

    Examples
    --------
    >>> frame = pd.DataFrame({"x": [1, 2, 3, 4, 5.0], "y": [1, 4, 9, 25, 16.0]})
    >>> round(spearman(frame, "x", "y").value, 3)
    0.9
    """
    data = frame[[x, y]].astype(float).dropna()
    if len(data) < 5:
        raise DataError(f"rank correlation of {x} and {y}: {len(data)} complete rows, expected 5")
    found = stats.spearmanr(data[x], data[y])
    r = float(found.statistic)
    z_se = np.sqrt((1 + r**2 / 2) / (len(data) - 3))
    return fisher(r, len(data), z_se, float(found.pvalue))


def exact_p(x: pd.Series, y: pd.Series) -> float:
    """Two-sided p-value of Spearman's correlation over every order of ``y``, ties kept.

    Raises
    ------
    DataError
        With more units than can be ordered in every way, or different units.

    Examples
    --------
    >>> exact_p(pd.Series([1, 2, 3, 4]), pd.Series([1, 2, 3, 4])) == 2 / 24
    True
    """
    n = len(x)
    if n != len(y) or n > LARGEST_EXACT:
        raise DataError(f"exact rank test: {n} and {len(y)} units, expected equal and at most 8")
    a, b = (stats.rankdata(v) - (n + 1) / 2 for v in (x, y))
    orders = np.fromiter(permutations(range(n)), dtype=np.dtype((int, n)), count=factorial(n))
    statistic = np.abs(b[orders] @ a)
    return float((statistic >= abs(a @ b) - 1e-9).mean())


def fisher(r: float, n: int, z_se: float, p: float | None = None) -> Estimate:
    """A correlation with the 95% interval that is symmetric in Fisher's z, and its delta-method error.

    Parameters
    ----------
    z_se
        Standard error of z = artanh r.

    Examples
    --------
    >>> round(fisher(0.5, 28, 0.2).ci_high, 3)
    0.736
    """
    with np.errstate(divide="ignore"):  # a perfect correlation has an infinite z
        low, high = np.tanh(np.arctanh(r) + np.array([-1, 1]) * Z95 * z_se)
    return Estimate(r, n, float((1 - r**2) * z_se), float(low), float(high), p)


@dataclass(frozen=True)
class Aggregation:
    """Correlation of two variables between and within groups.

    Attributes
    ----------
    total, between
        Correlation over units, and over unweighted group means.
    within
        Correlation of the deviations from group means.
    between_share_x, between_share_y
        Share of each variable's variance that lies between groups.
    """

    total: Estimate
    between: Estimate
    within: Estimate
    between_share_x: float
    between_share_y: float


def aggregation(frame: pd.DataFrame, x: str, y: str, group: str) -> Aggregation:
    """How the correlation of ``x`` and ``y`` changes when units are averaged into groups.

    Group means keep the between-group covariance and lose the within-group noise, so their correlation
    exceeds the unit-level one whenever the groups explain more of the covariance than of the variances
    (Robinson 1950).
    """
    data = frame[[x, y, group]].dropna()
    means = data.groupby(group)[[x, y]].mean()
    fitted = data[[group]].join(means, on=group)[[x, y]]
    inside = data[[x, y]] - fitted
    # Deviations from group means carry (n - groups) degrees of freedom, not n - 1.
    within = pearson(inside, x, y, lost=len(means) - 1)
    shares = fitted.var(ddof=0) / data[[x, y]].var(ddof=0)
    return Aggregation(
        pearson(data, x, y), pearson(means, x, y), within, float(shares[x]), float(shares[y])
    )
