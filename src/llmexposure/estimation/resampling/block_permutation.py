"""Permutations that respect groups: exposure moves between groups and, apart from that, within them.

Occupations of one group resemble each other in exposure and in outcomes, so permuting occupations as if
they were independent makes chance look smaller than it is. Here a unit's value is split into its major
group's mean, its minor group's deviation from that, and its own deviation from the latter; each part is
permuted among its peers (major groups, minor groups, units). Values keep their likeness within groups,
and the same draw serves data at every level of aggregation (compare Winkler, Webster, Vidaurre, Nichols
and Smith 2015, whole-block and within-block exchangeability; groups of unequal size make it approximate).
"""

from collections.abc import Mapping, Sequence

import numpy as np


def components(values: np.ndarray, codes: Sequence[np.ndarray]) -> list[np.ndarray]:
    """Split values into parts by level, coarse to fine; each unit's parts add up to its value.

    Parameters
    ----------
    values
        Shape (p, n).
    codes
        One array of group numbers a level, length n, nested, coarse to fine. The last numbers the units
        themselves (each number once).

    Returns
    -------
    list of numpy.ndarray
        One array a level, shape (p, groups of the level).

    Examples
    --------
    >>> values = np.array([[1.0, 3.0, 8.0]])
    >>> [part.tolist() for part in components(values, [np.array([0, 0, 1]), np.arange(3)])]
    [[[2.0, 8.0]], [[-1.0, 1.0, 0.0]]]
    """
    parts, left = [], values
    for code in codes:
        means = np.stack([np.bincount(code, row) for row in left]) / np.bincount(code)
        parts.append(means)
        left = left - means[:, code]
    return parts


def permuted(
    parts: Sequence[np.ndarray], codes: Sequence[np.ndarray], orders: Sequence[np.ndarray]
) -> np.ndarray:
    """Values with each level's parts permuted, shape (p, draws, n).

    Parameters
    ----------
    parts, codes
        See `components`.
    orders
        One array a level, shape (draws, groups): group g takes the part of group ``orders[b, g]``.
    """
    return sum(
        part[:, order][..., code] for part, code, order in zip(parts, codes, orders, strict=True)
    )


def draw_orders(
    sizes: Mapping[str, int], draws: int, rng: np.random.Generator
) -> dict[str, np.ndarray]:
    """Random orders of each level's groups, shape (draws, groups), by level."""
    return {level: np.argsort(rng.random((draws, size)), axis=1) for level, size in sizes.items()}
