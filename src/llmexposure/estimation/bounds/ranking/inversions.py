"""How far weights can bring scores to a printed order when none gives it exactly."""

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

from llmexposure.estimation.bounds.ranking.feasible import pairs
from llmexposure.estimation.bounds.ranking.scaling import Intervals


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
