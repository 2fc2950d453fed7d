"""Indices of the report rebuilt from public scores of US occupations, and what they say about its own.

The footnotes of the report say how its two indices are made: language-model ratings of the O*NET activities
behind each posting, and foreign scores of remote work by occupation. Its ratings and postings are not
public; ratings of the same occupations are. A category's score is the mean over the SOC occupations
that our map files under it, which was made for the simulation, by people who knew the report's list.
"""

from collections.abc import Iterator, Mapping
from itertools import permutations

import numpy as np
import pandas as pd
from scipy.optimize import linprog

from llmexposure.base.errors import DataError
from llmexposure.estimation.bounds.sets import OutcomeSet, RegressorSet
from llmexposure.estimation.bounds.slopes import bounds, centred
from llmexposure.simulation.tables import table

SOC = 7  # characters of an O*NET-SOC code that are the SOC occupation
_PLACES = {"top5": 5, "next5": 10}


def category_map() -> pd.DataFrame:
    """Rows of our map: ``category`` and ``onet_soc_prefix``, the occupations filed under it."""
    return table("occupations")[["category", "onet_soc_prefix"]]


def category_scores(
    onet: pd.DataFrame,
    columns: list[str],
    rows: pd.DataFrame | None = None,
    weights: pd.Series | None = None,
) -> pd.DataFrame:
    """Scores of the report's categories: each SOC occupation counts once, or by its weight.

    Parameters
    ----------
    onet
        ``onet_soc`` and the columns.
    rows
        A map as `category_map` gives it, which is the default.
    weights
        By SOC code, such as employment; an occupation without one takes no part.

    Examples
    --------
    >>> onet = pd.DataFrame({"onet_soc": ["27-3042.00", "43-9081.00"], "x": [0.2, 0.6]})
    >>> category_scores(onet, ["x"])["x"].round(3).to_dict()
    {'editing_translation': 0.4}
    """
    rows = category_map() if rows is None else rows
    found = {}
    for category, prefixes in rows.groupby("category", sort=False)["onet_soc_prefix"]:
        inside = onet[onet["onet_soc"].str.startswith(tuple(prefixes))]
        if inside.empty:
            continue
        scores = inside.groupby(inside["onet_soc"].str[:SOC])[columns].mean()
        weight = scores.notna().astype(float)
        if weights is not None:
            weight = weight.mul(weights.reindex(scores.index).fillna(0.0), axis=0)
        found[category] = (scores * weight).sum() / weight.sum()
    return pd.DataFrame(found).T


def _in_order(scores: pd.Series, categories: pd.DataFrame) -> np.ndarray:
    known = scores.reindex(categories["category"])
    if known.isna().any():
        raise DataError(
            f"scores: {', '.join(known.index[known.isna()])} has none; expected one for each category "
            "of report_exposure.csv, so give it a score or leave the check out"
        )
    return known.to_numpy(dtype=float)


def order_agreement(categories: pd.DataFrame, scores: pd.Series) -> dict[str, float]:
    """Rank correlation of scores with the list of 2022, and what the groups of the list give by themselves.

    The text puts categories into groups and names those of a group in some order, which it does not call
    one. If that order were drawn at random the correlation would be ``groups_rank_r`` on average, and at
    least the one found with probability ``within_groups_p`` (all orders are counted).

    Returns
    -------
    dict
        ``rank_r`` (Spearman), ``groups_rank_r``, ``within_groups_p``.

    Examples
    --------
    >>> rows = {"category": list("abcd"), "place_2022": [1, 2, 3, 4], "block": [*"aabb"]}
    >>> scores = pd.Series([4.0, 3.0, 2.0, 1.0], list("abcd"))
    >>> order_agreement(pd.DataFrame(rows), scores)["within_groups_p"]
    0.25
    """
    place = categories["place_2022"].to_numpy()
    rank = pd.Series(-_in_order(scores, categories)).rank().to_numpy()
    n = len(place)
    distances = np.zeros(1)
    for block in categories["block"].unique():
        inside = (categories["block"] == block).to_numpy()
        orders = np.array(list(permutations(place[inside])))
        distances = np.add.outer(distances, ((orders - rank[inside]) ** 2).sum(axis=1)).ravel()
    possible = 1 - 6 * distances / (n * (n**2 - 1))
    found = 1 - 6 * ((place - rank) ** 2).sum() / (n * (n**2 - 1))
    return {
        "rank_r": float(found),
        "groups_rank_r": float(possible.mean()),
        "within_groups_p": float((possible >= found - 1e-9).mean()),
    }


def without_each_row(onet: pd.DataFrame, column: str) -> Iterator[pd.Series]:
    """Scores of the categories without one row of the map, for each row whose category keeps another."""
    rows = category_map()
    whole = category_scores(onet, [column], rows)[column]
    for _, own in rows.groupby("category", sort=False):
        for i in own.index if len(own) > 1 else []:
            # The other categories stay as they are; one without occupations of its own falls out.
            left = category_scores(onet, [column], own.drop(index=i))
            others = whole.drop(own["category"].iloc[0], errors="ignore")
            yield pd.concat([others, left[column]] if len(left) else [others])


def group_met(categories: pd.DataFrame, scores: Mapping[str, pd.Series]) -> dict[str, str]:
    """Whether every rater puts a category where the text does: among the first five, the first ten, the last.

    ``positive`` where all do, else ``unsettled``: an index by other raters, other occupations and our map
    can bear the text out and cannot refute it.
    """
    block = categories.set_index("category")["block"]
    ranks = pd.DataFrame(scores).loc[block.index].rank(ascending=False)
    first = block.map(_PLACES)
    met = ranks.le(first, axis=0).where(first.notna(), ranks.gt(_PLACES["next5"])).all(axis=1)
    return {name: "positive" if ok else "unsettled" for name, ok in met.items()}


def report_scale(scores: np.ndarray, regressors: RegressorSet) -> tuple[np.ndarray, float]:
    """Scores on the report's scale, by the rising straight line that misses its intervals by least.

    Slopes change by a constant factor and signs not at all when exposure is put on another scale.

    Returns
    -------
    tuple
        Scaled scores, length n, and the largest distance of one from its interval.

    Examples
    --------
    >>> bounds = RegressorSet(np.array([0.6, 0.0]), np.array([0.8, 0.4]))
    >>> report_scale(np.array([0.5, 0.1]), bounds)[1]
    0.0
    """
    one = np.ones(len(scores))
    over = np.column_stack([one, scores, -one])
    under = np.column_stack([-one, -scores, -one])
    found = linprog(
        [0.0, 0.0, 1.0],
        A_ub=np.vstack([over, under]),
        b_ub=np.concatenate([regressors.high, -regressors.low]),
        bounds=[(None, None), (0, None), (0, None)],
    )
    return found.x[0] + found.x[1] * scores, float(found.x[2])


def near_scores(
    categories: pd.DataFrame, scores: pd.Series, regressors: RegressorSet, within: float
) -> RegressorSet:
    """Indices that the statements allow, within a distance of rebuilt ones on the report's scale.

    Raises
    ------
    DataError
        When no index does: the distance is smaller than `report_scale` says.
    """
    scaled, _ = report_scale(_in_order(scores, categories), regressors)
    low = np.maximum(regressors.low, scaled - within)
    high = np.minimum(regressors.high, scaled + within)
    return RegressorSet(low, high, regressors.above).tight()


def correlation_with(
    categories: pd.DataFrame,
    scores: pd.Series,
    regressors: RegressorSet,
    *,
    starts: int = 24,
    seed: int = 1,
) -> dict[str, float | str]:
    """Correlation of known scores with every index that the statements allow.

    Parameters
    ----------
    scores
        One a category of ``categories``, none missing.

    Returns
    -------
    dict
        ``r_low`` and ``r_high``; ``r_sign``, as in `Bounds`; ``r_tolerance``: how far every score may be
        off, in its own unit, before both signs are possible (zero where they already are).

    Raises
    ------
    DataError
        When a category has no score.
    """
    y = _in_order(scores, categories)
    found = bounds(regressors, OutcomeSet(y, y), starts=starts, seed=seed)
    # Errors of t in the worst direction change a sum of cross-products by t times the absolute weights.
    weights = centred(regressors.vertices)
    relative = weights @ y / np.abs(weights).sum(axis=1)
    return {
        "r_low": found.correlation_min,
        "r_high": found.correlation_max,
        "r_sign": found.sign,
        "r_tolerance": float(max(relative.min(), -relative.max(), 0.0)),
    }
