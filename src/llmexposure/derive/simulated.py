"""Simulated postings through the whole pipeline, counted by category and month.

Generated with the default coefficients, validated and scored as a user's file would be, then counted:
what the paper says about recovery rests on the very path that real postings take. Takes about a minute.
"""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import polars as pl

from llmexposure.derive.seed import SEED
from llmexposure.exposure.measures import RATINGS
from llmexposure.postings.count import count_postings
from llmexposure.postings.score.engines import cores
from llmexposure.postings.score.run import Job, run
from llmexposure.simulation.write import write_simulation

ROWS = 300_000
# What only a simulation knows, summed as well.
TRUTH = ("true_exposure", "remote")


def simulated_panel(rows: int = ROWS, seed: int = SEED) -> pd.DataFrame:
    """Counts of simulated postings, as `count_postings` gives them, with the sums of `TRUTH`."""
    with tempfile.TemporaryDirectory() as folder:
        postings, truth, scores = (
            Path(folder) / f"{name}.parquet" for name in ("postings", "truth", "scores")
        )
        write_simulation(postings, rows, seed, truth_out=truth)
        run(Job(str(postings), scores, language="zh", workers=cores()))
        known = pl.scan_parquet(truth).select("posting_id", *TRUTH)
        joined = pl.scan_parquet(scores).join(known, on="posting_id", how="left")
        return count_postings(joined, [*RATINGS, *TRUTH]).to_pandas()


def derived() -> Iterator[tuple[str, pd.DataFrame]]:
    """The one table of this topic."""
    yield "simulated_panel", simulated_panel()
