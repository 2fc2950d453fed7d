"""Which weights of a composite index agree with the order that a document prints, and how many there are.

Unit i stands above unit j in the order and its score w'x_i is only known to lie between w'l_i and w'u_i.
Scores in the printed order exist exactly when w'u_i > w'l_j for every such pair: take each score as low as
the scores below it allow. So rounding, which multiplies unknown values by unknown weights, costs no more
than n(n - 1)/2 linear inequalities in w. When no weights give the order, the question is how close they come.
"""

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.optimize import Bounds, LinearConstraint, linprog, milp
from scipy.spatial import ConvexHull, HalfspaceIntersection

from llmexposure.base.errors import DataError
from llmexposure.estimation.bounds.scaling import Intervals, scaled

# A margin of this size is one of the solver, not of the weights.
TOLERANCE = 1e-9
TENTHS, TWENTIETHS = 10, 20


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
        From `pairs`.
    found
        From `widest`: an inner point.
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


def listed(weights: np.ndarray) -> str:
    """Weights as text: ``0.30/0.30/0.30/0.10``, several joined by '; ', none as 'none'.

    Examples
    --------
    >>> listed(np.array([[0.5, 0.5]]))
    '0.50/0.50'
    """
    return "; ".join("/".join(f"{w:.2f}" for w in row) for row in weights) or "none"
