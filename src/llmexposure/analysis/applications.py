"""Notebook 03: applications by occupation in Japan; bids in one week; employment shares as a proxy.

Counts of Japan are of the public employment service: openings are positions newly notified to it,
applications job seekers newly registered, by the occupation that they want. Shares are over the applications
that have an occupation; what the others could change is bounded apart.
"""

from collections.abc import Sequence

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from llmexposure.base.errors import DataError
from llmexposure.data.schemas.freelance import RANGES
from llmexposure.estimation.bounds.unclassified import slope_weights
from llmexposure.report import style

NATION = "JP-00"
# Middle of each range of bids; the last range is open, so its lower end stands for it.
MIDPOINTS = dict(zip(RANGES, (2.5, 7.5, 12.5, 17.5, 35.0, 50.0), strict=True))
CROWDED = ("20_to_50", "over_50")


def by_year(
    counts: pd.DataFrame, column: str, kind: str = "all", place: str = NATION
) -> pd.DataFrame:
    """Openings or applications of one place and kind of job, occupation groups by fiscal years."""
    rows = counts[(counts["place"] == place) & (counts["kind"] == kind)]
    return rows.pivot(index="group", columns="year", values=column)


def market_changes(
    counts: pd.DataFrame, first: int, last: int, kind: str = "all", place: str = NATION
) -> pd.DataFrame:
    """Changes of applications and openings of each occupation group between two fiscal years.

    Returns
    -------
    pandas.DataFrame
        Indexed by group: ``base`` (applications in the first year), ``share_change`` (fraction; shares of the
        applications that have an occupation sum to one), ``log_change`` (applications), ``openings_change``
        (log), ``per_opening_change`` (log applications per opening) and ``per_opening`` (its log level in the
        first year).

    Raises
    ------
    DataError
        When a year is not in the table.

    Examples
    --------
    >>> rows = [["JP-00", "01", "all", 2023, 10, 20], ["JP-00", "01", "all", 2025, 10, 40],
    ...         ["JP-00", "02", "all", 2023, 10, 20], ["JP-00", "02", "all", 2025, 20, 40]]
    >>> counts = pd.DataFrame(rows, columns=["place", "group", "kind", "year", "openings", "applications"])
    >>> market_changes(counts, 2023, 2025)["per_opening_change"].round(2).tolist()
    [0.69, 0.0]
    """
    applications = by_year(counts, "applications", kind, place)
    openings = by_year(counts, "openings", kind, place)
    for year in (first, last):
        if year not in applications:
            raise DataError(f"fiscal year {year}: not in the table; expected {[*applications]}")
    shares = applications / applications.sum()
    logs, posts = (np.log(table.where(table > 0)) for table in (applications, openings))
    return pd.DataFrame(
        {
            "base": applications[first],
            "share_change": shares[last] - shares[first],
            "log_change": logs[last] - logs[first],
            "openings_change": posts[last] - posts[first],
            "per_opening_change": (logs - posts)[last] - (logs - posts)[first],
            "per_opening": (logs - posts)[first],
        }
    )


def prefecture_cells(
    counts: pd.DataFrame, first: int, last: int, kind: str = "all"
) -> pd.DataFrame:
    """Applications of each prefecture and occupation group in two years.

    Returns
    -------
    pandas.DataFrame
        ``place``, ``group``, ``before``, ``after`` (counts) and ``log_change``, missing where one is zero.
    """
    rows = counts[(counts["place"] != NATION) & (counts["kind"] == kind)]
    wide = rows.pivot(index=["place", "group"], columns="year", values="applications")
    out = wide[[first, last]].set_axis(["before", "after"], axis=1).reset_index()
    logs = np.log(out[["before", "after"]].where(out[["before", "after"]] > 0))
    return out.assign(log_change=logs["after"] - logs["before"])


def within(frame: pd.DataFrame, columns: Sequence[str], by: str) -> pd.DataFrame:
    """Columns as differences from the mean of their group; rows that miss one are left out.

    A least-squares slope over them is that with an effect of each group (Frisch, Waugh and Lovell).

    Examples
    --------
    >>> frame = pd.DataFrame({"place": ["a", "a", "b"], "y": [1.0, 3.0, 5.0]})
    >>> within(frame, ["y"], "place")["y"].tolist()
    [-1.0, 1.0, 0.0]
    """
    data = frame.dropna(subset=list(columns))
    means = data.groupby(by)[list(columns)].transform("mean")
    return data.assign(**{name: data[name] - means[name] for name in columns})


def prefecture_slopes(
    cells: pd.DataFrame, totals: pd.DataFrame, exposure: pd.Series, first: int, last: int
) -> pd.DataFrame:
    """Slope of the change of shares in every prefecture, beside the change of its unclassified share.

    If those without an occupation wanted more, or less, exposed work than the others, prefectures that learnt
    to classify them would show another slope than those that did not.

    Parameters
    ----------
    cells
        Of `prefecture_cells`.
    totals
        Rows of ``japan_unclassified`` of the same kind of job.
    exposure
        By group.

    Returns
    -------
    pandas.DataFrame
        Indexed by place: ``share_slope``, ``unclassified_change`` (fraction of all applications), ``base``.
    """
    shares = cells.set_index(["place", "group"])[["before", "after"]]
    shares = shares / shares.groupby("place").transform("sum")
    change = (shares["after"] - shares["before"]).unstack("group")
    weights = slope_weights(exposure.reindex(change.columns))
    rows = totals[totals["place"] != NATION]
    unknown = rows.assign(share=rows["unclassified"] / rows["applications"])
    unknown = unknown.pivot(index="place", columns="year", values="share")
    return pd.DataFrame(
        {
            "share_slope": change @ weights,
            "unclassified_change": unknown[last] - unknown[first],
            "base": cells.groupby("place")["before"].sum(),
        }
    )


def filled_shares(cells: pd.DataFrame, totals: pd.DataFrame, first: int, last: int) -> pd.Series:
    """Change of each group's share when a prefecture's unclassified want what its others want.

    Each prefecture's applications are scaled to its published total, year by year; then the nation is summed.
    """
    wide = totals[totals["place"] != NATION].pivot(
        index="place", columns="year", values="applications"
    )
    total = wide[[first, last]].set_axis(["before", "after"], axis=1)
    counts = cells.set_index(["place", "group"])[["before", "after"]]
    scale = total / counts.groupby("place").sum()
    whole = counts.mul(scale, level="place").groupby("group").sum()
    shares = whole / whole.sum()
    return shares["after"] - shares["before"]


# Ticks of a logarithmic axis of applications per opening.
_LEVELS = (0.1, 0.3, 1, 3, 10)


def applications_figure(table: pd.DataFrame, measure: str, label: str) -> Figure:
    """Change of applications, and applications per opening, on exposure: two panels, a marker a group.

    Parameters
    ----------
    table
        ``log_change``, ``per_opening`` (log), ``base``, ``label`` (empty: not named), the measure.
    label
        Of the measure.
    """
    data = table.dropna(subset=[measure, "log_change", "per_opening"])
    figure, axes = plt.subplots(1, 2, figsize=(style.TEXT_WIDTH, 3.7))
    panels = {
        "log_change": "Change of applications (log points)",
        "per_opening": "Applications per opening (log scale)",
    }
    for ax, (column, y_label) in zip(axes, panels.items(), strict=True):
        _panel(ax, data, measure, column)
        ax.set(xlabel=label, ylabel=y_label)
    axes[0].axhline(0, color="0.6", lw=0.6, zorder=0)
    axes[1].set_yticks(np.log(_LEVELS), [f"{level:g}" for level in _LEVELS])
    handles, names = axes[0].get_legend_handles_labels()
    figure.legend(handles, names, loc="outside upper center", ncols=2)
    return figure


def _panel(ax: Axes, data: pd.DataFrame, x: str, y: str) -> None:
    size = 8 + 180 * data["base"] / data["base"].max()
    ax.scatter(data[x], data[y], s=size, color=style.BLUE, alpha=0.6, lw=0)
    ends = np.array([data[x].min(), data[x].max()])
    roots = np.sqrt(data["base"].to_numpy(dtype=float))
    fits = {"groups alike": ("-", None), "weighted by applications": ("--", roots)}
    for name, (dashes, weights) in fits.items():
        slope, intercept = np.polyfit(data[x], data[y], 1, w=weights)
        ax.plot(ends, intercept + slope * ends, color=style.ORANGE, ls=dashes, label=name)
    ax.margins(0.1)
    named = data[data["label"] != ""]
    columns = (named[x].tolist(), named[y].tolist(), named["label"].tolist())
    style.label_points(ax, *columns)


def crowding(jobs: pd.DataFrame) -> pd.DataFrame:
    """Bids per job by category, from counts of jobs by range of bids.

    The number of bids is interval-censored. ``over20_share`` is exact all the same; ``midpoint_mean``
    puts each job at the middle of its range and the open range at 50, so it is too low where many
    jobs are crowded.

    Examples
    --------
    >>> jobs = pd.DataFrame([[4, 2, 0, 0, 0, 1, 1]], columns=["n_postings", *MIDPOINTS])
    >>> crowding(jobs)[["over20_share", "midpoint_mean"]].iloc[0].tolist()
    [0.5, 22.5]
    """
    total = jobs["n_postings"]
    return jobs.assign(
        over20_share=jobs[list(CROWDED)].sum(axis=1) / total,
        midpoint_mean=jobs[list(MIDPOINTS)] @ pd.Series(MIDPOINTS) / total,
    )


def share_change(table: pd.DataFrame, group: str, before: str, after: str) -> pd.DataFrame:
    """Change of each group's share of a total between two columns, over the rows that have both.

    Returns
    -------
    pandas.DataFrame
        Indexed by group: ``base`` (total before), ``share_change`` (fraction), ``clr_change``.

    Examples
    --------
    >>> table = pd.DataFrame({"g": ["a", "b"], "t0": [1.0, 1.0], "t1": [1.0, 3.0]})
    >>> share_change(table, "g", "t0", "t1")["share_change"].tolist()
    [-0.25, 0.25]
    """
    totals = table.dropna(subset=[before, after]).groupby(group)[[before, after]].sum()
    growth = np.log(totals[after]) - np.log(totals[before])
    parts = totals / totals.sum()
    return pd.DataFrame(
        {
            "base": totals[before],
            "share_change": parts[after] - parts[before],
            "clr_change": growth - growth.mean(),
        }
    )
