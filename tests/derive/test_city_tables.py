"""Coordinates read strictly; simulated postings counted by city as they were drawn."""

import json

import numpy as np
import pytest

from llmexposure.base.errors import DataError
from llmexposure.data.readers.coordinates import read_coordinates
from llmexposure.derive.cities import count_by_city
from llmexposure.report.tables import load
from llmexposure.simulation.generate import simulate
from llmexposure.simulation.roles import build_cities
from llmexposure.simulation.tables import table


@pytest.fixture
def places(tmp_path):
    def write(content):
        path = tmp_path / "city_coordinates.json"
        path.write_text(content if isinstance(content, str) else json.dumps(content), "utf-8")
        return path

    return write


def test_coordinates_come_in_the_order_asked_for(places):
    path = places({"北京": [116.4, 39.9], "上海": [121.5, 31.2], "x": [0, 0]})
    found = read_coordinates(path, ["上海", "北京"])
    assert found["longitude"].tolist() == [121.5, 116.4]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ({"北京": [39.9, 116.4]}, "longitude"),
        ({"天津": [117.2, 39.1]}, "no place called 北京"),
        ("{", "not JSON"),
    ],
)
def test_wrong_places_are_named(places, content, message):
    with pytest.raises(DataError, match=message):
        read_coordinates(places(content), ["北京"])


def test_counts_are_those_of_the_postings_whatever_the_batches():
    one = count_by_city(simulate(4_000, 3, text=False))
    many = count_by_city(simulate(4_000, 3, text=False, batch_rows=700))
    assert one["postings"].tolist() == many["postings"].tolist()
    assert one["exposure_sum"].to_numpy() == pytest.approx(many["exposure_sum"].to_numpy())
    drawn = next(iter(simulate(4_000, 3, text=False))).postings["date"].to_pandas()
    years = np.array([d.year for d in drawn])
    assert one["postings"].sum() == np.isin(years, [2022, 2024]).sum()


def test_committed_counts_have_the_city_mix_of_the_generator():
    counts = load("simulated_cities")
    sales = counts[counts["category"] == "sales_business_development"]
    found = sales.groupby("city")["postings"].sum()
    cities = build_cities(list(table("categories")["category"]), 5)
    names = list(table("categories")["category"])
    share = cities.share[names.index("sales_business_development")]
    expected = share * found.sum()
    z = (found[cities.names].to_numpy() - expected) / np.sqrt(expected)
    assert np.abs(z).max() < 4.5
