"""Exposure of cities: the source report's formula, and one that does not grow with size."""

import pandas as pd

from llmexposure.base.errors import DataError


def city_exposure(counts: pd.DataFrame, exposure: pd.Series) -> pd.DataFrame:
    """Exposure of each city by both formulas.

    The report weights category o by the city's part of all its postings, sum_o (N_oc / N_o) E_o: over cities
    this adds up to the sum of E_o, so it shares out a total and grows with the city. The size-free index
    weights by the category's part of the city's postings, sum_o (N_oc / N_c) E_o: a mean over postings.

    Parameters
    ----------
    counts
        Postings, cities by categories.
    exposure
        Exposure of each category, 0 to 1.

    Returns
    -------
    pandas.DataFrame
        By city: ``postings``, ``report`` and ``size_free``.

    Raises
    ------
    DataError
        When a category has no exposure or no postings, or a city no postings.

    Examples
    --------
    >>> counts = pd.DataFrame({"a": [8, 2], "b": [2, 2]}, index=["large", "small"])
    >>> city_exposure(counts, pd.Series({"a": 1.0, "b": 0.5}))["report"].tolist()
    [1.05, 0.45]
    """
    score = exposure.reindex(counts.columns)
    if score.isna().any():
        raise DataError(f"category {score.index[score.isna()][0]} has postings but no exposure")
    by_category, by_city = counts.sum(), counts.sum(axis=1)
    for total, kind in ((by_category, "category"), (by_city, "city")):
        if (total == 0).any():
            raise DataError(f"{kind} {total.index[total == 0][0]} has no postings; leave it out")
    return pd.DataFrame(
        {
            "postings": by_city,
            "report": (counts / by_category) @ score,
            "size_free": counts.div(by_city, axis=0) @ score,
        }
    )


def ranks(scores: pd.DataFrame) -> pd.DataFrame:
    """Rank of each row in each column, 1 the highest; equal values share their mean rank."""
    return scores.rank(ascending=False)


def exposure_by_category(counts: pd.DataFrame) -> pd.DataFrame:
    """Mean exposure of each category's postings, one column a period.

    Parameters
    ----------
    counts
        ``category``, ``period``, ``postings`` and ``exposure_sum``, one row a city, category and period.
    """
    sums = counts.groupby(["category", "period"])[["exposure_sum", "postings"]].sum()
    return (sums["exposure_sum"] / sums["postings"]).unstack()
