"""Means over periods of months, compared like with like."""

import numpy as np
import pandas as pd

from llmexposure.base.errors import DataError
from llmexposure.base.spans import months_between


def period_mean(wide: pd.DataFrame, first: str, last: str) -> pd.Series:
    """Mean index of each unit over the months; missing where any month is.

    Raises
    ------
    DataError
        When a month is not in the table.
    """
    months = months_between(first, last)
    absent = [m for m in months if m not in wide.columns]
    if absent or not months:
        raise DataError(
            f"period {first} to {last}: {', '.join(absent) or 'no month'} not in the data; "
            f"expected months from {wide.columns.min()} to {wide.columns.max()}"
        )
    return wide[months].mean(axis=1, skipna=False)


def period_change(
    wide: pd.DataFrame, baseline: tuple[str, str], comparison: tuple[str, str]
) -> pd.Series:
    """Log change of the mean index between two periods, each given by its first and last month.

    Examples
    --------
    >>> wide = pd.DataFrame([[1.0, 3.0, 4.0]], columns=["2022-01", "2022-02", "2022-03"])
    >>> period_change(wide, ("2022-01", "2022-02"), ("2022-03", "2022-03")).round(3).tolist()
    [0.693]
    """
    change = np.log(period_mean(wide, *comparison)) - np.log(period_mean(wide, *baseline))
    return change.dropna().rename("change")


def year_to(month: str) -> tuple[str, str]:
    """First and last month of the twelve that end with a month.

    Examples
    --------
    >>> year_to("2022-11")
    ('2021-12', '2022-11')
    """
    return str(pd.Period(month, "M") - 11), month


def quarters(wide: pd.DataFrame, event: str, before: int, last: str) -> pd.DataFrame:
    """Log mean index by quarter, counted from the event so that one quarter ends with its month.

    Parameters
    ----------
    event
        Last month of the base quarter.
    before
        Quarters before the base quarter.
    last
        No quarter ends after this month.

    Returns
    -------
    pandas.DataFrame
        Units that miss no month, by quarters named after their last month.
    """
    end = pd.Period(event, "M")
    count = (pd.Period(last, "M") - end).n // 3
    ends = [end + 3 * k for k in range(-before, count + 1)]
    means = {str(e): period_mean(wide, str(e - 2), str(e)) for e in ends}
    return np.log(pd.DataFrame(means)).dropna()


def half_year_changes(wide: pd.DataFrame, first: str) -> dict[str, pd.Series]:
    """Log change of every half-year's mean to that of the same half a year later.

    Parameters
    ----------
    first
        First month of the earliest half-year, a January or a July.

    Returns
    -------
    dict
        Name such as ``h1_2022_h1_2023`` to the changes, as far as the data go.
    """
    last = pd.Period(wide.columns.max(), "M")
    found = {}
    start = pd.Period(first, "M")
    while start + 17 <= last:
        pairs = [(str(s), str(s + 5)) for s in (start, start + 12)]
        names = [f"h{1 if start.month == 1 else 2}_{year}" for year in (start.year, start.year + 1)]
        found["_".join(names)] = period_change(wide, *pairs)
        start += 6
    return found
