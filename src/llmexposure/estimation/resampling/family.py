"""P-values for a family of outcomes on the same exposure.

Romano-Wolf holds the chance of any false rejection at the level and uses the dependence of the
outcomes; Benjamini-Hochberg holds the expected share of false rejections among those made.
"""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from statsmodels.stats.multitest import multipletests

from llmexposure.base.errors import DataError
from llmexposure.estimation.regression.design import Design, clusters_of
from llmexposure.estimation.resampling.draws import NullDraws, resampling_p
from llmexposure.estimation.resampling.slope import DRAWS, webb_weights, wild_draws


def family(
    designs: Mapping[str, Design],
    clusters: pd.Series | None = None,
    *,
    draws: int = DRAWS,
    seed: int,
) -> pd.DataFrame:
    """P-values of a zero slope in each regression, plain and adjusted for their number.

    Parameters
    ----------
    designs
        One regression an outcome, by name; units may differ where outcomes are missing.
    clusters
        Cluster label by unit, for all of them.

    Returns
    -------
    pandas.DataFrame
        Indexed by outcome: ``n``, ``slope``, ``t`` (HC3 or CR3), ``p`` (restricted wild bootstrap),
        ``p_romano_wolf``, ``p_benjamini_hochberg``.

    Examples
    --------
    >>> from llmexposure.estimation.regression.design import design
    >>> frame = pd.DataFrame({"x": np.arange(12.0), "z": [1.0, 0, 2] * 4})
    >>> frame["y"] = frame["x"] + frame["z"]
    >>> found = family({k: design(frame, k, "x") for k in ("y", "z")}, draws=999, seed=1)
    >>> bool(found.loc["y", "p_romano_wolf"] < 0.05 < found.loc["z", "p_romano_wolf"])
    True
    """
    if not designs:
        raise DataError("a family of tests needs at least one outcome")
    tests = joint_draws(designs, clusters, draws, seed)
    p = np.concatenate([test.p() for test in tests])
    return pd.DataFrame(
        {
            "n": [found.n for found in designs.values()],
            "slope": np.concatenate([test.value for test in tests]),
            "t": np.concatenate([test.observed() for test in tests]),
            "p": p,
            "p_romano_wolf": romano_wolf(tests)[0],
            "p_benjamini_hochberg": multipletests(p, method="fdr_bh")[1],
        },
        index=pd.Index(designs, name="outcome"),
    )


def joint_draws(
    designs: Mapping[str, Design], clusters: pd.Series | None, draws: int, seed: int
) -> list[NullDraws]:
    """Wild bootstrap of every outcome with the same weight for the same cluster."""
    groups = [clusters_of(found, clusters) for found in designs.values()]
    labels = pd.Index(sorted({label for group in groups for label in group.labels}))
    weights = webb_weights(draws, len(labels), seed)
    return [
        wild_draws(found, group, weights[:, labels.get_indexer(group.labels)])
        for found, group in zip(designs.values(), groups, strict=True)
    ]


def romano_wolf(tests: Sequence[NullDraws]) -> np.ndarray:
    """Stepdown p-values of zero slopes in k outcomes whose tests share their draws.

    Parameters
    ----------
    tests
        One an outcome, each of a batch of m.

    Returns
    -------
    numpy.ndarray
        Shape (m, k).
    """
    observed = np.array([test.observed() for test in tests])
    null = np.array([test.t() for test in tests])
    return np.array([stepdown(observed[:, s], null[:, :, s].T) for s in range(observed.shape[1])])


def stepdown(observed: np.ndarray, null: np.ndarray) -> np.ndarray:
    """Romano-Wolf stepdown p-values (Romano and Wolf 2005, 2016).

    With |t| in falling order, p_(j) = (1 + #{max_{k >= j} |t_bk| >= |t_(j)|}) / (draws + 1), never below
    p_(j-1).

    Parameters
    ----------
    observed
        Statistics, length k.
    null
        The same statistics in draws from the null, dependence kept, shape (draws, k).

    Examples
    --------
    >>> null = np.array([[0.1, 2.5], [1.5, 0.2], [0.3, 0.4]])
    >>> stepdown(np.array([3.0, 1.0]), null).tolist()
    [0.25, 0.5]
    """
    order = np.argsort(-np.abs(observed), kind="stable")
    sizes = np.abs(null[:, order])
    # Largest statistic among the hypotheses not yet rejected: running maximum from the right.
    largest = np.maximum.accumulate(sizes[:, ::-1], axis=1)[:, ::-1]
    stepped = np.maximum.accumulate(resampling_p(observed[order], largest))
    adjusted = np.empty(len(observed))
    adjusted[order] = stepped
    return adjusted
