"""Posting-level regressions: a requirement on exposure within city and platform.

Thousands of postings are not thousands of independent facts: postings of one employer share wording
and policy, and exposure varies mostly between occupations. Errors are clustered by employer, and the
range of slopes without any one occupation category shows how far a single category carries the result.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd
from statsmodels.regression.linear_model import OLS

from llmexposure.errors import DataError
from llmexposure.estimation.estimate import Estimate

RARE = 30  # levels of an effect with fewer postings are pooled


@dataclass(frozen=True)
class PostingSlope:
    """Slope with clustered errors, and its range when any one group is left out.

    Attributes
    ----------
    estimate
        OLS slope; cluster-robust error, t interval with clusters - 1 degrees of freedom.
    clusters
        Number of clusters.
    loo_min, loo_max
        Smallest and largest slope without one group.
    loo_min_group, loo_max_group
        The groups whose absence gives them.
    """

    estimate: Estimate
    clusters: int
    loo_min: float
    loo_max: float
    loo_min_group: str
    loo_max_group: str


def posting_slope(
    frame: pd.DataFrame,
    outcome: str,
    exposure: str,
    effects: Sequence[str],
    *,
    cluster: str,
    leave_out: str,
) -> PostingSlope:
    """Slope of ``outcome`` on ``exposure`` given fixed effects.

    Parameters
    ----------
    frame
        One row a posting; rows with a missing outcome, exposure or cluster are left out.
    effects
        Columns whose levels get a dummy each; missing is a level, rare levels are pooled.
    cluster
        Column of the clusters.
    leave_out
        Column of the groups to leave out one at a time.

    Examples
    --------
    >>> import numpy as np
    >>> rng = np.random.default_rng(1)
    >>> frame = pd.DataFrame({"x": rng.uniform(size=400), "g": rng.integers(0, 40, 400).astype(str)})
    >>> frame["city"], frame["kind"] = "a", (frame.index % 4).astype(str)
    >>> frame["y"] = 0.3 * frame["x"] + rng.normal(scale=0.01, size=400)
    >>> found = posting_slope(frame, "y", "x", ["city"], cluster="g", leave_out="kind")
    >>> float(round(found.estimate.value, 1))
    0.3
    """
    data = frame.dropna(subset=[outcome, exposure, cluster])
    if data[cluster].nunique() < 3:
        raise DataError(f"{outcome}: {data[cluster].nunique()} {cluster}s, expected 3 or more")
    fit = _fit(data, outcome, exposure, effects, data[cluster])
    low, high = fit.conf_int().loc[exposure]
    estimate = Estimate(
        fit.params[exposure], len(data), fit.bse[exposure], low, high, fit.pvalues[exposure]
    )
    without = {
        str(group): _fit(data[data[leave_out] != group], outcome, exposure, effects).params[
            exposure
        ]
        for group in sorted(data[leave_out].dropna().unique())
    }
    lowest, highest = min(without, key=without.get), max(without, key=without.get)
    return PostingSlope(
        estimate, data[cluster].nunique(), without[lowest], without[highest], lowest, highest
    )


def _fit(data, outcome, exposure, effects, clusters=None):  # noqa: ANN001, ANN202 - statsmodels results
    design = pd.concat(
        [data[[exposure]].astype(float), *(_dummies(data[e]) for e in effects)], axis=1
    )
    design.insert(0, "const", 1.0)
    model = OLS(data[outcome].astype(float), design)
    if clusters is None:
        return model.fit()
    codes = pd.factorize(clusters)[0]
    return model.fit(cov_type="cluster", cov_kwds={"groups": codes}, use_t=True)


def _dummies(effect: pd.Series) -> pd.DataFrame:
    """Dummies of the levels but the most frequent; missing is a level, rare ones are pooled."""
    levels = effect.astype(object).where(effect.notna(), "(missing)")
    counts = levels.value_counts()
    pooled = levels.where(levels.map(counts) >= RARE, "(rare)")
    dummies = pd.get_dummies(pooled, prefix=effect.name, dtype=float)
    return dummies.drop(columns=f"{effect.name}_{pooled.value_counts().idxmax()}")
