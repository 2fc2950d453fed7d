"""Applications per job by Upwork category in one week, with the exposure of the occupations in it."""

from collections.abc import Iterator

import pandas as pd

from llmexposure.base.sources import load_registry, locate
from llmexposure.data.readers.upwork import PROPOSALS, read_postings
from llmexposure.data.schemas.upwork import RANGES
from llmexposure.data.taxonomy.upwork_categories import read_upwork_categories
from llmexposure.exposure.measures import OTHER, RATINGS
from llmexposure.report.load import load

SOURCE = "upwork_jan2023"
# Column of each range of applications, by the feed's name of the range.
COLUMNS = dict(zip(PROPOSALS, RANGES, strict=True))


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
    """The one table of this topic, from the upstream files."""
    postings = read_postings([locate(SOURCE, name) for name in load_registry()[SOURCE].files])
    yield (
        "upwork_proposals",
        upwork_proposals(postings, read_upwork_categories(), load("occupations")),
    )
