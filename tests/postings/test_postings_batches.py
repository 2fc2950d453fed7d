"""Reading: the same postings from every format, in bounded batches, from any address."""

import json
from pathlib import Path

import fsspec
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from llmexposure.base.errors import DataError, ParameterError
from llmexposure.base.files import SafeCsv, escape_formulas
from llmexposure.postings import (
    COLUMNS,
    SCHEMA,
    SeenIds,
    contract,
    from_frame,
    list_parts,
    read_batches,
    validate_batch,
    validate_file,
    validated_batches,
)
from llmexposure.postings.clean.summary import lines_of
from llmexposure.postings.read import parquet, raw

ROWS = [
    {
        "posting_id": f"p{number}",
        "title": "数据分析师",
        "description": f"分析数据，第{number}份，\n撰写报告",
        "city": "武汉",
        "date": "2024-05-06",
        "degree": "统招本科",
        "min_years": "3-5年",
        "salary": "8k-12k",
        "openings": str(number),
        "platform": "A",
    }
    for number in range(7)
]


def written(folder: Path, kind: str) -> Path:
    path, frame = folder / f"a.{kind}", pd.DataFrame(ROWS)
    if kind == "parquet":
        frame.to_parquet(path)
    elif kind == "jsonl":
        text = "\n".join(json.dumps(row, ensure_ascii=False) for row in ROWS)
        path.write_text(text, encoding="utf-8")
    else:
        frame.to_csv(path, index=False)
    return path


def together(address: object, **more: object) -> pd.DataFrame:
    return pd.concat([c.valid for c in validated_batches(address, **more)], ignore_index=True)


def test_valid_postings_obey_the_contract(tmp_path):
    valid = together(written(tmp_path, "csv"))
    assert list(valid.columns) == list(COLUMNS)
    SCHEMA.validate(valid)
    first = valid.iloc[0]
    assert first["description"] == "分析数据，第0份，\n撰写报告"
    assert first["date"] == pd.Timestamp("2024-05-06")
    assert (first["degree"], first["min_years"]) == ("bachelor", 3)
    assert (first["salary_min"], first["salary_max"]) == (8000, 12000)
    assert valid["openings"].tolist() == list(range(7))
    assert valid["occupation"].isna().all()
    assert valid["applications"].isna().all()
    assert (valid["degree"] >= "college").all()


def test_every_format_gives_the_same_postings(tmp_path):
    tables = [together(written(tmp_path, kind)) for kind in ("csv", "parquet", "jsonl", "csv.gz")]
    tables.append(validate_batch(from_frame(pd.DataFrame(ROWS)))[0])
    for table in tables[1:]:
        pd.testing.assert_frame_equal(tables[0], table)


def test_valid_postings_written_and_read_again_are_the_same(tmp_path):
    valid = together(written(tmp_path, "csv"))
    valid.to_parquet(tmp_path / "valid.parquet")
    pd.testing.assert_frame_equal(together(tmp_path / "valid.parquet"), valid)
    valid.to_csv(tmp_path / "valid.csv", index=False)
    pd.testing.assert_frame_equal(together(tmp_path / "valid.csv"), valid)


@pytest.mark.parametrize("kind", ["csv", "parquet", "jsonl"])
def test_batches_are_bounded_and_numbered(tmp_path, kind):
    batches = list(read_batches(written(tmp_path, kind), batch_rows=3))
    assert [batch.rows for batch in batches] == [3, 3, 1]
    assert [batch.row.to_list() for batch in batches] == [[1, 2, 3], [4, 5, 6], [7]]
    assert [n for batch in batches for n in batch.row] == list(range(1, 8))
    if kind == "csv":
        assert batches[0].line.to_list() == [2, 4, 6]


@pytest.mark.parametrize("kind", ["csv", "jsonl"])
def test_long_rows_make_short_batches(tmp_path, kind, monkeypatch):
    monkeypatch.setattr(raw, "BATCH_SIZE", 100)
    assert max(batch.rows for batch in read_batches(written(tmp_path, kind))) <= 3


def test_long_rows_make_short_batches_of_parquet(tmp_path, monkeypatch):
    path = tmp_path / "a.parquet"
    rows = [ROWS[0] | {"posting_id": str(n), "description": f"{n}" * 1000} for n in range(50)]
    pq.write_table(pa.Table.from_pylist(rows), path, use_dictionary=False)
    monkeypatch.setattr(parquet, "BATCH_SIZE", 10_000)
    sizes = [batch.rows for batch in read_batches(path)]
    assert max(sizes) <= 10
    assert sum(sizes) == 50


def test_a_file_is_not_read_before_it_is_asked_for(tmp_path):
    (tmp_path / "x").mkdir()
    written(tmp_path / "x", "csv").rename(tmp_path / "x" / "a1.csv")
    (tmp_path / "x" / "a2.csv").write_bytes(b"")
    batches = read_batches(tmp_path / "x")
    assert next(batches).rows == 7
    with pytest.raises(DataError, match=r"a2\.csv: the file is empty"):
        next(batches)


def test_wrong_arguments_are_refused_at_once(tmp_path):
    path = written(tmp_path, "csv")
    for wrong in ({"batch_rows": 0}, {"keep": ("title",)}, {"mapping": {"x": "y"}}):
        with pytest.raises(ParameterError):
            read_batches(path, **wrong)
    with pytest.raises(DataError, match="does not exist"):
        read_batches(tmp_path / "b.csv")
    with pytest.raises(ParameterError):
        validate_file(path, sample=0)


@pytest.mark.parametrize("kind", ["csv", "parquet", "jsonl"])
def test_kept_columns_are_handed_on_as_text(tmp_path, kind):
    valid = together(written(tmp_path, kind), keep=("platform",))
    assert valid["platform"].tolist() == ["A"] * 7
    with pytest.raises(DataError, match="no column 'colour' to keep"):
        list(read_batches(written(tmp_path, kind), keep=("colour",)))


def test_any_fsspec_address(tmp_path):
    fs = fsspec.filesystem("memory")
    fs.pipe("/postings/year=2024/a.csv", written(tmp_path, "csv").read_bytes())
    fs.pipe("/postings/year=2025/a.parquet", written(tmp_path, "parquet").read_bytes())
    summary = validate_file("memory://postings")
    assert (summary.rows, summary.valid) == (14, 7)
    assert summary.by_reason == {"duplicate_id": 7}
    sources = ["memory://postings/year=2024/a.csv", "memory://postings/year=2025/a.parquet"]
    assert list(summary.files) == sources
    assert together("memory://postings", keep=("year",))["year"].tolist() == ["2024"] * 7


def test_passwords_do_not_show():
    with pytest.raises(DataError) as caught:
        list_parts("nowhere://me:secret@host/a.csv")
    assert "secret" not in str(caught.value)


def test_parts_can_be_shared_among_workers(tmp_path):
    (tmp_path / "x").mkdir()
    for kind in ("csv", "parquet"):
        written(tmp_path / "x", kind)
    parts = list_parts(tmp_path / "x")[0]
    assert [part.format for part in parts] == ["csv", "parquet"]
    assert [len(together(part)) for part in parts] == [7, 7]


def test_columns_from_folder_names_do_not_replace_those_of_the_file(tmp_path):
    folder = tmp_path / "x" / "city=%E4%B8%8A%E6%B5%B7" / "occupation=clerk"
    folder.mkdir(parents=True)
    written(folder, "parquet")
    valid = together(tmp_path / "x")
    assert set(valid["city"]) == {"武汉"}
    assert set(valid["occupation"]) == {"clerk"}


def test_rows_without_an_id_can_be_numbered(put):
    path = put("a.csv", "id,title,description\n7,t,one\n8,t,two\n")
    assert together(path, mapping={"posting_id": "@row"})["posting_id"].tolist() == [
        "a.csv#1",
        "a.csv#2",
    ]


def test_parquet_types_are_taken_as_they_are(tmp_path):
    days = pd.to_datetime(["2024-05-06 23:30", None]).tz_localize("Asia/Shanghai")
    frame = pd.DataFrame(
        {
            "posting_id": [1, 2],
            "title": pd.Categorical(["a", "b"]),
            "description": ["x", "y"],
            "date": days,
            "min_years": [3.0, None],
            "salary_min": [8000, 0],
            "salary_max": [9000.5, 1.0],
        }
    )
    frame.to_parquet(tmp_path / "a.parquet")
    valid = together(tmp_path / "a.parquet")
    assert valid["posting_id"].tolist() == ["1", "2"]
    assert valid["date"].tolist() == [pd.Timestamp("2024-05-06"), pd.NaT]
    assert valid["salary_max"].tolist() == [9000.5, 1.0]
    assert valid["salary_min"].isna().tolist() == [False, True]
    assert valid["min_years"].isna().tolist() == [False, True]


def test_missing_stays_missing(put):
    path = put("a.csv", "id,title,description,degree,experience,min salary,openings\n1,t,d,,,,\n")
    valid = together(path)
    for name in ("degree", "min_years", "salary_min", "salary_max", "openings", "date", "city"):
        assert valid[name].isna().all(), name


def test_quarantine_gives_back_what_was_read(put, tmp_path):
    content = b"id,title,description,colour\n1,t,,=red\n" + b"2,t,caf\xe9,blue\n3,t\n"
    path, out = put("a.csv", content), tmp_path / "q.csv"
    validate_file(path, quarantine=out)
    rows = pd.read_csv(out)
    assert rows["row"].tolist() == [1, 2, 3]
    assert rows["line"].tolist() == [2, 3, 4]
    assert rows["source"].tolist() == ["a.csv"] * 3
    raw = [json.loads(cell) for cell in rows["raw"]]
    assert raw[0] == {"id": "1", "title": "t", "description": "", "colour": "=red"}
    assert raw[1][2].encode("utf-8", "surrogateescape") == b"caf\xe9"
    assert raw[2] == ["3", "t"]


def test_quarantine_appears_only_when_it_is_complete(tmp_path):
    out = tmp_path / "q.csv"
    out.write_text("before")
    stream = SafeCsv(out)
    stream.__enter__()
    stream.write(pd.DataFrame({"a": [1]}))
    stream.__exit__(RuntimeError, RuntimeError(), None)
    assert out.read_text() == "before"
    assert [path.name for path in tmp_path.iterdir()] == ["q.csv"]


def test_formulas_are_escaped_and_numbers_are_not():
    frame = pd.DataFrame(
        {"=a": ["=1", "+1", "-1", "@x", "\tx", "＝1", "x=1", None], "n": [-1.0] * 8}
    )
    escaped = escape_formulas(frame)
    assert list(escaped.columns) == ["'=a", "n"]
    expected = ["'=1", "'+1", "'-1", "'@x", "'\tx", "'＝1", "x=1"]
    assert escaped["'=a"].tolist()[:7] == expected
    assert escaped["'=a"].isna().tolist()[7]
    assert escaped["n"].tolist() == [-1.0] * 8


def test_sample_reads_the_first_rows_of_each_file(put):
    head = "id,title,description\n"
    put("x/a.csv", head + "1,t,d\n2,t\n3,t,d\n4,t,d\n")
    folder = put("x/b.csv", head + "5,t,d\n").parent
    summary = validate_file(folder, sample=3, batch_rows=2)
    assert list(summary.files.values()) == [3, 1]
    assert (summary.rows, summary.valid, summary.by_reason) == (4, 3, {"wrong_field_count": 1})
    assert not summary.complete


@pytest.mark.parametrize("kind", ["csv", "parquet", "jsonl"])
def test_dates_in_seconds_are_counted_and_take_the_zone_of_the_mapping(tmp_path, kind):
    rows = [
        {"id": 1, "title": "t", "description": "d", "date": 1714492800},
        {"id": 2, "title": "t", "description": "d", "date": 20240501},
    ]
    path, frame = tmp_path / f"a.{kind}", pd.DataFrame(rows)
    if kind == "parquet":
        frame.to_parquet(path)
    elif kind == "jsonl":
        frame.to_json(path, orient="records", lines=True)
    else:
        frame.to_csv(path, index=False)
    for mapping, first in ((None, "2024-04-30"), ({"epoch_zone": "+08:00"}, "2024-05-01")):
        dates = together(path, mapping=mapping)["date"].tolist()
        assert dates == [pd.Timestamp(first), pd.Timestamp("2024-05-01")]
        summary = validate_file(path, mapping)
        assert summary.notes == {"epoch_date": 1}
        assert "epoch_zone" in "\n".join(lines_of(summary))


def test_unknown_words_are_listed(put):
    head = "id,title,description,degree\n"
    path = put("a.csv", head + "1,t,d,大侠\n2,t,d,本科\n3,t,d,大侠\n4,t,d,剑客\n5,t,,剑客\n")
    summary = validate_file(path, batch_rows=2)
    assert summary.words["unknown_degree_word"] == {"大侠": 2, "剑客": 1}
    assert summary.notes == {"unknown_degree_word": 3}
    assert summary.missing["degree"] == 3


def test_ids_seen_long_ago_are_remembered_on_disk():
    seen = SeenIds(in_memory=10)
    for start in range(0, 200, 5):
        fresh = pl.Series([str(number) for number in range(start, start + 5)])
        assert not seen.repeated(fresh).any()
    assert seen.repeated(pl.Series(["0", "77", "199", "200", "200"])).to_list() == [
        True,
        True,
        True,
        False,
        True,
    ]


def test_schema_refuses_what_the_contract_forbids(tmp_path):
    valid = together(written(tmp_path, "csv"))
    wrong = valid.assign(salary_min=20_000.0)
    with pytest.raises(Exception, match="salary_min is not above"):
        SCHEMA.validate(wrong)
    assert contract.REQUIRED == ("posting_id", "title", "description")
