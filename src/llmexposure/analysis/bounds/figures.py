"""Figures of notebook 09: intervals of the index, sets of slopes, frontiers of assumptions."""

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from llmexposure.report import style


def index_interval_panels(intervals: pd.DataFrame) -> Figure:
    """Intervals of the index by category, one panel a year, most exposed first.

    Parameters
    ----------
    intervals
        ``label``, ``year`` and the ends ``printed_low``, ``printed_high``, ``ordered_low``,
        ``ordered_high``; categories in the order to draw from top to bottom.
    """
    years = sorted(intervals["year"].unique())
    figure, axes = plt.subplots(1, len(years), figsize=(style.TEXT_WIDTH, 3.4), sharey=True)
    for ax, year in zip(axes, years, strict=True):
        rows = intervals[intervals["year"] == year]
        y = np.arange(len(rows))[::-1]
        _ranges(ax, rows["printed_low"], rows["printed_high"], y, style.GREEN, 0.35)
        _ranges(ax, rows["ordered_low"], rows["ordered_high"], y, style.GREEN, 1.0)
        ax.set(xlabel="Exposure index (0 to 1)", title=str(year), xlim=(-0.02, 1.02))
        ax.set_yticks(y, rows["label"])
        ax.tick_params(axis="y", length=0)
        ax.grid(axis="x", color="0.9")
    looks = {"printed figures only": 0.35, "and the order of the text is the order": 1.0}
    keys = [Line2D([], [], color=style.GREEN, lw=3.5, alpha=a, label=w) for w, a in looks.items()]
    figure.legend(handles=keys, loc="outside upper center", ncols=2)
    return figure


def slope_sets(bounds: pd.DataFrame, *, titles: Mapping[str, str], near: float = 1.0) -> Figure:
    """Sets of slopes (left, in points, linear within ``near`` and logarithmic beyond) and correlations.

    Parameters
    ----------
    bounds
        ``relationship``, ``label``, ``slope_min``, ``slope_max`` (shares per unit of exposure),
        ``correlation_min``, ``correlation_max``; rows in the order to draw from top to bottom.
    titles
        Title of each relationship, one pair of panels each.
    """
    heights = [bounds["relationship"].eq(name).sum() + 0.8 for name in titles]
    figure, axes = plt.subplots(
        len(titles), 2, figsize=(style.TEXT_WIDTH, 0.22 * sum(heights) + 1.0), sharey="row",
        sharex="col", gridspec_kw={"height_ratios": heights, "width_ratios": [1.25, 1]},
    )  # fmt: skip
    for (slopes, correlations), (name, title) in zip(axes, titles.items(), strict=True):
        rows = bounds[bounds["relationship"] == name]
        y = np.arange(len(rows))[::-1]
        for ax, what, scale in ((slopes, "slope", 100), (correlations, "correlation", 1)):
            low, high = scale * rows[f"{what}_min"], scale * rows[f"{what}_max"]
            _ranges(ax, low, high, y, style.GREEN, 1.0)
            ax.axvline(0, color=style.ORANGE, lw=0.9)
            ax.set(ylim=(-0.6, len(rows) - 0.4))
            ax.grid(axis="x", color="0.92")
            ax.tick_params(axis="y", length=0)
        slopes.set_yticks(y, rows["label"])
        slopes.set_title(title, loc="left", fontsize=style.SMALL)
    _symmetric_log(axes[-1, 0], near, [-100, -10, -1, 0, 1, 10, 100])
    axes[-1, 0].set_xlabel("Slope, points per unit of exposure")
    axes[-1, 1].set(xlabel="Correlation", xlim=(-1.06, 1.06))
    return figure


def _ranges(
    ax: Axes, low: pd.Series, high: pd.Series, y: np.ndarray, colour: str, alpha: float
) -> None:
    """Thick lines from low to high with small end marks, so that a narrow range is seen."""
    ax.hlines(y, low, high, color=colour, alpha=alpha, lw=3.5)
    for ends in (low, high):
        ax.plot(ends, y, "|", color=colour, alpha=alpha, ms=6, mew=1.2)


def _symmetric_log(ax: Axes, near: float, ticks: Sequence[float]) -> None:
    ax.set_xscale("symlog", linthresh=near)
    ax.set_xticks(ticks, [f"{t:g}".replace("-", "−") for t in ticks])
    ax.minorticks_off()


_EXPOSURES = {
    "printed": ("as printed", style.GREEN),
    "order": ("in the order of the text", style.ORANGE),
    "rebuilt": ("near public ratings", style.BLUE),
}
_LISTS = {
    "example": ("examples: the named lead", "-"),
    "complete": ("complete, against the wording", (0, (3, 1.5))),
}


def frontier_panels(frontiers: pd.DataFrame, *, titles: Mapping[tuple[str, bool], str]) -> Figure:
    """Frontiers of the assumptions that settle a sign, one panel a relationship, in points.

    Parameters
    ----------
    frontiers
        From `llmexposure.analysis.bounds.frontier.frontiers`, moves that are drawn only.
    titles
        Title of each panel, by relationship and whether the categories are all there is.
    """
    figure, axes = plt.subplots(
        -(-len(titles) // 2), 2, figsize=(style.TEXT_WIDTH, 6.0), sharex=True, sharey=True
    )
    for ax, ((name, closed), title) in zip(axes.flat, titles.items(), strict=True):
        about = frontiers["relationship"].eq(name) & frontiers["closed"].eq(closed)
        for (exposure, lists), rows in frontiers[about].groupby(["exposure", "lists"], sort=False):
            colour, line = _EXPOSURES[exposure][1], _LISTS[lists][1]
            ax.plot(100 * rows["move"], 100 * rows["bound"], color=colour, ls=line, lw=1.5)
        ax.axhline(0, color="0.35", lw=0.8)
        ax.axhspan(0, 3, color="0.95", zorder=0)
        ax.set(xlim=(0, 3), ylim=(-3, 3))
        ax.set_title(title, loc="left", fontsize=style.SMALL)
        ax.set_yticks(range(-3, 4), [f"{t}".replace("-", "−") for t in range(-3, 4)])
        ax.tick_params(labelsize=style.SMALL)
    figure.supxlabel(
        "Any blue-collar category may have moved against the claim by (points)",
        fontsize=style.SMALL,
    )
    figure.supylabel(
        "Sign certain if no unnamed white-collar category\nmoved against the claim by more than (points)",
        fontsize=style.SMALL,
    )
    keys = [Line2D([], [], color=c, lw=1.5, label=f"index {w}") for w, c in _EXPOSURES.values()]
    keys += [
        Line2D([], [], color="0.3", lw=1.5, ls=s, label=f"lists as {w}") for w, s in _LISTS.values()
    ]
    figure.legend(handles=keys, loc="outside upper center", ncols=2, fontsize=style.SMALL)
    return figure
