"""Japan's openings and applications: published totals, sums over places and kinds, files of another shape."""

import json

import pandas as pd
import pytest

from llmexposure.data.readers import hello_work
from llmexposure.report.tables import load

KEY = ["place", "group", "year"]
INDEX = {
    "years": [2023, 2024],
    "groups": [{"id": "Ｋ", "name": "運搬・清掃・包装等従事者"}],
    "occupations": [{"id": "71", "name": "清掃従事者", "group": "Ｋ"}],
    "coverage": [
        {"p": "JP-00", "a": [[2, 12], [3, 9]], "f": [[1, 7], [1, 5]], "t": [[1, 5], [2, 4]]}
    ],
}
ROW = {
    "p": "JP-00",
    "o": "71",
    "a": [[1, 2], [3, 4]],
    "f": [[1, 2], [None, 4]],
    "t": [[0, 0], [3, 0]],
}


@pytest.fixture(scope="module")
def counts() -> pd.DataFrame:
    return load("japan_applications")


def test_the_national_sums_are_those_that_the_ministry_publishes(counts):
    nation = counts.query("place == 'JP-00' and kind == 'all' and year == 2025")
    total = load("japan_unclassified").query("place == 'JP-00' and kind == 'all' and year == 2025")
    assert len(counts) == 31_536
    assert nation["openings"].sum() == 8_603_526
    assert nation["applications"].sum() + total["unclassified"].item() == 4_362_423
    assert total["applications"].item() == 4_362_423


def test_prefectures_sum_to_the_nation_and_kinds_to_all(counts):
    columns = ["openings", "applications"]
    by_place = counts.assign(nation=counts["place"] == "JP-00")
    sums = by_place.groupby(["nation", "group", "kind", "year"])[columns].sum()
    pd.testing.assert_frame_equal(sums.loc[True], sums.loc[False])
    kinds = counts.pivot(index=KEY, columns="kind", values="applications")
    assert (kinds["all"] == kinds["full_time"] + kinds["part_time"]).all()
    kinds = counts.pivot(index=KEY, columns="kind", values="openings")
    known = kinds.notna().all(axis=1)
    assert (kinds["all"] == kinds["full_time"] + kinds["part_time"])[known].all()
    # What is missing would be zero by that identity; it stays missing.
    assert (kinds["all"] == kinds["part_time"])[~known].all()
    assert (~known).sum() == counts["openings"].isna().sum() == 134


def test_every_place_has_its_unclassified(counts):
    by = ["place", "kind", "year"]
    classified = counts.groupby(by)["applications"].sum()
    total = load("japan_unclassified").set_index(by)
    assert (classified + total["unclassified"] == total["applications"]).all()


def test_files_are_read_and_an_empty_cell_stays_missing(write):
    index = write(json.dumps(INDEX), "index.json")
    table = hello_work.read_applications(write(json.dumps([ROW]), "ratios.json"), index)
    cell = table.set_index(["kind", "year"])
    assert cell.loc[("all", 2024), ["openings", "applications"]].tolist() == [3, 4]
    assert cell["openings"].isna().sum() == 1
    assert hello_work.read_groups(index)["major"].tolist() == ["K"]
    assert hello_work.read_totals(index)["applications"].tolist() == [12, 9, 7, 5, 5, 4]


@pytest.mark.parametrize(
    "content", ["[]", "{}", "no json", '[{"p": "JP-00", "o": "71", "a": [[1, 2]]}]']
)
def test_json_of_another_shape_is_refused_in_words(write, refusal, content):
    index = write(json.dumps(INDEX), "index.json")
    message = refusal(hello_work.read_totals, write(content, "x.json"))
    assert "expected JSON with" in message
    if content != "[]":
        message = refusal(hello_work.read_applications, write(content, "x.json"), index)
        assert "a pair for each of 2 years" in message


def test_a_place_that_is_none_is_named(write, refusal):
    index = write(json.dumps(INDEX), "index.json")
    path = write(json.dumps([{**ROW, "p": "JP-48"}]), "ratios.json")
    assert "JP-48" in refusal(hello_work.read_applications, path, index)
