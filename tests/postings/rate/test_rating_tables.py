"""Ratings from a CSV: checked by cell, missing stays missing."""

import pandas as pd
import pytest

from llmexposure.base.errors import DataError, ParameterError
from llmexposure.exposure.measures import RATINGS
from llmexposure.postings.rate.summary import load_ratings, onet_titles, read_titles
from llmexposure.report.tables import load

A, B, C = "4.A.1.a.1.I01.D01", "4.A.1.a.1.I01.D02", "4.A.1.a.1.I01.D03"


@pytest.fixture
def own(tmp_path):
    def write(text, name="own.csv"):
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return write


def test_published_ratings_by_name():
    default = load_ratings()
    assert default["dwa_id"].is_unique
    assert len(default) == 2087
    assert default["rating"].between(0, 1).sum() == 2082  # five activities have no task
    for name in RATINGS:
        pd.testing.assert_series_equal(
            load_ratings(name)["rating"], load("activities")[name], check_names=False
        )


def test_own_ratings_cover_all_activities_and_leave_the_others_missing(own):
    table = load_ratings(own(f"rating,dwa_id,note\n0,{A},x\n,{B},\n1.0,{C},y\n"))
    assert len(table) == 2087
    assert list(table.columns) == ["dwa_id", "rating"]
    cells = table.set_index("dwa_id")["rating"]
    assert cells[A] == 0
    assert pd.isna(cells[B])
    assert cells[C] == 1
    assert cells.notna().sum() == 2


def test_ratings_written_by_rate_can_be_read(run_rate, tmp_path):
    run_rate()
    assert load_ratings(tmp_path / "out/ratings.csv")["rating"].notna().sum() == 12


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "no rows found"),
        ("dwa_id,rating\n", "no rows found"),
        (f"dwa_id,score\n{A},1\n", "column 'rating' is missing"),
        (f"id,rating\n{A},1\n", "column 'dwa_id' is missing"),
        (f"dwa_id,rating\n{A},1.01\n", "line 2, column 'rating': found '1.01', expected a value"),
        (f"dwa_id,rating\n{A},-0.1\n", "line 2, column 'rating': found '-0.1'"),
        (f"dwa_id,rating\n{A},0\n{B},high\n", "line 3, column 'rating': found 'high'"),
        (f"dwa_id,rating\n{A},NA\n", "found 'NA'"),
        (f"dwa_id,rating\n{A},nan\n", "found 'nan'"),
        (f"dwa_id,rating\n{A},inf\n", "found 'inf'"),
        (f'dwa_id,rating\n{A},"0,5"\n', "found '0,5'"),
        (f"dwa_id,rating\n{A},50%\n", "found '50%'"),
        (f"dwa_id,rating\n{A},1\n{A},0\n", "already on line 2"),
        (f"dwa_id,rating\n{A},1\n4.X,0\n", "line 3, column 'dwa_id': found '4.X'"),
        ("dwa_id,rating\n,1\n", "the cell is empty"),
        (f"dwa_id,rating\n{A},1,2\n", "found 3 fields, expected 2"),
        (f"dwa_id,rating\n{A},\n{B},\n", "no activity has a rating"),
        (b"dwa_id,rating\n\xff,1\n", "expected UTF-8"),
    ],
)
def test_bad_cells_are_named(text, said, own):
    with pytest.raises(DataError) as caught:
        load_ratings(own(text))
    assert said in str(caught.value)
    assert "own.csv" in str(caught.value)


def test_unknown_source_and_absent_file(tmp_path):
    with pytest.raises(ParameterError, match="expected one of human_alpha"):
        load_ratings("gpt5_beta")
    with pytest.raises(DataError, match=r"absent\.csv"):
        load_ratings(tmp_path / "absent.csv")


def test_own_titles(own):
    path = own('dwa_id,title,x\nb,"two\n lines",1\na, one ,2\n')
    assert read_titles(path).to_dict("list") == {
        "dwa_id": ["a", "b"],
        "title": ["one", "two lines"],
    }
    for text, said in (
        ("dwa_id,title\na,\n", "the cell is empty"),
        ("dwa_id,title\na,  \n", "expected a title"),
        ("dwa_id,title\na,x\na,y\n", "already on line 2"),
        ("dwa_id,name\na,x\n", "column 'title' is missing"),
    ):
        with pytest.raises(DataError, match=said):
            read_titles(own(text))


def test_titles_of_onet():
    titles = onet_titles()
    assert titles["dwa_id"].tolist() == load("activities")["dwa_id"].tolist()
    assert titles["title"].str.len().min() > 5


def test_trial_with_the_titles_of_onet(chat, tmp_path):
    from click.testing import CliRunner

    from llmexposure.cli import rate

    options = ["--base-url", chat.base_url, "--model", "m", "--limit", "5", "--repeats", "2"]
    out = tmp_path / "ratings.csv"
    result = CliRunner().invoke(rate, [*options, "--out", str(out)], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    assert load_ratings(out)["rating"].notna().sum() == 5
    assert len(chat.requests) == 10
