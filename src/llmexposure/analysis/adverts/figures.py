"""Paths of slopes by source and country in one scale, and slopes before and after side by side."""

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.dates import DateFormatter, YearLocator
from matplotlib.figure import Figure

from llmexposure.estimation.regression.ols import Slope
from llmexposure.report import style

COLUMNS = 3
SIZE = style.SMALL
COLOUR = {True: style.BLUE, False: style.ORANGE}
WHAT = {True: "adverts by occupation", False: "Indeed, by sector"}


INDEED = "Indeed"


def together(paths: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Paths of several sources in the form of `path_panels`; those named Indeed are by sector."""
    parts = [p.assign(source=name, occupations=INDEED not in name) for name, p in paths.items()]
    order = ["source", "occupations", "month", "slope", "ci_low", "ci_high"]
    return pd.concat(parts)[order].reset_index(drop=True)


def pairs(slopes: Mapping[tuple[str, str], Mapping[str, Slope]]) -> pd.DataFrame:
    """Slopes before and after in the form of `before_after`, by panel and source."""
    rows = [
        (panel, source, source != INDEED, window, e.value, e.ci_low, e.ci_high)
        for (panel, source), found in slopes.items()
        for window in ("before", "after")
        for e in (found[window].estimate,)
    ]
    order = ["panel", "source", "occupations", "window", "value", "ci_low", "ci_high"]
    return pd.DataFrame(rows, columns=order)


def path_panels(
    paths: pd.DataFrame,
    *,
    event: str,
    shaded: Mapping[str, Sequence[tuple[str, str]]],
    limits: tuple[float, float],
) -> Figure:
    """Monthly slopes, one panel a source, all with one scale.

    Parameters
    ----------
    paths
        ``source`` (title of its panel, in order), ``month``, ``slope``, ``ci_low``, ``ci_high`` and
        ``occupations`` (True: counted by occupation).
    event
        Month of the event.
    shaded
        Source to pairs of months between which its own collection changed.
    limits
        Of the vertical axis.
    """
    names = list(dict.fromkeys(paths["source"]))
    rows = -(-len(names) // COLUMNS)
    figure, axes = plt.subplots(
        rows,
        COLUMNS,
        figsize=(style.TEXT_WIDTH, 1.65 * rows + 0.3),
        sharex=True,
        sharey=True,
        squeeze=False,
    )
    for ax, name in zip(axes.flat, names, strict=False):
        part = paths[paths["source"] == name]
        for first, last in shaded.get(name, ()):
            ax.axvspan(pd.Timestamp(first), pd.Timestamp(last), color="0.85", lw=0)
        _path(ax, part, COLOUR[bool(part["occupations"].iloc[0])])
        ax.axvline(pd.Timestamp(event), color="0.3", lw=0.8, ls="--")
        ax.set_title(name, fontsize=SIZE)
        ax.set_ylim(*limits)
        ax.xaxis.set_major_locator(YearLocator())
        ax.xaxis.set_major_formatter(DateFormatter("’%y"))
        ax.tick_params(labelsize=SIZE)
    for ax in axes.flat[len(names) :]:
        ax.set_visible(False)
    figure.supylabel("Slope of log adverts on exposure, since the release month", fontsize=SIZE)
    return figure


def _path(ax: Axes, part: pd.DataFrame, colour: str) -> None:
    when = pd.to_datetime(part["month"])
    ax.axhline(0, color="0.6", lw=0.6)
    ax.fill_between(when, part["ci_low"], part["ci_high"], color=colour, alpha=0.2, lw=0)
    ax.plot(when, part["slope"], color=colour)


def before_after(slopes: pd.DataFrame) -> Figure:
    """Slope of the year before and of the year after, joined by a line, one panel a country.

    Parameters
    ----------
    slopes
        ``panel``, ``source``, ``window`` ('before' or 'after'), ``value``, ``ci_low``, ``ci_high``,
        ``occupations`` (True: counted by occupation).
    """
    panels = list(dict.fromkeys(slopes["panel"]))
    figure, axes = plt.subplots(
        1, len(panels), figsize=(style.TEXT_WIDTH, 2.7), sharey=True, squeeze=False
    )
    for ax, panel in zip(axes[0], panels, strict=True):
        part = slopes[slopes["panel"] == panel]
        ax.axhline(0, color="0.6", lw=0.6)
        for shift, (_, one) in zip((-0.05, 0.05), part.groupby("source", sort=False), strict=False):
            _pair(ax, one.set_index("window"), shift)
        ax.set_title(panel, fontsize=SIZE)
        ax.set_xticks([0, 1], ["before", "after"], fontsize=SIZE)
        ax.set_xlim(-0.35, 1.35)
        ax.tick_params(labelsize=SIZE)
    axes[0][0].set_ylabel(
        "Slope of the change over a year\n(log points per unit of exposure)", fontsize=SIZE
    )
    lines = {kind: plt.Line2D([], [], color=COLOUR[kind], marker="o", ms=4) for kind in WHAT}
    figure.legend(lines.values(), WHAT.values(), loc="outside lower center", ncols=2, fontsize=SIZE)
    return figure


def _pair(ax: Axes, one: pd.DataFrame, shift: float) -> None:
    rows = one.loc[["before", "after"]]
    colour = COLOUR[bool(rows["occupations"].iloc[0])]
    x = [shift, 1 + shift]
    ax.plot(x, rows["value"], color=colour, marker="o", ms=4)
    ax.vlines(x, rows["ci_low"], rows["ci_high"], color=colour, lw=1)
