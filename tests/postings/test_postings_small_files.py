"""A folder of many small files costs little more than its rows, and reads as the files do one by one."""

import json
import time
from pathlib import Path

import pandas as pd
import polars as pl
import pytest

from llmexposure.postings import validate_file
from llmexposure.postings.score.run import Job, run

HEAD = "posting_id,title,description,city"
ROWS = [
    "{n}a,会计,负责记账和报税，编制财务报表。,北京",
    "{n}b,,没有职位名称。,北京",
    "p,司机,负责货物运输和车辆保养。,武汉",  # its id comes again in each file
    "{n}c,文员,负责文件整理",  # one field too few
]


def folder(path: Path, files: int) -> Path:
    """Files that differ in their headings now and then, one of them without rows."""
    path.mkdir()
    for n in range(files):
        mark = "," if n % 7 else ";"
        lines = [HEAD, *(row.format(n=n) for row in ROWS[: n % 5 if n % 11 else 0])]
        (path / f"{n:04}.csv").write_text("\n".join(lines).replace(",", mark), encoding="utf-8")
    rows = [{"id": f"j{n}", "title": "会计", "description": "负责记账", "n": n} for n in range(3)]
    for n, row in enumerate(rows):
        (path / f"{n:04}.jsonl").write_text(json.dumps(row, ensure_ascii=False), encoding="utf-8")
    return path


def one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("clean.summary", "score.work"):
        monkeypatch.setattr(f"llmexposure.postings.{module}.together", lambda batches, _: batches)
    monkeypatch.setattr("llmexposure.postings.score.work.FILES", 1)


@pytest.mark.parametrize("mapping", [{}, {"posting_id": "@row"}], ids=["ids", "by row"])
def test_validation_is_that_of_the_files_one_by_one(tmp_path, monkeypatch, mapping):
    source, out = folder(tmp_path / "in", 40), tmp_path / "q.csv"
    found = validate_file(source, mapping, quarantine=out)
    quarantined = pd.read_csv(out)
    with monkeypatch.context() as patch:
        one_by_one(patch)
        assert validate_file(source, mapping, quarantine=out) == found
    pd.testing.assert_frame_equal(pd.read_csv(out), quarantined)
    assert {"duplicate_id", "empty_title", "wrong_field_count"} >= set(quarantined["reason"])
    assert quarantined["source"].nunique() > 20


def test_scores_are_those_of_the_files_one_by_one(tmp_path, monkeypatch):
    source = folder(tmp_path / "in", 20)

    def scored(name: str, **how: int) -> list[object]:
        out = tmp_path / name / "x.parquet"
        run(Job(str(source), out, language="zh", **how))
        record = json.loads((out.parent / "x.provenance.json").read_text())
        kept = [out, out.parent / "x.quarantine.csv"]
        return [record["counts"], *(path.read_bytes() for path in kept)]

    found = scored("together")
    assert scored("processes", workers=2) == found
    one_by_one(monkeypatch)
    assert scored("one") == found
    assert len(pl.read_parquet(tmp_path / "one" / "x.parquet")) == found[0]["usable"] > 10


def test_two_thousand_files_take_little_more_than_their_rows(tmp_path):
    (tmp_path / "in").mkdir()
    text = "\n".join([HEAD, ROWS[0], ROWS[0].replace("a,", "d,")])
    for n in range(2000):
        (tmp_path / "in" / f"{n:04}.csv").write_text(text.format(n=n), encoding="utf-8")
    start = time.process_time()
    assert validate_file(tmp_path / "in").valid == 4000
    seconds = time.process_time() - start
    run(Job(str(tmp_path / "in"), tmp_path / "x.parquet", language="zh"))
    assert seconds < 10, "5 ms a file"
    assert time.process_time() - start < 30
