"""Upwork snapshots: repeats dropped, one row a posting, whatever the order of the files."""

from pathlib import Path

import pytest

from llmexposure.data.readers import upwork

HEADING = (
    "hourly_rate,amount_amount,type,job_ts,proposals_tier,published_on,tier,uid,"
    "occupations_category_pref_label,occupations_oservice_pref_label\n"
)


def row(listed: int, proposals: str, uid: str = "16", kind: str = "hourly", tier: str = "Expert"):
    pay = "30," if kind == "hourly" else ",30"
    return (
        f"{pay},{kind},{listed},{proposals},2023-01-01T17:33:29Z,{tier},{uid},"
        "Legal,Contract Law Services\n"
    )


@pytest.mark.mirror
def test_snapshots_together(mirror: Path):
    files = sorted((mirror / "upwork_jan2023").glob("*.csv"))
    assert len(files) == 3
    postings = upwork.read_postings(files)
    assert postings.equals(upwork.read_postings(files[::-1]))
    assert len(postings) == 14_719
    assert postings["contract_type"].value_counts().to_dict() == {
        "fixed_budget": 6_341,
        "hourly": 5_654,
        "no_budget": 2_724,
    }
    assert postings["hourly_rate"].agg(["count", "median", "max"]).tolist() == [5_654, 20, 749.5]
    assert postings["category"].nunique() == 12
    assert postings["tier"].isna().sum() == 2
    assert postings.loc[postings["contract_type"] != "hourly", "hourly_rate"].isna().all()
    assert postings["published_on"].dt.strftime("%F").agg(["min", "max"]).tolist() == [
        "2021-04-13",
        "2023-01-06",
    ]


def test_repeats_are_dropped_and_the_last_listing_kept(write):
    early = write(HEADING + row(1, "Less than 5") * 2 + row(3, "50+", "17"), "a.csv")
    late = write(HEADING + row(2, "10 to 15") + row(1, "20 to 50", "17"), "b.csv")
    for files in ([early, late], [late, early]):
        postings = upwork.read_postings(files)
        assert postings["uid"].tolist() == ["16", "17"]
        assert postings["proposals_tier"].tolist() == ["10 to 15", "50+"]


def test_pay_stands_in_the_column_of_its_contract(write):
    path = write(HEADING + row(1, "50+", "1") + row(1, "50+", "2", "fixed_budget", ""))
    postings = upwork.read_postings([path])
    assert postings["hourly_rate"].isna().tolist() == [False, True]
    assert postings["budget"].isna().tolist() == [True, False]
    assert postings["tier"].isna().tolist() == [False, True]
    assert str(postings["published_on"][0]) == "2023-01-01 17:33:29"


def test_posting_listed_at_one_time_with_two_faces(write, refusal):
    path = write(HEADING + row(1, "50+") + row(1, "5 to 10"))
    message = refusal(lambda file: upwork.read_postings([file]), path)
    assert "line 3: column 'uid' = '16', column 'job_ts' = '1' is already on line 2" in message


def test_unknown_range_of_proposals(write, refusal):
    message = refusal(lambda file: upwork.read_postings([file]), write(HEADING + row(1, "5-10")))
    assert "column 'proposals_tier': found '5-10', expected one of Less than 5, 5 to 10," in message
