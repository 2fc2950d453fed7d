"""Two sources for one country side by side: what the gap between their slopes is made of.

From counts by occupation group to Indeed's sectors one thing changes at a time: which units count how much,
which of them are there, into which units adverts are sorted, who counted, and over which months. The
steps add up to the whole gap.
"""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from llmexposure.analysis.adverts.counts import PERIODS, changes
from llmexposure.base.errors import DataError
from llmexposure.data.taxonomy.groups import minor_group
from llmexposure.data.taxonomy.occupation_groups import expand, read_group_map
from llmexposure.data.taxonomy.sectors import NO_SECTOR
from llmexposure.derive.occupation_groups import US_MINOR
from llmexposure.estimation.regression.ols import Slope, cross_section

# A group is covered when at least this share of its US jobs is in sectors that Indeed publishes.
COVERED = 0.5
# What each row of the ladder changes of the one above.
STEPS = {
    "groups": "",
    "weighted": "weights",
    "covered": "coverage",
    "summed": "map",
    "alike": "weights",
    "indeed": "source",
    "all_sectors": "coverage",
    "own_window": "window",
}
PARTS = ("weights", "coverage", "map", "source", "window")


def gap(rungs: Mapping[str, Slope]) -> dict[str, float]:
    """Parts of Indeed's slope less that of the groups, by `PARTS`, and ``total``.

    Parameters
    ----------
    rungs
        From `ladder`.
    """
    parts, names = dict.fromkeys(PARTS, 0.0), list(STEPS)
    values = {name: float(rungs[name].estimate.value) for name in names}
    for above, name in zip(names[:-1], names[1:], strict=True):
        parts[STEPS[name]] += values[name] - values[above]
    return parts | {"total": values[names[-1]] - values[names[0]]}


def targets_of(schemes: Mapping[str, str], jobs: pd.Series) -> dict[str, pd.DataFrame]:
    """US occupations of the groups of each classification, as adopted; minor groups hold their own.

    Parameters
    ----------
    schemes
        Name to classification: one of the maps, or `US_MINOR`.
    jobs
        US employment by ``soc``.
    """
    soc = jobs.index[jobs > 0].to_series()
    own = pd.DataFrame({"group": minor_group(soc), "soc": soc, "weight": 1.0}).reset_index(
        drop=True
    )
    maps = {s: read_group_map(s) for s in schemes.values() if s != US_MINOR}
    adopted = {s: table[table["coding"] == "adopted"] for s, table in maps.items()}
    return {name: own if s == US_MINOR else adopted[s] for name, s in schemes.items()}


def sector_shares(targets: pd.DataFrame, sector_map: pd.DataFrame, jobs: pd.Series) -> pd.DataFrame:
    """Share of each group's US jobs in each Indeed sector: groups by sectors, rows sum to one or less.

    Parameters
    ----------
    targets
        ``group``, ``soc`` (detailed or the start of several), ``weight``.
    sector_map
        ``sector``, ``soc``; jobs in no sector are in none of the columns.
    jobs
        US employment by ``soc``.

    Examples
    --------
    >>> targets = pd.DataFrame({"group": "a", "soc": ["11-1011", "11-1021"], "weight": [1.0, 0.5]})
    >>> sectors = pd.DataFrame({"sector": ["s", "none"], "soc": ["11-1011", "11-1021"]})
    >>> jobs = pd.Series({"11-1011": 30.0, "11-1021": 20.0})
    >>> sector_shares(targets, sectors, jobs).loc["a"].to_dict()
    {'s': 0.75}
    """
    known = jobs[jobs > 0]
    rows = expand(targets[["group", "soc", "weight"]], known.index)
    rows = rows.assign(jobs=rows["weight"] * rows["soc"].map(known))
    share = rows["jobs"] / rows.groupby("group")["jobs"].transform("sum")
    rows = rows.assign(share=share).merge(sector_map[["soc", "sector"]], on="soc")
    rows = rows[rows["sector"] != NO_SECTOR]
    return rows.pivot_table(
        index="group", columns="sector", values="share", aggfunc="sum", fill_value=0.0
    )


def ladder(
    three: pd.DataFrame,
    scores: pd.DataFrame,
    shares: pd.DataFrame,
    indeed: pd.DataFrame,
    own: pd.Series,
    sectors: pd.DataFrame,
    measure: str,
    *,
    seed: int,
) -> dict[str, Slope]:
    """From the slope after over occupation groups to Indeed's over its sectors, one change at a time.

    Parameters
    ----------
    three
        Counts of groups in three periods (`counts.windows`).
    scores
        Exposure by group.
    shares
        From `sector_shares`.
    indeed
        Index of the country's sectors in the same three periods.
    own
        Log change of the index over Indeed's own window, by sector.
    sectors
        Exposure by sector.

    Returns
    -------
    dict
        By `STEPS`: the slope of the change after the release; the last over Indeed's own window.

    Raises
    ------
    DataError
        When no group has an Indeed sector.
    """
    options: dict[str, Any] = {"seed": seed}
    groups = changes(three[list(PERIODS)]).join(scores[[measure]]).dropna()
    known = shares.columns.intersection(indeed.dropna().index)
    inside = shares[known].sum(axis=1)
    covered = groups[groups.index.isin(inside.index[inside >= COVERED])]
    if covered.empty:
        raise DataError("no occupation group has an Indeed sector; check the two maps")
    counts = three.reindex(covered.index)[list(PERIODS)]
    sums = shares.loc[covered.index, known].T @ counts
    summed = changes(sums[sums["base"] > 0]).join(sectors[[measure]]).dropna()
    theirs = changes(indeed).join(sectors[[measure]]).dropna()
    whole = pd.DataFrame({"after": own}).join(sectors[[measure]])
    return {
        "groups": cross_section(groups, "after", measure, **options),
        "weighted": cross_section(groups, "after", measure, weights="base", **options),
        "covered": cross_section(covered, "after", measure, weights="base", **options),
        "summed": cross_section(summed, "after", measure, weights="base", **options),
        "alike": cross_section(summed, "after", measure, **options),
        "indeed": cross_section(
            theirs.loc[theirs.index.isin(summed.index)], "after", measure, **options
        ),
        "all_sectors": cross_section(theirs, "after", measure, **options),
        "own_window": cross_section(whole, "after", measure, **options),
    }
