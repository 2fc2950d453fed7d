"""Figures of the freelance comparison: averages and their baselines, printed beside observed changes."""

from collections.abc import Mapping

import matplotlib.dates as mdates
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter

from llmexposure.report import style


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
        ax.text(0.99, 0.98 - 0.1 * row, name, color=colour, fontsize=7, ha="right", va="top",
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
