"""Changes of daily series after a moving average, and what a late start does to the baseline.

A trailing average of w days first exists w - 1 days after the data begin. When the data begin shortly
before the event, that first complete day is after the event and its window holds days of both sides, so
it is no baseline. With data from long enough before, the average of the event's own day has only days up
to the event in its window. (A centred average of that day always looks ahead half a window.)
"""

import numpy as np
import pandas as pd

from llmexposure.base.errors import DataError


def by_day(table: pd.DataFrame) -> pd.DataFrame:
    """Wide table with a ``date`` column as a table indexed by day, every day present.

    Raises
    ------
    DataError
        When a day is absent or repeated: a window of days would not be a window of rows.
    """
    daily = table.assign(date=pd.to_datetime(table["date"])).set_index("date").sort_index()
    whole = pd.date_range(daily.index[0], daily.index[-1])
    if not daily.index.equals(whole):
        wrong = daily.index[daily.index.duplicated()].union(whole.difference(daily.index))
        raise DataError(
            f"daily table: {wrong[0].date()} is absent or repeated; expected each day once"
        )
    return daily


def moving_average(daily: pd.DataFrame, window: int, *, centred: bool = False) -> pd.DataFrame:
    """Mean over ``window`` days, missing where any of them is missing.

    Parameters
    ----------
    daily
        One row a day (see `by_day`), one column a series.
    window
        Days. The window of a day ends with that day; ``centred``: it starts ``window // 2`` days before.

    Examples
    --------
    >>> days = pd.date_range("2023-01-01", periods=4)
    >>> daily = pd.DataFrame({"a": [1.0, 2.0, 3.0, 4.0]}, index=days)
    >>> moving_average(daily, 2)["a"].tolist()
    [nan, 1.5, 2.5, 3.5]
    """
    if not 1 <= window <= len(daily):
        raise DataError(
            f"window of {window} days: expected 1 to {len(daily)}, the days of the table"
        )
    return daily.rolling(window, center=centred, min_periods=window).mean()


def first_complete_day(begin: str, window: int, *, centred: bool = False) -> pd.Timestamp:
    """First day whose window lies wholly in data that begin on ``begin``.

    Examples
    --------
    >>> first_complete_day("2022-11-01", 84).date().isoformat()
    '2023-01-23'
    """
    return pd.Timestamp(begin) + pd.Timedelta(days=window // 2 if centred else window - 1)


def last_complete_day(end: str, window: int, *, centred: bool = False) -> pd.Timestamp:
    """Last day whose window lies wholly in data that end on ``end``."""
    ahead = (window - 1) // 2 if centred else 0
    return pd.Timestamp(end) - pd.Timedelta(days=ahead)


def log_change_of_average(
    daily: pd.DataFrame,
    window: int,
    start: pd.Timestamp,
    end: pd.Timestamp,
    *,
    centred: bool = False,
) -> pd.Series:
    """Log change of the moving average between two days, by series; missing stays missing.

    Raises
    ------
    DataError
        When a day is outside the table, or no series has a complete window on it.
    """
    average = moving_average(daily, window, centred=centred)
    for day in (start, end):
        if day not in average.index or average.loc[day].isna().all():
            raise DataError(
                f"{pd.Timestamp(day).date()}: no complete window of {window} days; the table covers "
                f"{daily.index[0].date()} to {daily.index[-1].date()}"
            )
    return np.log(average.loc[end] / average.loc[start])


def baselines(
    daily: pd.DataFrame, window: int, *, begin: str, event: str, end: str, centred: bool = False
) -> pd.DataFrame:
    """The same change from two baselines: the event's own day, and the first day that late data allow.

    Parameters
    ----------
    daily
        Table that reaches back at least ``window`` days before the event.
    begin, end
        First and last day of the data that the second baseline may use.
    event
        The day that changes are meant to be taken from.

    Returns
    -------
    pandas.DataFrame
        By series: ``complete`` and ``truncated`` (log changes), and ``shift``, the second less the
        first.
    """
    last = last_complete_day(end, window, centred=centred)
    first = first_complete_day(begin, window, centred=centred)
    inside = daily.loc[begin:end]
    complete = log_change_of_average(
        daily, window, pd.Timestamp(event), pd.Timestamp(end), centred=centred
    )
    truncated = log_change_of_average(inside, window, first, last, centred=centred)
    return pd.DataFrame(
        {"complete": complete, "truncated": truncated, "shift": truncated - complete}
    ).rename_axis("sector")
