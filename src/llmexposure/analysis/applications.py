"""Notebook 03: open cross-sections that come near applications: bids in one week, employment shares."""

import numpy as np
import pandas as pd

from llmexposure.data.schemas.freelance import RANGES

# Middle of each range of bids; the last range is open, so its lower end stands for it.
MIDPOINTS = dict(zip(RANGES, (2.5, 7.5, 12.5, 17.5, 35.0, 50.0), strict=True))
CROWDED = ("20_to_50", "over_50")


def crowding(jobs: pd.DataFrame) -> pd.DataFrame:
    """Bids per job by category, from counts of jobs by range of bids.

    The number of bids is interval-censored. ``over20_share`` is exact all the same; ``midpoint_mean``
    puts each job at the middle of its range and the open range at 50, so it is too low where many
    jobs are crowded.

    Examples
    --------
    >>> jobs = pd.DataFrame([[4, 2, 0, 0, 0, 1, 1]], columns=["n_postings", *MIDPOINTS])
    >>> crowding(jobs)[["over20_share", "midpoint_mean"]].iloc[0].tolist()
    [0.5, 22.5]
    """
    total = jobs["n_postings"]
    return jobs.assign(
        over20_share=jobs[list(CROWDED)].sum(axis=1) / total,
        midpoint_mean=jobs[list(MIDPOINTS)] @ pd.Series(MIDPOINTS) / total,
    )


def share_change(table: pd.DataFrame, group: str, before: str, after: str) -> pd.DataFrame:
    """Change of each group's share of a total between two columns, over the rows that have both.

    Returns
    -------
    pandas.DataFrame
        Indexed by group: ``base`` (total before), ``share_change`` (fraction), ``clr_change``.

    Examples
    --------
    >>> table = pd.DataFrame({"g": ["a", "b"], "t0": [1.0, 1.0], "t1": [1.0, 3.0]})
    >>> share_change(table, "g", "t0", "t1")["share_change"].tolist()
    [-0.25, 0.25]
    """
    totals = table.dropna(subset=[before, after]).groupby(group)[[before, after]].sum()
    growth = np.log(totals[after]) - np.log(totals[before])
    parts = totals / totals.sum()
    return pd.DataFrame(
        {
            "base": totals[before],
            "share_change": parts[after] - parts[before],
            "clr_change": growth - growth.mean(),
        }
    )
