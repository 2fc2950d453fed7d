"""Printed changes of freelance categories beside changes of the nearest sectors of employers' postings."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from llmexposure.analysis.moving_average import log_change_of_average
from llmexposure.base.estimate import Estimate
from llmexposure.estimation.regression.ols import Slope, cross_section
from llmexposure.estimation.regression.rank_correlation import exact_p, spearman


def beside_sectors(
    printed: pd.DataFrame, categories: pd.DataFrame, change: pd.Series, exposure: pd.Series
) -> pd.DataFrame:
    """Each category's printed change with its nearest sector's change and its occupation's exposure.

    Parameters
    ----------
    printed
        ``item``, ``value`` (fraction).
    categories
        From `data.taxonomy.upwork.read_upwork_indeed`.
    change
        Log change by sector.
    exposure
        By SOC occupation.

    Returns
    -------
    pandas.DataFrame
        Indexed by category, most negative printed change first: ``label``, ``sector``, ``fit``,
        ``printed``, ``sector_change`` and ``relative_change`` (fractions; the latter against the median
        sector), ``log_printed``, ``exposure``. What has no sector has no sector change.
    """
    table = categories.set_index("category").join(printed.set_index("item")["value"], how="inner")
    log_sector = table["sector"].map(change)
    return table.assign(
        printed=table["value"],
        sector_change=np.expm1(log_sector),
        relative_change=np.expm1(log_sector - change.median()),
        log_printed=np.log1p(table["value"]),
        exposure=table["soc"].map(exposure),
    ).sort_values("printed")


@dataclass(frozen=True)
class Agreement:
    """How far two columns of changes agree over a handful of categories.

    Attributes
    ----------
    same_sign, n
        Categories whose two changes have the same sign, of how many.
    rank
        Spearman correlation.
    exact_p
        Over every order of the categories.
    """

    same_sign: int
    n: int
    rank: Estimate
    exact_p: float


def agreement(frame: pd.DataFrame, first: str, second: str) -> Agreement:
    """Signs and ranks of two columns of changes; categories that lack either do not count."""
    data = frame.dropna(subset=[first, second])
    same = int((np.sign(data[first]) == np.sign(data[second])).sum())
    return Agreement(
        same, len(data), spearman(data, first, second), exact_p(data[first], data[second])
    )


def slopes_by_average(
    daily: pd.DataFrame,
    exposure: pd.Series,
    choices: Mapping[str, tuple[int, bool, str, str]],
    *,
    draws: int,
    seed: int,
) -> dict[str, Slope]:
    """Slope of the log change on exposure for several ways of averaging.

    Parameters
    ----------
    daily
        Indexed by day, one column a sector.
    choices
        Name to (window in days, centred, first day, last day).
    """
    found = {}
    for name, (window, centred, start, end) in choices.items():
        days = pd.Timestamp(start), pd.Timestamp(end)
        change = log_change_of_average(daily, window, *days, centred=centred)
        frame = pd.DataFrame({"change": change, "exposure": exposure})
        found[name] = cross_section(frame, "change", "exposure", draws=draws, seed=seed)
    return found


def wage_growth(wages: pd.DataFrame, months: Mapping[str, str]) -> pd.DataFrame:
    """Growth of posted wages over the year up to each month, three-month means, one row a sector.

    Parameters
    ----------
    months
        Name of the column to month.
    """
    wide = wages.pivot(index="sector", columns="month", values="growth_yoy_3mo")
    return wide[list(months.values())].set_axis(list(months), axis=1)
