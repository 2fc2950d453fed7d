"""Rows come out of any export: each kind of file that tools write, with the reading or message it gets."""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd
import polars as pl
import pytest

from llmexposure.base.errors import DataError
from llmexposure.postings import SeenIds, from_frame, validate_batch, validate_file
from llmexposure.postings.clean.summary import hints
from llmexposure.postings.clean.validation import validated_batches
from llmexposure.postings.read.column_map import LackingColumnsError, load_mapping
from llmexposure.postings.read.lines import propose_encoding

HEAD = "id,title,description,salary\n"
ROWS = '1,Clerk,"Keeps records, daily",3000\n2,Nurse,"Cares for patients, on the ward",4000\n'
POSTS = [
    {"id": 1, "title": "Clerk", "description": "Keeps records", "salary": 3000},
    {"id": 2, "title": "Nurse", "description": "Cares for patients", "salary": 4000},
]
MENU = [{"title": "Home", "url": "/"}]
SIZES = (1, 2, 1000)


@dataclass(frozen=True)
class Export:
    """A file and how it must come out: usable rows, reasons, notes, and words of what is told."""

    name: str
    content: str | bytes
    usable: int = 2
    reasons: dict[str, int] = field(default_factory=dict)
    notes: dict[str, int] = field(default_factory=dict)
    told: str = ""
    encoding: str = "auto"


def pretty(*values: object) -> str:
    return "".join(json.dumps(value, indent=2, ensure_ascii=False) + "\n" for value in values)


def flat(*values: object) -> str:
    return "".join(json.dumps(value, ensure_ascii=False) + "\n" for value in values)


ITEMS = "the items of"
EXPORTS = [
    Export("a.csv", HEAD + ROWS),
    Export("title line.csv", "Column1,Column2,,\n" + HEAD + ROWS, told="the heading is line 2"),
    Export("titles.csv", "All jobs\n\nas of May\n" + HEAD + ROWS, told="the heading is line 4"),
    Export("sep.csv", "sep=;\n" + HEAD.replace(",", ";") + ROWS.replace(",", ";").replace("; ", ", "),
           told="the heading is line 2"),
    Export("sep caret.csv", "sep=^\r\nid^title^description\r\n1^t^d\r\n", usable=1, told="line 2"),
    Export("index first.csv", "Unnamed: 0," + HEAD + "0,1,t,d,3000\n1,2,u,e,4000\n"),
    Export("R.csv", HEAD + '"1",1,t,d,3000\n"2",2,u,e,4000\n', told="the first field of each row"),
    Export("index last.csv", HEAD + "1,t,d,3000,0\n2,u,e,4000,1\n", told="the last field of each row"),
    Export("one more field.csv", HEAD + "1,t,d,3000,x\n2,u,e,4000\n", 1, {"wrong_field_count": 1}),
    Export("Spark.csv", HEAD + ROWS.replace("records", r"\"records\""), told="by a backslash"),
    Export("MySQL.tsv", (HEAD + '1,t,"says \\"a\\\\b\\"\nand more",3000\n').replace(",", "\t"), 1,
           told="by a backslash"),
    Export("paths.csv", HEAD + '1,t,"C:\\""x"",d",3000\n2,t,"in D:\\",4000\n'),
    Export("pretty.json", pretty(*POSTS)),
    Export("array.json", flat(POSTS)),
    Export("pretty array.json", pretty(POSTS)),
    Export("wrapped.json", flat({"count": 2, "jobs": POSTS}), told=f"{ITEMS} 'jobs'"),
    Export("pretty wrapped.json", pretty({"menu": [], "jobs": POSTS}), told=f"{ITEMS} 'jobs'"),
    Export("deep.json", flat({"data": {"page": {"list": POSTS}}}), told="'data.page.list'"),
    Export("source.jsonl", flat(*({"_index": "x", "_source": post} for post in POSTS))),
    Export("hits.json", flat({"hits": {"hits": [{"_source": post} for post in POSTS]}}),
           told=f"{ITEMS} 'hits.hits'"),
    Export("two lists.json", pretty({"featured": POSTS[:1], "jobs": POSTS}), told=f"{ITEMS} 'jobs'"),
    Export("the other.json", flat({"jobs": POSTS, "old": POSTS[:1]}), told="1 item(s) of 'old' are not read"),
    Export("not jobs.json", flat({"tags": [{"name": "x"}] * 9, "jobs": POSTS}), told=f"{ITEMS} 'jobs'"),
    Export("pages.jsonl", flat(*({"jobs_results": [post]} for post in POSTS)), told="jobs_results"),
    Export("pages.json", pretty([{"jobs": [post]} for post in POSTS]), told=f"{ITEMS} 'jobs'"),
    Export("list in a posting.jsonl", flat(*({"related": MENU} | post for post in POSTS))),
    Export("list in a posting.json", pretty(*({"related": MENU} | post for post in POSTS))),
    Export("mark.json", "\ufeff" + pretty(POSTS)),
    Export("GBK.json", pretty([post | {"city": "武汉"} for post in POSTS]).encode("gbk")),
    Export("UTF-16.json", pretty(POSTS).encode("utf-16")),
    Export("key twice.json", pretty(POSTS)[:-3] + ',{"id":3,"id":4,"title":"t"}]', 2, {"bad_json": 1}),
    Export("number.json", "[1,\n" + pretty(POSTS[0]) + "]", 1, {"not_an_object": 1}),
    Export("stray byte.json", b'[{"id":1,"title":"t","description":"d\xff"}]', 0, {"bad_encoding": 1}),
    Export("text.csv", HEAD + "1,t,caf\xe9,3000\n", 1, encoding="utf-8"),
    Export("place.jsonl", flat(*(post | {"location": {"zip": 1}} for post in POSTS)),
           notes={"nested_cell": 2}),
    Export("places.jsonl", flat(*(post | {"location": ["a", "b"]} for post in POSTS)),
           notes={"nested_cell": 2}),
    Export("ids.csv", HEAD + f"{'a' * 400}x,t,d,3000\n{'a' * 400}y,u,e,4000\n", notes={"long_id": 2}),
    Export("same long id.csv", HEAD + f"{'a' * 400},t,d,3000\n" * 2, 1, {"duplicate_id": 1},
           {"long_id": 1}),
    Export("cut.csv", HEAD + "1.00E+14,t,d,3000\n1.00E+14,u,e,4000\n", 1, {"duplicate_id": 1},
           {"cut_id": 1}),
    Export("no id.csv", "title,description\nt,d\nu,e\n", notes={"numbered_id": 2}),
    Export("no id.jsonl", flat(*({"title": one["title"], "description": "d"} for one in POSTS)),
           notes={"numbered_id": 2}),
]  # fmt: skip


@pytest.mark.parametrize("export", EXPORTS, ids=lambda export: export.name)
def test_export_is_read(put, export):
    path = put(export.name, export.content)
    found = [validate_file(path, encoding=export.encoding, batch_rows=size) for size in SIZES]
    first = found[0]
    assert (first.valid, first.by_reason, first.notes) == (
        export.usable, export.reasons, export.notes,
    )  # fmt: skip
    assert export.told in ". ".join(first.told)
    assert bool(first.told) == bool(export.told)
    assert all(asdict(one) == asdict(first) for one in found)
    assert first.adds_up


def test_posting_within_one_object_is_read_from_it_and_a_company_is_none(put):
    company = {"id": 9, "title": "Firm", "description": "Makes tools"}
    path = put("a.jsonl", flat(POSTS[0] | {"company": company}, {"company": company}))
    assert all(validate_file(path, batch_rows=size).by_reason == {"empty_row": 1} for size in SIZES)
    inner = put("b.jsonl", flat({"node": POSTS[0] | {"company": company}}))
    assert read(inner)["title"].tolist() == ["Clerk"]


def read(path: Path, **more: object) -> pd.DataFrame:
    return pd.concat([each.valid for each in validated_batches(path, **more)], ignore_index=True)


@pytest.mark.parametrize("name", ["pretty.json", "wrapped.json", "sep.csv", "title line.csv"])
def test_odd_shapes_give_the_rows_of_the_plain_one(put, name):
    odd = next(export for export in EXPORTS if export.name == name)
    plain = put("a.csv", HEAD + ROWS) if name.endswith("csv") else put("a.jsonl", flat(*POSTS))
    pd.testing.assert_frame_equal(read(put(name, odd.content)), read(plain))


def test_quotes_escaped_by_a_backslash_are_quotes(put):
    path = put("a.csv", HEAD + '1,t,"the \\"best\\", C:\\\\x",3\n2,u,e,4\n')
    assert read(path)["description"].tolist() == ['the "best", C:\\x', "e"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (pretty(POSTS)[:-20], "the file ends within a value"),
        (pretty(POSTS).replace('"title"', "title", 1), "near line 4"),
        (flat({"jobs": POSTS})[:-40], "no JSON document"),
        ("[" * 100_000 + "1", "nested too deeply"),
    ],
)
def test_document_that_breaks_off_is_refused_with_its_line(put, text, said):
    with pytest.raises(DataError, match=said):
        validate_file(put("a.json", text))


def test_document_takes_the_memory_of_its_rows(put, monkeypatch):
    monkeypatch.setattr("llmexposure.postings.read.json_values.MAX_LINE", 2**16)
    monkeypatch.setattr("llmexposure.postings.read.json_values._CHUNK", 2**12)
    rows = [POSTS[0] | {"id": number, "x": "y" * 1000} for number in range(1000)]
    assert validate_file(put("a.json", flat({"about": [0] * 9_999, "jobs": rows}))).valid == 1000
    with pytest.raises(DataError, match="longer than 16 MiB, or not closed"):
        validate_file(put("b.json", flat([POSTS[0] | {"x": "y" * 2**18}])))


# A scalar within a nested cell is found by its common name, or can be mapped.
NESTED = [
    ({"location": {"city": "Wuhan"}}, {}, "Wuhan"),
    ({"location": {"name": "Wuhan", "zip": 1}}, {}, "Wuhan"),
    ({"location": {"area": "Wuhan"}}, {"city": "location.area"}, "Wuhan"),
    ({"location": {"area": "Wuhan"}, "town": "Ulm"}, {}, "Ulm"),
    ({"location": ["Wuhan"]}, {}, None),
    ({"jobLocation": {"address": {"addressLocality": "Wuhan"}}}, {}, "Wuhan"),
]


def test_largest_list_is_read_though_another_fills_the_beginning(put):
    few = [{"id": n, "title": "t" * 300, "description": "d" * 2000} for n in range(150)]
    many = [{"id": n, "title": "t", "description": "d"} for n in range(200)]
    summary = validate_file(put("a.json", flat({"featured": few, "jobs": many})))
    assert (summary.valid, "rows are the items of 'jobs'" in " ".join(summary.told)) == (200, True)


def test_mapping_names_the_list(put):
    path = put("a.json", flat({"data": {"jobs": POSTS, "old": POSTS[:1]}}))
    assert validate_file(path, {"records": "data.old"}).valid == 1
    with pytest.raises(DataError, match=r"records = 'data\.x', but the file has no list"):
        validate_file(path, {"records": "data.x"})


@pytest.mark.parametrize(("more", "mapping", "city"), NESTED)
@pytest.mark.parametrize("kind", ["jsonl", "parquet", "table"])
def test_nested_cell_costs_no_row(tmp_path, kind, more, mapping, city):
    frame, path = pd.DataFrame([POSTS[0] | more]), tmp_path / f"a.{kind}"
    if kind == "table":
        valid, _ = validate_batch(from_frame(frame, mapping))
    else:
        frame.to_json(path, orient="records", lines=True) if kind == "jsonl" else frame.to_parquet(
            path
        )
        valid = read(path, mapping=mapping)
    assert valid["city"].astype(object).where(valid["city"].notna(), None).tolist() == [city]


def test_note_on_a_nested_cell_names_a_part_that_can_be_mapped(put):
    summary = validate_file(put("a.jsonl", flat(POSTS[0] | {"location": {"geo": {"area": "x"}}})))
    assert list(summary.words["nested_cell"]) == ["location (has 'location.geo.area')"]


def test_structure_in_parquet_is_named(tmp_path):
    path = tmp_path / "a.parquet"
    pd.DataFrame([POSTS[0] | {"location": {"area": "x"}}]).to_parquet(path)
    assert "'location.area'" in str(validate_file(path).told)


@pytest.mark.parametrize("ids", ["auto", "row"])
def test_rows_are_numbered(put, ids):
    head, rows = ("title,description\n", "t,d\nu,e\n") if ids == "auto" else (HEAD, ROWS)
    assert read(put("a.csv", head + rows), ids=ids)["posting_id"].tolist() == ["a.csv#1", "a.csv#2"]


def test_row_without_an_id_among_rows_with_ids_is_not_numbered(put):
    path = put("a.jsonl", flat(*POSTS, {"title": "t", "description": "d"}))
    assert validate_file(path).by_reason == {"empty_id": 1}


def test_refusal_brings_the_mapping_file_with_guesses(put):
    with pytest.raises(LackingColumnsError) as caught:
        validate_file(put("a.csv", "Job Titel,job_descr,薪酬low\na,b,c\n"))
    assert caught.value.mapping == 'title = "Job Titel"\ndescription = "job_descr"\n'
    assert caught.value.mapping in str(caught.value)


@pytest.mark.parametrize(
    ("heading", "mapping"),
    [
        ("要求", {"degree": "要求", "min_years": "要求"}),
        ("经验学历", None),
        ("學歷/經驗要求", None),
    ],
)
def test_one_heading_may_be_two_columns(put, heading, mapping):
    path = put("a.csv", f"编号,职位名称,职位描述,{heading}\n1,会计,记账,本科\n2,出纳,付款,3-5年\n")
    valid = read(path, mapping=mapping)
    assert valid["degree"].astype(object).tolist()[0] == "bachelor"
    assert valid["min_years"].tolist()[1] == 3


SAME = "id,title,description,city,salary\n"
REPEATS = [
    ("1,t,d,W,5k\n2,t,d,W,5k\n3,t,d,W,5000\n", 2),
    ("1,t,d,W,5k\n2,t,d,Ulm,5k\n3,t,d,W,6k\n4,u,d,W,5k\n5,t,e,W,5k\n", 0),
    ("1,t,d,,\n2,t,d,,面议\n", 1),
    ("1,<b>t</b>,d,W,\n2,t,d,W,\n", 1),
    ("1,t,d,W,5k\n1,t,d,W,5k\n", 0),
    ("1,t,d,W,5k\n1,u,d,W,5k\n2,u,d,W,5k\n", 0),
]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(("rows", "n_again"), REPEATS)
def test_postings_that_repeat_another_are_counted_or_dropped(put, rows, n_again, size):
    path = put("a.csv", SAME + rows)
    kept = validate_file(path, batch_rows=size)
    dropped = validate_file(path, batch_rows=size, repeats="drop")
    assert (kept.repeated, dropped.repeated) == (n_again, 0)
    assert dropped.by_reason.get("repeated_posting", 0) == n_again == kept.valid - dropped.valid
    assert ("--repeats drop" in " ".join(hints(kept))) == bool(n_again)


def test_repeats_are_found_across_files(put):
    put("x/a.csv", SAME + "1,t,d,W,5k\n")
    folder = put("x/b.csv", SAME + "2,t,d,W,5k\n").parent
    assert validate_file(folder).repeated == 1


def test_hashes_take_eight_bytes_each_wherever_they_are():
    seen = SeenIds(in_memory=1000)
    for start in range(0, 10_000, 500):
        assert not seen.repeated(pl.Series(range(start, start + 500))).any()
    assert seen.repeated(pl.Series(range(10_000))).all()
    held = [*seen._runs, *seen._files]
    assert sum(run.nbytes for run in held) == 8 * 10_000
    assert sum(run.nbytes for run in held if not isinstance(run, np.memmap)) <= 8 * 1000


# What bytes are that are neither UTF-8 nor GB18030.
@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("Bäcker – Brot für Gäste", "cp1252"),
        ("Salary £20,000", "cp1252"),
        ("職務名稱,會計助理,負責帳務處理", "big5"),
        ("職種,経理のアシスタント", "shift_jis"),
        ("직무,회계 담당자를 찾습니다", "euc_kr"),
    ],
)
def test_encoding_is_proposed(text, encoding):
    assert propose_encoding(text.encode(encoding)) == encoding


def test_rows_in_another_encoding_bring_the_option_to_give(put):
    path = put("a.csv", (HEAD + "1,Bäcker,Brot für Gäste,3\n").encode("cp1252"))
    summary = validate_file(path)
    assert summary.by_reason == {"bad_encoding": 1}
    assert "Give --encoding cp1252: 1 row(s)" in " ".join(hints(summary))
    assert validate_file(path, encoding="cp1252").valid == 1


def test_heading_in_another_encoding_brings_the_option_to_give(put):
    text = "編號,職務名稱,工作內容\n1,會計,負責帳務處理\n"
    with pytest.raises(DataError, match="Give --encoding big5"):
        validate_file(put("a.csv", text.encode("big5")))
    assert validate_file(put("a.csv", text.encode("big5")), encoding="big5").valid == 1


DATES = [
    ("date,posted_date", "2024-06-01,2024-05-06", "date", ["posted_date"]),
    ("posted_at,created", "22 hours ago,2024-05-06", "created", ["posted_at"]),
    ("发布日期,更新日期", "3天前,2024-05-06", "更新日期", ["发布日期"]),
    ("posted_at,created", "22 hours ago,yesterday", "posted_at", ["created"]),
]


@pytest.mark.parametrize("kind", ["csv", "jsonl"])
@pytest.mark.parametrize(("names", "cells", "taken", "left"), DATES)
def test_of_two_headings_it_is_said_which_is_read(put, kind, names, cells, taken, left):
    keys = ["id", "title", "description", *names.split(",")]
    row = ["1", "t", "d", *cells.split(",")]
    csv = f"{','.join(keys)}\n{','.join(row)}\n"
    text = csv if kind == "csv" else flat(dict(zip(keys, row, strict=True)))
    summary = validate_file(put(f"a.{kind}", text))
    assert (summary.headings("date"), summary.left.get("date")) == ([taken], left)


def test_explicit_mapping_of_a_date_stays(put):
    path = put("a.csv", "id,title,description,posted_at,created\n1,t,d,1 day ago,2024-05-06\n")
    assert validate_file(path, {"date": "posted_at"}).notes == {"unreadable_date": 1}


def test_mapping_that_names_a_lacking_id_is_refused(put: Callable[..., Path]):
    path = put("a.jsonl", flat(*POSTS))
    with pytest.raises(DataError, match="the mapping says posting_id = 'number'"):
        validate_file(path, load_mapping({"posting_id": "number"}))


def test_keys_without_number_hold_nothing_up(put):
    rows = [{f"k{n}_{i}": {"x": 1, "title": "t"} for i in range(300)} for n in range(60)]
    with pytest.raises(DataError, match="no column for"):
        validate_file(put("a.jsonl", flat(*rows)))
