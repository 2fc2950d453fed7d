"""Restricted wild (cluster) bootstrap with Webb weights, and its interval by inverting the test.

The null value b0 is imposed, residuals of the restricted fit are multiplied by one weight a cluster,
and the slope of each draw is studentised with CR3, which is HC3 when no clusters are given (Cameron,
Gelbach and Miller 2008; Roodman, Nielsen, MacKinnon and Webb 2019; MacKinnon, Nielsen and Webb 2023).
Weights: six points, plus or minus sqrt(1/2), 1 and sqrt(3/2), equally likely (Webb 2023).

Restricted residuals are e - d x with d = b0 - b, e the residuals and x the partialled-out regressor of
the full fit. So the slope of a draw, less b0, is linear in d and its variance is quadratic: five
numbers a draw give its t statistic at every null, and the interval costs little more than one test.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from llmexposure.base.errors import DataError
from llmexposure.base.estimate import Estimate
from llmexposure.estimation.regression.clusters import (
    Clusters,
    Kind,
    clusters_of,
    full_basis,
    score_weights,
)
from llmexposure.estimation.regression.design import Design
from llmexposure.estimation.resampling.p_value import resampling_p

DRAWS = 9_999
WEBB = np.array([-np.sqrt(1.5), -1.0, -np.sqrt(0.5), np.sqrt(0.5), 1.0, np.sqrt(1.5)])
# An end further away than this many standard errors is reported as infinite.
FURTHEST = 2.0**30
HALVINGS = 60


@dataclass(frozen=True)
class NullDraws:
    """Bootstrap distribution of the t statistic at any null value.

    Attributes
    ----------
    value, se
        Slope and its CR3 (HC3) standard error.
    slope
        Shape (2, draws): a draw's slope less b0 is ``slope[0] - d * slope[1]``.
    variance
        Shape (3, draws): its variance is ``variance[0] - 2 d variance[1] + d^2 variance[2]``.
    """

    value: float
    se: float
    slope: np.ndarray
    variance: np.ndarray

    def t(self, null: float = 0.0) -> np.ndarray:
        """Studentised slopes of the draws when ``null`` is imposed, length draws."""
        d = null - self.value
        variance = self.variance[0] - d * (2 * self.variance[1] - d * self.variance[2])
        return (self.slope[0] - d * self.slope[1]) / np.sqrt(variance)

    def p(self, null: float = 0.0) -> float:
        """Two-sided p-value of ``null`` (see `resampling_p`)."""
        return resampling_p((self.value - null) / self.se, self.t(null))

    def interval(self, alpha: float = 0.05) -> tuple[float, float]:
        """The null values around the estimate whose p-value is at least ``alpha``.

        An end is infinite when no null on that side is rejected (few clusters). Should the accepted
        set have gaps, the interval ends at a rejection near the estimate, not beyond it.
        """
        return self._end(-1, alpha), self._end(1, alpha)

    def _end(self, side: int, alpha: float) -> float:
        inside, outside = 0.0, 2.0
        while self.p(self.value + side * outside * self.se) >= alpha:
            inside, outside = outside, 2 * outside
            if outside > FURTHEST:
                return side * np.inf
        for _ in range(HALVINGS):
            middle = (inside + outside) / 2
            if self.p(self.value + side * middle * self.se) >= alpha:
                inside = middle
            else:
                outside = middle
        return self.value + side * inside * self.se


def webb_weights(draws: int, groups: int, seed: int) -> np.ndarray:
    """Webb's six-point weights, shape (draws, groups); mean 0, variance 1.

    Examples
    --------
    >>> bool(abs((webb_weights(9_999, 3, seed=1) ** 2).mean() - 1) < 0.02)
    True
    """
    return WEBB[np.random.default_rng(seed).integers(6, size=(draws, groups))]


def null_draws(
    found: Design, groups: Clusters, weights: np.ndarray, kind: Kind = "CR3"
) -> NullDraws:
    """Bootstrap distribution for given weights, shape (draws, clusters).

    Raises
    ------
    DataError
        When the regression fits perfectly: there is nothing to draw from.
    """
    x, y = found.residual(found.x), found.residual(found.y)
    slope = float(x @ y / (x @ x))
    error, a = y - slope * x, score_weights(found, groups, kind)
    se = float(np.linalg.norm(groups.sums(a * error)) / (x @ x))
    if np.linalg.norm(error) <= 1e-10 * np.linalg.norm(found.y) or se == 0:
        raise DataError(
            "the outcome does not vary, or the regression fits it perfectly, so there are no residuals "
            "for a wild bootstrap to draw"
        )
    basis = full_basis(found)
    load = groups.sums(a[:, None] * basis)
    moves, scores = [], []
    for part in (error, x):
        moves.append(weights @ groups.sums(x * part) / (x @ x))
        fitted = weights @ groups.sums(basis * part[:, None])
        scores.append((weights * groups.sums(a * part) - fitted @ load.T) / (x @ x))
    pairs = ((0, 0), (0, 1), (1, 1))
    variance = np.array([np.einsum("bg,bg->b", scores[i], scores[j]) for i, j in pairs])
    return NullDraws(slope, se, np.array(moves), variance)


def wild(
    found: Design,
    clusters: pd.Series | None = None,
    *,
    kind: Kind = "CR3",
    draws: int = DRAWS,
    seed: int,
) -> Estimate:
    """Slope with wild bootstrap p-value of zero and the 95% interval from inverting the test.

    Parameters
    ----------
    clusters
        Cluster label by unit; None for independent units.
    kind
        Variance that studentises; ``CR0`` gives the usual wild cluster bootstrap-t (its small-sample
        factor cancels).
    draws, seed
        Number of draws and their seed. Draws go with the sorted cluster labels, so that the order
        of rows does not matter, and stay the same for every null, so that the interval is exact.

    Raises
    ------
    DataError
        See ``clusters_of``, ``score_weights`` and ``null_draws``.

    Examples
    --------
    >>> from llmexposure.estimation.regression.design import design
    >>> frame = pd.DataFrame({"y": [1.0, 2.0, 3.5, 4.0, 5.5, 5.0], "x": np.arange(6.0)})
    >>> found = wild(design(frame, "y", "x"), draws=999, seed=1)
    >>> found.ci_low < found.value < found.ci_high
    True
    """
    groups = clusters_of(found, clusters)
    drawn = null_draws(found, groups, webb_weights(draws, groups.count, seed), kind)
    low, high = drawn.interval()
    return Estimate(drawn.value, found.n, drawn.se, low, high, drawn.p())
