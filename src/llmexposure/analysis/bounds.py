"""Notebook 09: what the figures that the report prints allow, and which number would settle a sign.

First the readings: statements of the report become sets of exposures and of outcomes, once as printed
and once with what a list leaves out or its order suggests. Then the bounds of every relationship, what
would settle its sign, and the two figures.
"""

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from llmexposure.base.errors import DataError
from llmexposure.estimation.bounds.sets import OutcomeSet, RegressorSet
from llmexposure.estimation.bounds.settling import (
    Breakdown,
    breakdown,
    settled_at,
    settling_outcomes,
    settling_regressors,
)
from llmexposure.estimation.bounds.slopes import Bounds, bounds, centred
from llmexposure.report import style

# Scope of the results key to the readings that it uses.
ASSUMPTIONS = {
    "report": ("printed",),
    "report_complete": ("printed", "complete"),
    "report_closure": ("printed", "complete", "closure"),
    "report_small": ("printed", "complete", "small"),
    "report_ordered": ("printed", "complete", "small", "order"),
}
ASSUMPTION_LABELS = {
    "report": "printed figures only",
    "report_complete": "complete lists",
    "report_closure": "complete lists, closure",
    "report_small": "complete lists, small moves",
    "report_ordered": "the same, text order",
}
# The scopes with the fewest and with the most assumptions.
PRINTED, TIGHTEST = "report", "report_ordered"
# Outcomes that are changes of shares of one whole, so that they bound each other.
SHARES = ("recruitment_share", "application_share")
LEVELS = ("remote_work",)


def applies(relationship: str, scope: str, statements: pd.DataFrame) -> bool:
    """Whether a set of assumptions says more about a relationship than the set without its last one."""
    if "closure" in ASSUMPTIONS[scope]:
        return relationship in SHARES
    about = statements.loc[statements["relationship"].eq(relationship), "reading"]
    return set(ASSUMPTIONS[scope]) - {"printed", "order"} <= set(about)


def exposure_2022(
    categories: pd.DataFrame, statements: pd.DataFrame, readings: Sequence[str]
) -> RegressorSet:
    """Indices of 2022 that the statements allow, in the order of ``categories``.

    The value of 2022 of a category whose index of 2024 and change are printed is their difference,
    each within its rounding. A group that is named before another lies above it.
    """
    read = statements[statements["reading"].isin(readings)]
    bounds = _intervals(categories, read[read["quantity"].eq("index") & read["period"].eq("2022")])
    level = read[read["quantity"].eq("index") & read["period"].eq("2024")].set_index("subject")
    change = read[read["quantity"].eq("index_change")].set_index("subject")
    low = np.fmax(bounds["low"], (level["lower"] - change["upper"]).reindex(bounds.index))
    high = np.fmin(bounds["high"], (level["upper"] - change["lower"]).reindex(bounds.index))
    low, high = low.to_numpy(), high.to_numpy()
    return RegressorSet(low, high, _order(categories, "order" in readings)).tight()


def exposure_2024(
    categories: pd.DataFrame, statements: pd.DataFrame, readings: Sequence[str]
) -> pd.DataFrame:
    """Interval of each category's index of 2024: ``low``, ``high``, by category."""
    read = statements[statements["reading"].isin(readings) & statements["period"].eq("2024")]
    bounds = _intervals(categories, read[read["quantity"].eq("index")], 0.0, 1.0)
    for top in read.loc[read["quantity"].eq("index_highest"), "subject"]:
        bounds["high"] = bounds["high"].clip(upper=bounds.loc[top, "high"])
    return bounds


def outcomes(
    relationship: str,
    categories: pd.DataFrame,
    statements: pd.DataFrame,
    readings: Sequence[str],
) -> OutcomeSet:
    """Outcomes of a relationship that the statements allow, in the order of ``categories``.

    Changes of shares lie between -1 and 1, as do changes of requirements; the remote-work index
    between 0 and 1. The set is empty when the statements contradict each other.
    """
    about = statements[statements["relationship"].eq(relationship)]
    read = about[about["reading"].isin(readings)]
    sums = read["quantity"].eq("sum_of_changes")
    found = _intervals(categories, read[~sums], 0.0 if relationship in LEVELS else -1.0, 1.0)
    whole = 1.0 if relationship in SHARES else np.inf
    low, high = found["low"].to_numpy(), found["high"].to_numpy()
    return OutcomeSet(low, high, whole, bool(sums.any()))


def unnamed(relationship: str, categories: pd.DataFrame, statements: pd.DataFrame) -> np.ndarray:
    """Whether no figure is printed for each category, length n."""
    printed = statements["relationship"].eq(relationship) & statements["reading"].eq("printed")
    return ~categories["category"].isin(statements.loc[printed, "subject"]).to_numpy()


def _order(categories: pd.DataFrame, within: bool) -> tuple[tuple[int, int], ...]:
    """Pairs of the first ten by group, or along the list; the last three are below 0.4 anyway."""
    place, block = categories["place_2022"].to_numpy(), categories["block"].to_numpy()
    if within:
        by_place = np.argsort(place)
        pairs = zip(by_place[:-1], by_place[1:], strict=True)
        return tuple((int(i), int(j)) for i, j in pairs)
    first, second = np.flatnonzero(block == "top5"), np.flatnonzero(block == "next5")
    return tuple((int(i), int(j)) for i in first for j in second)


def _intervals(
    categories: pd.DataFrame, rows: pd.DataFrame, low: float = -np.inf, high: float = np.inf
) -> pd.DataFrame:
    """Intersection of the intervals of each category's statements and its group's, or the unnamed's."""
    names, blocks = categories["category"].to_numpy(), categories["block"].to_numpy()
    named = np.isin(names, rows.loc[rows["reading"].eq("printed"), "subject"])
    least, most = np.full(len(names), low), np.full(len(names), high)
    for row in rows.itertuples():
        about = (
            (names == row.subject) | (blocks == row.subject) | (row.subject == "unnamed") & ~named
        )
        least[about], most[about] = (
            np.fmax(least[about], row.lower),
            np.fmin(most[about], row.upper),
        )
    return pd.DataFrame({"low": least, "high": most}, index=names)


def index_intervals(categories: pd.DataFrame, statements: pd.DataFrame) -> pd.DataFrame:
    """Intervals of the index by category, by year and by reading.

    Returns
    -------
    pandas.DataFrame
        ``category``, ``year``, ``printed_low``, ``printed_high`` and, if the order of the text is the
        order of the index, ``ordered_low``, ``ordered_high``.
    """
    parts = []
    for year in (2022, 2024):
        part = pd.DataFrame({"category": categories["category"], "year": year})
        for name, readings in (("printed", ("printed",)), ("ordered", ("printed", "order"))):
            if year == 2022:
                found = exposure_2022(categories, statements, readings)
                low, high = found.low, found.high
            else:
                frame = exposure_2024(categories, statements, readings)
                low, high = frame["low"].to_numpy(), frame["high"].to_numpy()
            part[f"{name}_low"], part[f"{name}_high"] = low, high
        parts.append(part)
    return pd.concat(parts, ignore_index=True)


def all_bounds(
    categories: pd.DataFrame,
    statements: pd.DataFrame,
    relationships: list[str],
    *,
    starts: int = 40,
    seed: int = 1,
) -> dict[tuple[str, str], Bounds]:
    """`Bounds` by relationship and scope (a key of `ASSUMPTIONS`), where the scope applies."""
    regressors = {k: exposure_2022(categories, statements, r) for k, r in ASSUMPTIONS.items()}
    return {
        (name, scope): bounds(
            regressors[scope],
            outcomes(name, categories, statements, readings),
            starts=starts,
            seed=seed,
        )
        for name in relationships
        for scope, readings in ASSUMPTIONS.items()
        if applies(name, scope, statements)
    }


def breakdowns(
    relationship: str, categories: pd.DataFrame, statements: pd.DataFrame
) -> dict[str, Breakdown]:
    """Breakdown point in the unnamed categories, by scope: groups ordered, and the whole list ordered."""
    base = outcomes(relationship, categories, statements, ASSUMPTIONS["report_complete"])
    units = unnamed(relationship, categories, statements)
    return {
        scope: breakdown(
            exposure_2022(categories, statements, ASSUMPTIONS[scope]).vertices, base, units
        )
        for scope in ("report_small", TIGHTEST)
    }


def single_numbers(
    relationship: str, categories: pd.DataFrame, statements: pd.DataFrame
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Settling values of each outcome and of each index under the tightest assumptions, by category."""
    regressors = exposure_2022(categories, statements, ASSUMPTIONS[TIGHTEST])
    here = outcomes(relationship, categories, statements, ASSUMPTIONS[TIGHTEST])
    possible = outcomes(relationship, categories, statements, ASSUMPTIONS[PRINTED])
    found = (
        settling_outcomes(regressors.vertices, here, possible),
        settling_regressors(regressors, here),
    )
    names = categories["category"]
    by_outcome, by_index = (f.assign(category=f["unit"].map(names)) for f in found)
    return by_outcome, by_index


def settling_under_printed(
    relationship: str, categories: pd.DataFrame, statements: pd.DataFrame
) -> list[str]:
    """Categories whose outcome, known at some value, would settle the sign with the printed figures."""
    printed = ASSUMPTIONS[PRINTED]
    here = outcomes(relationship, categories, statements, printed)
    points = exposure_2022(categories, statements, printed).vertices
    found = settled_at(points, here, here)
    units = found.loc[found["sign"].ne("unsettled"), "unit"].unique()
    return categories["category"].iloc[units].tolist()


def with_scores(
    categories: pd.DataFrame,
    statements: pd.DataFrame,
    scores: pd.Series,
    *,
    starts: int = 24,
    seed: int = 1,
) -> dict[str, float | str]:
    """Correlation of known scores with every exposure of 2022 that the printed figures allow.

    Parameters
    ----------
    scores
        One a category of ``categories``, none missing.

    Returns
    -------
    dict
        ``correlation_min`` and ``correlation_max``; ``sign``, as in `Bounds`; ``tolerance``: how far every
        score may be off, in its own unit, before both signs are possible (zero where they already are).

    Raises
    ------
    DataError
        When a category has no score.
    """
    known = scores.reindex(categories["category"])
    if known.isna().any():
        raise DataError(
            f"scores: {', '.join(known.index[known.isna()])} has none; expected one for each category "
            "of report_exposure.csv, so give it a score or leave the check out"
        )
    y = known.to_numpy(dtype=float)
    regressors = exposure_2022(categories, statements, ASSUMPTIONS[PRINTED])
    found = bounds(regressors, OutcomeSet(y, y), starts=starts, seed=seed)
    # Errors of t in the worst direction change a sum of cross-products by t times the absolute weights.
    weights = centred(regressors.vertices)
    relative = weights @ y / np.abs(weights).sum(axis=1)
    return {
        "correlation_min": found.correlation_min,
        "correlation_max": found.correlation_max,
        "sign": found.sign,
        "tolerance": float(max(relative.min(), -relative.max(), 0.0)),
    }


def recruitment_totals(categories: pd.DataFrame, statements: pd.DataFrame) -> dict[str, float]:
    """What the printed falls of posting shares add up to.

    Returns
    -------
    dict
        ``fall_min`` and ``fall_max``: of the named categories together, the second when each fall stops
        short of the next whole point; ``gain_mean``: least mean gain of the others if the thirteen are
        all postings; ``small_possible``: whether small moves of the unnamed fit with that, as 0 or 1.
    """
    name = "recruitment_share"
    read = outcomes(name, categories, statements, ASSUMPTIONS["report_complete"])
    others = unnamed(name, categories, statements)
    small = outcomes(name, categories, statements, (*ASSUMPTIONS["report_small"], "closure"))
    falls = -read.high[~others].sum()
    return {
        "fall_min": falls,
        "fall_max": -read.low[~others].sum(),
        "gain_mean": falls / others.sum(),
        "small_possible": float(not small.empty),
    }


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
    axes[0].text(
        0.04, 7.1, "pale: printed\nfigures only", fontsize=7, color=style.GREEN, alpha=0.75
    )
    axes[0].text(0.04, 5.4, "dark: text order\nis the order", fontsize=7, color=style.GREEN)
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
        slopes.set_title(title, loc="left", fontsize=8)
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
