"""Restricted wild (cluster) bootstrap with Webb weights, and its interval by inverting the test.

The null is imposed, residuals of the restricted fit are multiplied by one weight a cluster, and the slope
of each draw is studentised with CR3, which is HC3 when no clusters are given (Cameron, Gelbach and Miller
2008; Roodman, Nielsen, MacKinnon and Webb 2019; MacKinnon, Nielsen and Webb 2023). Weights: six points, plus
or minus sqrt(1/2), 1 and sqrt(3/2), equally likely (Webb 2023).
"""

from functools import partial

import numpy as np
import pandas as pd

from llmexposure.base.estimate import Estimate
from llmexposure.estimation.regression.clusters import Clusters, Kind, clusters_of
from llmexposure.estimation.regression.design import Design
from llmexposure.estimation.resampling.draws import NullDraws, WildMoved, null_draws

DRAWS = 9_999
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
