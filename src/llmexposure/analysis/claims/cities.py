"""Sentences of the source report about cities, checked against the table of cities that it prints."""

import re

import numpy as np
import pandas as pd

from llmexposure.estimation.bounds.ranking import TOLERANCE
from llmexposure.estimation.bounds.scaling import Intervals

FIRST_TIER = ("北京", "上海", "广州", "深圳")
CAPITALS = (
    "石家庄", "太原", "呼和浩特", "沈阳", "长春", "哈尔滨", "南京", "杭州", "合肥", "福州", "南昌", "济南",
    "郑州", "武汉", "长沙", "广州", "南宁", "海口", "成都", "贵阳", "昆明", "拉萨", "西安", "兰州", "西宁",
    "银川", "乌鲁木齐",
)  # fmt: skip


def slug(name: str) -> str:
    """Name as part of a key.

    Examples
    --------
    >>> slug("Xi'an"), slug("C/C++")
    ('xian', 'c_cpp')
    """
    plain = name.lower().replace("++", "pp").replace("'", "")
    return re.sub(r"[^a-z0-9]+", "_", plain).strip("_")


def ranks_within_rounding(known: Intervals, weights: np.ndarray) -> np.ndarray:
    """Ranks by weighted scores, each score as near to the printed order as rounding allows.

    From the last unit up, a score is just above the one below it where its interval allows, so the
    result is the printed order exactly when some values within rounding give it.

    Parameters
    ----------
    known
        Scaled components in the printed order, first unit first.
    weights
        One a component.

    Examples
    --------
    >>> known = Intervals(np.array([[1.0], [2.0], [0.0]]), np.array([[1.0], [2.5], [0.5]]))
    >>> ranks_within_rounding(known, np.ones(1)).tolist()
    [2, 1, 3]
    """
    low, high = known.lower @ weights, known.upper @ weights
    scores = low.copy()
    for i in range(len(scores) - 2, -1, -1):
        scores[i] = min(high[i], max(low[i], scores[i + 1 :].max() + 2 * TOLERANCE))
    order = np.argsort(-scores, kind="stable")
    return np.argsort(order) + 1


def check_city_statements(cities: pd.DataFrame, statements: pd.DataFrame) -> pd.Series:
    """Whether each statement agrees with the table.

    A stated rank is that among the printed cities; where values are equal the best rank counts. A stated
    value is equal to the printed one, or above it is meant as a lower bound ('above 8,000').

    Parameters
    ----------
    cities
        ``city`` and one column a component.
    statements
        ``city``, ``component``, ``stated_rank``, ``stated_value`` (may be missing), ``relation``.

    Returns
    -------
    pandas.Series
        Boolean, index of ``statements``.

    Examples
    --------
    >>> cities = pd.DataFrame({"city": ["a", "b"], "schools": [3, 5]})
    >>> said = {"city": ["b"], "component": ["schools"], "stated_rank": [1]}
    >>> said |= {"stated_value": [4.0], "relation": ["above"]}
    >>> check_city_statements(cities, pd.DataFrame(said)).tolist()
    [True]
    """
    table = cities.set_index("city")
    ranks = table.rank(ascending=False, method="min", numeric_only=True)
    return statements.apply(lambda row: _holds(row, table, ranks), axis=1)


def _holds(said: pd.Series, table: pd.DataFrame, ranks: pd.DataFrame) -> bool:
    value = table.loc[said["city"], said["component"]]
    if ranks.loc[said["city"], said["component"]] != said["stated_rank"]:
        return False
    if pd.isna(said["stated_value"]):
        return True
    above = said["relation"] == "above"
    return bool(value > said["stated_value"] if above else value == said["stated_value"])


def above_mean(cities: pd.DataFrame, component: str) -> pd.Series:
    """Whether a city has more of a component than the mean of the printed cities, by key name."""
    return (cities[component] > cities[component].mean()).set_axis(cities["city_en"].map(slug))


def led_by(cities: pd.DataFrame, strong: list[str], weak: list[str]) -> pd.Series:
    """Whether every strong component of a city ranks better than every weak one, by key name."""
    ranks = cities[[*strong, *weak]].rank(ascending=False, method="min")
    better = ranks[strong].max(axis=1) < ranks[weak].min(axis=1)
    return better.set_axis(cities["city_en"].map(slug))


def mainly_leading(cities: pd.DataFrame) -> bool:
    """Whether more than half of the cities are first-tier cities or provincial capitals."""
    return bool(cities["city"].isin([*FIRST_TIER, *CAPITALS]).mean() > 0.5)
