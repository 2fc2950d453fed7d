"""A known season laid over simulated counts, to see what a comparison of unlike months does to a slope."""

import numpy as np
import pandas as pd


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
