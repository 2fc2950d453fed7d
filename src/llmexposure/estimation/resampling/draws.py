"""The t statistic of a slope in draws from a null: the one engine of bootstrap and permutation tests.

It takes one outcome or a batch of outcomes that share their draws. The paper's intervals are batches of one,
so the Monte Carlo of `estimation.montecarlo` runs the code that prints them.

With a null b0 imposed, the residuals are r = e - d x: d = b0 - slope, e the residuals and x the
partialled-out regressor of the full regression. A draw b turns them into T_b r: the wild bootstrap
multiplies them with one weight a cluster, a permutation reorders them. The slope of T_b r is studentised with
CR3, which is HC3 when every row is its own cluster. So a draw's slope is linear in d and its variance
quadratic: five numbers give its t statistic at every null, and an interval by inverting the test costs
little more than one test.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Protocol, overload

import numpy as np

from llmexposure.base.errors import DataError
from llmexposure.base.estimate import Estimate
from llmexposure.estimation.regression.design import (
    Clusters,
    Design,
    Kind,
    full_basis,
    score_weights,
)

# Draws that are equal to the observed statistic on paper count as at least as large.
TIE = 1e-9
# An end further away than this many standard errors is reported as infinite.
FURTHEST = 2.0**20
# Halvings of the bracket of an end: first with all draws, then to the last bits with those few
# whose comparison with the observed statistic still changes.
COARSE, FINE = 8, 40
# Numbers that are multiplied at a time: about what the processor's cache holds.
CELLS = 2**16


@overload
def resampling_p(observed: float, drawn: np.ndarray) -> float: ...
@overload
def resampling_p(observed: np.ndarray, drawn: np.ndarray) -> np.ndarray: ...
def resampling_p(observed: np.ndarray | float, drawn: np.ndarray) -> np.ndarray | float:
    """Two-sided p-value, (1 + #{|drawn| >= |observed|}) / (draws + 1) (Phipson and Smyth 2010).

    Parameters
    ----------
    observed
        One statistic, or several of length k.
    drawn
        The same under the null: shape (draws,), or (draws, k).

    Examples
    --------
    >>> resampling_p(-2.0, np.array([1.0, 3.0, 2.0]))
    0.75
    """
    extreme = (np.abs(drawn) >= np.abs(observed) * (1 - TIE)).sum(axis=0)
    p = (1 + extreme) / (len(drawn) + 1)
    return float(p) if np.ndim(p) == 0 else p


def percentile_estimate(value: float, drawn: np.ndarray, n: int) -> Estimate:
    """A value with the standard deviation and the 95% percentile interval of its resamples.

    Parameters
    ----------
    drawn
        Length draws; NaN where a resample has no value.

    Examples
    --------
    >>> percentile_estimate(2.0, np.arange(5.0), 10).ci_high
    3.9
    """
    low, high = np.nanpercentile(drawn, [2.5, 97.5])
    return Estimate(float(value), n, float(np.nanstd(drawn, ddof=1)), float(low), float(high))


@dataclass(frozen=True)
class NullDraws:
    """Distribution of the t statistics of m outcomes at any null.

    Attributes
    ----------
    value, se
        Slope of each outcome and its CR3 (HC3) standard error, length m.
    slope
        A draw's slope less b0 is ``slope[0] - d * slope[1]``; shapes (draws, m) and (draws, 1).
    variance
        Its variance is ``variance[0] - 2 d variance[1] + d^2 variance[2]``; the shapes broadcast.
    others, others_beyond
        Draws that are not held here, and how many of them are at least as large as observed.
    """

    value: np.ndarray
    se: np.ndarray
    slope: tuple[np.ndarray, np.ndarray]
    variance: tuple[np.ndarray, np.ndarray, np.ndarray]
    others: int = 0
    others_beyond: np.ndarray | int = 0

    def unstudentised(self) -> "NullDraws":
        """The same draws with the slope itself as statistic."""
        none = np.zeros((1, 1))
        return replace(self, variance=(self.se**2, none, none))

    def observed(self, null: np.ndarray | float = 0.0) -> np.ndarray:
        """T statistic of each outcome for ``null``, length m."""
        return (self.value - null) / self.se

    def t(self, null: np.ndarray | float = 0.0) -> np.ndarray:
        """T statistics of the draws when ``null`` is imposed, shape (draws, m)."""
        d = null - self.value
        return self._move(d) / np.sqrt(self._variance(d))

    def p(self, null: np.ndarray | float = 0.0) -> np.ndarray:
        """Two-sided p-value of ``null`` for each outcome (see `resampling_p`), length m."""
        beyond = self._beyond(null - self.value).sum(axis=0) + self.others_beyond
        return (1 + beyond) / (len(self.slope[0]) + self.others + 1)

    def interval(self, alpha: float = 0.05) -> tuple[np.ndarray, np.ndarray]:
        """Ends of the null values around each estimate whose p-value is at least ``alpha``, length m.

        An end is infinite when no null on that side is rejected (few clusters). Should the accepted
        set have gaps, the interval ends at a rejection near the estimate, not beyond it.
        """
        low, high = (self.value + side * self._reach(side, alpha) * self.se for side in (-1.0, 1.0))
        return low, high

    def _move(self, d: np.ndarray) -> np.ndarray:
        return self.slope[0] - d * self.slope[1]

    def _variance(self, d: np.ndarray) -> np.ndarray:
        return self.variance[0] - d * (2 * self.variance[1] - d * self.variance[2])

    def _beyond(self, d: np.ndarray) -> np.ndarray:
        """Whether a draw's |t| is at least the observed one; nothing is divided by what may be zero."""
        return (self._move(d) * self.se) ** 2 >= (d * (1 - TIE)) ** 2 * self._variance(d)

    def _accepted(self, distance: np.ndarray, alpha: float) -> np.ndarray:
        return self.p(self.value + distance * self.se) >= alpha

    def _reach(self, side: float, alpha: float) -> np.ndarray:
        """Distance of one end from the estimate in standard errors, by doubling and halving."""
        inside, outside = np.zeros_like(self.se), np.full_like(self.se, 2.0)
        while (further := self._accepted(side * outside, alpha) & (outside < FURTHEST)).any():
            inside = np.where(further, outside, inside)
            outside = np.where(further, 2 * outside, outside)
        coarse = self._halved(inside, outside, side, alpha, COARSE)
        end = self._changing(*coarse, side)._halved(*coarse, side, alpha, FINE)
        sure = self._accepted(side * end[0], alpha) & ~self._accepted(side * end[1], alpha)
        if not (sure | (outside >= FURTHEST)).all():  # a draw changed there and back
            end = self._halved(*coarse, side, alpha, FINE)
        return np.where(end[1] < FURTHEST, end[0], np.inf)

    def _halved(
        self, inside: np.ndarray, outside: np.ndarray, side: float, alpha: float, times: int
    ) -> tuple[np.ndarray, np.ndarray]:
        """An accepted and a rejected distance, halved towards each other."""
        for _ in range(times):
            middle = (inside + outside) / 2
            accepted = self._accepted(side * middle, alpha)
            inside = np.where(accepted, middle, inside)
            outside = np.where(accepted, outside, middle)
        return inside, outside

    def _changing(self, inside: np.ndarray, outside: np.ndarray, side: float) -> "NullDraws":
        """The draws that compare differently at two distances; the others are counted for good."""
        first, last = (self._beyond(side * end * self.se) for end in (inside, outside))
        rows = np.argsort(first == last, axis=0, kind="stable")
        rows = rows[: (first != last).sum(axis=0).max()]

        def part(of: np.ndarray) -> np.ndarray:
            return np.take_along_axis(np.broadcast_to(of, first.shape), rows, axis=0)

        return replace(
            self,
            slope=(part(self.slope[0]), part(self.slope[1])),
            variance=(part(self.variance[0]), part(self.variance[1]), part(self.variance[2])),
            others=len(first) - len(rows),
            others_beyond=first.sum(axis=0) - part(first).sum(axis=0),
        )


def null_draws(
    found: Design,
    groups: Clusters,
    move: Callable[[np.ndarray], "Moved"],
    outcomes: np.ndarray | None = None,
    kind: Kind = "CR3",
) -> NullDraws:
    """Draws of the studentised slope.

    A draw's score in a cluster is z - f'l: z the sum of a_i (T_b r)_i, f = Q'T_b r and l the sum of a_i Q_i,
    with a the weights of the variance and Q the basis of the full regression (see `regression.clusters`),
    turned so that the l are orthogonal. For the residuals e the square is multiplied out, which makes it
    products of matrices; for x it is not, as draws with like weights leave nothing of it.

    Parameters
    ----------
    groups, kind
        Clusters of the rows and the variance that studentises.
    move
        The draws, for given rows: `WildMoved` or `PermutationMoved` with all but their last argument.
    outcomes
        Shape (m, n), weighted as in ``found.y``; None for the design's own.

    Raises
    ------
    DataError
        When a regression fits perfectly: there is nothing to draw from.
    """
    outcomes = found.y[None, :] if outcomes is None else outcomes
    (value, error), x = found.fit(outcomes), found.residual(found.x)
    a = score_weights(found, groups, kind) / (x @ x)
    se = np.linalg.norm(groups.sums((a * error).T), axis=0)
    check_residuals(outcomes, error, se)
    basis = full_basis(found)
    load = groups.sums(a[:, None] * basis)
    length, turn = np.linalg.eigh(load.T @ load)
    basis, load = basis @ turn, load @ turn
    moved = move(np.vstack([error, x])).parts()
    parts = [_statistics(part, basis, a, load, length, x @ basis / (x @ x)) for part in moved]
    slope, line, constant, mixed, square = map(np.concatenate, zip(*parts, strict=True))
    return NullDraws(value, se, (slope, line), (constant, mixed, square))


def check_residuals(outcomes: np.ndarray, error: np.ndarray, se: np.ndarray | float = 1.0) -> None:
    """Refuse outcomes, each a row, of whose variation a regression leaves nothing to draw from.

    Raises
    ------
    DataError
        When a row of residuals ``error`` or a standard error is zero.
    """
    spread, left = (np.linalg.norm(rows, axis=1) for rows in (outcomes, error))
    if (left <= 1e-10 * spread).any() or np.any(se == 0):
        raise DataError(
            "the outcome does not vary, or the regression fits it perfectly, so there are no residuals "
            "to resample"
        )


def _statistics(
    moved: "Moved",
    basis: np.ndarray,
    a: np.ndarray,
    load: np.ndarray,
    length: np.ndarray,
    along: np.ndarray,
) -> tuple[np.ndarray, ...]:
    """The arrays of `NullDraws` for some of the draws; the slope is ``along`` times the fit."""
    fits, scores = moved.fits(basis, a, load)
    lean = moved.scores(a, load, fits[..., -1])
    constant, mixed = moved.squares(a), moved.against(lean, a)
    slope, line = np.zeros_like(constant), np.zeros((len(lean), 1))
    for k, step in enumerate(along):
        fit, fit_x = fits[k][:, :-1], fits[k][:, -1:]
        slope += step * fit
        line += step * fit_x
        constant += fit * (length[k] * fit - 2 * scores[k][:, :-1])
        mixed -= fit * (scores[k][:, -1:] - length[k] * fit_x)
    return slope, line, constant, mixed, np.einsum("bg,bg->b", lean, lean)[:, None]


class Moved(Protocol):
    """The draws T_b of a batch of rows, shape (m + 1, n): residuals, and last the regressor.

    ``a`` (length n) are the weights of the variance, ``basis`` (n, c) that of the regression and ``load``
    (clusters, c) each cluster's sums of the two's products.
    """

    def parts(self) -> "Iterator[Moved]":
        """The draws, so many at a time as the processor's cache holds."""
        ...

    def fits(
        self, basis: np.ndarray, a: np.ndarray, load: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """``basis`` times every moved row, and ``load`` times its scores; both (c, draws, m + 1)."""
        ...

    def scores(self, a: np.ndarray, load: np.ndarray, fit: np.ndarray) -> np.ndarray:
        """Each cluster's sum of a times the moved regressor, less load times its fit (c, draws)."""
        ...

    def squares(self, a: np.ndarray) -> np.ndarray:
        """Sum of the squares of the clusters' sums of a times moved residuals, shape (draws, m)."""
        ...

    def against(self, scores: np.ndarray, a: np.ndarray) -> np.ndarray:
        """Sum of the given scores times the clusters' sums of a times moved residuals, (draws, m)."""
        ...


@dataclass(frozen=True)
class WildMoved:
    """Residuals multiplied with the weight of their cluster; weights of shape (draws, clusters)."""

    weights: np.ndarray
    groups: Clusters
    rows: np.ndarray

    def parts(self) -> Iterator[Moved]:
        """See `Moved`."""
        return (replace(self, weights=self.weights[some]) for some in _slices(self.weights.shape))

    def fits(
        self, basis: np.ndarray, a: np.ndarray, load: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """See `Moved`."""
        sums = self._sums(a)
        fit = [self.weights @ self._sums(q) for q in basis.T]
        return np.array(fit), np.array([self.weights @ (part[:, None] * sums) for part in load.T])

    def scores(self, a: np.ndarray, load: np.ndarray, fit: np.ndarray) -> np.ndarray:
        """See `Moved`."""
        return self.weights * self._sums(a)[:, -1] - fit.T @ load.T

    def squares(self, a: np.ndarray) -> np.ndarray:
        """See `Moved`."""
        return self.weights**2 @ self._sums(a)[:, :-1] ** 2

    def against(self, scores: np.ndarray, a: np.ndarray) -> np.ndarray:
        """See `Moved`."""
        return (self.weights * scores) @ self._sums(a)[:, :-1]

    def _sums(self, v: np.ndarray) -> np.ndarray:
        """Sums over clusters of v times each row, shape (clusters, m + 1)."""
        return self.groups.sums((v * self.rows).T)


@dataclass(frozen=True)
class PermutationMoved:
    """Unit i gets the residual of unit ``order[b, i]``, shape (draws, n); units are their own clusters.

    Few rows are moved themselves; for many, what they are multiplied with is moved to meet them.
    """

    order: np.ndarray
    rows: np.ndarray

    def parts(self) -> Iterator[Moved]:
        """See `Moved`."""
        return (replace(self, order=self.order[some]) for some in _slices(self.order.shape))

    def fits(
        self, basis: np.ndarray, a: np.ndarray, load: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """See `Moved`."""
        v = np.vstack([basis.T, a * load.T])
        if self._few:
            both = (self._moved @ v.T).transpose(2, 1, 0)
        else:
            both = np.array([row[self._place] @ self.rows.T for row in v])
        return both[: len(v) // 2], both[len(v) // 2 :]

    def scores(self, a: np.ndarray, load: np.ndarray, fit: np.ndarray) -> np.ndarray:
        """See `Moved`."""
        x = self._moved[-1] if self._few else self.rows[-1][self.order]
        return a * x - fit.T @ load.T

    def squares(self, a: np.ndarray) -> np.ndarray:
        """See `Moved`."""
        if self._few:
            return (self._moved[:-1] ** 2 @ a**2).T
        return (a**2)[self._place] @ self.rows[:-1].T ** 2

    def against(self, scores: np.ndarray, a: np.ndarray) -> np.ndarray:
        """See `Moved`."""
        if self._few:
            return np.einsum("bi,mbi->bm", scores * a, self._moved[:-1])
        return np.take_along_axis(scores * a, self._place, axis=1) @ self.rows[:-1].T

    @property
    def _few(self) -> bool:
        return len(self.rows) <= 4

    @cached_property
    def _moved(self) -> np.ndarray:
        return np.take(self.rows, self.order, axis=1)

    @cached_property
    def _place(self) -> np.ndarray:
        return inverse(self.order)


def inverse(order: np.ndarray) -> np.ndarray:
    """Inverse of each row's permutation.

    Examples
    --------
    >>> inverse(np.array([[1, 2, 0]])).tolist()
    [[2, 0, 1]]
    """
    back = np.empty_like(order)
    np.put_along_axis(back, order, np.arange(order.shape[1])[None, :], axis=1)
    return back


def _slices(shape: tuple[int, ...]) -> Iterator[slice]:
    """Draws, shape (draws, clusters), in slices of at most `CELLS` numbers."""
    step = max(1, CELLS // shape[1])
    return (slice(start, start + step) for start in range(0, shape[0], step))
