"""Randomisation inference for one slope, of units, of groups, and within and between groups.

Units
    Without controls, outcomes are permuted across units: the same test as permuting exposure, and exact
    when exposure is as good as randomly assigned. With controls, the residuals of the outcome on the
    controls are permuted (Freedman and Lane 1983). The statistic is studentised with HC3, so the test
    stays valid in large samples when errors are heteroskedastic (DiCiccio and Romano 2017).
Groups
    Thousands of postings of thirteen categories carry, between categories, thirteen facts. Permuting postings
    would treat them as independent; here whole categories change places (Winkler, Webster, Vidaurre, Nichols
    and Smith 2015; approximate when groups differ in size).
Groups within groups
    Occupations of one group resemble each other in exposure and in outcomes, so permuting occupations as if
    they were independent makes chance look smaller than it is. A unit's value is split into its major
    group's mean, its minor group's deviation from that, and its own deviation from the latter; each part is
    permuted among its peers. Values keep their likeness within groups, and the same draw serves data at
    every level of aggregation (whole-block and within-block exchangeability of Winkler and others 2015).
"""

from collections.abc import Mapping, Sequence
from functools import partial, reduce

import numpy as np

from llmexposure.base.errors import DataError
from llmexposure.estimation.regression.clusters import Clusters, each_row
from llmexposure.estimation.regression.design import Design
from llmexposure.estimation.resampling.draws import (
    NullDraws,
    PermutationMoved,
    null_draws,
    resampling_p,
)


def permutation_p(found: Design, *, draws: int, seed: int) -> float:
    """Two-sided p-value (see `resampling_p`) of a zero slope; the order of the rows plays no part.

    Examples
    --------
    >>> import pandas as pd
    >>> from llmexposure.estimation.regression.design import design
    >>> frame = pd.DataFrame({"y": np.arange(20.0), "x": np.arange(20.0) ** 2})
    >>> permutation_p(design(frame, "y", "x"), draws=199, seed=1)
    0.005
    """
    order = shuffles(draws, found.n, np.random.default_rng(seed))
    return float(permutation_draws(found.sorted(), order).p()[0])


def shuffles(draws: int, n: int, rng: np.random.Generator) -> np.ndarray:
    """Random orders of n units, shape (draws, n)."""
    return rng.permuted(np.broadcast_to(np.arange(n), (draws, n)), axis=1)


def permutation_draws(
    found: Design, order: np.ndarray, outcomes: np.ndarray | None = None
) -> NullDraws:
    """Permutation distribution for given orders, shape (draws, n); see `null_draws`."""
    return null_draws(found, each_row(found), partial(PermutationMoved, order), outcomes)


def group_permutation_p(found: Design, groups: Clusters, *, draws: int, seed: int) -> float:
    """P-value (see `resampling_p`) of the partial R squared.

    Everything is linear in the group means, so a draw costs a quadratic form of (groups + 1) numbers.

    Raises
    ------
    DataError
        When group effects are among the controls: then the group means play no part.

    Examples
    --------
    >>> import pandas as pd
    >>> from llmexposure.estimation.regression.clusters import clusters_of
    >>> from llmexposure.estimation.regression.design import design
    >>> frame = pd.DataFrame({"x": np.repeat(np.arange(8.0), 5), "g": np.repeat(list("abcdefgh"), 5)})
    >>> found = design(frame.assign(y=frame["x"] ** 2), "y", "x")
    >>> group_permutation_p(found, clusters_of(found, frame["g"]), draws=999, seed=1) < 0.01
    True
    """
    means = components(found.x[None, :], [groups.codes])[0][0]
    members = np.eye(groups.count)[groups.codes].T
    parts = found.residual(np.vstack([found.x - means[groups.codes], members]))
    if np.abs(parts[1:]).max() < 1e-8:
        raise DataError(
            "group effects are controlled for, so permuting group means changes nothing"
        )
    toward, among = parts @ found.residual(found.y), parts @ parts.T
    orders = np.argsort(np.random.default_rng(seed).random((draws, groups.count)), axis=1)
    drawn = np.vstack([means, means[orders]])
    loads = np.column_stack([np.ones(draws + 1), drawn])
    fit = (loads @ toward) ** 2 / np.einsum("bi,ij,bj->b", loads, among, loads)
    return resampling_p(float(fit[0]), fit[1:])


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
    moved = (
        part[:, order][..., code] for part, code, order in zip(parts, codes, orders, strict=True)
    )
    return reduce(np.add, moved)


def draw_orders(
    sizes: Mapping[str, int], draws: int, rng: np.random.Generator
) -> dict[str, np.ndarray]:
    """Random orders of each level's groups, shape (draws, groups), by level."""
    return {level: np.argsort(rng.random((draws, size)), axis=1) for level, size in sizes.items()}
