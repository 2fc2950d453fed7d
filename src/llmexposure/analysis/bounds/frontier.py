"""Under which assumptions the sign that the report states is certain: frontiers by relationship.

Two things are not printed that decide a sign: what became of the white-collar categories that the text
does not name, and of the blue-collar ones, of which it names none. A frontier gives, for each amount by
which blue-collar categories may have moved against the claim, how far any unnamed white-collar category
may have moved against it before the other sign becomes possible.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from llmexposure.analysis.bounds.readings import SHARES, claimed, outcomes, unnamed
from llmexposure.estimation.bounds.frontier import Family, frontier
from llmexposure.estimation.bounds.sets import OutcomeSet, RegressorSet

# How a list of names is read: as examples, which lead, or as all that moved so far (against the wording).
LISTS = ("example", "complete")
FREE = 1.0  # a move that no change of a share exceeds
_REACH = 0.1  # bounds beyond ten points are not looked for


def frontiers(
    categories: pd.DataFrame,
    statements: pd.DataFrame,
    relationships: Sequence[str],
    exposures: dict[str, RegressorSet],
    moves: Sequence[float],
) -> pd.DataFrame:
    """Frontiers of the assumptions under which the sign that the report states is certain.

    Parameters
    ----------
    exposures
        Sets of indices of 2022, by name.
    moves
        By how much any blue-collar category may have moved against the claim, as fractions; `FREE`: by
        any amount that the reading of the lists allows.

    Returns
    -------
    pandas.DataFrame
        ``relationship``, ``closed`` (the thirteen are all there is), ``exposure``, ``lists``, ``move`` and
        ``bound``: how far any unnamed white-collar category may have moved against the claim; below zero,
        how far each must have moved with it; missing where no bound settles the sign.
    """
    white = (categories["block"] != "bottom3").to_numpy()
    rows = []
    for name in relationships:
        about = set(statements.loc[statements["relationship"].eq(name), "reading"])
        for lists in [kind for kind in LISTS if kind in about]:
            for closed in (False, True) if name in SHARES else (False,):
                readings = ("printed", "close", lists, *(("closure",) if closed else ()))
                base = outcomes(name, categories, statements, readings)
                open_white = unnamed(name, categories, statements) & white
                sign = claimed(name, statements)
                families = [_family(base, open_white, ~white, sign, move) for move in moves]
                for exposure, regressors in exposures.items():
                    found = frontier(regressors.vertices, families, sign, low=-_REACH, high=_REACH)
                    part = {"relationship": name, "closed": closed, "exposure": exposure}
                    rows += [
                        {**part, "lists": lists, "move": m, "bound": b}
                        for m, b in zip(moves, found, strict=True)
                    ]
    return pd.DataFrame(rows)


def _family(
    base: OutcomeSet, white: np.ndarray, blue: np.ndarray, sign: str, move: float
) -> Family:
    """Outcomes by how far the masked white-collar categories may have moved against a claimed sign.

    Where exposed categories are said to have lost, a gain of theirs and a fall of blue-collar ones speak
    against it; where they are said to have gained, the reverse.
    """
    if sign == "positive":
        other = _family(base.negated(), white, blue, "negative", move)
        return lambda bound: other(bound).negated()
    low = np.where(blue, np.maximum(base.low, -move), base.low)

    def sets(bound: float) -> OutcomeSet:
        return replace(base, low=low, high=np.where(white, np.minimum(base.high, bound), base.high))

    return sets
