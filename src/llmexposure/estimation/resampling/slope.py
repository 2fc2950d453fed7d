"""One slope under the null: restricted wild (cluster) bootstrap with its inverted interval, and permutations.

Wild bootstrap
    The null is imposed, residuals of the restricted fit are multiplied by one weight a cluster, and the slope
    of each draw is studentised with CR3, which is HC3 when no clusters are given (Cameron, Gelbach and Miller
    2008; Roodman, Nielsen, MacKinnon and Webb 2019; MacKinnon, Nielsen and Webb 2023). Weights: six points,
    plus or minus sqrt(1/2), 1 and sqrt(3/2), equally likely (Webb 2023).
Permutation of units
    Without controls, outcomes are permuted across units: the same test as permuting exposure, and exact
    when exposure is as good as randomly assigned. With controls, the residuals of the outcome on the
    controls are permuted (Freedman and Lane 1983). The statistic is studentised with HC3, so the test
    stays valid in large samples when errors are heteroskedastic (DiCiccio and Romano 2017).
Permutation of groups
    Thousands of postings of thirteen categories carry, between categories, thirteen facts. Permuting postings
    would treat them as independent; here whole categories change places (Winkler, Webster, Vidaurre, Nichols
    and Smith 2015; approximate when groups differ in size).
Permutation of groups within groups
    Occupations of one group resemble each other in exposure and in outcomes, so permuting occupations as if
    they were independent makes chance look smaller than it is. A unit's value is split into its major
    group's mean, its minor group's deviation from that, and its own deviation from the latter; each part is
    permuted among its peers. Values keep their likeness within groups, and the same draw serves data at
    every level of aggregation (whole-block and within-block exchangeability of Winkler and others 2015).
"""

from collections.abc import Mapping, Sequence
from functools import partial, reduce

import numpy as np
import pandas as pd

from llmexposure.base.errors import DataError
from llmexposure.base.estimate import Estimate
from llmexposure.estimation.regression.design import Clusters, Design, Kind, clusters_of, each_row
from llmexposure.estimation.resampling.draws import (
    NullDraws,
    PermutationMoved,
    WildMoved,
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
    >>> from llmexposure.estimation.regression.design import clusters_of
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


DRAWS = 9_999  # unless told; the notebooks of the paper all tell, in their parameters
WEBB = np.array([-np.sqrt(1.5), -1.0, -np.sqrt(0.5), np.sqrt(0.5), 1.0, np.sqrt(1.5)])


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
        See `clusters_of`, `score_weights` and `null_draws`.

    Examples
    --------
    >>> from llmexposure.estimation.regression.design import design
    >>> frame = pd.DataFrame({"y": [1.0, 2.0, 3.5, 4.0, 5.5, 5.0], "x": np.arange(6.0)})
    >>> found = wild(design(frame, "y", "x"), draws=999, seed=1)
    >>> found.ci_low < found.value < found.ci_high
    True
    """
    groups = clusters_of(found, clusters)
    drawn = wild_draws(found, groups, webb_weights(draws, groups.count, seed), kind=kind)
    (low,), (high,) = drawn.interval()
    value, se, p = float(drawn.value[0]), float(drawn.se[0]), float(drawn.p()[0])
    return Estimate(value, found.n, se, float(low), float(high), p)


def webb_weights(draws: int, groups: int, seed: int | np.random.Generator) -> np.ndarray:
    """Webb's six-point weights, shape (draws, groups); mean 0, variance 1.

    Examples
    --------
    >>> bool(abs((webb_weights(9_999, 3, seed=1) ** 2).mean() - 1) < 0.02)
    True
    """
    return WEBB[np.random.default_rng(seed).integers(6, size=(draws, groups))]


def wild_draws(
    found: Design,
    groups: Clusters,
    weights: np.ndarray,
    outcomes: np.ndarray | None = None,
    *,
    kind: Kind = "CR3",
) -> NullDraws:
    """Bootstrap distribution for given weights, shape (draws, clusters); see `null_draws`."""
    return null_draws(found, groups, partial(WildMoved, weights, groups), outcomes, kind)
