"""Exact size of the set of weights under which an order holds."""

import math

import numpy as np
from scipy.optimize import linprog
from scipy.spatial import ConvexHull, HalfspaceIntersection

from llmexposure.estimation.bounds.ranking.feasible import Widest


def vertices(rows: np.ndarray, found: Widest) -> np.ndarray:
    """Corners of the set {w >= 0, sum w = 1, rows w >= 0}, shape (v, k); none when it is empty.

    Parameters
    ----------
    rows
        From `feasible.pairs`.
    found
        From `feasible.widest`: an inner point.
    """
    if not found.feasible:
        return np.empty((0, rows.shape[1]))
    # Without the last weight, 1 - sum of the others: full-dimensional, as the algorithm needs.
    halves = np.vstack([rows, np.eye(rows.shape[1])])
    halves = halves[np.abs(halves).max(axis=1) > 0]
    normal = halves[:, :-1] - halves[:, -1:]
    cuts = np.column_stack([-normal, -halves[:, -1]])
    corners = HalfspaceIntersection(cuts, _centre(cuts)).intersections
    corners = np.unique(corners.round(12), axis=0)
    return np.column_stack([corners, 1 - corners.sum(axis=1)])


def _centre(cuts: np.ndarray) -> np.ndarray:
    """Centre of the largest ball inside (Boyd and Vandenberghe 2004, section 8.5.1)."""
    size = np.linalg.norm(cuts[:, :-1], axis=1)
    solved = linprog(
        np.append(np.zeros(cuts.shape[1] - 1), -1.0),
        A_ub=np.column_stack([cuts[:, :-1], size]),
        b_ub=-cuts[:, -1],
        bounds=(None, None),
    )
    return solved.x[:-1]


def share_of_simplex(corners: np.ndarray) -> float:
    """Volume of the hull of weights as a share of all weights that are positive and sum to one.

    The probability that weights drawn at random (uniformly, Dirichlet with ones) give the order.

    Examples
    --------
    >>> share_of_simplex(np.eye(3))
    1.0
    """
    if len(corners) <= corners.shape[1] - 1:
        return 0.0
    volume = ConvexHull(corners[:, :-1]).volume
    return float(volume * math.factorial(corners.shape[1] - 1))
