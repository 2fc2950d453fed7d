"""Weights under which a printed order holds, by linear programming, and how many there are.

Unit i stands above unit j in the order and its score w'x_i is only known to lie between w'l_i and w'u_i.
Scores in the printed order exist exactly when w'u_i > w'l_j for every such pair: take each score as low as
the scores below it allow. So rounding, which multiplies unknown values by unknown weights, costs no more
than n(n - 1)/2 linear inequalities in w.
"""

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.optimize import linprog
from scipy.spatial import ConvexHull, HalfspaceIntersection

from llmexposure.base.errors import DataError
from llmexposure.estimation.bounds.ranking.scaling import Intervals

# A margin of this size is one of the solver, not of the weights.
TOLERANCE = 1e-9


@dataclass(frozen=True)
class Widest:
    """The weights under which the order holds by the widest margin.

    Attributes
    ----------
    weights
        Sum to one.
    margin
        Smallest difference of scores between a unit and one below it; negative: no weights give the order,
        and these come nearest.
    binding
        Pairs that decide the margin: ``above``, ``below`` (row numbers), ``price`` (multipliers, sum to one).
        With a negative margin they are the proof: weighted by price, they cannot all hold.
    """

    weights: np.ndarray
    margin: float
    binding: pd.DataFrame

    @property
    def feasible(self) -> bool:
        """Whether some weights give the printed order, without ties."""
        return self.margin > TOLERANCE


def pairs(known: Intervals) -> np.ndarray:
    """One row for each pair of units, the upper first: the order holds when every row times w is positive.

    Parameters
    ----------
    known
        Components in the printed order, first unit first.

    Returns
    -------
    numpy.ndarray
        Shape (n(n - 1)/2, k): u_i - l_j.
    """
    above, below = np.triu_indices(len(known.lower), 1)
    return known.upper[above] - known.lower[below]


def widest(known: Intervals) -> Widest:
    """Maximise the margin m subject to w'(u_i - l_j) >= m, w >= 0, sum w = 1.

    Examples
    --------
    >>> exact = np.array([[1.0, 0.0], [0.0, 0.5]])
    >>> found = widest(Intervals(exact, exact))
    >>> found.weights.tolist(), found.margin
    ([1.0, 0.0], 1.0)
    """
    rows = pairs(known)
    n, k = rows.shape
    solved = linprog(
        np.append(np.zeros(k), -1.0),
        A_ub=np.column_stack([-rows, np.ones(n)]),
        b_ub=np.zeros(n),
        A_eq=[[1.0] * k + [0.0]],
        b_eq=[1.0],
        bounds=[(0, None)] * k + [(None, None)],
    )
    price = -solved.ineqlin.marginals
    above, below = np.triu_indices(len(known.lower), 1)
    table = pd.DataFrame({"above": above, "below": below, "price": price})
    binding = table[table["price"] > TOLERANCE].reset_index(drop=True)
    return Widest(solved.x[:k], float(solved.x[k]), binding)


def weight_ranges(rows: np.ndarray) -> np.ndarray:
    """Lowest and highest value of each weight among those under which the order holds.

    Returns
    -------
    numpy.ndarray
        Shape (k, 2); the ends belong to the closure, where some scores are equal.

    Raises
    ------
    DataError
        When no weights give the order.
    """
    n, k = rows.shape
    ends = np.empty((k, 2))
    for place in range(k):
        for side, sign in enumerate((1.0, -1.0)):
            cost = sign * np.eye(k)[place]
            solved = linprog(
                cost, A_ub=-rows, b_ub=np.zeros(n), A_eq=[[1.0] * k], b_eq=[1.0], bounds=(0, None)
            )
            if not solved.success:
                raise DataError(
                    "no weights give this order; ask `widest` for the pairs that conflict"
                )
            ends[place, side] = solved.x[place]
    return ends


def grid(components: int, steps: int) -> np.ndarray:
    """All weights that are multiples of 1/steps and sum to one.

    Examples
    --------
    >>> len(grid(4, 10)), len(grid(4, 20))
    (286, 1771)
    """
    axes = np.meshgrid(*[np.arange(steps + 1)] * (components - 1), indexing="ij")
    first = np.stack([a.ravel() for a in axes], axis=1)
    first = first[first.sum(axis=1) <= steps]
    return np.column_stack([first, steps - first.sum(axis=1)]) / steps


def inside(rows: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """The rows of ``weights`` under which the order holds."""
    return weights[(weights @ rows.T > TOLERANCE).all(axis=1)]


def inside_for_some_unit(
    rows: np.ndarray, weights: np.ndarray, low: np.ndarray, high: np.ndarray
) -> np.ndarray:
    """The rows of ``weights`` under which the order holds for some choice of units.

    Min-max scaling over units that are not printed: the minimum, and so the unit, is known up to an
    interval. With s the inverse unit, the score is sum_k w_k s_k x_k: linear in s for given w.

    Parameters
    ----------
    rows
        From `pairs`, of unscaled components.
    low, high
        Smallest and largest inverse unit of each component, length k.
    """
    return weights[[_some_unit(rows * w, low, high) for w in weights]]


def _some_unit(rows: np.ndarray, low: np.ndarray, high: np.ndarray) -> bool:
    n, k = rows.shape
    solved = linprog(
        np.append(np.zeros(k), -1.0),
        A_ub=np.column_stack([-rows, np.ones(n)]),
        b_ub=np.zeros(n),
        bounds=[*zip(low, high, strict=True), (None, None)],
    )
    return bool(solved.x[k] > TOLERANCE)


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
