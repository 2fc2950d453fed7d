"""Spearman's rank correlation: with an interval, and exactly for a handful of units."""

from itertools import permutations
from math import factorial

import numpy as np
import pandas as pd
from scipy import stats

from llmexposure.base.errors import DataError
from llmexposure.base.estimate import Z95, Estimate

LARGEST_EXACT = 8  # 8! = 40,320 orders


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
    low, high = np.tanh(
        np.arctanh(np.clip(r, -0.999999, 0.999999)) + np.array([-1, 1]) * Z95 * z_se
    )
    return Estimate(
        r, len(data), float((1 - r**2) * z_se), float(low), float(high), float(found.pvalue)
    )


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
