"""Group index: occupation scores averaged over SOC groups."""

import pandas as pd

from llmexposure.base.errors import DataError


def group_means(
    frame: pd.DataFrame, group: str, columns: list[str], weights: str | None = None
) -> pd.DataFrame:
    """Mean of each column by group, plain or weighted; rows with a missing value are left out.

    Examples
    --------
    >>> frame = pd.DataFrame({"g": ["a", "a"], "x": [0.0, 1.0], "jobs": [3, 1]})
    >>> group_means(frame, "g", ["x"], "jobs")["x"].tolist()
    [0.25]
    """
    data = frame.dropna(subset=[*columns, *([weights] if weights else [])])
    weight = data[weights] if weights else pd.Series(1.0, index=data.index)
    if (weight < 0).any():
        raise DataError(f"weights {weights} must not be negative")
    total = data[columns].mul(weight, axis=0).groupby(data[group]).sum()
    return total.div(weight.groupby(data[group]).sum(), axis=0)


def weighted_share(frame: pd.DataFrame, score: str, weight: pd.Series) -> float:
    """Weighted mean of a score over the rows that have both.

    With a telework score and employment this is the share of jobs that can be done from home
    (Dingel and Neiman 2020, section 3).

    Examples
    --------
    >>> frame = pd.DataFrame({"teleworkable": [1.0, 0.0, None]})
    >>> weighted_share(frame, "teleworkable", pd.Series([3.0, 1.0, 9.0]))
    0.75
    """
    known = frame[score].notna() & weight.notna()
    return float((frame[score] * weight)[known].sum() / weight[known].sum())
