"""Coordinates of the printed cities, and simulated postings by city and category."""

from collections.abc import Iterable, Iterator

import pandas as pd

from llmexposure.base.sources import locate
from llmexposure.data.readers.coordinates import read_coordinates
from llmexposure.data.schemas.cities import PERIODS
from llmexposure.derive.seed import SEED
from llmexposure.report.tables import load
from llmexposure.simulation.generate import Batch, simulate

ROWS = 1_000_000


def count_by_city(batches: Iterable[Batch]) -> pd.DataFrame:
    """Postings and sum of true exposure by city, category and period, from simulated batches.

    Returns
    -------
    pandas.DataFrame
        ``city``, ``category``, ``period`` ('2022' or '2024h1'; other months are left out),
        ``postings``, ``exposure_sum``.
    """
    keys = ["city", "category", "period"]
    parts = []
    for batch in batches:
        frame = pd.DataFrame(
            {
                "city": batch.postings["city"].to_pandas(),
                "category": batch.truth["category"].to_pandas(),
                "period": pd.to_datetime(batch.postings["date"].to_pandas()).dt.year.map(
                    {int(p[:4]): p for p in PERIODS}
                ),
                "exposure": batch.truth["true_exposure"].to_pandas(),
            }
        ).dropna()
        parts.append(frame.groupby(keys)["exposure"].agg(["size", "sum"]))
    total = pd.concat(parts).groupby(keys).sum()
    return total.set_axis(["postings", "exposure_sum"], axis=1).reset_index()


def derived() -> Iterator[tuple[str, pd.DataFrame]]:
    """The tables of this topic."""
    path = locate("geo_china_cities", "city_coordinates.json")
    yield "cities", read_coordinates(path, load("city_index")["city"].tolist())
    counts = count_by_city(simulate(ROWS, SEED, text=False))
    yield "simulated_cities", counts.astype({"postings": int}).round({"exposure_sum": 3})
