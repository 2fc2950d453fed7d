"""Figures of the city sections: a map, weights of the index, exposure and size."""

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator, NullLocator, StrMethodFormatter

from llmexposure.report import style

_MARKERS = ("D", "o", "s", "^", "v")


def city_map(cities: pd.DataFrame, *, area: str, colour: str, colour_label: str) -> Figure:
    """Cities at their coordinates, without borders, degrees in true proportion at the mean latitude.

    Parameters
    ----------
    cities
        ``longitude``, ``latitude`` (degrees), ``label``, and the columns of area and colour.
    """
    figure, ax = plt.subplots(figsize=(style.TEXT_WIDTH, 6.0))
    size = 90 * cities[area] / cities[area].max()
    points = ax.scatter(
        cities["longitude"], cities["latitude"], s=np.maximum(size, 6), c=cities[colour],
        cmap="cividis", alpha=0.85, linewidth=0,
    )  # fmt: skip
    ax.set_aspect(1 / np.cos(np.deg2rad(cities["latitude"].mean())))
    ax.margins(0.1)
    ax.set(xlabel="Longitude (degrees east)", ylabel="Latitude (degrees north)")
    bar = figure.colorbar(points, ax=ax, shrink=0.5, label=colour_label)
    bar.ax.invert_yaxis()
    bar.outline.set_visible(False)
    style.label_points(
        ax, cities["longitude"].tolist(), cities["latitude"].tolist(), cities["label"].tolist()
    )
    return figure


def weight_intervals(weights: pd.DataFrame, schemes: Mapping[str, str], *, x_label: str) -> Figure:
    """Interval that the order leaves each weight, and the weights that schemes in use would give.

    Parameters
    ----------
    weights
        One row a component, in the order to draw from top to bottom: ``label``, ``low``, ``high`` and a
        column a scheme.
    schemes
        Column to its name.
    """
    figure, ax = plt.subplots(figsize=(style.TEXT_WIDTH, 2.4))
    y = np.arange(len(weights))[::-1]
    ax.hlines(y, weights["low"], weights["high"], color="0.75", lw=9)
    for (column, name), marker, colour in zip(
        schemes.items(), _MARKERS, style.PALETTE, strict=False
    ):
        ax.plot(weights[column], y, marker, color=colour, ms=4.5, label=name, ls="")
    ax.set_yticks(y, weights["label"])
    ax.tick_params(axis="y", length=0)
    ax.set(xlabel=x_label, xlim=(0, None), ylim=(-0.6, len(weights) - 0.4))
    figure.legend(*ax.get_legend_handles_labels(), loc="outside upper center", ncols=len(schemes))
    return figure


def exposure_and_size(
    cities: pd.DataFrame, columns: Sequence[str], *, y_labels: Sequence[str], named: Sequence[str]
) -> Figure:
    """City exposure by each formula against the number of postings (log scale), side by side.

    Parameters
    ----------
    cities
        ``postings``, ``label`` and the columns to draw.
    named
        Labels to write and mark.
    """
    figure, axes = plt.subplots(1, len(columns), figsize=(style.TEXT_WIDTH, 2.9), squeeze=False)
    marked = cities[cities["label"].isin(named)]
    # Every point keeps its place free of names, also those that get none.
    names = cities["label"].where(cities["label"].isin(named), "")
    for ax, column, label in zip(axes[0], columns, y_labels, strict=True):
        ax.plot(cities["postings"], cities[column], "o", ms=3.5, color=style.BLUE, alpha=0.6, mew=0)
        ax.plot(marked["postings"], marked[column], "o", ms=4.5, color=style.ORANGE, mew=0)
        ax.set_xscale("log")
        ax.xaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
        ax.xaxis.set_major_formatter(StrMethodFormatter("{x:,.0f}"))
        ax.xaxis.set_minor_locator(NullLocator())
        ax.set(xlabel="Postings (log scale)", ylabel=label)
        ax.margins(0.12)
        style.label_points(ax, cities["postings"].tolist(), cities[column].tolist(), names.tolist())
    return figure
