"""Plots of general kinds: each takes a tidy table and returns one figure; saving is elsewhere.

Figures that one notebook uses are in its module of `analysis`.
"""

from collections.abc import Sequence

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.dates import DateFormatter, YearLocator
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter

from llmexposure.base.files import canonical_frame
from llmexposure.report import style


def scatter_fit(
    frame: pd.DataFrame,
    x: str,
    y: str,
    *,
    x_label: str,
    y_label: str,
    names: str | None = None,
    size: str | None = None,
    height: float = 3.6,
) -> Figure:
    """Scatter of two columns with the least-squares line.

    Parameters
    ----------
    names
        Column with the label of each point; None draws no labels.
    size
        Column that sets the marker area (for example employment); None for equal markers.
    """
    data = frame.dropna(subset=[x, y])
    figure, ax = plt.subplots(figsize=(style.TEXT_WIDTH, height))
    sns.scatterplot(
        data=data, x=x, y=y, size=size, sizes=(8, 160), color=style.BLUE, alpha=0.65,
        linewidth=0, legend=False, ax=ax,
    )  # fmt: skip
    fit_line(ax, data[x], data[y])
    ax.set(xlabel=x_label, ylabel=y_label)
    ax.margins(0.08)
    if names is not None:
        style.label_points(ax, data[x].tolist(), data[y].tolist(), data[names].tolist())
    return figure


def fit_line(ax: Axes, x: pd.Series, y: pd.Series) -> None:
    """Draw the least-squares line over the range of x."""
    slope, intercept = np.polyfit(x, y, 1)
    ends = np.array([x.min(), x.max()])
    ax.plot(ends, intercept + slope * ends, color=style.ORANGE)


def forest(rows: pd.DataFrame, *, x_label: str, reference: float = 0) -> Figure:
    """Estimates with 95% intervals, one row a specification, top to bottom.

    Parameters
    ----------
    rows
        ``label``, ``value``, ``ci_low``, ``ci_high``, ``n``.
    """
    rows = canonical_frame(rows)
    figure, ax = plt.subplots(figsize=(style.TEXT_WIDTH, 0.5 + 0.24 * len(rows)))
    y = np.arange(len(rows))[::-1]
    ax.axvline(reference, color="0.6", lw=0.6)
    ax.hlines(y, rows["ci_low"], rows["ci_high"], color=style.BLUE, lw=1.4)
    ax.plot(rows["value"], y, "o", color=style.BLUE, ms=4)
    labels = [f"{row.label} (N = {row.n:,.0f})" for row in rows.itertuples()]
    ax.set_yticks(y, labels, parse_math=False)
    ax.tick_params(axis="y", length=0)
    ax.set(xlabel=x_label, ylabel="", ylim=(-0.7, len(rows) - 0.3))
    return figure


def event_path(
    path: pd.DataFrame,
    *,
    event: str,
    event_label: str,
    y_label: str,
    tested: Sequence[str] = (),
) -> Figure:
    """Coefficients by month with 95% intervals; the event and the tested pre-period are marked.

    Parameters
    ----------
    path
        ``period`` (YYYY-MM), ``slope``, ``ci_low``, ``ci_high``.
    event, event_label
        Month of the event, and what happened.
    tested
        Months in the joint pre-trend test, shaded.
    """
    when = pd.to_datetime(path["period"])
    figure, ax = plt.subplots(figsize=(style.TEXT_WIDTH, 2.8))
    if tested:
        ax.axvspan(pd.Timestamp(tested[0]), pd.Timestamp(tested[-1]), color="0.92", lw=0)
        middle = pd.Timestamp(tested[len(tested) // 2])
        ax.text(middle, 1.02, "pre-trend test", ha="center", va="bottom", fontsize=style.SMALL,
                color="0.35", transform=ax.get_xaxis_transform())  # fmt: skip
    ax.axhline(0, color="0.6", lw=0.6)
    ax.axvline(pd.Timestamp(event), color=style.ORANGE, lw=0.8, ls="--")
    ax.fill_between(when, path["ci_low"], path["ci_high"], color=style.BLUE, alpha=0.2, lw=0)
    ax.plot(when, path["slope"], color=style.BLUE)
    # Above the axes, where no line or band is.
    ax.text(pd.Timestamp(event), 1.02, event_label, fontsize=style.SMALL, color=style.ORANGE,
            va="bottom", transform=ax.get_xaxis_transform())  # fmt: skip
    ax.set(xlabel="Month", ylabel=y_label)
    return figure


def lines(
    series: pd.DataFrame, *, y_labels: Sequence[str], event: str | None = None, height: float = 2.6
) -> Figure:
    """Monthly series, one panel a column, side by side.

    Parameters
    ----------
    series
        Index of months (YYYY-MM), one column a panel.
    """
    figure, axes = plt.subplots(
        1, series.shape[1], figsize=(style.TEXT_WIDTH, height), squeeze=False
    )
    when = pd.to_datetime(series.index)
    for ax, column, label, colour in zip(axes[0], series, y_labels, style.PALETTE, strict=False):
        ax.plot(when, series[column], color=colour)
        if event:
            ax.axvline(pd.Timestamp(event), color="0.6", lw=0.8, ls="--")
        ax.set(ylabel=label, xlabel="Month")
        ax.xaxis.set_major_locator(YearLocator())
        ax.xaxis.set_major_formatter(DateFormatter("%Y"))
    return figure


def share_lines(
    series: pd.DataFrame, *, y_label: str, event: str | None = None, height: float = 2.8
) -> Figure:
    """Monthly shares in one panel, each line labelled at its end.

    Parameters
    ----------
    series
        Index of months (YYYY-MM), one column a line, named as it should be labelled.
    """
    figure, ax = plt.subplots(figsize=(style.TEXT_WIDTH, height))
    when = pd.to_datetime(series.index)
    ends: list[tuple[str, pd.Timestamp, float, str]] = []
    for name, colour in zip(series, style.PALETTE, strict=False):
        ax.plot(when, series[name], color=colour)
        last = series[name].last_valid_index()
        ends.append((name, pd.Timestamp(last), float(series[name][last]), colour))
    _label_ends(ax, ends)
    if event:
        ax.axvline(pd.Timestamp(event), color="0.6", lw=0.8, ls="--")
    ax.yaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    ax.set(xlabel="Month", ylabel=y_label)
    return figure


def _label_ends(ax: Axes, ends: list[tuple[str, pd.Timestamp, float, str]]) -> None:
    """Names at the ends of lines, pushed up where two would touch."""
    low, high = ax.get_ylim()
    gap, previous = (high - low) * 0.055, -np.inf
    for name, when, value, colour in sorted(ends, key=lambda e: e[2]):
        height = max(value, previous + gap)
        ax.annotate(f" {name}", (when, height), color=colour, va="center", fontsize=style.SMALL)
        previous = height


def grouped_bars(frame: pd.DataFrame, *, x_label: str, height: float) -> Figure:
    """Horizontal paired markers by group: one row a group, one marker a column.

    Parameters
    ----------
    frame
        Index of group labels, one column a measure, in the order to draw from top to bottom.
    """
    figure, ax = plt.subplots(figsize=(style.TEXT_WIDTH, height))
    y = np.arange(len(frame))[::-1]
    ax.hlines(y, frame.min(axis=1), frame.max(axis=1), color="0.8", lw=1)
    markers = ["o", "s", "D", "^"]
    for column, colour, marker in zip(frame, style.PALETTE, markers, strict=False):
        ax.plot(frame[column], y, marker, color=colour, ms=4.5, label=column)
    ax.set_yticks(y, frame.index)
    ax.tick_params(axis="y", length=0)
    ax.legend(loc="lower right")
    ax.set(xlabel=x_label)
    return figure


def counts_heatmap(counts: pd.DataFrame, *, x_label: str, y_label: str) -> Figure:
    """Table of two raters' labels as a heat map with the counts written in."""
    figure, ax = plt.subplots(figsize=(style.HALF_WIDTH, 2.6))
    sns.heatmap(counts, annot=True, fmt=",d", cmap="Blues", cbar=False, linewidths=0.5, ax=ax)
    ax.set(xlabel=x_label, ylabel=y_label)
    return figure
