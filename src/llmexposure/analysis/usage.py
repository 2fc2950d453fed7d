"""Notebook 08: observed use of a chatbot, how deep it goes and how it sits beside predicted exposure."""

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, PercentFormatter

from llmexposure.base.errors import DataError
from llmexposure.report import style


def depth(used: pd.Series, tasks: pd.Series, at: np.ndarray) -> pd.Series:
    """Share of occupations in which at least a share x of the tasks is used, for each x of ``at``.

    Examples
    --------
    >>> depth(pd.Series([0, 1, 3]), pd.Series([4, 4, 4]), np.array([0.0, 0.25, 0.75])).round(2).tolist()
    [1.0, 0.67, 0.33]
    """
    share = (used / tasks).to_numpy()
    # A share of 7 in 28 must count as a quarter whatever its last bit.
    reached = share[:, None] >= np.asarray(at)[None, :] - 1e-12
    return pd.Series(reached.mean(axis=0), index=pd.Index(at, name="x"), name="share")


def implied_conversations(share: pd.Series, smallest: range = range(2, 101)) -> tuple[int, int]:
    """Number of conversations, and the fewest a task, when every share is a whole number of them.

    Parameters
    ----------
    share
        Shares of all conversations, rounded to 8 digits at worst.
    smallest
        Candidates for the fewest conversations of a task; the lowest that fits all shares is taken.

    Returns
    -------
    (int, int)
        Conversations in all, and of the rarest task.

    Examples
    --------
    >>> implied_conversations(pd.Series([3, 4, 13]) / 20)
    (20, 3)
    """
    for least in smallest:
        counts = share / share.min() * least
        # Eight significant digits leave an error of up to 5e-9 times the count.
        if (np.abs(counts - counts.round()) <= 1e-7 * counts + 1e-6).all():
            return round(least / share.min()), least
    raise DataError(f"shares are no whole numbers of conversations for {smallest}")


def occupations_with_use(usage: pd.DataFrame, occupations: pd.DataFrame) -> pd.DataFrame:
    """Use by SOC occupation with the occupation's exposure, employment and wage.

    Returns
    -------
    pandas.DataFrame
        The columns of both tables; ``used_share`` (tasks with conversations, of all), ``log_share``
        (missing where there are none), ``log_wage`` (mean annual wage, May 2024).
    """
    out = usage.merge(occupations, on="soc", how="inner", validate="one_to_one")
    return out.assign(
        used_share=out["n_used"] / out["n_tasks"],
        log_share=np.log(out["share"].where(out["share"] > 0)),
        log_wage=np.log(out["wage_2024"]),
    )


def groups_with_use(usage: pd.DataFrame, exposure: pd.DataFrame) -> pd.DataFrame:
    """Use by major group: share of conversations against share of employment.

    Parameters
    ----------
    exposure
        By major group (index), one column a rating.

    Returns
    -------
    pandas.DataFrame
        Indexed by major group: ``share``, ``employment_share``, ``log_ratio`` (conversations per job
        relative to the whole), ``used_share``, the ratings.
    """
    out = usage.set_index("major_group").join(exposure)
    jobs = out["employment"] / out["employment"].sum()
    return out.assign(
        employment_share=jobs,
        log_ratio=np.log(out["share"] / jobs),
        used_share=out["n_used"] / out["n_tasks"],
    )


def use_by_decile(frame: pd.DataFrame, measure: str) -> pd.DataFrame:
    """Share of units with any use, and mean share of tasks used, by tenth of exposure.

    Returns
    -------
    pandas.DataFrame
        ``decile`` (1 = least exposed), ``n``, ``exposure`` (mean), ``any_use``, ``used_share``. Units
        without exposure are left out.
    """
    data = frame.dropna(subset=[measure])
    rank = data[measure].rank(method="first")
    decile = np.ceil(10 * rank / len(data)).astype(int).rename("decile")
    rows = data.assign(any_use=data["n_used"] > 0, used_share=data["n_used"] / data["n_tasks"])
    groups = rows.groupby(decile)
    return groups.agg(
        n=("any_use", "size"),
        exposure=(measure, "mean"),
        any_use=("any_use", "mean"),
        used_share=("used_share", "mean"),
    ).reset_index()


_PERCENT = PercentFormatter(1, decimals=0)
_PLAIN_PERCENT = FuncFormatter(lambda v, _: f"{100 * v:g}%")


def group_shares(frame: pd.DataFrame, *, columns: Sequence[str], labels: Sequence[str]) -> Figure:
    """Two shares by group on a log scale, joined by a line that is thick where the first is larger.

    Parameters
    ----------
    frame
        Indexed by group label, in the order to draw from top to bottom.
    """
    figure, ax = plt.subplots(figsize=(style.TEXT_WIDTH, 0.6 + 0.19 * len(frame)))
    y = np.arange(len(frame))[::-1]
    first, second = columns
    more = np.where(frame[first] > frame[second], 2.2, 0.8)
    ax.hlines(y, frame[first], frame[second], color="0.8", lw=more)
    for column, label, colour, marker in zip(
        columns, labels, (style.ORANGE, style.GREY), "os", strict=True
    ):
        ax.plot(frame[column], y, marker, color=colour, ms=4.5, label=label)
    ax.set(xscale="log", xlabel="Share (log scale)", ylim=(-0.7, len(frame) - 0.3))
    ax.xaxis.set_major_formatter(_PLAIN_PERCENT)
    ax.set_yticks(y, frame.index)
    ax.tick_params(axis="y", length=0)
    ax.legend(loc="lower right")
    return figure


def depth_curves(curves: pd.DataFrame, printed: pd.DataFrame) -> Figure:
    """Share of occupations with at least x of their tasks used, with the printed points.

    Parameters
    ----------
    curves
        Indexed by x; one column a definition of a used task, named as it should be labelled.
    printed
        ``x``, ``value``.
    """
    figure, ax = plt.subplots(figsize=(style.TEXT_WIDTH, 2.7))
    colours = (style.BLUE, style.ORANGE, style.PURPLE)
    for row, (name, colour) in enumerate(zip(curves, colours, strict=True)):
        ax.step(curves.index, curves[name], where="post", color=colour)
        ax.text(0.99, 0.97 - 0.09 * row, f"task counts as used: {name}", color=colour, fontsize=style.SMALL,
                ha="right", va="top", transform=ax.transAxes)  # fmt: skip
    ax.plot(printed["x"], printed["value"], "s", color=style.GREEN, ms=6, zorder=3)
    for row in printed.itertuples():
        ax.annotate(f"printed: {row.value:.0%}", (row.x, row.value), xytext=(8, 12),
                    textcoords="offset points", color=style.GREEN, fontsize=style.SMALL)  # fmt: skip
    ax.xaxis.set_major_formatter(_PERCENT)
    ax.yaxis.set_major_formatter(_PERCENT)
    ax.set(xlabel="At least this share of an occupation's tasks used",
           ylabel="Share of occupations", xlim=(0, 1), ylim=(0, 1))  # fmt: skip
    return figure


def use_by_wage(frame: pd.DataFrame, band: pd.DataFrame, names: Mapping[str, str]) -> Figure:
    """Use against the mean wage: share of conversations, and share of tasks used with a curve.

    Parameters
    ----------
    frame
        Indexed by SOC code: ``wage_2024``, ``share``, ``used_share``.
    band
        ``x`` (log wage), ``value``, ``ci_low``, ``ci_high``.
    names
        Codes to name in the left panel.
    """
    figure, axes = plt.subplots(1, 2, figsize=(style.TEXT_WIDTH, 3.1))
    for ax, column in zip(axes, ("share", "used_share"), strict=True):
        ax.plot(frame["wage_2024"], frame[column], "o", ms=2, alpha=0.35, color=style.BLUE, mew=0)
        ax.set(xscale="log", xlabel="Mean annual wage, May 2024 (log scale)")
        ax.set_xticks([30e3, 60e3, 120e3, 240e3], ["$30k", "$60k", "$120k", "$240k"])
        ax.set_xticks([], minor=True)
    marked = frame.loc[list(names)]
    style.label_points(
        axes[0], marked["wage_2024"].tolist(), marked["share"].tolist(), list(names.values())
    )
    axes[0].yaxis.set_major_formatter(_PERCENT)
    axes[0].set_ylabel("Share of conversations")
    axes[1].fill_between(np.exp(band["x"]), band["ci_low"], band["ci_high"], color=style.ORANGE,
                         alpha=0.3, lw=0)  # fmt: skip
    axes[1].plot(np.exp(band["x"]), band["value"], color=style.ORANGE)
    axes[1].yaxis.set_major_formatter(_PERCENT)
    axes[1].set_ylabel("Share of the occupation's tasks used")
    return figure


def mode_bars(modes: pd.DataFrame, printed: Mapping[str, float]) -> Figure:
    """Automation and augmentation, each a bar of its modes; the printed totals are marked.

    Parameters
    ----------
    modes
        ``kind``, ``mode``, ``share`` (of the five modes), in the order to draw.
    """
    figure, ax = plt.subplots(figsize=(style.TEXT_WIDTH, 1.7))
    shades = iter(style.PALETTE[:5])
    for row, (kind, total) in enumerate(printed.items()):
        left = 0.0
        for item in modes[modes["kind"] == kind].itertuples():
            ax.barh(row, item.share, left=left, color=next(shades), height=0.55, alpha=0.85)
            left += item.share
            _inside(ax, left, row, f"{item.mode}\n{item.share:.1%}", item.share)
        ax.plot([total, total], [row - 0.38, row + 0.38], color=style.GREEN, lw=2)
        ax.text(0.6, row, f"{left:.1%}", fontsize=style.SMALL, va="center")
        ax.text(
            0.655, row, f"printed {total:.0%}", color=style.GREEN, fontsize=style.SMALL, va="center"
        )
    ax.set_yticks(range(len(printed)), [k.capitalize() for k in printed])
    ax.tick_params(axis="y", length=0)
    ax.invert_yaxis()
    ax.xaxis.set_major_formatter(_PERCENT)
    ax.set(xlabel="Share of conversations in one of the five modes", xlim=(0, 0.75))
    return figure


def _inside(ax: Axes, end: float, y: float, text: str, width: float) -> None:
    """Label in a bar that ends at ``end``; a narrow bar gets it above."""
    if width > 0.06:
        ax.text(
            end - width / 2, y, text, ha="center", va="center", fontsize=style.SMALL, color="white"
        )
    else:
        ax.text(
            end - 0.02,
            y - 0.32,
            text.replace("\n", " "),
            ha="right",
            va="bottom",
            fontsize=style.SMALL,
        )


def use_and_exposure(
    deciles: pd.DataFrame, occupations: pd.DataFrame, groups: pd.DataFrame, measure: str, label: str
) -> Figure:
    """Use beside predicted exposure: by tenth of occupations, by occupation, by major group.

    Parameters
    ----------
    deciles
        ``decile``, ``any_use``, ``used_share``.
    occupations
        ``used_share`` and the measure.
    groups
        Indexed by label: ``log_ratio`` and the measure.
    """
    figure = plt.figure(figsize=(style.TEXT_WIDTH, 5.6))
    grid = figure.add_gridspec(2, 2, height_ratios=[1, 1.35])
    axes = [figure.add_subplot(place) for place in (grid[0, 0], grid[0, 1], grid[1, :])]
    for column, name, colour, height in (("any_use", "any task used", style.BLUE, 0.76),
                                         ("used_share", "share of tasks", style.ORANGE, 0.12)):  # fmt: skip
        axes[0].plot(deciles["decile"], deciles[column], "o-", ms=3, color=colour)
        axes[0].text(10, height, name, fontsize=style.SMALL, ha="right", va="center", color=colour)
    axes[0].set(
        xlabel="Tenth of exposure", ylabel="Occupations", ylim=(0, 1.05), xticks=range(1, 11)
    )
    axes[1].plot(occupations[measure], occupations["used_share"], "o", ms=2, alpha=0.35,
                 color=style.BLUE, mew=0)  # fmt: skip
    known = occupations.dropna(subset=[measure, "used_share"])
    _fit(axes[1], known[measure], known["used_share"])
    axes[1].set(xlabel=label, ylabel="Share of tasks used")
    for ax in axes[:2]:
        ax.yaxis.set_major_formatter(_PERCENT)
    axes[2].plot(groups[measure], groups["log_ratio"], "o", ms=4.5, color=style.BLUE)
    _fit(axes[2], groups[measure], groups["log_ratio"])
    axes[2].set(xlabel=label, ylabel="Log of conversations per job,\nrelative to the whole")
    axes[2].margins(0.12)
    style.label_points(axes[2], groups[measure].tolist(), groups["log_ratio"].tolist(),
                       groups.index.tolist())  # fmt: skip
    return figure


def _fit(ax: Axes, x: pd.Series, y: pd.Series) -> None:
    slope, intercept = np.polyfit(x, y, 1)
    ax.axline(
        (x.mean(), intercept + slope * x.mean()),
        slope=slope,
        color=style.ORANGE,
        lw=1,
        alpha=0.55,
        zorder=1,
    )
