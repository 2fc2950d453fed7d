"""Figures of the section on AI hiring."""

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator, PercentFormatter

from llmexposure.report import style

_DASHES = ("-", "--")
# Height of a label at the end of a line, as a part of the axis.
_GAP = 0.052
# Part of a bar that is too narrow for its number.
_NARROW = 0.075


def country_lines(series: pd.DataFrame, *, y_label: str, events: Mapping[str, str]) -> Figure:
    """Monthly shares, one line a country, named at its end; vertical lines mark events.

    Parameters
    ----------
    series
        Index of months (YYYY-MM), one column a line, named as it should be labelled.
    events
        Month to what happened.
    """
    figure, ax = plt.subplots(figsize=(style.TEXT_WIDTH, 3.2))
    when = pd.to_datetime(series.index)
    colours = [style.PALETTE[i % len(style.PALETTE)] for i in range(series.shape[1])]
    for i, name in enumerate(series):
        ax.plot(when, series[name], color=colours[i], ls=_DASHES[i // len(style.PALETTE)])
    ax.set(xlabel="Month", ylabel=y_label, ylim=(0, None))
    ax.yaxis.set_major_locator(MaxNLocator(steps=[1, 2, 5, 10]))
    ax.yaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    for month, what in events.items():
        ax.axvline(pd.Timestamp(month), color="0.6", lw=0.8, ls=":")
        ax.text(pd.Timestamp(month), 0.97, f"{what} ", ha="right", va="top", fontsize=7,
                color="0.4", transform=ax.get_xaxis_transform())  # fmt: skip
    _name_ends(ax, when[-1], series.iloc[-1], dict(zip(series, colours, strict=True)))
    return figure


def _name_ends(ax: Axes, when: pd.Timestamp, ends: pd.Series, colours: Mapping[str, str]) -> None:
    """Names beside the ends of lines, moved up where two would touch."""
    low, high = ax.get_ylim()
    last = -np.inf
    for name, value in ends.sort_values().items():
        last = max(value, last + _GAP * (high - low))
        ax.annotate(f" {name}", (when, last), color=colours[name], va="center", fontsize=7,
                    annotation_clip=False)  # fmt: skip


def mix_bars(
    panels: Mapping[str, pd.DataFrame], colours: Sequence[str] = (style.BLUE, "#56B4E9", "0.85")
) -> Figure:
    """Stacked bars of shares that sum to one, a panel a table, with the percentages written in.

    Parameters
    ----------
    panels
        Title to a table: one row a bar (top to bottom), one column a part, named as in the legend.
    """
    figure, axes = plt.subplots(1, len(panels), figsize=(style.TEXT_WIDTH, 2.3), sharey=True)
    for ax, (title, table) in zip(axes, panels.items(), strict=True):
        _stack(ax, table, colours)
        ax.set_yticks(np.arange(len(table))[::-1], table.index)
        ax.tick_params(axis="y", length=0)
        ax.xaxis.set_major_formatter(PercentFormatter(1, decimals=0))
        ax.set(xlabel="Share of the role's postings", xlim=(0, 1.08), xticks=np.arange(0, 1.1, 0.2))
        ax.legend(title=title, loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=3,
                  columnspacing=1, handlelength=1, title_fontsize=8)  # fmt: skip
    return figure


def _stack(ax: Axes, table: pd.DataFrame, colours: Sequence[str]) -> None:
    """One bar a row, top to bottom, percentages inside, or beside where a part is too narrow."""
    y, left = np.arange(len(table))[::-1], np.zeros(len(table))
    for column, colour in zip(table, colours, strict=True):
        width = table[column].to_numpy()
        ax.barh(y, width, left=left, color=colour, height=0.7, label=column)
        ink = "white" if colour == style.BLUE else "black"
        for at, start, part in zip(y, left, width, strict=True):
            inside = part > _NARROW
            ax.text(start + (part / 2 if inside else part + 0.01), at, f"{100 * part:.1f}",
                    ha="center" if inside else "left", va="center", fontsize=6.5, color=ink)  # fmt: skip
        left = left + width
