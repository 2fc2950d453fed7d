"""Counts of a file of postings: found again by what the files hold and by what their folders state."""

import pandas as pd
import pytest

from llmexposure.postings.count import account_of, count_file

HEADING = "posting_id,title,description,occupation\n"


@pytest.fixture
def places(tmp_path):
    """Two folders with the same bytes, whose folder names state other months."""
    rows = "".join(f"p{n},会计,负责记账和报税。,会计\n" for n in range(12))
    for name, day in (("pa", "2023-05-01"), ("pb", "2024-05-01")):
        folder = tmp_path / name / f"date={day}"
        folder.mkdir(parents=True)
        (folder / "a.csv").write_text(HEADING + rows, encoding="utf-8")
    return tmp_path


def count(places, name):
    return count_file(str(places / name), language="zh", folder=places / "panels")


def test_columns_of_folders_are_part_of_what_was_counted(places):
    months = [pd.read_csv(count(places, name))["month"].unique().tolist() for name in ("pa", "pb")]
    assert months == [["2023-05"], ["2024-05"]]


def test_the_same_files_are_found_again(places, monkeypatch):
    first = count(places, "pa")
    monkeypatch.setattr("llmexposure.postings.count.run", None)
    assert count(places, "pa") == first


def test_files_that_are_not_read_are_named(places):
    assert not any("not read" in line for line in account_of(count(places, "pa")))
    (places / "pa" / "b.txt").write_text("x")
    assert account_of(count(places, "pa"))[-1] == "not read, by the ending of the name: b.txt"
