"""Notebook 13: exposure of cities by the report's formula and by one that is free of size; figures."""

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator, MaxNLocator, NullLocator, StrMethodFormatter

from llmexposure.base.errors import DataError
from llmexposure.report import style


def city_exposure(counts: pd.DataFrame, exposure: pd.Series) -> pd.DataFrame:
    """Exposure of each city by both formulas.

    The report weights category o by the city's part of all its postings, sum_o (N_oc / N_o) E_o: over cities
    this adds up to the sum of E_o, so it shares out a total and grows with the city. The size-free index
    weights by the category's part of the city's postings, sum_o (N_oc / N_c) E_o: a mean over postings.

    Parameters
    ----------
    counts
        Postings, cities by categories.
    exposure
        Exposure of each category, 0 to 1.

    Returns
    -------
    pandas.DataFrame
        By city: ``postings``, ``report`` and ``size_free``.

    Raises
    ------
    DataError
        When a category has no exposure or no postings, or a city no postings.

    Examples
    --------
    >>> counts = pd.DataFrame({"a": [8, 2], "b": [2, 2]}, index=["large", "small"])
    >>> city_exposure(counts, pd.Series({"a": 1.0, "b": 0.5}))["report"].tolist()
    [1.05, 0.45]
    """
    score = exposure.reindex(counts.columns)
    if score.isna().any():
        raise DataError(f"category {score.index[score.isna()][0]} has postings but no exposure")
    by_category, by_city = counts.sum(), counts.sum(axis=1)
    for total, kind in ((by_category, "category"), (by_city, "city")):
        if (total == 0).any():
            raise DataError(f"{kind} {total.index[total == 0][0]} has no postings; leave it out")
    return pd.DataFrame(
        {
            "postings": by_city,
            "report": (counts / by_category) @ score,
            "size_free": counts.div(by_city, axis=0) @ score,
        }
    )


def exposure_by_category(counts: pd.DataFrame) -> pd.DataFrame:
    """Mean exposure of each category's postings, one column a period.

    Parameters
    ----------
    counts
        ``category``, ``period``, ``postings`` and ``exposure_sum``, one row a city, category and period.
    """
    sums = counts.groupby(["category", "period"])[["exposure_sum", "postings"]].sum()
    return (sums["exposure_sum"] / sums["postings"]).unstack()


def ranks(scores: pd.DataFrame) -> pd.DataFrame:
    """Rank of each row in each column, 1 the highest; equal values share their mean rank."""
    return scores.rank(ascending=False)


_MARKERS = ("D", "o", "s", "^", "v")


def city_dots(cities: pd.DataFrame, panels: Mapping[str, str]) -> Figure:
    """What the index is made of: one row a city in the printed order, one panel a component.

    Parameters
    ----------
    cities
        ``label`` and the components, in the order to draw from top to bottom; shares below one are
        drawn in per cent.
    panels
        Component to the label of its axis.
    """
    figure, axes = plt.subplots(
        1, len(panels), figsize=(style.TEXT_WIDTH, 0.6 + 0.148 * len(cities)), sharey=True
    )
    y = np.arange(len(cities))[::-1]
    for ax, (column, label), colour in zip(axes, panels.items(), style.PALETTE, strict=False):
        values = cities[column] * (100 if cities[column].max() < 1 else 1)
        ax.hlines(y, 0, values, color="0.85", lw=1)
        ax.plot(values, y, "o", color=colour, ms=4)
        ax.set(xlim=(0, None), xlabel=label, ylim=(-0.7, len(cities) - 0.3))
        ax.xaxis.set_major_formatter(StrMethodFormatter("{x:,.0f}"))
        ax.xaxis.set_major_locator(MaxNLocator(3))
        ax.tick_params(axis="y", length=0)
    axes[0].set_yticks(y, cities["label"])
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
