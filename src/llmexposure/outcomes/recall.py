"""Recall of text matching from the rank of the first right activity."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from llmexposure.errors import DataError
from llmexposure.estimation.estimate import Estimate

Z = 1.959963984540054


def recall_at(first_rank: pd.Series, k: int) -> Estimate:
    """Share of texts with a right activity among the first ``k``; Wilson 95% interval.

    Parameters
    ----------
    first_rank
        Rank of the first right activity, missing when none is among those kept.

    Examples
    --------
    >>> recall_at(pd.Series([1.0, 3.0, None, 8.0]), 5).value
    0.5
    """
    n = len(first_rank)
    if n == 0:
        raise DataError("recall: no texts")
    share = float((first_rank <= k).mean())
    middle = (share + Z**2 / (2 * n)) / (1 + Z**2 / n)
    half = Z * np.sqrt(share * (1 - share) / n + Z**2 / (4 * n**2)) / (1 + Z**2 / n)
    se = float(np.sqrt(share * (1 - share) / n))
    return Estimate(share, n, se, float(middle - half), float(middle + half))


def recall_curve(first_rank: pd.Series, ks: Sequence[int] = range(1, 11)) -> pd.Series:
    """Recall at each k."""
    return pd.Series({k: float((first_rank <= k).mean()) for k in ks}, name="recall")
