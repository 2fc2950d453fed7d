"""Slopes of a change on several measures of exposure, per standard deviation of each."""

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.figure import Figure

from llmexposure.analysis.adverts.counts import PERIODS, changes
from llmexposure.estimation.regression.breaks import BREAK, break_slopes
from llmexposure.report import style

_SERIES = {
    "before": (style.GREY, "o"),
    "after": (style.BLUE, "s"),
    "difference": (style.ORANGE, "D"),
}


def around(levels: pd.DataFrame, months: Sequence[str]) -> pd.DataFrame:
    """Log changes before and after: from the first to the second of three columns, and to the third.

    Returns
    -------
    pandas.DataFrame
        ``before``, ``after`` and ``difference`` of units that are above zero in all three.

    Examples
    --------
    >>> levels = pd.DataFrame({"2021": [1.0], "2022": [2.0], "2023": [1.0]}, index=["a"])
    >>> around(levels, ["2021", "2022", "2023"]).loc["a"].round(2).tolist()
    [0.69, -0.69, -1.39]
    """
    three = levels.where(levels > 0)[list(months)].set_axis(list(PERIODS), axis=1)
    found = changes(three)[["before", "after"]].dropna()
    return found.assign(difference=found["after"] - found["before"])


def per_sd(
    changes: pd.DataFrame, exposures: pd.DataFrame, measures: Sequence[str], draws: int, seed: int
) -> pd.DataFrame:
    """Slopes before, after and of the difference per standard deviation of each measure.

    Parameters
    ----------
    changes
        ``before``, ``after`` by unit, as `around` gives them.
    exposures
        The measures, by unit. A measure's standard deviation is that over the units that have it.

    Returns
    -------
    pandas.DataFrame
        ``measure``, ``window`` (before, after, difference), ``estimate``.
    """
    rows = []
    for name in measures:
        data = changes.join(exposures[name], how="inner").dropna()
        data = data.assign(**{name: data[name] / data[name].std()})
        found = break_slopes(data, name, draws=draws, seed=seed)
        rows += [(name, window, found[window].estimate) for window in BREAK]
    return pd.DataFrame(rows, columns=["measure", "window", "estimate"])


def signs(slopes: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Of the measures, how many have a slope clearly below zero, and clearly above, by units and window.

    Parameters
    ----------
    slopes
        By units: as `per_sd` gives them.
    """
    rows = pd.concat(slopes, names=["units"]).reset_index("units")
    low, high = (rows["estimate"].map(lambda e, k=k: getattr(e, k)) for k in ("ci_low", "ci_high"))
    rows = rows.assign(below=high < 0, above=low > 0)
    return rows.groupby(["units", "window"], sort=False)[["below", "above"]].sum()


def figure_rows(slopes: Mapping[str, pd.DataFrame], panels: Mapping[str, str]) -> pd.DataFrame:
    """Rows of `measures_figure`: a panel is named with how many units it has, at most."""
    parts = []
    for name, label in panels.items():
        found = slopes[name]
        values = pd.DataFrame(
            [(e.value, e.ci_low, e.ci_high, e.n) for e in found["estimate"]],
            columns=["value", "ci_low", "ci_high", "n"],
        )
        panel = f"{label}\n(N = {values['n'].max()})"
        parts.append(found[["measure", "window"]].assign(panel=panel, **values))
    return pd.concat(parts, ignore_index=True)


def measures_figure(rows: pd.DataFrame, labels: Mapping[str, str]) -> Figure:
    """Slopes per standard deviation before, after and of the difference: one panel a set of units.

    Parameters
    ----------
    rows
        ``panel``, ``measure``, ``window``, ``value``, ``ci_low``, ``ci_high``; measures in the order to draw.
    labels
        Name of each measure as printed.
    """
    panels, measures = list(rows["panel"].unique()), list(rows["measure"].unique())
    figure, axes = plt.subplots(
        1, len(panels), figsize=(style.TEXT_WIDTH, 0.9 + 0.36 * len(measures)), sharey=True,
        sharex=True, squeeze=False,
    )  # fmt: skip
    place = {name: len(measures) - 1 - k for k, name in enumerate(measures)}
    for ax, panel in zip(axes[0], panels, strict=True):
        ax.axvline(0, color="0.6", lw=0.6)
        for (window, (colour, marker)), shift in zip(
            _SERIES.items(), (0.24, 0, -0.24), strict=True
        ):
            part = rows[(rows["panel"] == panel) & (rows["window"] == window)]
            y = part["measure"].map(place) + shift
            ax.hlines(y, part["ci_low"], part["ci_high"], color=colour, lw=1.1)
            ax.plot(part["value"], y, marker, color=colour, ms=3.4, ls="", label=window)
        ax.set_title(panel, parse_math=False)
        ax.tick_params(axis="y", length=0)
    axes[0, 0].set_yticks(list(place.values()), [labels[m] for m in place], parse_math=False)
    axes[0, 0].set_ylim(-0.6, len(measures) - 0.4)
    figure.supxlabel(
        "Log change of postings per standard deviation of exposure (slope)", fontsize=style.SMALL
    )
    handles, names = axes[0, 0].get_legend_handles_labels()
    figure.legend(handles, names, loc="outside upper center", ncols=3)
    return figure
