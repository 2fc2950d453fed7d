"""Archives, bombs and workbooks with traps: refused in bounded time and memory."""

import bz2
import gzip
import io
import lzma
import tarfile
import tracemalloc
import zipfile

import pandas as pd
import pytest
from test_deposit_archive import checkout, entry, packed  # noqa: F401 - a fixture and two helpers

from llmexposure.base.errors import BuildError, DataError
from llmexposure.data.readers.sheet import read_sheet
from llmexposure.postings import validate_file
from llmexposure.postings.read import address
from llmexposure.publish import deposit

COMMIT = ["git", "-c", "user.name=a", "-c", "user.email=a@b.c", "commit", "-qm"]
HEAD = b"posting_id,title,description\n"
PACKERS = {"gz": gzip.compress, "bz2": bz2.compress, "xz": lzma.compress}
BOMBS = {
    "rows": HEAD + b"p,t,d\n" * 50_000,
    "one line": HEAD + b"a" * 300_000,
    "one cell": HEAD + b'p,t,"' + b"a\n" * 150_000,
    "blank lines": HEAD + b"\n" * 300_000,
    "zeros": HEAD + b"\0" * 300_000,
}


@pytest.mark.parametrize("packer", PACKERS)
@pytest.mark.parametrize("case", BOMBS)
def test_compressed_bomb_is_refused(case, packer, tmp_path, monkeypatch):
    monkeypatch.setattr(address, "LARGEST", 2**18)
    monkeypatch.setattr(address, "RATIO", 10)
    (tmp_path / f"a.csv.{packer}").write_bytes(PACKERS[packer](BOMBS[case]))
    with pytest.raises(DataError, match="unpacks to far more"):
        validate_file(tmp_path / f"a.csv.{packer}")


@pytest.mark.parametrize("packer", PACKERS)
def test_compressed_json_bomb_is_refused(packer, tmp_path, monkeypatch):
    monkeypatch.setattr(address, "LARGEST", 2**18)
    monkeypatch.setattr(address, "RATIO", 10)
    line = b'{"posting_id": "1", "title": "t", "description": "d"}\n'
    (tmp_path / f"a.jsonl.{packer}").write_bytes(PACKERS[packer](line * 5_000))
    with pytest.raises(DataError, match="unpacks to far more"):
        validate_file(tmp_path / f"a.jsonl.{packer}")


@pytest.mark.parametrize("packer", PACKERS)
def test_compressed_postings_of_ordinary_size_are_read(packer, tmp_path):
    (tmp_path / f"a.csv.{packer}").write_bytes(PACKERS[packer](HEAD + b"1,t,d\n"))
    assert validate_file(tmp_path / f"a.csv.{packer}").valid == 1


def test_a_bomb_is_not_held_in_memory(tmp_path, monkeypatch):
    monkeypatch.setattr(address, "LARGEST", 2**21)
    (tmp_path / "a.csv.xz").write_bytes(lzma.compress(HEAD + b"a" * 40_000_000, preset=0))
    tracemalloc.start()
    with pytest.raises(DataError, match="unpacks to far more"):
        validate_file(tmp_path / "a.csv.xz")
    assert tracemalloc.get_traced_memory()[1] < 15_000_000
    tracemalloc.stop()


def nested():
    inner = zipped({"a.csv": HEAD})
    return zipped({"inner.zip": inner})


def zipped(files):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as file:
        for name, data in files.items():
            file.writestr(name, data)
    return stream.getvalue()


def tarred(kind):
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode=f"w:{kind}") as file:
        info = tarfile.TarInfo("../../evil.csv")
        info.size = len(HEAD)
        file.addfile(info, io.BytesIO(HEAD))
    return stream.getvalue()


GIVEN = {
    "a.zip": zipped({"../../evil.csv": HEAD}),
    "b.zip": zipped({"/etc/evil.csv": HEAD}),
    "c.zip": zipped({"zeros.csv": b"\0" * 5_000_000}),
    "d.zip": nested(),
    "a.csv.zip": zipped({"a.csv": HEAD}),
    "a.tar": tarred(""),
    "a.tar.gz": tarred("gz"),
    "a.tgz": tarred("gz"),
    "a.tar.xz": tarred("xz"),
    "zip.csv": zipped({"../evil.csv": HEAD}),
    "zip.jsonl": zipped({"../evil.csv": HEAD}),
    "zip.csv.gz": zipped({"../evil.csv": HEAD}),
    "zip-in.csv.gz": gzip.compress(zipped({"../evil.csv": HEAD})),
    "gz-in-gz.csv.gz": gzip.compress(gzip.compress(HEAD)),
    "tar-in.csv.gz": tarred("gz"),
    "cut.csv.gz": gzip.compress(HEAD * 99)[:-9],
}


@pytest.mark.parametrize("name", GIVEN)
def test_archives_are_no_postings(name, tmp_path):
    (tmp_path / "deep/er").mkdir(parents=True)
    path = tmp_path / "deep/er" / name
    path.write_bytes(GIVEN[name])
    with pytest.raises(DataError, match=name):
        validate_file(path)
    assert [p for p in tmp_path.rglob("*") if p.is_file()] == [path]


DEPOSITS = {
    "drive": (entry("C:/evil"), "leaves the folder"),
    "NUL": (entry("paper/axb"), "leaves the folder"),
    "line end": (entry("paper/a\nb"), "leaves the folder"),
    "turned": (entry("paper/a\u202eb"), "leaves the folder"),
    "case": (entry("paper/RUN.SH"), "two files of one name"),
    "twice": (entry("paper/run.sh"), "two files of one name"),
    "device": (entry("paper/dev", 0o020666), "not as the manifest says"),
    "setuid": (entry("paper/su", 0o104755), "not as the manifest says"),
    "hook": (entry("paper/.git/hooks/post-checkout"), "not as the manifest says"),
    "long": (entry("paper/" + "a" * 300), "cannot be unpacked"),
    "file as folder": (entry("paper/run.sh/x"), "cannot be unpacked"),
}


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("case", DEPOSITS)
def test_deposits_with_tricks_are_refused(case, checkout, tmp_path):  # noqa: F811
    path = packed(checkout, tmp_path / "1.zip")
    info, message = DEPOSITS[case]
    with zipfile.ZipFile(path, "a") as file:
        file.writestr(info, b"x")
    if case == "NUL":
        path.write_bytes(path.read_bytes().replace(b"paper/axb", b"paper/a\0b"))
    with pytest.raises(BuildError, match=message):
        deposit.unpack(path, tmp_path / "deep/out")
    assert not list(tmp_path.rglob("evil"))
    assert not any(p.stat().st_mode & 0o7000 for p in (tmp_path / "deep").rglob("*"))


NO_ZIP = [b"", b"PK", b"PK\3\4" + b"\0" * 99, gzip.compress(b"x"), tarred("gz"), zipped({}),
          zipped({"paper/MANIFEST.sha256": b"\xff\xfe"}), zipped({"paper/MANIFEST.sha256": b"x"}),
          zipped({"paper/x": b""}), zipped({"x": b""})]  # fmt: skip


@pytest.mark.parametrize("content", NO_ZIP, ids=range(len(NO_ZIP)))
def test_deposits_that_are_none(content, tmp_path):
    (tmp_path / "a.zip").write_bytes(content)
    with pytest.raises(BuildError, match=r"a\.zip"):
        deposit.unpack(tmp_path / "a.zip", tmp_path / "out")


@pytest.mark.parametrize("name", ["a\nb.csv", "a\\b.csv", "a\x1bb.csv", "a\u202eb.csv"])
def test_names_that_no_manifest_can_hold_are_not_deposited(name, checkout):  # noqa: F811
    import subprocess

    (checkout / name).write_text("x")
    subprocess.run(["git", "add", "--", name], cwd=checkout, check=True)
    subprocess.run([*COMMIT, "m"], cwd=checkout, check=True)
    with pytest.raises(BuildError, match="cannot be deposited"):
        deposit.tracked(checkout)


def test_a_link_that_leaves_the_repository_is_not_deposited(checkout, tmp_path):  # noqa: F811
    import subprocess

    (tmp_path / "secret").write_text("KEY=1")
    (checkout / "link").symlink_to(tmp_path / "secret")
    subprocess.run(["git", "add", "link"], cwd=checkout, check=True)
    subprocess.run([*COMMIT, "m"], cwd=checkout, check=True)
    with pytest.raises(BuildError, match="leaves the repository"):
        deposit.tracked(checkout)


SHEET, BOOK = "xl/worksheets/sheet1.xml", "xl/workbook.xml"
LAUGHS = b'<!DOCTYPE x [<!ENTITY a0 "lol">' + b"".join(
    b'<!ENTITY a%d "%s">' % (n, b"&a%d;" % (n - 1) * 10) for n in range(1, 12)
) + b"]>"  # fmt: skip
OUTSIDE = b'<!DOCTYPE x [<!ENTITY a11 SYSTEM "file:///etc/passwd">]>'
CELL = b'<row r="9"><c r="A9" t="inlineStr"><is><t>%s</t></is></c></row></sheetData>'


def last(row):
    return lambda data: data.replace(b"</sheetData>", row)


def declared(doctype):
    return lambda data: doctype + last(CELL % b"&a11;")(data).split(b"?>", 1)[-1]


TRAPS = {
    "billion laughs": {SHEET: declared(LAUGHS)},
    "outside entity": {SHEET: declared(OUTSIDE)},
    "cut": {SHEET: lambda data: data[: len(data) // 2]},
    "no XML": {SHEET: lambda _: b"\0\1\2"},
    "no sheet": {SHEET: lambda _: None},
    "no book": {BOOK: lambda _: None},
    "cut book": {BOOK: lambda data: data[: len(data) // 2]},
}


def workbook(path, changes):
    base = io.BytesIO()
    pd.DataFrame({"a": [1], "b": ["x"]}).to_excel(base, index=False)
    with zipfile.ZipFile(base) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name in [*old.namelist(), *(n for n in changes if n not in old.namelist())]:
            data = old.read(name) if name in old.namelist() else b""
            data = changes[name](data) if name in changes else data
            if data is not None:
                new.writestr(name, data)
    return path


@pytest.mark.parametrize("case", TRAPS)
def test_workbooks_with_traps_are_refused(case, tmp_path):
    with pytest.raises(DataError, match=r"a\.xlsx: sheet"):
        read_sheet(workbook(tmp_path / "a.xlsx", TRAPS[case]))


FORMULA = (
    b'<row r="9"><c r="A9"><f>WEBSERVICE("http://127.0.0.1:9/")</f><v>7</v></c></row></sheetData>'
)
CALM = {
    "formula gives its stored value": {SHEET: last(FORMULA)},
    "macro is left alone": {"xl/vbaProject.bin": lambda _: b"\0"},
    "outside link is left alone": {"xl/externalLinks/externalLink1.xml": lambda _: b"<x/>"},
    "path of an entry is no file": {"../../evil": lambda _: b"x"},
}


@pytest.mark.parametrize("case", CALM)
def test_what_a_workbook_could_run_is_not_run(case, tmp_path, monkeypatch):
    import socket

    monkeypatch.setattr(socket.socket, "connect", None)
    (tmp_path / "b/c").mkdir(parents=True)
    table = read_sheet(workbook(tmp_path / "b/c/a.xlsx", CALM[case]))
    assert table["a"].tolist() == ["1", "7"][: len(table)]
    assert not list(tmp_path.rglob("evil"))


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
NO_BOOK = {
    "empty.xlsx": b"",
    "text.xlsx": b"a,b\n1,2\n",
    "head.xlsx": b"PK\3\4" + b"\0" * 50,
    "other.xlsx": zipped({"a.csv": HEAD}),
    "nothing.xlsx": zipped({}),
    "old.xlsx": OLE + b"\0" * 600,
    "text.xls": b"a,b\n",
    "ones.xls": OLE + b"\xff" * 1000,
    "zeros.xls": OLE + b"\0" * 1000,
    "record.xls": b"\x09\x08\x10\x00\x00\x06\x05\x00" + b"\xff" * 1000,
    "empty.xls": b"",
    "html.xls": b"<html><table><tr><td>=1</td></tr></table></html>",
    "zip.xls": zipped({"a": b""}),
}


@pytest.mark.parametrize("name", NO_BOOK)
def test_files_that_are_no_workbook(name, tmp_path):
    (tmp_path / name).write_bytes(NO_BOOK[name])
    with pytest.raises(DataError, match=name):
        read_sheet(tmp_path / name)
