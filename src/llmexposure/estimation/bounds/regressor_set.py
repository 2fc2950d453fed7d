"""What is known of a regressor: an interval for every unit, and pairs of units in known order.

Every vertex of such a polytope takes each unit's value from the ends of the intervals, because the
constraint matrix of intervals and order pairs is totally unimodular. Its vertices can be listed, and a
convex function of the regressor is largest at one of them.
"""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from llmexposure.base.errors import DataError

_DECIMALS = 12  # ends that differ only by floating-point noise are one level


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
