"""Permutation of group means: units keep their own deviation and take another group's mean exposure.

Thousands of postings of thirteen categories carry, between categories, thirteen facts. Permuting postings
would treat them as independent; here whole categories change places (Winkler, Webster, Vidaurre, Nichols
and Smith 2015; approximate when groups differ in size).
"""

import numpy as np

from llmexposure.base.errors import DataError
from llmexposure.estimation.regression.clusters import Clusters
from llmexposure.estimation.regression.design import Design
from llmexposure.estimation.resampling.block_permutation import components
from llmexposure.estimation.resampling.resampling_p import resampling_p


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
    return resampling_p(fit[0], fit[1:])
