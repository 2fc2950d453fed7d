"""Simulated postings counted by category and month, and a known season laid over them."""

from collections.abc import Iterable

import numpy as np
import pandas as pd

from llmexposure.simulation.calendar import BASE, LATEST, MONTHS
from llmexposure.simulation.generate import Batch
from llmexposure.simulation.levels import OUTCOMES
from llmexposure.simulation.tables import table

_COUNTS = ("postings", "applications", "bachelor", "three_years", "remote", "exposure")
_HIGH = ["bachelor", "master", "doctor"]


def panel(batches: Iterable[Batch]) -> pd.DataFrame:
    """Count a stream of batches by category and month; only the counts are kept.

    Returns
    -------
    pandas.DataFrame
        390 rows: ``category``, ``month`` (period); ``postings``; sums over postings of
        ``applications``, ``bachelor`` (asks for that degree or more), ``three_years``, ``remote``
        and ``exposure`` (true exposure).
    """
    categories = table("categories")["category"]
    total = np.zeros((len(_COUNTS), len(categories) * len(MONTHS)))
    for batch in batches:
        group = _group(batch, pd.Index(categories))
        for number, values in enumerate(_measures(batch)):
            total[number] += np.bincount(group, values, minlength=total.shape[1])
    keys = pd.MultiIndex.from_product([categories, MONTHS], names=["category", "month"])
    return pd.DataFrame(total.T, index=keys, columns=_COUNTS).reset_index()


def _group(batch: Batch, categories: pd.Index) -> np.ndarray:
    category = categories.get_indexer(batch.truth["category"].to_pandas())
    months = batch.postings["date"].to_numpy(zero_copy_only=False).astype("datetime64[M]")
    first = np.datetime64(str(MONTHS[0]), "M")
    return category * len(MONTHS) + (months - first).astype(int)


def _measures(batch: Batch) -> list[np.ndarray]:
    """Values to sum, in the order of ``_COUNTS``."""
    postings, truth = batch.postings, batch.truth
    high = postings["degree"].to_pandas().isin(_HIGH).to_numpy()
    return [
        np.ones(postings.num_rows),
        postings["applications"].to_numpy(),
        high,
        postings["min_years"].to_numpy() >= 3,
        truth["remote"].to_numpy(zero_copy_only=False),
        truth["true_exposure"].to_numpy(),
    ]


def changes(counts: pd.DataFrame) -> pd.DataFrame:
    """Levels in 2022, in the first half of 2024, and changes, from the counts of `panel`.

    Returns
    -------
    pandas.DataFrame
        The columns of `llmexposure.simulation.levels.known_levels`, so that the two compare cell by
        cell; ``remote`` is over all months. A category without postings in a period is missing.
    """
    order = counts["category"].unique()
    years = {"2022": BASE, "2024": LATEST}
    found = {
        year: _levels(counts[counts["month"].isin(MONTHS[when])], order)
        for year, when in years.items()
    }
    columns = {}
    for name in ("exposure", *OUTCOMES):
        before, after = found["2022"][name], found["2024"][name]
        columns |= {f"{name}_2022": before, f"{name}_2024": after, f"{name}_change": after - before}
    columns["remote"] = _levels(counts, order)["remote"]
    return pd.DataFrame(columns)


def _levels(counts: pd.DataFrame, order: np.ndarray) -> pd.DataFrame:
    sums = counts.groupby("category")[list(_COUNTS)].sum().loc[order]
    per_posting = sums.div(sums["postings"].where(sums["postings"] > 0), axis=0)
    return per_posting.assign(
        share=sums["postings"] / sums["postings"].sum(),
        application_share=sums["applications"] / sums["applications"].sum(),
    )


def with_season(counts: pd.DataFrame, exposure: pd.Series, gap: float) -> pd.DataFrame:
    """Counts whose season differs with exposure.

    Every year, a category whose exposure is one unit above the mean has ``gap`` log points more postings
    in January to June, relative to July to December, than the mean category.

    Parameters
    ----------
    counts
        Of `llmexposure.simulation.panel.panel`: ``category``, ``month`` (period), ``postings``.
    exposure
        By category.
    """
    score = counts["category"].map(exposure - exposure.mean())
    half = np.where(counts["month"].dt.month <= 6, 0.5, -0.5)
    return counts.assign(postings=counts["postings"] * np.exp(gap * score * half))


def share_change(
    counts: pd.DataFrame, baseline: tuple[str, str], comparison: tuple[str, str]
) -> pd.Series:
    """Change of each category's share of postings between two periods (first and last month)."""
    before, after = (_shares(counts, *period) for period in (baseline, comparison))
    return (after - before).rename("share_change")


def _shares(counts: pd.DataFrame, first: str, last: str) -> pd.Series:
    inside = counts["month"].between(pd.Period(first, "M"), pd.Period(last, "M"))
    totals = counts[inside].groupby("category")["postings"].sum()
    return totals / totals.sum()
