"""Recall of text matching from the rank of the first right activity."""

from collections.abc import Sequence

import pandas as pd

from llmexposure.base.estimate import Estimate
from llmexposure.estimation.proportion import proportion


def recall_at(first_rank: pd.Series, k: int) -> Estimate:
    """Share of texts with a right activity among the first ``k``; Wilson 95% interval.

    Parameters
    ----------
    first_rank
        Rank of the first right activity, missing when none is among those kept.

    Raises
    ------
    DataError
        Without texts.

    Examples
    --------
    >>> recall_at(pd.Series([1.0, 3.0, None, 8.0]), 5).value
    0.5
    """
    return proportion(first_rank <= k)


def recall_curve(first_rank: pd.Series, ks: Sequence[int] = range(1, 11)) -> pd.Series:
    """Recall at each k."""
    return pd.Series({k: float((first_rank <= k).mean()) for k in ks}, name="recall")
