"""Figures of the five relationships on panels of postings."""

from collections.abc import Mapping

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter

from llmexposure.report import style


def relationship_panels(
    units: pd.DataFrame,
    outcomes: Mapping[str, str],
    *,
    evidence: str,
    names: Mapping[str, str] | None = None,
) -> Figure:
    """Outcomes on exposure by occupation, one panel each, with the least-squares line.

    Parameters
    ----------
    units
        ``exposure`` and the outcomes, one row an occupation; drawn as percentages or points.
    outcomes
        Column to the label of its panel.
    evidence
        Sets the colour of the markers.
    names
        Occupation to the label of its point; the two farthest from the line are labelled.
    """
    columns = min(3, len(outcomes))
    rows = -(-len(outcomes) // columns)
    figure, axes = plt.subplots(
        rows, columns, figsize=(style.TEXT_WIDTH, 2.3 * rows), squeeze=False, sharex=True
    )
    for ax, (column, label) in zip(axes.flat, outcomes.items(), strict=False):
        data = units[["exposure", column]].dropna()
        _panel(ax, data["exposure"], data[column], style.EVIDENCE_COLOUR[evidence], names or {})
        ax.set_title(label, fontsize=style.SMALL)
        ax.yaxis.set_major_formatter(PercentFormatter(1, decimals=0 if _wide(data[column]) else 1))
    for ax in axes.flat[len(outcomes) :]:
        ax.set_visible(False)
    for number, ax in enumerate(axes.flat[: len(outcomes)]):
        if number + columns >= len(outcomes):
            ax.set_xlabel("Exposure, base period")
            ax.tick_params(labelbottom=True)
    return figure


def _wide(values: pd.Series) -> bool:
    return bool(values.max() - values.min() > 0.05)


def _panel(ax: Axes, x: pd.Series, y: pd.Series, colour: str, names: Mapping[str, str]) -> None:
    slope, intercept = np.polyfit(x, y, 1)
    ends = np.array([x.min(), x.max()])
    ax.axhline(0, color="0.8", lw=0.6)
    ax.plot(ends, intercept + slope * ends, color="0.3")
    ax.plot(x, y, "o", color=colour, ms=4, mew=0, alpha=0.8)
    ax.margins(0.12)
    far = set((y - intercept - slope * x).abs().sort_values().index[-2:])
    # All points are handed over, so that no label covers one.
    labels = [names.get(name, "") if name in far else "" for name in x.index]
    style.label_points(ax, x.tolist(), y.tolist(), labels)
