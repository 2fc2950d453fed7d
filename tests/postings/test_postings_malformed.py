"""Every kind of malformed input is a clear error or a counted quarantine; nothing is lost.

Each case says what must come out: an error by words of its message, or the rows read, the usable
rows, the reasons and the notes, to the last row.
"""

import bz2
import codecs
import gzip
import io
import json
import lzma
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from llmexposure.base.errors import ProjectError
from llmexposure.postings import Summary, validate_file

HEAD = "posting_id,title,description\n"
FULL = "posting_id,title,description,city,date,degree,min_years,salary,openings\n"
TEXT = "负责后端服务开发与维护"


def row(number: int, text: str = TEXT) -> str:
    return f"p{number},工程师,{text}\n"


def full(number: int = 1, **changed: str) -> str:
    cells = {"date": "2024-05-06", "degree": "本科", "min_years": "3-5年", "salary": "8k-12k"}
    cells |= {"openings": "2"} | changed
    return f"p{number},工程师,{TEXT},武汉,{','.join(cells.values())}\n"


def table(**columns: list) -> bytes:
    cells = {"posting_id": ["a", "b"], "title": ["x", "y"], "description": [TEXT, TEXT]} | columns
    stream = io.BytesIO()
    pq.write_table(pa.table(cells), stream)
    return stream.getvalue()


def lines(*objects: object) -> str:
    return "".join(f"{json.dumps(value, ensure_ascii=False)}\n" for value in objects)


def good(number: int, **more: object) -> dict:
    return {"posting_id": f"p{number}", "title": "工程师", "description": TEXT} | more


def mixed(first: str, second: str) -> bytes:
    """Heading and three rows in one encoding, then one row in another."""
    rows = HEAD + row(1) + row(2) + row(3)
    return rows.encode(first) + row(4, "熟悉分布式系统与数据库调优").encode(second)


@dataclass(frozen=True)
class Counted:
    """Counts that must come out."""

    rows: int
    valid: int
    reasons: dict[str, int] = field(default_factory=dict)
    notes: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Case:
    """A file, or several under one folder, and what becomes of it."""

    name: str
    files: dict[str, bytes | str]
    outcome: Counted | str
    address: str = ""
    mapping: dict[str, str] | None = None
    encoding: str = "auto"


def one(name: str, content: bytes | str, outcome: Counted | str, **more: object) -> Case:
    """Case of one file, a CSV unless its name says otherwise: ``name of the case|file``."""
    label, _, file = name.partition("|")
    return Case(label, {file or "a.csv": content}, outcome, **more)


BIG = "很" * 400_000
FEW = Counted(1, 1)
FILES = [
    one("empty file", "", "a.csv: the file is empty"),
    one("only a byte order mark", codecs.BOM_UTF8, "the file is empty"),
    one("only blank lines", "\n\r\n  \n", "the file is empty"),
    one("only NULs", b"\x00" * 512, "the file is empty"),
    one("heading only", HEAD, Counted(0, 0)),
    one("heading without a line end", HEAD.strip(), Counted(0, 0)),
    one("no heading", row(1) + row(2), "no column for title, description"),
    one("one column", "description\nabc\n", "no delimiter in the heading"),
    one("required column missing", "posting_id,title\n1,x\n", "no column for description"),
    one("required column missing, by name", "a,b,c\n1,2,3\n", "the heading reads a, b, c"),
    one("column twice", "posting_id,title,title,description\n", "column 'title' (title) appears"),
    one("unused column twice", "posting_id,title,description,x,x\n1,t,d,3,4\n", FEW),
    one("blank headings", "posting_id,title,description,,\n1,t,d,,\n", FEW),
    one("not a spreadsheet", b"PK\x03\x04" + b"\x01" * 90, "a zip archive or a spreadsheet"),
    one("gzip without its ending", gzip.compress(HEAD.encode()), "add .gz to its name"),
    one("Parquet named CSV", table(), "change its ending to .parquet"),
    one("unknown ending|a.docx", "x", "unknown kind of file"),
    one("spreadsheet|a.xlsx", "x", "Save the sheet as 'CSV UTF-8'"),
    one("archive|a.zip", "x", "Unpack the archive"),
    one("no such file", "", "does not exist", address="missing.csv"),
    one("pattern without a match", "", "no file matches", address="*.parquet"),
    one("protocol unknown", "", "cannot be reached", address="nowhere://a.csv"),
    one("carriage returns alone", HEAD.replace("\n", "\r") + "1,t,d\r", "carriage return alone"),
]
SHAPE = [
    one("short row", HEAD + row(1) + "p2,工程师\n", Counted(2, 1, {"wrong_field_count": 1})),
    one("long row", HEAD + row(1, "a,b") + row(2), Counted(2, 1, {"wrong_field_count": 1})),
    one("long row, all empty", HEAD + "p1,t,d,,,\n", FEW),
    one("empty cells", HEAD + row(1) + ",,\n", Counted(2, 1, {"empty_row": 1})),
    one("cells that say nothing", HEAD + "NULL,null,\\N\n", Counted(1, 0, {"empty_row": 1})),
    one("blank lines between", HEAD + row(1) + "\n\r\n" + row(2), Counted(2, 2)),
    one("Windows line ends", (HEAD + row(1) + row(2)).replace("\n", "\r\n"), Counted(2, 2)),
    one("no last line end", HEAD + row(1) + row(2).strip(), Counted(2, 2)),
    one("heading again", HEAD + row(1) + HEAD + row(2), Counted(3, 2, {"repeated_heading": 1})),
    one(
        "quote never closed",
        HEAD + 'p0,t,"abc\n' + row(1) + row(2),
        Counted(3, 2, {"bad_quoting": 1}),
    ),
    one(
        "quote never closed, last", HEAD + row(1) + 'p2,t,"abc\n', Counted(2, 1, {"bad_quoting": 1})
    ),
    one(
        "quote closed by another row",
        HEAD + 'p0,t,"abc\n' + row(1) + 'p2,t,"x, y"\n' + row(3),
        Counted(4, 3, {"bad_quoting": 1}),
    ),
    one(
        "quote that joins rows",
        HEAD + 'p0,"t,d\n' + row(1) + 'p2,t,d"\n' + row(3),
        Counted(4, 3, {"bad_quoting": 1}),
    ),
    one(
        "quotes not doubled",
        HEAD + 'p0,t,"say "hi" now"\n' + row(1),
        Counted(2, 1, {"bad_quoting": 1}),
    ),
    one("line ends within quotes", HEAD + 'p1,t,"one\n\ntwo, three"\n' + row(2), Counted(2, 2)),
    one("tabs", (HEAD + row(1)).replace(",", "\t"), FEW),
    one("tabs, .tsv|a.tsv", (HEAD + row(1)).replace(",", "\t"), FEW),
    one("semicolons", (HEAD + row(1)).replace(",", ";"), FEW),
    one("bars", (HEAD + row(1)).replace(",", "|"), FEW),
    one("delimiter unknown", (HEAD + row(1)).replace(",", "^"), "no delimiter in the heading"),
    one(
        "delimiter changes",
        HEAD + row(1) + row(2).replace(",", ";"),
        Counted(2, 1, {"wrong_field_count": 1}),
    ),
    one("spaces around headings", " posting_id , Title ,DESCRIPTION\n1,t,d\n", FEW),
]
ENCODING = [
    one("UTF-8 with a mark", codecs.BOM_UTF8 + (HEAD + row(1)).encode(), FEW),
    one("marks of joined files", "\ufeff" + HEAD + row(1) + "\ufeff" + HEAD + row(2),
        Counted(3, 2, {"repeated_heading": 1})),
    one("GBK", ("职位编号,职位名称,职位描述\n" + row(1)).encode("gbk"), FEW),
    one("GB18030 beyond GBK", (HEAD + row(1, TEXT + "𠮷😀")).encode("gb18030"), FEW),
    one("GBK after long ASCII", (HEAD + "e,t,words\n" * 40_000 + row(1)).encode("gbk"),
        Counted(40_001, 2, {"duplicate_id": 39_999})),
    one("UTF-16", (HEAD + row(1)).encode("utf-16"), FEW),
    one("UTF-16 without a mark", (HEAD + "1,t,d\n" * 9).encode("utf-16-le"), "Give the encoding"),
    one("UTF-16 cut in a character", (HEAD + row(1) + row(2)).encode("utf-16")[:-3],
        Counted(2, 1, {"bad_encoding": 1})),
    one("GBK row in UTF-8", mixed("utf-8", "gbk"), Counted(4, 3, {"bad_encoding": 1})),
    one("UTF-8 row in GBK", mixed("gbk", "utf-8"), Counted(4, 3, {"bad_encoding": 1})),
    one("stray byte", (HEAD + row(1)).encode() + b"p2,t,caf\xe9 au lait\n",
        Counted(2, 1, {"bad_encoding": 1})),
    one("Latin-1 by name", (HEAD + "1,t,café\n").encode("latin-1"), FEW, encoding="latin-1"),
    one("wrong encoding by name", (HEAD + row(1)).encode("gbk"), Counted(1, 0, {"bad_encoding": 1}),
        encoding="utf-8"),
    one("encoding that is none", HEAD, "unknown encoding 'utf-9'", encoding="utf-9"),
    one("bytes, not text, as encoding", HEAD, "unknown encoding 'hex'", encoding="hex"),
    one("heading that does not decode", b"posting_id,title,descr\xff\xffiption\n1,t,d\n",
        "the heading cannot be read"),
]  # fmt: skip
CONTENT = [
    one("duplicated ids", HEAD + row(1) + row(2) + row(1), Counted(3, 2, {"duplicate_id": 1})),
    one(
        "duplicate of an unusable row",
        HEAD + "p1,t,\n" + row(1),
        Counted(2, 1, {"empty_description": 1}),
    ),
    one("id missing", HEAD + "," + row(1)[3:], Counted(1, 0, {"empty_id": 1})),
    one("id of a thousand characters", HEAD + "x" * 1000 + ",t,d\n", Counted(1, 1, {}, {"long_id": 1})),
    one("title missing", HEAD + "1,  ,d\n", Counted(1, 0, {"empty_title": 1})),
    one("description missing", HEAD + "1,t,\n", Counted(1, 0, {"empty_description": 1})),
    one("description of tags alone", HEAD + "1,t,<p><br/></p>\n",
        Counted(1, 0, {"empty_description": 1})),
    one("field of a megabyte", HEAD + row(1, BIG) + row(2), Counted(2, 2, {}, {"text_truncated": 1})),
    one("line of 17 MiB", HEAD + row(1) + "p2,t," + "x" * (17 << 20) + "\n" + row(3),
        Counted(3, 2, {"line_too_long": 1})),
    one("HTML", HEAD + "1,<b>t</b>,<p>a&amp;b</p>\n", Counted(1, 1, {}, {"html_stripped": 1})),
    one("not HTML", HEAD + "1,t,经验<5年且>1年 a<b\n", FEW),
    one("script", HEAD + "1,t,<script>alert(1)</script>duties\n",
        Counted(1, 1, {}, {"html_stripped": 1})),
    one("control characters", HEAD + "1,t\x07,a\x1b[31mb\x08\n",
        Counted(1, 1, {}, {"control_characters_removed": 1})),
    one("NUL in a cell", HEAD + "1,t,a\x00b\n",
        Counted(1, 1, {}, {"control_characters_removed": 1})),
    one("right-to-left marks", HEAD + "1,t,a\u202eb\n",
        Counted(1, 1, {}, {"control_characters_removed": 1})),
    one("emoji", HEAD + "1,👩‍💻 招聘,福利好🎉\n", FEW),
    one("formula", HEAD + '1,"=HYPERLINK(""http://x"")",@SUM(A1)\n', FEW),
    one("formula in quarantine", HEAD + "=1+1,=cmd|' /C calc'!A0,\n",
        Counted(1, 0, {"empty_description": 1})),
]  # fmt: skip
VALUES = [
    one("negative salary", FULL + full(salary="-5000-8000"), 
        Counted(1, 1, {}, {"negative_salary": 1})),
    one("reversed salary", FULL + full(salary="20k-10k"),
        Counted(1, 1, {}, {"reversed_salary": 1})),
    one(
        "reversed salary in two columns",
        "id,title,description,salary_min,salary_max\n1,t,d,9000,5000\n2,t,d,-1,5000\n",
        Counted(2, 2, {}, {"negative_salary": 1, "reversed_salary": 1}),
    ),
    one("zero salary", FULL + full(salary="0"), Counted(1, 1, {}, {"zero_salary": 1})),
    one("salary of a billion", FULL + full(salary="1000000000"),
        Counted(1, 1, {}, {"salary_out_of_range": 1})),
    one("salary not a number", FULL + full(salary="高薪诚聘"),
        Counted(1, 1, {}, {"unreadable_salary": 1})),
    one("salary infinite", FULL + full(salary="inf"), Counted(1, 1, {}, {"unreadable_salary": 1})),
    one("salary negotiable", FULL + full(salary="面议"), FEW),
    one("date in 1970", FULL + full(date="1970-01-01"),
        Counted(1, 1, {}, {"date_out_of_range": 1})),
    one("date in 2999", FULL + full(date="2999-12-31 00:00:00"),
        Counted(1, 1, {}, {"date_out_of_range": 1})),
    one("date that is none", FULL + full(date="2024-02-30") + full(2, date="昨天"),
        Counted(2, 2, {}, {"unreadable_date": 2})),
    one("date ambiguous", FULL + full(date="03/04/2024"), Counted(1, 1, {}, {"ambiguous_date": 1})),
    one("unknown degree word", FULL + full(degree="大侠"),
        Counted(1, 1, {}, {"unknown_degree_word": 1})),
    one("unknown experience word", FULL + full(min_years="久经沙场"),
        Counted(1, 1, {}, {"unknown_experience_word": 1})),
    one("experience of 400 years", FULL + full(min_years="400年"),
        Counted(1, 1, {}, {"unknown_experience_word": 1})),
    one("negative openings", FULL + full(openings="-3"),
        Counted(1, 1, {}, {"unreadable_openings": 1})),
    one("everything missing but the text", FULL + f"p1,t,{TEXT},,,,,,\n", FEW),
    one("no usable row", HEAD + "p1,t,\np2,,d\n",
        Counted(2, 0, {"empty_description": 1, "empty_title": 1})),
]  # fmt: skip
JSON = [
    one("bad line|a.jsonl", lines(good(1)) + "{oops\n" + lines(good(2)),
        Counted(3, 2, {"bad_json": 1})),
    one("last line cut|a.jsonl", lines(good(1), good(2))[:-20], Counted(2, 1, {"bad_json": 1})),
    one("array and number as lines|a.jsonl", lines(good(1), [1], 3, None, "x"),
        Counted(5, 1, {"not_an_object": 4})),
    one("one array|a.json", json.dumps([good(1), good(2)]), Counted(2, 2)),
    one("one array over lines|a.json", json.dumps([good(1)], indent=1), FEW),
    one("list as a value|a.jsonl", lines(good(1, title=["a", "b"]), good(2)),
        Counted(2, 1, {"nested_value": 1})),
    one("object as a value|a.jsonl", lines(good(1, city={"name": "武汉"}), good(2, city="武汉")),
        Counted(2, 2)),
    one("nested, mapped|a.jsonl", lines({"job": good(1)}), FEW,
        mapping={key: f"job.{key}" for key in ("posting_id", "title", "description")}),
    one("nested too deeply|a.jsonl", lines(good(1)) + "[" * 100_000 + "\n",
        Counted(2, 1, {"bad_json": 1})),
    one("key twice|a.jsonl", '{"posting_id":1,"title":"t","title":"u","description":"d"}\n',
        Counted(1, 0, {"bad_json": 1})),
    one("half a surrogate pair|a.jsonl",
        lines(good(1)) + '{"posting_id":2,"title":"t","description":"\\ud83d"}\n',
        Counted(2, 1, {"bad_encoding": 1})),
    one("NaN and null|a.jsonl", lines(good(1, salary=float("nan"), date=None)), FEW),
    one("numbers and true as text|a.jsonl", lines(good(1, title=5, description=True)), FEW),
    one("keys come and go|a.jsonl", lines(good(1), good(2, degree="大侠")),
        Counted(2, 2, {}, {"unknown_degree_word": 1})),
    one("no required key|a.jsonl", lines({"a": 1}), "no column for title, description"),
    one("required key missing once|a.jsonl", lines(good(1), {"posting_id": 2, "title": "t"}),
        Counted(2, 1, {"empty_description": 1})),
    one("GBK|a.jsonl", lines(good(1)).encode("gbk"), FEW),
]  # fmt: skip
PARQUET = [
    one("description is a number|a.parquet", table(description=[1, 2]), "holds int64, expected text"),
    one("title is a list|a.parquet", table(title=[["x"], ["y"]]), "column 'title' (title) holds list"),
    one("date is true|a.parquet", table(date=[True, False]), "expected text, a date or a timestamp"),
    one("salary is bytes|a.parquet", table(salary=[b"1", b"2"]), "expected text or a number"),
    one("nothing but nulls|a.parquet", table(description=[None, None]),
        Counted(2, 0, {"empty_description": 2})),
    one("salary as a float with NaN|a.parquet", table(salary_min=[float("nan"), -1.0]),
        Counted(2, 2, {}, {"negative_salary": 1})),
    one("truncated|a.parquet", table()[:-30], "cannot be read"),
    one("not Parquet|a.parquet", b"PAR1 but no more", "cannot be read"),
    one("empty|a.parquet", b"", "cannot be read"),
    one("no rows|a.parquet", table(posting_id=pa.array([], "string"),
        title=pa.array([], "string"), description=pa.array([], "string")), Counted(0, 0)),
    one("column missing|a.parquet", table(), "the mapping says city = 'town'",
        mapping={"city": "town"}),
]  # fmt: skip
CSV = (HEAD + row(1) + row(2)).encode()
PACKED = [
    one("gz|a.csv.gz", gzip.compress(CSV), Counted(2, 2)),
    one("bz2|a.csv.bz2", bz2.compress(CSV), Counted(2, 2)),
    one("xz|a.csv.xz", lzma.compress(CSV), Counted(2, 2)),
    one("zst|a.csv.zst", pa.compress(CSV, "zstd", asbytes=True), Counted(2, 2)),
    one("zst with rubbish in it|a.csv.zst", b"\x28\xb5\x2f\xfd" + b"\x00" * 9, "cannot be read"),
    one("zst cut short|a.csv.zst", pa.compress(CSV, "zstd", asbytes=True)[:-9], "a.csv.zst"),
    one("gz cut short|a.csv.gz", gzip.compress(CSV)[:-12], "ends too early"),
    one("gz with rubbish in it|a.csv.gz", gzip.compress(CSV)[:-8] + b"\xff" * 8, "cannot be read"),
    one("not gz|a.csv.gz", CSV, "cannot be read"),
]
FOLDERS = [
    Case("empty folder", {"x/_SUCCESS": ""}, "no postings here", address="x"),
    Case("folder of other files", {"x/a.md": ""}, "found only a.md", address="x"),
    Case("schemas differ", {"x/a.csv": FULL + full(1), "x/b.csv": HEAD + row(2),
         "x/c.jsonl": lines(good(3)), "x/d.parquet": table()}, Counted(5, 5), address="x"),
    Case("one part lacks a column", {"x/a.csv": HEAD + row(1), "x/b.csv": "id,title\n1,t\n"},
         "b.csv: no column for description", address="x"),
    Case("columns by folder", {"x/city=武汉/degree=大侠/a.csv": HEAD + row(1)},
         Counted(1, 1, {}, {"unknown_degree_word": 1}), address="x"),
    Case("id in two parts", {"x/a.csv": HEAD + row(1), "x/b.csv": HEAD + row(1)},
         Counted(2, 1, {"duplicate_id": 1}), address="x"),
    Case("hidden files", {"x/a.csv": HEAD + row(1), "x/.b.csv": "", "x/_tmp/c.csv": ""}, FEW,
         address="x"),
    Case("pattern", {"x/a.csv": HEAD + row(1), "x/b.csv": ""}, FEW, address="x/a*.csv"),
]  # fmt: skip
CASES = FILES + SHAPE + ENCODING + CONTENT + VALUES + JSON + PARQUET + PACKED + FOLDERS


def names(cases: list[Case]) -> Iterator[str]:
    return (f"{index:03d} {case.name}" for index, case in enumerate(cases))


def laid(case: Case, put: Callable[[str, bytes | str], Path], folder: Path) -> str:
    paths = [put(name, content) for name, content in case.files.items()]
    if not case.address:
        return str(paths[0])
    return case.address if "://" in case.address else str(folder / case.address)


def counted(summary: Summary) -> Counted:
    return Counted(summary.rows, summary.valid, summary.by_reason, summary.notes)


@pytest.mark.parametrize("case", CASES, ids=names(CASES))
def test_malformed(case, put, tmp_path):
    address, out = laid(case, put, tmp_path), tmp_path / "quarantine.csv"
    arguments = {"mapping": case.mapping, "encoding": case.encoding, "quarantine": out}
    if isinstance(case.outcome, str):
        with pytest.raises(ProjectError) as caught:
            validate_file(address, **arguments)
        assert case.outcome in str(caught.value)
        assert not out.exists(), "a quarantine that is not complete must not look as if it were"
        return
    summary = validate_file(address, **arguments)
    assert counted(summary) == case.outcome
    assert summary.adds_up
    assert summary.rows == summary.valid + sum(summary.by_reason.values())
    written = pd.read_csv(out, dtype=str, keep_default_na=False)
    assert written["reason"].value_counts().to_dict() == summary.by_reason
    assert not written.map(lambda cell: cell.startswith(("=", "+", "-", "@", "\t"))).any(axis=None)


def test_there_are_many_cases():
    assert len(CASES) >= 100
    assert len({case.name for case in CASES}) > 90


@pytest.mark.parametrize("size", [1, 2, 3])
@pytest.mark.parametrize(
    "case",
    [
        case
        for case in SHAPE + ENCODING + VALUES + JSON
        if isinstance(case.outcome, Counted) and case.outcome.rows < 1000
    ],
    ids=lambda case: case.name,
)
def test_size_of_batches_changes_nothing(case, size, put, tmp_path):
    address = laid(case, put, tmp_path)
    found = validate_file(address, case.mapping, case.encoding, batch_rows=size)
    assert counted(found) == case.outcome


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-32"])
def test_a_line_that_is_too_long_is_one_row_in_any_encoding(put, monkeypatch, encoding):
    monkeypatch.setattr("llmexposure.postings.read.lines.MAX_LINE", 2**14)
    text = HEAD + row(1) + row(2, "text, " * 4000) + row(3)
    summary = validate_file(put("a.csv", text.encode(encoding)), encoding=encoding)
    assert counted(summary) == Counted(3, 2, {"line_too_long": 1})


def test_folder_device_and_directory_are_not_files(tmp_path):
    for address in (tmp_path, "/dev/null"):
        with pytest.raises(
            ProjectError, match="no postings here|neither a file nor a folder|kind of"
        ):
            validate_file(address)
