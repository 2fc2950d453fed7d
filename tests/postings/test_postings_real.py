"""The real Chinese postings: every row accounted for, wordings understood, by platform."""

import csv
import gzip

import pytest

from llmexposure.postings import SCHEMA, validate_file, validated_batches

PLATFORMS = ("51job_part1", "51job_part2", "ggfw_hrss_gd", "jobonline", "lagou", "zhilian")


@pytest.mark.parametrize("platform", PLATFORMS)
def test_every_row_is_accounted_for(postings_cn, platform):
    path = postings_cn / f"{platform}.csv.gz"
    with gzip.open(path, "rt", encoding="utf-8", newline="") as stream:
        rows = sum(1 for _ in csv.DictReader(stream))
    summary = validate_file(path)
    assert summary.rows == rows
    assert summary.adds_up
    assert summary.valid / rows > 0.99


@pytest.mark.parametrize("platform", PLATFORMS)
def test_wordings_are_understood(postings_cn, platform):
    path = postings_cn / f"{platform}.csv.gz"
    with gzip.open(path, "rt", encoding="utf-8", newline="") as stream:
        stated = sum(row["education_raw"].strip() != "" for row in csv.DictReader(stream))
    notes = validate_file(path).notes
    assert notes.get("unknown_degree_word", 0) < 0.01 * stated
    assert notes.get("unknown_experience_word", 0) == 0
    assert notes.get("unreadable_date", 0) + notes.get("date_out_of_range", 0) == 0


def test_all_of_them_obey_the_contract_and_no_id_comes_twice(postings_cn):
    platforms, rows = set(), 0
    for checked in validated_batches(f"{postings_cn}/*.csv.gz", keep=("platform",)):
        SCHEMA.validate(checked.valid)
        platforms |= set(checked.valid["platform"])
        rows += len(checked.valid)
    assert len(platforms) == 5
    assert rows > 27_000
