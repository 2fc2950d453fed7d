"""From similarities to weights, and from weights to an exposure.

The rule: the weight of activity d in posting p is the squared similarity over the sum of the squared
similarities of the activities matched,

    w_pd = sim_pd^2 / sum_d' sim_pd'^2,   so w >= 0 and sum_d w_pd = 1,

over at most k activities. Squaring lets an activity that is half as similar count a quarter; on O*NET's
links it gives a closer occupation index than plain similarities. A posting that matches nothing
has an empty row: its exposure is missing, never zero.
"""

import numpy as np
import pandas as pd
import scipy.sparse as sp

from llmexposure.base.errors import DataError

POWER = 2.0


def weights(match: sp.csr_matrix, power: float = POWER) -> sp.csr_matrix:
    """Weights of each text's activities from their similarities.

    Examples
    --------
    >>> import scipy.sparse as sp
    >>> weights(sp.csr_matrix([[0.2, 0.4], [0, 0]])).toarray().round(3).tolist()
    [[0.2, 0.8], [0.0, 0.0]]
    """
    if len(match.data) and not match.data.min() > 0:
        raise DataError(f"similarity {match.data.min()}: expected stored similarities above 0")
    raised = match.data**power
    row = np.repeat(np.arange(match.shape[0]), np.diff(match.indptr))
    total = np.bincount(row, raised, minlength=match.shape[0])
    return sp.csr_matrix((raised / total[row], match.indices, match.indptr), match.shape)


def score(weights: sp.csr_matrix, ratings: np.ndarray) -> np.ndarray:
    """Exposure of each text: the weighted mean rating of its activities.

    An activity without a rating is left out and the weights of the others scaled up to one.

    Parameters
    ----------
    weights : csr_matrix, shape (texts, activities)
    ratings : array, shape (activities,) or (activities, raters)
        Ratings in [0, 1]; NaN where missing.

    Returns
    -------
    array, shape (texts,) or (texts, raters)
        NaN where no rated activity was matched.

    Examples
    --------
    >>> import numpy as np, scipy.sparse as sp
    >>> rated = sp.csr_matrix([[0.5, 0.25, 0.25], [0, 0, 1.0]])
    >>> score(rated, np.array([1.0, 0.0, np.nan])).round(3).tolist()
    [0.667, nan]
    """
    ratings = np.asarray(ratings, dtype=float)
    if ratings.shape[0] != weights.shape[1]:
        raise DataError(
            f"{ratings.shape[0]} ratings for {weights.shape[1]} activities; expected one each, in "
            "the order of the matcher's `activities` (see `aligned`)"
        )
    covered = weights @ (~np.isnan(ratings)).astype(float)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = (weights @ np.nan_to_num(ratings)) / covered
    return np.where(covered > 0, mean, np.nan)


def aligned(ratings: pd.DataFrame, activities: tuple[str, ...], columns: list[str]) -> np.ndarray:
    """Ratings in the order of a matcher's activities, shape (activities, columns).

    Raises
    ------
    DataError
        If the table has an activity twice or lacks a column. An activity that it lacks is NaN.
    """
    absent = [column for column in columns if column not in ratings]
    if absent:
        raise DataError(f"ratings lack column {absent[0]!r}; they have {', '.join(ratings)}")
    table = ratings.set_index("dwa_id")[columns]
    if table.index.has_duplicates:
        raise DataError(f"ratings hold activity {table.index[table.index.duplicated()][0]} twice")
    return table.reindex(list(activities)).to_numpy(dtype=float)
