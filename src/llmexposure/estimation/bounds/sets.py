"""What is known of an outcome and of a regressor, unit by unit: intervals, sums, and an order.

Outcomes
    Changes of shares are bounded together: the units that gain cannot gain more than the whole, nor can the
    others lose more, and when the units are all there is the changes sum to zero. Over such a set a linear
    function has a closed-form maximum (a fractional knapsack), so that many regressors are tried at once.
Regressors
    Every vertex takes each unit's value from the ends of the intervals, because the constraint matrix of
    intervals and order pairs is totally unimodular. So the vertices can be listed, and a convex function of
    the regressor is largest at one of them.
"""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from scipy.optimize import linprog

from llmexposure.base.errors import DataError

ZERO = 1e-12  # a sum nearer to zero is zero
_DECIMALS = 12  # ends that differ only by floating-point noise are one level


@dataclass(frozen=True)
class OutcomeSet:
    """Intervals of n outcomes and bounds on their sums.

    Attributes
    ----------
    low, high
        Ends of the interval of each unit, length n.
    whole
        Largest sum of the positive outcomes, and of the negative ones without their sign.
    closed
        Whether the outcomes sum to zero.
    """

    low: np.ndarray
    high: np.ndarray
    whole: float = np.inf
    closed: bool = False

    def known(self, unit: int, value: float) -> "OutcomeSet":
        """The set when one unit's outcome is known."""
        low, high = self.low.copy(), self.high.copy()
        low[unit] = high[unit] = value
        return replace(self, low=low, high=high)

    def negated(self) -> "OutcomeSet":
        """The set of the negated outcomes."""
        return replace(self, low=-self.high, high=-self.low)

    @property
    def base(self) -> np.ndarray:
        """Point of the intervals nearest to zero, length n."""
        return np.clip(0.0, self.low, self.high)

    @property
    def room(self) -> tuple[float, float]:
        """How much may be gained, and lost, in total beyond the base."""
        base = self.base
        return self.whole - base[base > 0].sum(), self.whole + base[base < 0].sum()

    @property
    def empty(self) -> bool:
        """Whether no outcome keeps to the intervals and sums."""
        gain, loss = self.room
        if (self.low > self.high).any() or min(gain, loss) < 0:
            return True
        most = self.base.sum() + min(gain, (self.high - self.base).sum())
        least = self.base.sum() - min(loss, (self.base - self.low).sum())
        return self.closed and (least > ZERO or most < -ZERO)

    def checked(self) -> "OutcomeSet":
        """The set itself.

        Raises
        ------
        DataError
            When it is empty: the statements contradict each other.
        """
        if self.empty:
            raise DataError(
                "no outcome keeps to all statements: an interval is reversed, or the changes cannot "
                "sum to zero or stay within the whole; leave one of the assumptions out"
            )
        return self

    def holds(self, y: np.ndarray, slack: float = 1e-9) -> bool:
        """Whether an outcome, length n, keeps to intervals and sums."""
        inside = (y >= self.low - slack).all() and (y <= self.high + slack).all()
        within = max(y[y > 0].sum(), -y[y < 0].sum()) <= self.whole + slack
        return bool(inside and within and (not self.closed or abs(y.sum()) <= slack))

    def limits(self) -> tuple[np.ndarray, list[tuple[np.ndarray, float]]]:
        """The set in terms of gains and losses beyond the base, 2n variables that are linear.

        Returns
        -------
        tuple
            Upper ends of gains and losses (the lower ones are zero), and rows with the largest value of
            their product with gains and losses: what is gained, and lost, in total.
        """
        n, base = len(self.low), self.base
        ends = np.concatenate([self.high - base, base - self.low])
        sums = np.kron(np.eye(2), np.ones(n))
        return ends, list(zip(sums, self.room, strict=True)) if np.isfinite(self.whole) else []

    @property
    def balance(self) -> tuple[np.ndarray, float] | None:
        """Row of gains and losses and the value of the product when outcomes sum to zero; else None."""
        n = len(self.low)
        return (np.repeat([1.0, -1.0], n), -self.base.sum()) if self.closed else None

    def largest(self, weights: np.ndarray) -> np.ndarray:
        """Largest value of ``weights @ y`` over the set, for weights of shape (..., n).

        With outcomes that sum to zero this is the dual bound, whose minimum over the multiplier is
        at one of the weights, because the maximiser changes only where a weight changes sign.

        Examples
        --------
        >>> changes = OutcomeSet(np.array([-1.0, -1.0]), np.array([1.0, -0.02]), 1.0, True)
        >>> float(changes.largest(np.array([0.5, -0.5])))
        1.0
        """
        order, gains, losses = self._moves(weights)
        ranked, base = np.take_along_axis(weights, order, -1), self.base
        if not self.closed:
            moved = np.maximum(ranked, 0) * gains - np.minimum(ranked, 0) * losses
            return weights @ base + moved.sum(axis=-1)
        # Units before the one whose weight is the multiplier gain, those behind it lose.
        before = np.cumsum(ranked * gains, axis=-1) - ranked * np.cumsum(gains, axis=-1)
        lost, behind = ranked * losses, losses[..., ::-1]
        after = ranked * np.cumsum(behind, axis=-1)[..., ::-1]
        after -= np.cumsum(lost[..., ::-1], axis=-1)[..., ::-1]
        return weights @ base + (before + after - ranked * base.sum()).min(axis=-1)

    def _moves(self, weights: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Units by falling weight; how far each may gain after those before it, and lose after the others."""
        order = np.argsort(-weights, axis=-1, kind="stable")
        base, (gain, loss) = self.base, self.room
        gains = _filled((self.high - base)[order], gain)
        losses = _filled((base - self.low)[order[..., ::-1]], loss)[..., ::-1]
        return order, gains, losses

    def maximiser(self, weights: np.ndarray) -> np.ndarray:
        """One outcome, length n, that maximises ``weights @ y``; a linear program where sums are fixed."""
        if self.closed:
            return self._program(weights)
        y = self.base
        order, gains, losses = self._moves(weights)
        y[order] += np.where(weights[order] > 0, gains, 0) - np.where(weights[order] < 0, losses, 0)
        return y

    def _program(self, weights: np.ndarray) -> np.ndarray:
        """Maximiser by linear programming (HiGHS): gains and losses of each unit beyond its base."""
        n, (ends, limits) = len(self.low), self.limits()
        row, value = self.balance or (np.zeros(2 * n), 0.0)
        found = linprog(
            -np.concatenate([weights, -weights]),
            A_ub=[r for r, _ in limits] or None, b_ub=[most for _, most in limits] or None,
            A_eq=[row], b_eq=[value], bounds=np.column_stack([np.zeros(2 * n), ends]),
        )  # fmt: skip
        if found.x is None:
            self.checked()
            raise DataError(f"linear program over the outcomes: {found.message}")
        return self.base + found.x[:n] - found.x[n:]


def _filled(capacity: np.ndarray, total: float) -> np.ndarray:
    """How much each takes, in order along the last axis, up to its capacity and all up to a total."""
    before = np.cumsum(capacity, axis=-1) - capacity
    return np.clip(total - before, 0, capacity) if np.isfinite(total) else capacity


@dataclass(frozen=True)
class RegressorSet:
    """Intervals and order of n units.

    Attributes
    ----------
    low, high
        Ends of the interval of each unit, length n.
    above
        Pairs (i, j): unit i has at least the value of unit j.
    """

    low: np.ndarray
    high: np.ndarray
    above: tuple[tuple[int, int], ...] = ()

    def known(self, unit: int, value: float) -> "RegressorSet":
        """The set when one unit's value is known."""
        low, high = self.low.copy(), self.high.copy()
        low[unit] = high[unit] = value
        return replace(self, low=low, high=high)

    def tight(self) -> "RegressorSet":
        """The same set with the smallest intervals that the order allows.

        Raises
        ------
        DataError
            When no regressor keeps to intervals and order.
        """
        low, high = np.round(self.low, _DECIMALS), np.round(self.high, _DECIMALS)
        for _ in low:
            for i, j in self.above:
                low[i], high[j] = max(low[i], low[j]), min(high[j], high[i])
        if (low > high).any():
            unit = int(np.argmax(low > high))
            raise DataError(
                f"unit {unit} of the regressor: at least {low[unit]:g} and at most {high[unit]:g} "
                "by intervals and order; expected an interval. Check the bounds and the order"
            )
        return replace(self, low=low, high=high)

    @cached_property
    def vertices(self) -> np.ndarray:
        """Points of the set that include all its vertices, shape (m, n).

        At a vertex a unit is at an end of its interval or equal to a unit that it is ordered against.

        Examples
        --------
        >>> two = RegressorSet(np.array([0.0, 0.0]), np.array([1.0, 1.0]), ((0, 1),))
        >>> two.vertices.tolist()
        [[0.0, 0.0], [1.0, 0.0], [1.0, 1.0]]
        """
        tight = self.tight()
        levels, linked = tight._levels(), tight._linked()
        points = np.empty((1, 0))
        for unit, values in enumerate(levels):
            points = np.hstack(
                [np.repeat(points, len(values), 0), np.tile(values, len(points))[:, None]]
            )
            for i, j in self.above:
                if max(i, j) == unit:
                    points = points[points[:, i] >= points[:, j]]
            for done in range(unit + 1):
                if max([done, *linked[done]]) == unit:
                    points = points[tight._held(points, done, linked[done])]
        return points

    def _held(self, points: np.ndarray, unit: int, linked: set[int]) -> np.ndarray:
        value = points[:, [unit]]
        held = np.hstack([value == self.low[unit], value == self.high[unit]])
        return held.any(axis=1) | (points[:, sorted(linked)] == value).any(axis=1)

    def _linked(self) -> list[set[int]]:
        linked: list[set[int]] = [set() for _ in self.low]
        for i, j in self.above:
            linked[i].add(j)
            linked[j].add(i)
        return linked

    def _levels(self) -> list[np.ndarray]:
        """Values that each unit takes at some vertex: its ends and those of units tied to it."""
        found = [{low, high} for low, high in zip(self.low, self.high, strict=True)]
        linked, size = self._linked(), -1
        while size != (size := sum(map(len, found))):
            for unit, others in enumerate(linked):
                near = {v for other in others for v in found[other]}
                found[unit] |= {v for v in near if self.low[unit] <= v <= self.high[unit]}
        return [np.array(sorted(values)) for values in found]
