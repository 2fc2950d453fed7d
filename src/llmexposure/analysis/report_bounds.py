"""Bounds of every relationship of the report under every set of assumptions, as tables."""

import pandas as pd

from llmexposure.analysis.printed_sets import (
    ASSUMPTIONS,
    SHARES,
    exposure_2022,
    exposure_2024,
    outcomes,
    unnamed,
)
from llmexposure.estimation.bounds.bounds import Bounds, bounds
from llmexposure.estimation.bounds.settling import (
    Breakdown,
    breakdown,
    settled_at,
    settling_outcomes,
    settling_regressors,
)

PRINTED, TIGHTEST = "report", "report_ordered"


def applies(relationship: str, scope: str, statements: pd.DataFrame) -> bool:
    """Whether a set of assumptions says more about a relationship than the set without its last one."""
    if "closure" in ASSUMPTIONS[scope]:
        return relationship in SHARES
    about = statements.loc[statements["relationship"].eq(relationship), "reading"]
    return set(ASSUMPTIONS[scope]) - {"printed", "order"} <= set(about)


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
