"""Wild bootstrap and permutation tests of many outcomes at once.

`estimation.resampling.wild` and `.permutation` resample one outcome. Here a whole batch of simulated
outcomes shares its draws, and everything is a product of matrices. A draw b turns residuals r into
T_b r: the wild bootstrap multiplies them with weights, a permutation reorders them. Both tests then
take the slope of T_b r, studentised with HC3, where r = e - d x are the residuals when the null b0 is
imposed, d = b0 - slope, e the residuals and x the partialled-out regressor. So the slope of a draw is
linear in d and its variance quadratic, and a null costs no new draw.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from llmexposure.estimation.regression.clusters import clusters_of, full_basis, score_weights
from llmexposure.estimation.regression.design import Design
from llmexposure.estimation.resampling.p_value import resampling_p

Rows = Callable[[np.ndarray], np.ndarray]

# An end further away than this many standard errors is reported as infinite.
FURTHEST = 2.0**10
# Halvings of the bracket of an end: to a thousandth of its distance from the estimate.
HALVINGS = 10


@dataclass(frozen=True)
class Moves:
    """The draws T_b, as what they do to a vector v of length n.

    Attributes
    ----------
    rows
        Shape (draws, n): row b times r is v'T_b r.
    products
        Shape (draws, n): row b times (r s) is the sum over units of v (T_b r)(T_b s).
    """

    rows: Rows
    products: Rows


def wild_moves(weights: np.ndarray) -> Moves:
    """Multiply the residual of a unit with its weight; weights of shape (draws, n)."""
    return Moves(lambda v: weights * v, lambda v: weights**2 * v)


def permutation_moves(order: np.ndarray) -> Moves:
    """Deal out exposures anew: unit i gets what ``order[b, i]`` had; shape (draws, n)."""
    return Moves(lambda v: v[order], lambda v: v[order])


@dataclass(frozen=True)
class Resampled:
    """Statistics of all draws for all outcomes of a batch, at any null.

    Attributes
    ----------
    value, se
        Slope of each outcome and its standard error, length m.
    slope
        A draw's slope less b0 is ``slope[0] - d * slope[1]``; shapes (draws, m) and (draws, 1).
    variance
        Its variance is ``variance[0] - 2 d variance[1] + d^2 variance[2]``; the shapes broadcast.
    """

    value: np.ndarray
    se: np.ndarray
    slope: tuple[np.ndarray, np.ndarray]
    variance: tuple[np.ndarray, np.ndarray, np.ndarray]

    def squares(self, null: np.ndarray | float = 0.0) -> tuple[np.ndarray, np.ndarray]:
        """Squared t statistics: observed (length m) and of the draws (shape (draws, m))."""
        d = null - self.value
        move = self.slope[0] - d * self.slope[1]
        variance = self.variance[0] - d * (2 * self.variance[1] - d * self.variance[2])
        return (d / self.se) ** 2, move**2 / variance

    def p(self, null: np.ndarray | float = 0.0) -> np.ndarray:
        """Two-sided p-value of ``null`` for each outcome (see `resampling_p`)."""
        return resampling_p(*self.squares(null))

    def lengths(self, alpha: float = 0.05) -> np.ndarray:
        """Length of the interval of nulls whose p-value is at least ``alpha``, for each outcome."""
        return self._end(-1, alpha) + self._end(1, alpha)

    def _end(self, side: int, alpha: float) -> np.ndarray:
        """Distance of one end from the estimate; see `estimation.resampling.wild.NullDraws.interval`."""
        inside, outside = np.zeros_like(self.se), np.full_like(self.se, 2.0)
        while (open_ := self._accepted(side * outside, alpha) & (outside < FURTHEST)).any():
            inside, outside = np.where(open_, outside, inside), outside * np.where(open_, 2, 1)
        for _ in range(HALVINGS):
            middle = (inside + outside) / 2
            accepted = self._accepted(side * middle, alpha)
            inside, outside = (
                np.where(accepted, middle, inside),
                np.where(accepted, outside, middle),
            )
        return np.where(outside < FURTHEST, inside * self.se, np.inf)

    def _accepted(self, distance: np.ndarray, alpha: float) -> np.ndarray:
        return self.p(self.value + distance * self.se) >= alpha


def resampled(found: Design, value: np.ndarray, error: np.ndarray, moves: Moves) -> Resampled:
    """Draws of the HC3-studentised slope.

    Parameters
    ----------
    found
        The regression; only its regressor and controls are used.
    value, error
        Slopes, length m, and residuals of the full regression, shape (m, n).
    """
    x, squared = found.residual(found.x), score_weights(found, clusters_of(found), "CR3") ** 2
    weight, basis = _diagonal(full_basis(found), squared)
    size, product = x @ x, moves.products(squared)
    fit, load = ([moves.rows(v) for v in rows] for rows in (basis.T, squared * basis.T))

    def variance(first: np.ndarray, second: np.ndarray) -> np.ndarray:
        """Sum over units of a^2 times the product of two residuals, each less its fit."""
        total = product @ (first * second).T
        for k in range(len(weight)):
            f, h = fit[k] @ first.T, fit[k] @ second.T
            total = total + f * (weight[k] * h - load[k] @ second.T) - h * (load[k] @ first.T)
        return total / size**2

    line = x[None, :]
    slopes = tuple(moves.rows(x) @ r.T / size for r in (error, line))
    variances = (variance(error, error), variance(error, line), variance(line, line))
    return Resampled(value, np.sqrt((error**2) @ squared) / size, slopes, variances)


def _diagonal(basis: np.ndarray, squared: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The basis rotated so that Q'diag(squared)Q is diagonal; that diagonal and the basis."""
    weight, turn = np.linalg.eigh(basis.T @ (squared[:, None] * basis))
    return weight, basis @ turn


def plain(studentised: Resampled) -> Resampled:
    """The same draws without studentising: the slope itself is the statistic."""
    one, none = np.ones((1, 1)), np.zeros((1, 1))
    return Resampled(
        studentised.value, np.ones_like(studentised.se), studentised.slope, (one, none, none)
    )
