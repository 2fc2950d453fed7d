"""Tables of the simulation: the activities it draws from, and its postings through the whole pipeline.

Generated with the default coefficients, validated and scored as a user's file would be, then counted:
what the paper says about recovery rests on the very path that real postings take. Takes about a minute.
"""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import polars as pl

from llmexposure.base.errors import DataError
from llmexposure.base.sources import locate
from llmexposure.data.readers.onet import SOURCE, read_task_links
from llmexposure.derive.seed import SEED
from llmexposure.exposure.measures import RATINGS
from llmexposure.postings.count import count_postings
from llmexposure.postings.score.engines import cores
from llmexposure.postings.score.run import Job, run
from llmexposure.report.tables import load
from llmexposure.simulation.moments import moments
from llmexposure.simulation.tables import table
from llmexposure.simulation.write import write_simulation

ROWS = 300_000
# What only a simulation knows, summed as well.
TRUTH = ("true_exposure", "remote")
# Rarer activities of a category are left out, so that its postings resemble each other.
POOL = 100


def pools(
    occupations: pd.DataFrame, links: pd.DataFrame, rated: pd.Index, size: int = POOL
) -> pd.DataFrame:
    """Derive the table ``simulation_activities``.

    Parameters
    ----------
    occupations
        Table ``occupations``: ``category``, ``onet_soc_prefix``.
    links
        ``onet_soc``, ``task_id``, ``dwa_id``, from `llmexposure.data.readers.onet.read_task_links`.
    rated
        Activities that have a rating; the others are left out.
    size
        At most so many activities a category, the most linked first.

    Returns
    -------
    pandas.DataFrame
        ``category``, ``dwa_id``, ``links`` (links from tasks of the category's occupations),
        sorted by category as given, then links, then id.
    """
    known = links[links["dwa_id"].isin(rated)]
    found = []
    for category, rows in occupations.groupby("category", sort=False):
        own = known["onet_soc"].str.startswith(tuple(rows["onet_soc_prefix"]))
        counts = known.loc[own, "dwa_id"].value_counts().rename("links").reset_index()
        ordered = counts.sort_values(["links", "dwa_id"], ascending=[False, True])
        found.append(ordered.head(size).assign(category=category))
    return pd.concat(found, ignore_index=True)[["category", "dwa_id", "links"]]


def simulated_panel(rows: int = ROWS, seed: int = SEED) -> pd.DataFrame:
    """Counts of simulated postings, as `count_postings` gives them, with the sums of `TRUTH`."""
    with tempfile.TemporaryDirectory() as folder:
        postings, truth, scores = (
            Path(folder) / f"{name}.parquet" for name in ("postings", "truth", "scores")
        )
        write_simulation(postings, rows, seed, truth_out=truth)
        run(Job(str(postings), scores, language="zh", workers=cores()))
        known = pl.scan_parquet(truth, glob=False).select("posting_id", *TRUTH)
        joined = pl.scan_parquet(scores, glob=False).join(known, on="posting_id", how="left")
        return count_postings(joined, [*RATINGS, *TRUTH]).to_pandas()


def check_moments() -> None:
    """Check that the simulation draws from what the report prints.

    Raises
    ------
    DataError
        Naming the printed moments that do not hold.
    """
    rows = moments()
    if not rows["holds"].all():
        bad = ", ".join(rows.loc[~rows["holds"], "moment"])
        raise DataError(f"simulation_moments.csv: the simulation does not keep {bad}")


def activities() -> pd.DataFrame:
    """The committed table ``simulation_activities`` of ``data/taxonomy``."""
    rated = load("activities").set_index("dwa_id")[list(RATINGS)].dropna().index
    return pools(table("occupations"), read_task_links(locate(SOURCE, "Tasks_to_DWAs.xlsx")), rated)


def derived() -> Iterator[tuple[str, pd.DataFrame]]:
    """The one table of this topic in ``data/analysis``."""
    yield "simulated_panel", simulated_panel()
