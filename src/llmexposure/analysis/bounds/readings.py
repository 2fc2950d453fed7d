"""How the statements of the report become sets of exposures and of outcomes, by reading.

What the text prints is one thing, how it is read another. Named categories are examples where the text
says "such as" or "and others": a reading that takes them for all is kept, and is marked as against the
wording.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from llmexposure.estimation.bounds.sets import OutcomeSet, RegressorSet

# Scope of the results key to the readings that it uses. ``complete`` takes examples for all that moved.
_COMPLETE = ("printed", "close", "complete")
ASSUMPTIONS = {
    "report": ("printed",),
    "report_complete": _COMPLETE,
    "report_closure": (*_COMPLETE, "closure"),
    "report_small": (*_COMPLETE, "small"),
    "report_ordered": (*_COMPLETE, "small", "order"),
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
    about = set(statements.loc[statements["relationship"].eq(relationship), "reading"])
    new = set(ASSUMPTIONS[scope]) - {"printed", "order"}
    return not new or bool(new & about - {"small"}) and ("small" not in new or "small" in about)


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


def claimed(relationship: str, statements: pd.DataFrame) -> str:
    """Sign that the report states in words: ``negative`` or ``positive``."""
    rows = statements[statements["reading"].eq("claim")].set_index("relationship")
    return "negative" if rows.loc[relationship, "lower"] < 0 else "positive"


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
