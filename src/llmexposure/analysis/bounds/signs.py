"""Slopes and correlations that the printed figures allow, and which further figure would settle a sign."""

import pandas as pd

from llmexposure.analysis.bounds.readings import (
    ASSUMPTIONS,
    PRINTED,
    TIGHTEST,
    applies,
    exposure_2022,
    outcomes,
    unnamed,
)
from llmexposure.estimation.bounds.settling import (
    Breakdown,
    breakdown,
    settled_at,
    settling_outcomes,
    settling_regressors,
)
from llmexposure.estimation.bounds.slopes import Bounds, bounds


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
