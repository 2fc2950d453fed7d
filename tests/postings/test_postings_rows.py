"""JSON lines: each row is read on its own, wherever batches begin and end."""

import json
import random
from dataclasses import asdict

import pandas as pd
import pytest

from llmexposure.base.errors import DataError
from llmexposure.postings import (
    from_frame,
    list_parts,
    validate_batch,
    validate_file,
    validated_batches,
)
from llmexposure.postings.clean.validation import check_batch
from llmexposure.postings.read.raw import make_plan
from llmexposure.postings.score.work import list_units, open_unit

SIZES = (1, 2, 3, 7, 19, 20, 1000)


def lines(rows: list[dict]) -> str:
    return "".join(f"{json.dumps(row, ensure_ascii=False)}\n" for row in rows)


def posting(number: int, **more: object) -> dict:
    return {"id": number, "title": "t"} | more


def read(path: object, batch_rows: int, **more: object) -> tuple[pd.DataFrame, pd.DataFrame]:
    """All usable rows and all quarantined ones."""
    checked = list(validated_batches(path, batch_rows=batch_rows, **more))
    tables = ([c.valid for c in checked], [c.quarantined for c in checked])
    return tuple(pd.concat(table, ignore_index=True) for table in tables)


def same_for_all_sizes(path: object, **more: object) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Usable and quarantined rows, once they were found to be the same for every batch size."""
    first, *others = [read(path, size, **more) for size in SIZES]
    for other in others:
        pd.testing.assert_frame_equal(first[0], other[0])
        pd.testing.assert_frame_equal(first[1], other[1])
    accounts = [asdict(validate_file(path, batch_rows=size, **more)) for size in SIZES]
    assert all(account == accounts[0] for account in accounts)
    return first


def test_heading_that_changes_within_the_file(put):
    rows = [posting(n, desc=f"a{n}") for n in range(19)]
    rows += [posting(n, description=f"b{n}") for n in range(19, 25)]
    valid, bad = same_for_all_sizes(put("a.jsonl", lines(rows)))
    assert valid["description"].tolist() == [row.get("desc") or row["description"] for row in rows]
    assert bad.empty


def test_optional_heading_that_changes_within_the_file(put):
    rows = [posting(n, description="d", publish_date="2024-05-01") for n in range(12)]
    rows += [posting(n, description="d", date="2024-06-01") for n in range(12, 18)]
    path = put("a.jsonl", lines(rows))
    valid, _ = same_for_all_sizes(path)
    assert valid["date"].dt.month.tolist() == [5] * 12 + [6] * 6
    assert validate_file(path).columns[str(path)]["date"] == ["date", "publish_date"]


def test_rows_at_the_head_may_lack_a_required_key(put):
    rows = [posting(n) for n in range(10)] + [posting(n, description="d") for n in range(10, 15)]
    valid, bad = same_for_all_sizes(put("a.jsonl", lines(rows)))
    assert valid["posting_id"].tolist() == [str(n) for n in range(10, 15)]
    assert bad["reason"].tolist() == ["empty_description"] * 10


@pytest.mark.parametrize("batch_rows", [1, 1000])
def test_key_that_no_row_has_is_told_at_the_end(put, batch_rows):
    path = put("a.jsonl", lines([posting(n) for n in range(5)]))
    with pytest.raises(DataError, match="no column for description; the heading reads id, title"):
        validate_file(path, batch_rows=batch_rows)
    with pytest.raises(DataError, match="Is it 'title'"):
        validate_file(path, {"title": "titel", "description": "title"}, batch_rows=batch_rows)


def test_best_heading_that_states_a_value_wins_in_each_row(put):
    rows = [
        posting(1, desc="second", description="first"),
        posting(2, desc="second", description=None),
        posting(3, desc="second"),
        posting(4, desc="second", description=""),
        posting(5, desc="second", description=float("nan")),
    ]
    valid, bad = same_for_all_sizes(put("a.jsonl", lines(rows)))
    assert valid["description"].tolist() == ["first", "second", "second", "second"]
    assert bad["row"].tolist() == [4]


def test_list_breaks_a_row_only_where_it_would_be_read(put):
    rows = [
        posting(1, description="d", desc=["x"]),
        posting(2, desc=["x"]),
        posting(3, description={"body": "x"}, desc="d"),
        posting(4, description={"body": "x"}),
    ]
    valid, bad = same_for_all_sizes(put("a.jsonl", lines(rows)))
    assert valid["posting_id"].tolist() == ["1", "3"]
    assert bad["reason"].tolist() == ["nested_value"] * 2


def test_row_without_a_value_takes_that_of_its_folder(put):
    rows = [posting(1, description="d", city="武汉"), posting(2, description="d")]
    folder = put("x/city=Paris/a.jsonl", lines([*rows, posting(3, description="d", city=None)]))
    valid, _ = same_for_all_sizes(folder.parent.parent)
    assert valid["city"].tolist() == ["武汉", "Paris", "Paris"]


def test_mapped_key_written_in_two_ways(put):
    rows = [posting(1, Ad="x"), posting(2, ad="y"), posting(3, ad="y", Ad="x"), posting(4)]
    valid, bad = same_for_all_sizes(put("a.jsonl", lines(rows)), mapping={"description": "ad"})
    assert valid["description"].tolist() == ["x", "y", "y"]
    assert bad["row"].tolist() == [4]


def test_kept_column_that_comes_late(put):
    rows = [posting(1, description="d"), posting(2, description="d", platform="A")]
    path = put("a.jsonl", lines(rows))
    for size in (1, 2):
        valid, _ = read(path, size, keep=("platform",))
        assert valid["platform"].fillna("").tolist() == ["", "A"]


def test_objects_without_keys_are_empty_rows(put):
    path = put("a.jsonl", lines([{}, {}, posting(1, description="d"), {}]))
    _, bad = same_for_all_sizes(path)
    assert bad["reason"].tolist() == ["empty_row"] * 3


def test_keys_at_random_read_the_same_in_batches_of_any_size(put):
    rng = random.Random(1)
    keys = ["id", "posting_id", "title", "Job Title", "job_title", "desc", "description", "text"]
    keys += ["date", "publish_date", "city", "location", "other", "薪资", "salary"]
    values = ["2024-05-01", "x", "", None, ["x"], {"city": "y"}, 8000]
    rows = []
    for number in range(60):
        row = {key: rng.choice(values) for key in rng.sample(keys, rng.randint(3, len(keys)))}
        rows.append({"posting_id": f"p{number}", "title": "t", "description": "d"} | row)
        rows.append(row | {"posting_id": f"q{number}", "title": "t", "description": "d"})
    valid, bad = same_for_all_sizes(put("a.jsonl", lines(rows)))
    assert min(len(valid), len(bad)) > 20


@pytest.mark.parametrize("batch_rows", [2, 19, 1000])
def test_scoring_reads_the_rows_that_validation_reads(put, batch_rows):
    rows = [posting(n, desc="d") for n in range(19)] + [posting(n, text="d") for n in range(19, 25)]
    path = put("a.jsonl", lines([*rows, posting(25)]))
    plan = make_plan(None, "auto", batch_rows)
    units = list_units(list_parts(path)[0], plan, cluster=False)
    checked = [check_batch(batch) for unit in units for batch in open_unit(unit, plan)]
    summary = validate_file(path)
    assert sum(len(each.valid) for each in checked) == summary.valid == 25
    assert sum(len(each.quarantined) for each in checked) == summary.quarantined == 1


def test_a_table_in_memory_is_read_by_its_headings():
    table = pd.DataFrame({"id": [1, 2], "title": "t", "description": ["d", None], "desc": "e"})
    valid, bad = validate_batch(from_frame(table))
    assert valid["description"].tolist() == ["d"]
    assert bad["reason"].tolist() == ["empty_description"]


def test_keys_of_each_row_alone_are_no_columns(put):
    rows = [
        posting(n, description="d" if n else "", **{f"k{n}_{i}": i for i in range(9)})
        for n in range(50)
    ]
    (checked,) = validated_batches(put("a.jsonl", lines(rows)))
    assert checked.batch.frame.width == 3
    assert json.loads(checked.quarantined["raw"][0]) == {
        **{"id": "0", "title": "t", "description": ""},
        **{f"k0_{i}": str(i) for i in range(9)},
    }
