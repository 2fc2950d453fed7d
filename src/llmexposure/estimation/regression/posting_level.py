"""Posting-level regressions: a requirement on exposure within city and platform.

Thousands of postings are not thousands of independent facts: postings of one employer share wording
and policy, and exposure varies mostly between occupations. The slope therefore stands with two intervals:
errors clustered by employer, and a wild bootstrap clustered by occupation category, of which there are
few. The range of slopes without any one category shows how far a single category carries the result.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from statsmodels.regression.linear_model import OLS

from llmexposure.base.errors import DataError
from llmexposure.base.estimate import Estimate
from llmexposure.estimation.regression.design import Clusters, Design, clusters_of, design
from llmexposure.estimation.resampling.slope import DRAWS, group_permutation_p, wild

RARE = 30  # levels of an effect with fewer postings are pooled


@dataclass(frozen=True)
class PostingSlope:
    """Slope with errors clustered two ways, and its range when any one group is left out.

    Attributes
    ----------
    estimate
        OLS slope; cluster-robust error, t interval with clusters - 1 degrees of freedom.
    clusters
        Number of clusters.
    wild
        The slope with its CR0 error by group; p and interval from the restricted wild cluster bootstrap
        over groups.
    permutation_p
        From permuting the groups' mean exposures; None when the effects absorb those.
    loo_min, loo_max
        Smallest and largest slope without one group.
    loo_min_group, loo_max_group
        The groups whose absence gives them.
    """

    estimate: Estimate
    clusters: int
    wild: Estimate
    permutation_p: float | None
    loo_min: float
    loo_max: float
    loo_min_group: str
    loo_max_group: str

    def __repr__(self) -> str:
        return (
            f"slope {self.estimate}, {self.clusters} clusters; wild bootstrap {self.wild}; without any "
            f"one group {self.loo_min:.3f} ({self.loo_min_group}) to {self.loo_max:.3f} "
            f"({self.loo_max_group})"
        )


def posting_slope(
    frame: pd.DataFrame,
    outcome: str,
    exposure: str,
    effects: Sequence[str],
    *,
    cluster: str,
    group: str,
    seed: int,
    draws: int = DRAWS,
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
    group
        Column of the groups (occupation categories) to bootstrap and permute, and to leave out one at a
        time; missing is a group.
    seed, draws
        Of bootstrap and permutation.

    Raises
    ------
    DataError
        With fewer than three clusters or groups.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> frame = pd.DataFrame({"x": rng.uniform(size=400), "g": rng.integers(0, 40, 400).astype(str)})
    >>> frame["city"], frame["kind"] = "a", (frame.index % 4).astype(str)
    >>> frame["y"] = 0.3 * frame["x"] + rng.normal(scale=0.01, size=400)
    >>> found = posting_slope(frame, "y", "x", ["city"], cluster="g", group="kind", seed=1)
    >>> float(round(found.estimate.value, 1))
    0.3
    """
    data = frame.dropna(subset=[outcome, exposure, cluster])
    if data[cluster].nunique() < 3:
        raise DataError(f"{outcome}: {data[cluster].nunique()} {cluster}s, expected 3 or more")
    found = _design(data, outcome, exposure, effects)
    labels = data[group].astype(object).where(data[group].notna(), "(missing)").astype(str)
    groups = clusters_of(found, labels.set_axis(found.units))
    p = None
    if group not in effects:
        p = group_permutation_p(found, groups, draws=draws, seed=seed)
    return PostingSlope(
        _by_cluster(data, outcome, exposure, effects, cluster),
        data[cluster].nunique(),
        wild(found, labels.set_axis(found.units), kind="CR0", draws=draws, seed=seed),
        p,
        *_without_each(found, groups),
    )


def _by_cluster(
    data: pd.DataFrame, outcome: str, exposure: str, effects: Sequence[str], cluster: str
) -> Estimate:
    """OLS with cluster-robust error and the t interval on clusters - 1 degrees of freedom."""
    model = OLS(data[outcome].astype(float), _regressors(data, exposure, effects))
    codes = pd.factorize(data[cluster])[0]
    fit = model.fit(cov_type="cluster", cov_kwds={"groups": codes}, use_t=True)
    low, high = fit.conf_int().loc[exposure]
    p = fit.pvalues[exposure]
    return Estimate(fit.params[exposure], len(data), fit.bse[exposure], low, high, p)


def _design(data: pd.DataFrame, outcome: str, exposure: str, effects: Sequence[str]) -> Design:
    """The same regression in partialled-out form, its rows numbered."""
    matrix = _regressors(data, exposure, effects).drop(columns="const")
    controls = list(matrix.columns.drop(exposure))
    matrix = matrix.assign(**{outcome: data[outcome]}).reset_index(drop=True)
    return design(matrix, outcome, exposure, controls)


def _without_each(found: Design, groups: Clusters) -> tuple[float, float, str, str]:
    """Smallest and largest slope without one group, and which groups these are.

    A group's rows leave the cross products of the whole regression; nothing is fitted again.
    """
    rows = np.column_stack([found.basis, found.x, found.y])
    total, slopes = rows.T @ rows, pd.Series(0.0, groups.labels)
    for code, name in enumerate(groups.labels):
        part = rows[groups.codes == code]
        left = total - part.T @ part
        slopes[name] = np.linalg.lstsq(left[:-1, :-1], left[:-1, -1], rcond=1e-10)[0][-1]
    return slopes.min(), slopes.max(), str(slopes.idxmin()), str(slopes.idxmax())


def _regressors(data: pd.DataFrame, exposure: str, effects: Sequence[str]) -> pd.DataFrame:
    """Constant, exposure and the dummies of the effects."""
    columns = [data[[exposure]].astype(float), *(_dummies(data[e]) for e in effects)]
    return pd.concat(columns, axis=1).assign(const=1.0)


def _dummies(effect: pd.Series) -> pd.DataFrame:
    """Dummies of the levels but the most frequent; missing is a level, rare ones are pooled."""
    levels = effect.astype(object).where(effect.notna(), "(missing)")
    counts = levels.value_counts()
    pooled = levels.where(levels.map(counts) >= RARE, "(rare)")
    dummies = pd.get_dummies(pooled, prefix=effect.name, dtype=float)
    return dummies.drop(columns=f"{effect.name}_{pooled.value_counts().idxmax()}")
