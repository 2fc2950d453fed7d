"""Figures of notebook 07: the quarterly path with trends, robust sets, moving windows."""

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.dates import DateFormatter, YearLocator
from matplotlib.figure import Figure

from llmexposure.analysis.timing.release import BreakDate
from llmexposure.base.files import canonical, canonical_frame
from llmexposure.report import style


def trend_path(
    path: pd.DataFrame, trends: Mapping[str, pd.DataFrame], *, event: str, y_label: str
) -> Figure:
    """Quarterly slopes with intervals, and straight lines through some earlier quarters.

    Parameters
    ----------
    path
        ``period`` (last month of the quarter), ``slope``, ``ci_low``, ``ci_high``.
    trends
        Label to rows of the same form: a line and its band, from its first fitted quarter on.
    event
        The base quarter, which ends with the event.
    """
    # As recorded: the last bits, which differ between processors, would shade a pixel differently.
    path = canonical_frame(path)
    trends = {label: canonical_frame(rows) for label, rows in trends.items()}
    figure, ax = plt.subplots(figsize=(style.TEXT_WIDTH, 3.2))
    ax.axhline(0, color="0.6", lw=0.6)
    ax.axvline(_position(event) + 0.5, color="0.4", lw=0.8, ls="--")
    for (label, rows), colour in zip(
        trends.items(), [style.ORANGE, style.GREEN, style.PURPLE], strict=False
    ):
        x = rows["period"].map(_position)
        ax.fill_between(x, rows["ci_low"], rows["ci_high"], color=colour, alpha=0.15, lw=0)
        ax.plot(x, rows["slope"], color=colour, lw=1, ls="--")
        _name_end(ax, label, x.iloc[-1], rows["slope"].iloc[-1], colour)
    x = path["period"].map(_position)
    ax.vlines(x, path["ci_low"], path["ci_high"], color=style.BLUE, lw=1.2)
    ax.plot(x, path["slope"], "o-", color=style.BLUE, ms=3.5)
    _name_end(ax, "estimated", x.iloc[-1], path["slope"].iloc[-1], style.BLUE)
    ax.text(_position(event) + 0.5, 1.02, "ChatGPT released", fontsize=style.SMALL, color="0.35",
            ha="center", va="bottom", transform=ax.get_xaxis_transform())  # fmt: skip
    ticks = x.iloc[::2]
    ax.set_xticks(ticks, [_quarter(p) for p in path["period"].iloc[::2]])
    ax.set(ylabel=y_label, xlabel="Quarter (three months, named by the last)")
    ax.set_xlim(right=x.iloc[-1] + 3.2)
    return figure


def _name_end(ax: Axes, name: str, x: float, y: float, colour: str) -> None:
    ax.annotate(name, (x, y), xytext=(5, 0), textcoords="offset points", color=colour, fontsize=style.SMALL,
                va="center", annotation_clip=False)  # fmt: skip


def _position(month: str) -> float:
    """Quarters since 2000, so that neighbours are one apart."""
    return pd.Period(month, "M").ordinal / 3


def _quarter(month: str) -> str:
    return pd.Period(month, "M").strftime("%b\n%Y")


def robust_sets(
    panels: Sequence[tuple[str, str, pd.DataFrame, float]], *, columns: int, y_label: str
) -> Figure:
    """Robust confidence sets against the bound on the violation, one panel a target and restriction.

    Parameters
    ----------
    panels
        Title, label of the horizontal axis, rows of ``bound``, ``low``, ``high``, ``ci_low``,
        ``ci_high``, and the breakdown value; filled row by row.
    columns
        Panels in a row.
    """
    rows = -(-len(panels) // columns)
    figure, axes = plt.subplots(
        rows, columns, figsize=(style.TEXT_WIDTH, 2.1 * rows), squeeze=False
    )
    for ax, (title, x_label, sets, edge) in zip(axes.flat, panels, strict=True):
        _sets(ax, sets, edge)
        ax.set(xlabel=x_label, title=title)
    for row in axes:
        row[0].set_ylabel(y_label)
    return figure


def _sets(ax: Axes, sets: pd.DataFrame, edge: float) -> None:
    sets, edge = canonical_frame(sets), canonical(edge) if np.isfinite(edge) else edge
    x = sets["bound"]
    ax.axhline(0, color="0.6", lw=0.6)
    ax.fill_between(x, sets["ci_low"], sets["ci_high"], color=style.BLUE, alpha=0.25, lw=0)
    ax.plot(x, sets["low"], color=style.BLUE, lw=1)
    ax.plot(x, sets["high"], color=style.BLUE, lw=1)
    if np.isfinite(edge) and edge <= x.max():
        ax.axvline(edge, color=style.ORANGE, lw=0.8, ls="--")
        # On the side of the line where there is room.
        left = edge > x.max() / 2
        ax.text(edge, 0.03, f"{edge:.2g} " if left else f" {edge:.2g}", color=style.ORANGE,
                fontsize=style.SMALL, ha="right" if left else "left",
                transform=ax.get_xaxis_transform(),
                bbox={"facecolor": "white", "alpha": 0.8, "lw": 0, "pad": 0.6})  # fmt: skip
    ax.margins(x=0)


def moving_windows(
    panels: Mapping[str, pd.DataFrame], *, event: str, y_label: str, height: float = 2.5
) -> Figure:
    """Slope of each window by its first month; windows that end by the event, and the event's own.

    Parameters
    ----------
    panels
        Title to rows of ``start``, ``slope``, ``ci_low``, ``ci_high``, ``kind``.
    """
    figure, axes = plt.subplots(
        1, len(panels), figsize=(style.TEXT_WIDTH, height), squeeze=False, sharey=True
    )
    for ax, (title, rows) in zip(axes[0], panels.items(), strict=True):
        _windows(ax, rows, event)
        ax.set(title=title, xlabel="First month of the window")
    axes[0, 0].set_ylabel(y_label)
    _name_kinds(figure, axes[0, 0])
    return figure


def _windows(ax: Axes, rows: pd.DataFrame, event: str) -> None:
    when = pd.to_datetime(rows["start"])
    ax.axhline(0, color="0.6", lw=0.6)
    ax.axvline(pd.Timestamp(event), color="0.6", lw=0.8, ls="--")
    ax.fill_between(when, rows["ci_low"], rows["ci_high"], color=style.GREY, alpha=0.2, lw=0)
    ax.plot(when, rows["slope"], color=style.GREY, lw=0.8)
    for kind, colour, marker in (("placebo", style.BLUE, "o"), ("event", style.ORANGE, "D")):
        chosen = rows["kind"] == kind
        ax.plot(when[chosen], rows.loc[chosen, "slope"], marker, color=colour, ms=3, label=kind)
    ax.xaxis.set_major_locator(YearLocator())
    ax.xaxis.set_major_formatter(DateFormatter("%Y"))


def _name_kinds(figure: Figure, ax: Axes) -> None:
    names = {"placebo": "ends by the release", "event": "starts with the release"}
    handles, labels = ax.get_legend_handles_labels()
    figure.legend(handles, [names[label] for label in labels], loc="outside upper center", ncols=2)


SMALL = style.SMALL
SIDES = {"before": style.GREY, "after": style.BLUE}


def break_paths(found: Mapping[str, BreakDate], *, event: str, y_label: str) -> Figure:
    """The statistic of each month, a panel a country with one scale; a dot where it is largest.

    Shaded: where that month may lie (middle 95% of draws of families).
    """
    rows = -(-len(found) // 3)
    figure, axes = plt.subplots(
        rows, 3, figsize=(style.TEXT_WIDTH, 1.7 * rows), sharex=True, sharey=True, squeeze=False
    )
    for ax, (name, one) in zip(axes.flat, found.items(), strict=False):
        path = canonical_frame(one.path)
        when = pd.to_datetime(path["month"])
        ax.axhline(0, color="0.6", lw=0.6)
        ax.axvline(pd.Timestamp(event), color="0.4", lw=0.8, ls="--")
        ax.plot(when, path["t"], color=style.BLUE, lw=1.2)
        at = path["month"] == one.month
        ax.axvspan(
            pd.Timestamp(one.low), pd.Timestamp(one.high), color=style.ORANGE, alpha=0.15, lw=0
        )
        ax.plot(when[at], path.loc[at, "t"], "o", color=style.ORANGE, ms=5)
        ax.set_title(f"{name}: {one.month}", fontsize=SMALL)
        ax.xaxis.set_major_locator(YearLocator())
        ax.xaxis.set_major_formatter(DateFormatter("%Y"))
        ax.tick_params(labelsize=SMALL)
    figure.supylabel(y_label, fontsize=SMALL)
    return figure


def dose_response(
    bins: pd.DataFrame,
    frame: pd.DataFrame,
    measure: str,
    outcomes: Mapping[str, str],
    *,
    x_label: str,
    y_label: str,
) -> Figure:
    """Mean change by bin of exposure with intervals, and the quadratic through all units.

    Parameters
    ----------
    bins
        From `release.dose_response`.
    frame
        Units with ``measure`` and the outcomes.
    outcomes
        Column to its name in ``bins``.
    """
    figure, axes = plt.subplots(
        1, len(outcomes), figsize=(style.TEXT_WIDTH, 2.6), sharey=True, squeeze=False
    )
    for ax, (column, name) in zip(axes[0], outcomes.items(), strict=True):
        rows, colour = bins[bins["outcome"] == name], SIDES.get(column, style.BLUE)
        units = frame[[measure, column]].dropna()
        grid = np.linspace(units[measure].min(), units[measure].max(), 60)
        curve = np.polyval(np.polyfit(units[measure], units[column], 2), grid)
        ax.axhline(0, color="0.6", lw=0.6)
        ax.plot(units[measure], units[column], ".", color="0.75", ms=4)
        ax.plot(grid, curve, color=colour, lw=1.2)
        ax.vlines(rows["exposure"], rows["ci_low"], rows["ci_high"], color=colour, lw=1.4)
        ax.plot(rows["exposure"], rows["value"], "o", color=colour, ms=5)
        ax.set_title(name.capitalize(), fontsize=SMALL)
        ax.set_xlabel(x_label, fontsize=SMALL)
        ax.tick_params(labelsize=SMALL)
    axes[0, 0].set_ylabel(y_label, fontsize=SMALL)
    return figure


def placebo_paths(panels: Mapping[str, pd.DataFrame], *, event: str, y_label: str) -> Figure:
    """Slopes of successive half-year changes, one panel a regressor, in one scale.

    Parameters
    ----------
    panels
        Title to rows of ``label``, ``month`` (the middle of the change), ``value``, ``ci_low``, ``ci_high``.
    """
    figure, axes = plt.subplots(
        1, len(panels), figsize=(style.TEXT_WIDTH, 2.4), sharey=True, squeeze=False
    )
    for ax, (title, rows) in zip(axes[0], panels.items(), strict=True):
        when = pd.to_datetime(rows["month"])
        ax.axhline(0, color="0.6", lw=0.6)
        ax.axvline(pd.Timestamp(event), color="0.4", lw=0.8, ls="--")
        ax.vlines(when, rows["ci_low"], rows["ci_high"], color=style.BLUE, lw=1.3)
        ax.plot(when, rows["value"], "o", color=style.BLUE, ms=4)
        ax.set_title(title, fontsize=SMALL)
        ax.xaxis.set_major_locator(YearLocator())
        ax.xaxis.set_major_formatter(DateFormatter("%Y"))
        ax.tick_params(labelsize=SMALL)
    axes[0, 0].set_ylabel(y_label, fontsize=SMALL)
    return figure


def rolling_slopes(
    paths: Mapping[str, pd.DataFrame], older: Mapping[str, pd.DataFrame], *, event: str
) -> Figure:
    """Slope of the log change since the event by its last month, a panel a country with one scale.

    Parameters
    ----------
    paths
        Country to rows of ``month``, ``slope``, ``ci_low``, ``ci_high``, to the end of the file in use.
    older
        The same from an older file, where there is one.
    """
    rows = -(-len(paths) // 3)
    figure, axes = plt.subplots(
        rows, 3, figsize=(style.TEXT_WIDTH, 1.8 * rows), sharex=True, sharey=True, squeeze=False
    )
    for ax, (name, found) in zip(axes.flat, paths.items(), strict=False):
        path = canonical_frame(found)
        when = pd.to_datetime(path["month"])
        ax.axhline(0, color="0.6", lw=0.6)
        ax.axvline(pd.Timestamp(event), color="0.4", lw=0.8, ls="--")
        ax.fill_between(when, path["ci_low"], path["ci_high"], color=style.BLUE, alpha=0.2, lw=0)
        ax.plot(when, path["slope"], color=style.BLUE, lw=1.2)
        if name in older:
            before = canonical_frame(older[name])
            ax.plot(pd.to_datetime(before["month"]), before["slope"], color=style.ORANGE, lw=1.2,
                    ls="--")  # fmt: skip
        ax.set_title(f"{name}, to {path['month'].iloc[-1]}", fontsize=SMALL)
        ax.xaxis.set_major_locator(YearLocator())
        ax.xaxis.set_major_formatter(DateFormatter("%Y"))
        ax.tick_params(labelsize=SMALL)
    figure.supylabel("Slope since the release month", fontsize=SMALL)
    return figure
