"""What a printed order says about the weights behind it, and how close weights come when none gives it."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.optimize import Bounds, LinearConstraint, milp

from llmexposure.estimation.bounds.ranking.feasible import (
    Widest,
    grid,
    inside,
    pairs,
    share_of_simplex,
    vertices,
    weight_ranges,
    widest,
)
from llmexposure.estimation.bounds.ranking.scaling import Intervals, scaled


def fewest_inversions(known: Intervals, margin: float = 1e-5) -> tuple[int, np.ndarray]:
    """Smallest number of pairs out of order that any weights leave, and such weights.

    Minimises sum b_ij subject to w'(u_i - l_j) + M b_ij >= margin with binary b_ij: the Kemeny distance
    between the printed order and the nearest order that weights can give.

    Parameters
    ----------
    margin
        Difference from which scores count as ordered, for components scaled to about 1. It must exceed
        the solver's tolerance for whole numbers, 1e-6, or ties would pass for ordered.

    Examples
    --------
    >>> exact = np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0]])
    >>> fewest_inversions(Intervals(exact, exact))[0]
    2
    """
    rows = pairs(known)
    n, k = rows.shape
    enough = np.abs(rows).max() + margin
    solved = milp(
        np.append(np.zeros(k), np.ones(n)),
        constraints=[
            LinearConstraint(np.column_stack([rows, enough * np.eye(n)]), lb=margin),
            LinearConstraint(np.append(np.ones(k), np.zeros(n))[None, :], lb=1, ub=1),
        ],
        bounds=Bounds(0, 1),
        integrality=np.append(np.zeros(k), np.ones(n)),
    )
    return round(solved.fun), solved.x[:k]


TENTHS, TWENTIETHS = 10, 20


@dataclass(frozen=True)
class Recovery:
    """Weights that agree with a printed order.

    Attributes
    ----------
    exact, rounded
        Widest margin with the values as printed, and allowing for their rounding.
    inversions
        Fewest pairs out of order, allowing for rounding; 0 when ``rounded`` is feasible.
    share
        Part of all weights under which the order holds, allowing for rounding.
    ranges
        By component: ``low`` and ``high``; missing when no weights give the order.
    tenths, twentieths
        Weights in steps of 10% and of 5% under which it holds, one a row.
    """

    exact: Widest
    rounded: Widest
    inversions: int
    share: float
    ranges: pd.DataFrame
    tenths: np.ndarray
    twentieths: np.ndarray


def recover(values: pd.DataFrame, half_width: pd.Series, how: str) -> Recovery:
    """Recover weights from components that stand in the printed order, first unit first.

    Parameters
    ----------
    values, half_width, how
        As in `scaling.scaled`, with three components or more.

    Examples
    --------
    >>> values = pd.DataFrame({"a": [2.0, 1.0], "b": [1.0, 2.0], "c": [1.0, 2.0]})
    >>> found = recover(values, pd.Series({"a": 0.0, "b": 0.0, "c": 0.0}), "maximum")
    >>> round(found.share, 3), found.inversions, len(found.tenths)
    (0.25, 0, 15)
    """
    known = scaled(values, half_width, how)
    exact = widest(scaled(values, 0 * half_width, how))
    rounded, rows, k = widest(known), pairs(known), values.shape[1]
    ends = weight_ranges(rows) if rounded.feasible else np.full((k, 2), np.nan)
    return Recovery(
        exact,
        rounded,
        fewest_inversions(known)[0],
        share_of_simplex(vertices(rows, rounded)),
        pd.DataFrame(ends, index=values.columns, columns=["low", "high"]),
        inside(rows, grid(k, TENTHS)),
        inside(rows, grid(k, TWENTIETHS)),
    )


def listed(weights: np.ndarray) -> str:
    """Weights as text: ``0.30/0.30/0.30/0.10``, several joined by '; ', none as 'none'.

    Examples
    --------
    >>> listed(np.array([[0.5, 0.5]]))
    '0.50/0.50'
    """
    return "; ".join("/".join(f"{w:.2f}" for w in row) for row in weights) or "none"
