"""Notebook 15: printed changes of freelance posts beside employers' postings, and where averages begin.

A trailing average of w days first exists w - 1 days after the data begin. When the data begin shortly
before the event, that first complete day is after the event and its window holds days of both sides, so
it is no baseline. With data from long enough before, the average of the event's own day has only days up
to the event in its window. (A centred average of that day always looks ahead half a window.)
"""

from collections.abc import Mapping
from dataclasses import dataclass

import matplotlib.dates as mdates
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter

from llmexposure.base.errors import DataError
from llmexposure.base.estimate import Estimate
from llmexposure.estimation.regression.correlation import exact_p, spearman
from llmexposure.estimation.regression.ols import Slope, cross_section
from llmexposure.report import style


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


def slopes_by_average(
    daily: pd.DataFrame,
    exposure: pd.Series,
    choices: Mapping[str, tuple[int, bool, str, str]],
    *,
    draws: int,
    seed: int,
) -> dict[str, Slope]:
    """Slope of the log change on exposure for several ways of averaging.

    Parameters
    ----------
    daily
        Indexed by day, one column a sector.
    choices
        Name to (window in days, centred, first day, last day).
    """
    found = {}
    for name, (window, centred, start, end) in choices.items():
        days = pd.Timestamp(start), pd.Timestamp(end)
        change = log_change_of_average(daily, window, *days, centred=centred)
        frame = pd.DataFrame({"change": change, "exposure": exposure})
        found[name] = cross_section(frame, "change", "exposure", draws=draws, seed=seed)
    return found


def beside_sectors(
    printed: pd.DataFrame, categories: pd.DataFrame, change: pd.Series, exposure: pd.Series
) -> pd.DataFrame:
    """Each category's printed change with its nearest sector's change and its occupation's exposure.

    Parameters
    ----------
    printed
        ``item``, ``value`` (fraction).
    categories
        From `data.taxonomy.upwork.read_upwork_indeed`.
    change
        Log change by sector.
    exposure
        By SOC occupation.

    Returns
    -------
    pandas.DataFrame
        Indexed by category, most negative printed change first: ``label``, ``sector``, ``fit``,
        ``printed``, ``sector_change`` and ``relative_change`` (fractions; the latter against the median
        sector), ``log_printed``, ``exposure``. What has no sector has no sector change.
    """
    table = categories.set_index("category").join(printed.set_index("item")["value"], how="inner")
    log_sector = table["sector"].map(change)
    return table.assign(
        printed=table["value"],
        sector_change=np.expm1(log_sector),
        relative_change=np.expm1(log_sector - change.median()),
        log_printed=np.log1p(table["value"]),
        exposure=table["soc"].map(exposure),
    ).sort_values("printed")


@dataclass(frozen=True)
class Agreement:
    """How far two columns of changes agree over a handful of categories.

    Attributes
    ----------
    same_sign, n
        Categories whose two changes have the same sign, of how many.
    rank
        Spearman correlation.
    exact_p
        Over every order of the categories.
    """

    same_sign: int
    n: int
    rank: Estimate
    exact_p: float


def agreement(frame: pd.DataFrame, first: str, second: str) -> Agreement:
    """Signs and ranks of two columns of changes; categories that lack either do not count."""
    data = frame.dropna(subset=[first, second])
    same = int((np.sign(data[first]) == np.sign(data[second])).sum())
    return Agreement(
        same, len(data), spearman(data, first, second), exact_p(data[first], data[second])
    )


def wage_growth(wages: pd.DataFrame, months: Mapping[str, str]) -> pd.DataFrame:
    """Growth of posted wages over the year up to each month, three-month means, one row a sector.

    Parameters
    ----------
    months
        Name of the column to month.
    """
    wide = wages.pivot(index="sector", columns="month", values="growth_yoy_3mo")
    return wide[list(months.values())].set_axis(list(months), axis=1)


def average_panels(
    daily: pd.DataFrame,
    complete: pd.DataFrame,
    truncated: pd.DataFrame,
    *,
    event: str,
    begin: str,
    labels: Mapping[str, str],
    y_label: str,
) -> Figure:
    """Daily series and its moving average from long and from short data, one panel a series.

    Parameters
    ----------
    daily, complete, truncated
        Indexed by day, one column a series: the series; its average; the average of the data that
        begin late (missing before its first complete day).
    event
        The day that changes should be taken from; both baselines are marked with a dot.
    begin
        First day of the data that begin late.
    labels
        Column to panel title, in the order to draw.
    """
    figure, axes = plt.subplots(
        2, -(-len(labels) // 2), figsize=(style.TEXT_WIDTH, 4.2), sharex=True
    )
    for ax, (name, title) in zip(axes.flat, labels.items(), strict=False):
        ax.plot(daily.index, daily[name], color="0.75", lw=0.8)
        ax.plot(complete.index, complete[name], color=style.BLUE)
        ax.plot(truncated.index, truncated[name], color=style.ORANGE, lw=3.2, alpha=0.5, zorder=1)
        first = truncated[name].first_valid_index()
        ax.plot(pd.Timestamp(event), complete.loc[event, name], "o", color=style.BLUE, ms=5)
        ax.plot(first, truncated.loc[first, name], "s", color=style.ORANGE, ms=5)
        ax.axvline(pd.Timestamp(event), color="0.6", lw=0.8, ls="--")
        ax.set(title=title, xlim=(daily.index[0], daily.index[-1]))
        ax.xaxis.set_major_locator(mdates.MonthLocator((1, 7)))
        ax.xaxis.set_major_formatter(mdates.DateFormatter("%b\n%Y"))
    for ax in axes[:, 0]:
        ax.set_ylabel(y_label)
    _key(axes.flat[0], begin)
    return figure


def _key(ax: Axes, begin: str) -> None:
    """Names of the three lines, in their colours, at the top right of one panel."""
    names = [("daily", "0.5"), ("average, long data", style.BLUE),
             (f"average, data from {begin}", style.ORANGE)]  # fmt: skip
    for row, (name, colour) in enumerate(names):
        ax.text(0.99, 0.98 - 0.1 * row, name, color=colour, fontsize=style.SMALL, ha="right", va="top",
                transform=ax.transAxes)  # fmt: skip


def printed_beside(frame: pd.DataFrame, *, columns: Mapping[str, str], x_label: str) -> Figure:
    """Printed change of each category beside changes of its nearest sector, one row a category.

    Parameters
    ----------
    frame
        Indexed by label, in the order to draw from top to bottom.
    columns
        Column to legend; the first is the printed one.
    """
    figure, ax = plt.subplots(figsize=(style.TEXT_WIDTH, 0.9 + 0.27 * len(frame)))
    y = np.arange(len(frame))[::-1]
    ax.axvline(0, color="0.6", lw=0.6)
    ax.hlines(y, frame[list(columns)].min(axis=1), frame[list(columns)].max(axis=1), color="0.85")
    looks = [("s", style.GREEN, style.GREEN), ("o", style.BLUE, style.BLUE),
             ("o", "white", style.BLUE)]  # fmt: skip
    for (column, label), (marker, face, edge) in zip(columns.items(), looks, strict=True):
        ax.plot(frame[column], y, marker, mfc=face, mec=edge, ms=5.5, label=label)
    ax.set_yticks(y, frame.index)
    ax.tick_params(axis="y", length=0)
    ax.xaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    ax.legend(loc="lower center", bbox_to_anchor=(0.4, 1.0), ncols=3)
    ax.set(xlabel=x_label, ylim=(-0.7, len(frame) - 0.3))
    return figure


def before_and_after(
    frame: pd.DataFrame, *, labels: tuple[str, str], x_label: str, y_label: str
) -> Figure:
    """Growth in the year before and in the year after, one row a sector.

    Parameters
    ----------
    frame
        Indexed by label, in the order to draw from top to bottom: ``before``, ``after`` (fractions).
    labels
        What to call the two years.
    """
    figure, ax = plt.subplots(figsize=(style.TEXT_WIDTH, 0.9 + 0.2 * len(frame)))
    y = np.arange(len(frame))[::-1]
    ax.hlines(y, frame["after"], frame["before"], color="0.85")
    ax.plot(frame["before"], y, "o", mfc="white", mec=style.GREY, ms=5, label=labels[0])
    ax.plot(frame["after"], y, "o", color=style.BLUE, ms=5, label=labels[1])
    ax.xaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    ax.set_yticks(y, frame.index)
    ax.tick_params(axis="y", length=0)
    ax.legend(loc="lower center", bbox_to_anchor=(0.4, 1.0), ncols=2)
    ax.set(xlabel=x_label, ylabel=y_label, xlim=(0, None), ylim=(-0.7, len(frame) - 0.3))
    return figure
