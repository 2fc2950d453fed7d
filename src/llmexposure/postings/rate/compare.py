"""How far a language model as rater agrees with the published labels, with others and with itself.

The published rating of an activity is a mean over its tasks, not a label. For kappa, both sides are
put on the nearest level of the score (beta: below 0.25, up to 0.75, above), the upper one at a tie.
"""

import numpy as np
import pandas as pd

from llmexposure.base.estimate import Estimate
from llmexposure.estimation.agreement import METRICS, kappa, krippendorff_alpha
from llmexposure.estimation.regression.correlation import pearson
from llmexposure.exposure.measures import RATERS, SCORES, column
from llmexposure.postings.rate.summary import by_model, overall

ALL = "all models"
COLUMNS = ["rater", "against", "statistic", "value", "se", "ci_low", "ci_high", "n"]
_WEIGHTS = {"kappa": None, "kappa_linear": "linear", "kappa_quadratic": "quadratic"}


def agreement(
    table: pd.DataFrame, published: pd.DataFrame, score: str, seed: int = 0
) -> pd.DataFrame:
    """Agreement statistics of a run.

    Parameters
    ----------
    table
        From `summary.answer_table`, scored by ``score``.
    published
        ``dwa_id`` and the published ratings, as `load("activities")` gives.
    score
        ``alpha``, ``beta`` or ``gamma``.

    Returns
    -------
    pandas.DataFrame
        ``rater``, ``against`` (a published rating, ``other models`` or ``own repeats``),
        ``statistic`` (``pearson``, ``kappa``, ``kappa_linear``, ``kappa_quadratic``,
        ``alpha_nominal``, ``alpha_ordinal``, ``alpha_interval``), ``value``, ``se``, 95% interval,
        ``n`` activities; missing where too few activities or no variation leave it undefined.
    """
    models = by_model(table)
    raters = dict(list(models.groupby("model", sort=False)))
    if len(raters) > 1:
        raters[ALL] = overall(table)
    rows = [
        (name, against, statistic, estimate)
        for name, ratings in raters.items()
        for against in (column(score, rater) for rater in RATERS)
        for statistic, estimate in _with_published(ratings, published, against, score).items()
    ]
    rows += _between(models, score, seed) + _within(table, seed)
    return pd.DataFrame([(*labels, *_cells(found)) for *labels, found in rows], columns=COLUMNS)


def nearest_level(ratings: pd.Series, score: str) -> pd.Series:
    """Level of the score that is nearest to each rating, the upper one at a tie; NaN stays NaN.

    Examples
    --------
    >>> nearest_level(pd.Series([0.2, 0.25, 0.8, float("nan")]), "beta").tolist()
    [0.0, 0.5, 1.0, nan]
    """
    levels = np.unique(list(SCORES[score].values()))
    cuts = (levels[1:] + levels[:-1]) / 2
    place = np.digitize(ratings.to_numpy(dtype=float), cuts)
    return pd.Series(levels[place], ratings.index).where(ratings.notna())


def _with_published(
    ratings: pd.DataFrame, published: pd.DataFrame, against: str, score: str
) -> dict[str, Estimate]:
    theirs = published[["dwa_id", against]].rename(columns={against: "theirs"})
    both = ratings[["dwa_id", "rating"]].merge(theirs, on="dwa_id").dropna()
    levels = np.unique(list(SCORES[score].values()))
    ours, other = (nearest_level(both[name], score) for name in ("rating", "theirs"))
    counts = pd.crosstab(ours, other).reindex(index=levels, columns=levels, fill_value=0)
    return {
        "pearson": _pearson(both),
        **{name: _kappa(counts, weights) for name, weights in _WEIGHTS.items()},
    }


def _pearson(both: pd.DataFrame) -> Estimate:
    varies = (both[["rating", "theirs"]].nunique() > 1).all()
    if len(both) < 4 or not varies:
        return Estimate(float("nan"), len(both))
    return pearson(both, "rating", "theirs")


def _kappa(counts: pd.DataFrame, weights: str | None) -> Estimate:
    """Kappa, undefined where a side uses one level only: no agreement beyond chance is possible."""
    filled = [(counts.sum(axis=axis) > 0).sum() for axis in (0, 1)]
    if min(filled) < 2:
        return Estimate(float("nan"), int(counts.to_numpy().sum()))
    # In tables with a few rows the asymptotic variance can come out below zero: se is then NaN.
    with np.errstate(divide="ignore", invalid="ignore"):
        return kappa(counts, weights)


def _between(models: pd.DataFrame, score: str, seed: int) -> list[tuple[str, str, str, Estimate]]:
    """Alpha of the models, each represented by the level nearest to its mean."""
    if models["model"].nunique() < 2:
        return []
    levels = models.assign(level=nearest_level(models["rating"], score))
    values = levels.pivot(index="model", columns="dwa_id", values="level").to_numpy()
    return [
        (ALL, "other models", f"alpha_{metric}", krippendorff_alpha(values, metric, seed=seed))
        for metric in METRICS
    ]


def _within(table: pd.DataFrame, seed: int) -> list[tuple[str, str, str, Estimate]]:
    """Alpha of each model's repeats: how far it agrees with itself."""
    if table["repeat"].nunique() < 2:
        return []
    rows = []
    for model, answers in table.groupby("model", sort=False):
        values = answers.pivot(index="repeat", columns="dwa_id", values="rating").to_numpy()
        for metric in METRICS:
            found = krippendorff_alpha(values, metric, seed=seed)
            rows.append((model, "own repeats", f"alpha_{metric}", found))
    return rows


def _cells(found: Estimate) -> list[float | int | None]:
    return [found.value, found.se, found.ci_low, found.ci_high, found.n]
