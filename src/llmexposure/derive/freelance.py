"""Tables of the freelance comparison: sector postings, posted wages, and one week of Upwork."""

from collections.abc import Iterator, Mapping

import pandas as pd

from llmexposure.base.sources import load_registry, locate
from llmexposure.data.readers import indeed
from llmexposure.data.readers.upwork import PROPOSALS, read_postings
from llmexposure.data.schemas.freelance import RANGES
from llmexposure.data.taxonomy.upwork import read_upwork_categories, read_upwork_indeed
from llmexposure.exposure.measures import OTHER, RATINGS
from llmexposure.report.tables import load

SOURCE = "upwork_jan2023"
# Column of each range of applications, by the feed's name of the range.
COLUMNS = dict(zip(PROPOSALS, RANGES, strict=True))
# Half a year before ChatGPT, so that the longest window has filled; four months past the article's end.
FIRST_DAY, LAST_DAY = "2022-06-01", "2024-06-30"
SNAPSHOTS = ("2023-01-01", "2023-01-03", "2023-01-06")
CROWDED = ("20 to 50", "50+")
# The feed shows a few renewed postings with old dates; the rate is taken over the middle of the dates.
MIDDLE = (0.05, 0.95)


def sector_postings_daily(us: pd.DataFrame) -> pd.DataFrame:
    """Daily postings index of the United States, one column a sector; gaps stay missing.

    Parameters
    ----------
    us
        ``date``, ``sector``, ``index`` (see `data.readers.indeed.read_us_sectors`).
    """
    inside = us[us["date"].between(FIRST_DAY, LAST_DAY)]
    wide = inside.pivot(index="date", columns="sector", values="index").sort_index(axis=1)
    return wide.rename_axis(columns=None).reset_index().assign(date=_day)


def _day(table: pd.DataFrame) -> pd.Series:
    return table["date"].dt.strftime("%Y-%m-%d")


def posted_wages(growth: pd.DataFrame) -> pd.DataFrame:
    """Year-on-year growth of posted wages by sector and month, United States."""
    table = growth.assign(month=growth["month"].dt.strftime("%Y-%m"))
    columns = ["sector", "month", "n_obs", "growth_yoy", "growth_yoy_3mo"]
    return table[columns].sort_values(["sector", "month"], ignore_index=True)


def upwork_week_levels(postings: pd.DataFrame, categories: pd.DataFrame) -> pd.DataFrame:
    """Counts, rates and competition by category of the article, over the three snapshots.

    Categories that the feed does not show are left out.
    """
    shown = categories.dropna(subset="upwork_labels").set_index("category")
    rows = {c: _levels(_postings_of(postings, row)) for c, row in shown.iterrows()}
    table = pd.DataFrame.from_dict(rows, orient="index").rename_axis("category").reset_index()
    counts = ["n_postings", "n_hourly"]
    return table.astype(dict.fromkeys(counts, int)).sort_values("category", ignore_index=True)


def _postings_of(postings: pd.DataFrame, row: pd.Series) -> pd.DataFrame:
    return postings[postings[row["upwork_level"]].isin(row["upwork_labels"].split("|"))]


def _levels(found: pd.DataFrame) -> dict[str, float]:
    return {
        "n_postings": len(found),
        "n_hourly": found["hourly_rate"].count(),
        "hourly_rate_median": found["hourly_rate"].median(),
        "budget_median": found["budget"].median(),
        "over20_proposals_share": found["proposals_tier"].isin(CROWDED).mean(),
    }


def upwork_snapshots(snapshots: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Postings a day that each snapshot of the newest postings implies.

    A snapshot holds the newest postings, so their number over the time they span is the rate at
    which postings arrive; the span is between the 5th and the 95th percentile of the dates.
    """
    rows = []
    for name, postings in snapshots.items():
        first, last = postings["published_on"].quantile(list(MIDDLE))
        days = (last - first).total_seconds() / 86_400
        rows.append((name, len(postings), days, (MIDDLE[1] - MIDDLE[0]) * len(postings) / days))
    return pd.DataFrame(rows, columns=["snapshot", "n_postings", "span_days", "postings_per_day"])


def upwork_proposals(
    postings: pd.DataFrame, categories: pd.DataFrame, occupations: pd.DataFrame
) -> pd.DataFrame:
    """Jobs of each category by range of applications, and the category's exposure.

    Parameters
    ----------
    postings
        Of `data.readers.upwork.read_postings`.
    categories
        Of `read_upwork_categories`.
    occupations
        Table ``occupations``. A category's exposure is the plain mean of its occupations: how often
        each kind of work comes up on the platform is not how many people in the country do it.
    """
    labels = categories.drop_duplicates("category").set_index("label")["category"]
    counts = pd.crosstab(postings["category"].map(labels), postings["proposals_tier"])
    counts = counts.reindex(columns=list(COLUMNS), fill_value=0).rename(columns=COLUMNS)
    scores = categories.merge(occupations, on="soc", how="left", validate="many_to_one")
    means = scores.groupby("category")[[*RATINGS, *OTHER]].mean()
    out = counts.assign(n_postings=counts.sum(axis=1)).join(means)
    out = out.rename_axis(index="category", columns=None).reset_index()
    return out[["category", "n_postings", *RANGES, *RATINGS, *OTHER]]


def derived() -> Iterator[tuple[str, pd.DataFrame]]:
    """Every table of this topic, from the upstream files."""
    us = indeed.read_us_sectors(locate("indeed_hiring_lab_fred_mirror", "indeed_jobs_data.csv"))
    wages = locate("indeed_wage_tracker", "posted-wage-growth-by-sector.csv")
    paths = {day: locate(SOURCE, _snapshot_file(day)) for day in SNAPSHOTS}
    week = read_postings(list(paths.values()))
    every = read_postings([locate(SOURCE, name) for name in load_registry()[SOURCE].files])
    yield "sector_postings_daily", sector_postings_daily(us)
    yield "posted_wages", posted_wages(indeed.read_wage_growth_by_sector(wages))
    yield "upwork_week_levels", upwork_week_levels(week, read_upwork_indeed())
    yield (
        "upwork_snapshots",
        upwork_snapshots({day: read_postings([path]) for day, path in paths.items()}),
    )
    yield (
        "upwork_proposals",
        upwork_proposals(every, read_upwork_categories(), load("occupations")),
    )


def _snapshot_file(day: str) -> str:
    year, month, date = (int(part) for part in day.split("-"))
    return f"{month}_{date}_{year}_general.csv"
