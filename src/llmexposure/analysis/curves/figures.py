"""Specification curve in two panels side by side: sorted estimates, and what each choice does to them."""

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

ROW, GAP = 0.111, 0.25  # inches that a choice takes; rows between the choices of two axes
FOOT, TOP = 0.42, 0.28  # inches below the panels for their labels, above them for the key
LETTERS = 8  # points: two of these figures stand on a page
LEFT, RIGHT = (0.76, 1.90), (4.78, 1.06)  # inches where a panel begins, and its width
PANEL_POINTS = 150  # width of the left panel
HEADS, MEDIANS = -144, 29  # points from the left and the right end of the right panel
# Slopes of a choice that its thick and its thin bar hold.
MIDDLE, MOST = (0.25, 0.75), (0.1, 0.9)

Axis = tuple[str, str, Mapping[str, str]]


def specification_curve(rows: pd.DataFrame, axes: Sequence[Axis], *, y_label: str) -> Figure:
    """Sorted slopes with 95% intervals and the curve under permutation; slopes by each choice.

    Parameters
    ----------
    rows
        Sorted by ``slope``: ``ci_low``, ``ci_high``, ``null_low``, ``null_high``, ``headline`` (true
        for the paper's own specification) and one column an axis.
    axes
        For each axis its column, its printed name and its values with their printed names.

    The right panel shows, of all specifications that made a choice, the median slope, the middle half
    (thick) and the middle four fifths (thin).
    """
    lines = sum(len(values) for *_, values in axes) + GAP * (len(axes) - 1)
    height = ROW * max(lines, 14)
    # Places are given, not fitted: names stand outside the panels, and all curves look alike.
    figure = plt.figure(figsize=(style.TEXT_WIDTH, FOOT + height + TOP))
    figure.set_layout_engine("none")
    whole = FOOT + height + TOP
    left, right = (
        figure.add_axes(
            (x / style.TEXT_WIDTH, FOOT / whole, width / style.TEXT_WIDTH, height / whole)
        )
        for x, width in (LEFT, RIGHT)
    )
    _estimates(left, rows)
    _key(figure, headline=bool(rows["headline"].any()))
    left.set_ylabel(y_label, fontsize=LETTERS)
    left.set_xlabel(f"Specifications, sorted by slope (N = {len(rows):,})", fontsize=LETTERS)
    _choices(right, rows, axes)
    right.set_xlabel("Slope by choice", fontsize=LETTERS)
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
    ax.set_xlim(0, len(rows))
    ax.tick_params(labelsize=LETTERS)


def _key(figure: Figure, *, headline: bool) -> None:
    """Names of the marks, in a line above both panels."""
    marks = {"95% interval without zero": style.BLUE, "with zero": "0.7",
             "exposure permuted, middle 95%": "0.9"}  # fmt: skip
    handles: list[Artist] = [
        Rectangle((0, 0), 1, 1, color=colour, lw=0) for colour in marks.values()
    ]
    names = list(marks)
    if headline:
        handles.append(Line2D([], [], marker="o", ls="", ms=4.5, color=style.ORANGE))
        names.append("headline specification")
    figure.legend(handles, names, loc="upper left", ncols=4, fontsize=LETTERS, handlelength=1,
                  columnspacing=1.2, borderpad=0, borderaxespad=0.1)  # fmt: skip


def _limits(ax: Axes, rows: pd.DataFrame) -> None:
    """Show all slopes; the longest 1% of intervals may leave the panel."""
    low = min(rows["ci_low"].quantile(0.01), rows["slope"].min(), rows["null_low"].min())
    high = max(rows["ci_high"].quantile(0.99), rows["slope"].max(), rows["null_high"].max())
    pad = 0.04 * (high - low)
    ax.set_ylim(low - pad, high + pad)


def _choices(ax: Axes, rows: pd.DataFrame, axes: Sequence[Axis]) -> None:
    """One row a choice: median, middle half and middle four fifths of its slopes."""
    y, heads, names, medians, height = [], [], [], [], 0.0
    for column, name, values in axes:
        heads.append((height, name))
        for value, label in values.items():
            slopes = rows.loc[rows[column] == value, "slope"]
            for ends, width, shade in ((MOST, 0.8, 0.55), (MIDDLE, 2.6, 0.45)):
                ax.hlines(
                    height, *slopes.quantile(list(ends)), color=style.BLUE, lw=width, alpha=shade
                )
            ax.plot(slopes.median(), height, "o", color=style.BLUE, ms=3.2)
            y, names = [*y, height], [*names, label]
            medians.append((height, printed(slopes.median(), "slope", 2)))
            height += 1
        height += GAP
    ax.axvline(0, color="0.3", lw=0.6, ls="--", zorder=0)
    ax.set_yticks(y, names, fontsize=LETTERS)
    ax.set_ylim(height - GAP - 0.4, -0.6)
    ax.tick_params(axis="y", length=0)
    ax.tick_params(axis="x", labelsize=LETTERS)
    _beside(ax, heads, medians)


def _beside(
    ax: Axes, heads: Sequence[tuple[float, str]], medians: Sequence[tuple[float, str]]
) -> None:
    """Names of the axes at the far left, medians at the right."""
    # Offsets in points: fractions of a panel that the layout still narrows end outside the figure.
    place = ax.get_yaxis_transform()
    style_of: dict[str, Any] = {
        "xycoords": place, "textcoords": "offset points", "va": "center", "fontsize": LETTERS,
    }  # fmt: skip
    for line, name in heads:
        ax.annotate(name, (0, line), (HEADS, 0), color=style.BLUE, **style_of)
    for line, text in medians:
        ax.annotate(text, (1, line), (MEDIANS, 0), ha="right", **style_of)
    ax.annotate("median", (1, -1.15), (MEDIANS, 0), ha="right", color="0.35", **style_of)
    ax.spines["left"].set_visible(False)
