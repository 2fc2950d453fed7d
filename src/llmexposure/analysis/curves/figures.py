"""Specification curve in the usual two panels: sorted estimates above, their choices below."""

from collections.abc import Mapping, Sequence
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle

from llmexposure.report import style
from llmexposure.report.record import printed

# Thousands of ticks side by side merge into a bar: below, neighbours on the curve share a cell.
CELLS = 120
ROW = 0.125  # inches a choice takes
TOP = 1.9  # inches of the upper panel
PANEL_POINTS = 310  # width of the panels
HEADS, MEDIANS = -112, 22  # points from the left and the right end of the panel

Axis = tuple[str, str, Mapping[str, str]]


def specification_curve(rows: pd.DataFrame, axes: Sequence[Axis], *, y_label: str) -> Figure:
    """Sorted slopes with 95% intervals, the curve under permutation, and the choices behind each.

    Parameters
    ----------
    rows
        Sorted by ``slope``: ``ci_low``, ``ci_high``, ``null_low``, ``null_high``, ``headline`` (true
        for the paper's own specification) and one column an axis.
    axes
        For each axis its column, its printed name and its values with their printed names.

    The lower panel is darkest where neighbouring specifications agree on the choice; at its right
    stands the median slope of all specifications that made it.
    """
    lines = sum(len(values) for *_, values in axes) + len(axes) - 1
    figure, (top, bottom) = plt.subplots(
        2, 1, figsize=(style.TEXT_WIDTH, TOP + ROW * lines), sharex=True,
        height_ratios=[TOP, ROW * lines],
    )  # fmt: skip
    _estimates(top, rows)
    top.set_ylabel(y_label)
    _choices(bottom, rows, axes)
    bottom.set(xlabel=f"Specifications, sorted by slope (N = {len(rows):,})", xlim=(0, len(rows)))
    return figure


def _estimates(ax: Axes, rows: pd.DataFrame) -> None:
    x = np.arange(len(rows)) + 0.5
    far = (rows["ci_low"] > 0) | (rows["ci_high"] < 0)
    width = min(0.6, PANEL_POINTS / len(rows))
    ax.fill_between(x, rows["null_low"], rows["null_high"], color="0.9", lw=0)
    for some, colour in ((~far, "0.7"), (far, style.BLUE)):
        part = rows[some]
        ax.vlines(x[some], part["ci_low"], part["ci_high"], color=colour, lw=width,
                  alpha=0.6, rasterized=True)  # fmt: skip
    ax.plot(x, rows["slope"], color="black", lw=0.9)
    ax.axhline(0, color="0.3", lw=0.6, ls="--")
    ax.plot(x[rows["headline"]], rows.loc[rows["headline"], "slope"], "o", ms=4.5, mec="white",
            mew=0.5, color=style.ORANGE)  # fmt: skip
    _limits(ax, rows)
    ax.tick_params(axis="x", length=0, labelbottom=False)
    _key(ax, headline=bool(rows["headline"].any()))


def _key(ax: Axes, *, headline: bool) -> None:
    marks = {"95% interval without zero": style.BLUE, "with zero": "0.7",
             "exposure permuted, middle 95%": "0.9"}  # fmt: skip
    handles: list[Artist] = [
        Rectangle((0, 0), 1, 1, color=colour, lw=0) for colour in marks.values()
    ]
    names = list(marks)
    if headline:
        handles.append(Line2D([], [], marker="o", ls="", ms=4.5, color=style.ORANGE))
        names.append("headline specification")
    ax.legend(handles, names, loc="lower center", bbox_to_anchor=(0.4, 1), ncols=4, fontsize=7,
              handlelength=1, columnspacing=1.2)  # fmt: skip


def _limits(ax: Axes, rows: pd.DataFrame) -> None:
    """Show all slopes; the longest 1% of intervals may leave the panel."""
    low = min(rows["ci_low"].quantile(0.01), rows["slope"].min(), rows["null_low"].min())
    high = max(rows["ci_high"].quantile(0.99), rows["slope"].max(), rows["null_high"].max())
    pad = 0.04 * (high - low)
    ax.set_ylim(low - pad, high + pad)


def _choices(ax: Axes, rows: pd.DataFrame, axes: Sequence[Axis]) -> None:
    cell = np.arange(len(rows)) * min(CELLS, len(rows)) // len(rows)
    shades, labels, medians, heads = [], [], [], []
    for column, name, values in axes:
        heads.append((len(shades), name))
        for value, label in values.items():
            made = (rows[column] == value).astype(float)
            # Fully dark where the choice is two and a half times as frequent as by chance, or alone.
            shades.append(made.groupby(cell).mean() / min(1, 2.5 / len(values)))
            labels.append(label)
            medians.append(printed(rows.loc[made > 0, "slope"].median(), "slope", 2))
        gap = pd.Series(np.nan, index=shades[-1].index)
        shades, labels, medians = [*shades, gap], [*labels, ""], [*medians, ""]
    image = np.array(shades[:-1])
    extent = (0, len(rows), len(image) - 0.5, -0.5)
    ax.imshow(image, aspect="auto", cmap="Blues", vmin=0, vmax=1.15, extent=extent,
              interpolation="nearest")  # fmt: skip
    shown = [i for i, label in enumerate(labels) if label]
    ax.set_yticks(shown, [labels[i] for i in shown], fontsize=6.5)
    ax.tick_params(axis="y", length=0)
    _beside(ax, heads, medians[:-1])


def _beside(ax: Axes, heads: Sequence[tuple[int, str]], medians: Sequence[str]) -> None:
    """Names of the axes at the far left, medians at the right."""
    # Offsets in points: fractions of a panel that the layout still narrows end outside the figure.
    place = ax.get_yaxis_transform()
    style_of: dict[str, Any] = {"xycoords": place, "textcoords": "offset points", "va": "center"}
    for line, name in heads:
        ax.annotate(name, (0, line), (HEADS, 0), fontsize=7.5, color=style.BLUE, **style_of)
    for line, text in enumerate(medians):
        ax.annotate(text, (1, line), (MEDIANS, 0), ha="right", fontsize=6.5, **style_of)
    ax.annotate(
        "median", (1, -1.25), (MEDIANS, 0), ha="right", fontsize=6.5, color="0.4", **style_of
    )
    ax.spines[:].set_visible(False)
