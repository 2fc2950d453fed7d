"""Names that would leave their folder, never end, or be another file, in sources, parameters, results."""

import os
import re
import socket
import zipfile
from pathlib import Path

import fsspec
import matplotlib.pyplot as plt
import pytest
from click.testing import CliRunner

from llmexposure.analysis.curves.choices import AXES_OF_CURVES
from llmexposure.base import project
from llmexposure.base.errors import BuildError, DataError, ParameterError, ProjectError, SourceError
from llmexposure.base.sources import locate
from llmexposure.base.sources.registry import Source, SourceFile, load_registry
from llmexposure.cli import main
from llmexposure.postings import validate_file
from llmexposure.postings.read.address import shown_address
from llmexposure.report import style, sweeps

ROW = "posting_id,title,description\n1,t,d\n"
SHA = "0" * 64
REGISTER = """[source."{id}"]
title = "t"
page = "{page}"
licence = "l"
citation = "c"
redistribute = true
note = "n"
[source."{id}".files."{name}"]
urls = ["{url}"]
sha256 = "{sha}"
bytes = 1
"""
GOOD = {
    "id": "a",
    "page": "https://a.org",
    "name": "a.csv",
    "url": "https://a.org/a.csv",
    "sha": SHA,
}
REGISTERED = {
    "id: parent": {"id": ".."},
    "id: deeper": {"id": "a/../../b"},
    "id: absolute": {"id": "/etc"},
    "id: drive": {"id": "c:"},
    "id: NUL": {"id": "a\\u0000"},
    "id: line": {"id": "a\\nb"},
    "id: long": {"id": "a" * 300},
    "id: capital": {"id": "A"},
    "id: Cyrillic a": {"id": "\u0430"},
    "id: full-width": {"id": "\uff41"},
    "id: empty": {"id": ""},
    "name: parent": {"name": "../a.csv"},
    "name: dots": {"name": ".."},
    "name: absolute": {"name": "/etc/passwd"},
    "name: drive": {"name": "C:a.csv"},
    "name: backslash": {"name": "a\\\\b.csv"},
    "name: hidden": {"name": ".bashrc"},
    "name: NUL": {"name": "a\\u0000.csv"},
    "name: line": {"name": "a\\n.csv"},
    "name: escape": {"name": "a\\u001b[2J.csv"},
    "name: turned": {"name": "a\\u202evsc.exe"},
    "name: division slash": {"name": "a\u2215b.csv"},
    "name: Cyrillic": {"name": "\u0430.csv"},
    "name: long": {"name": "a" * 300 + ".csv"},
    "name: space last": {"name": "a.csv "},
    "name: dot last": {"name": "a."},
    "name: shell": {"name": "a;b$(c).csv"},
    "name: empty": {"name": ""},
    "url: file": {"url": "file:///etc/passwd"},
    "url: http": {"url": "http://a.org/a.csv"},
    "url: ftp": {"url": "ftp://a.org/a.csv"},
    "url: user": {"url": "https://u:p@a.org/a.csv"},
    "url: user hides host": {"url": "https://a.org@evil.org/a.csv"},
    "url: line": {"url": "https://a.org/a\\r\\nHost: b"},
    "url: space": {"url": "https://a.org/a b"},
    "url: look-alike": {"url": "https://\u0430.org/a.csv"},
    "url: no host": {"url": "https:///a.csv"},
    "url: port": {"url": "https://a.org:x/a.csv"},
    "url: bracket": {"url": "https://[a.org/a.csv"},
    "page: script": {"page": "javascript:alert(1)"},
    "page: markup": {"page": "https://a.org/<script>"},
    "page: data": {"page": "data:text/html,x"},
    "sha: short": {"sha": "0" * 63},
    "sha: line": {"sha": "0" * 64 + "\\n"},
}


def register(folder, **changed):
    path = folder / "sources.toml"
    path.write_text(REGISTER.format(**GOOD | changed), encoding="utf-8")
    return load_registry(path)


@pytest.mark.parametrize("case", REGISTERED)
def test_register_refuses(case, tmp_path):
    with pytest.raises(SourceError, match=r"sources\.toml"):
        register(tmp_path, **REGISTERED[case])


def test_register_takes_the_good_entry(tmp_path):
    assert register(tmp_path)["a"].files["a.csv"].label == "a/a.csv"


def test_names_that_differ_by_case_are_refused(tmp_path):
    text = REGISTER.format(**GOOD)
    more = text[text.index('[source."a".files') :]
    (tmp_path / "s.toml").write_text(text + more.replace("a.csv", "A.CSV"))
    with pytest.raises(SourceError, match="duplicate file names"):
        load_registry(tmp_path / "s.toml")


MIRRORED = [
    "link to another file",
    "link to a device",
    "pipe",
    "link loop",
    "link to nothing",
    "folder",
]


@pytest.mark.parametrize("case", MIRRORED)
def test_mirror_gives_only_the_registered_bytes(case, tmp_path, monkeypatch):
    file = SourceFile("a", "a.csv", ("https://a.org/a",), SHA, 1)
    registry = {"a": Source("a", "t", "p", "l", "c", True, "n", {"a.csv": file})}
    place = tmp_path / "mirror/a/a.csv"
    place.parent.mkdir(parents=True)
    match case:
        case "link to another file":
            (tmp_path / "secret").write_text("x")
            place.symlink_to(tmp_path / "secret")
        case "link to a device":
            place.symlink_to("/dev/zero")
        case "pipe":
            os.mkfifo(place)
        case "link loop":
            place.symlink_to(place)
        case "link to nothing":
            place.symlink_to("nowhere")
        case "folder":
            place.mkdir()
    monkeypatch.setenv("LLMEXPOSURE_MIRROR", str(tmp_path / "mirror"))
    monkeypatch.setattr(project.Project, "upstream", tmp_path / "cache")
    with pytest.raises(SourceError, match=r"not the registered file|not on this machine"):
        locate("a", "a.csv", registry)


@pytest.fixture
def no_network(monkeypatch):
    def refuse(*_, **__):
        raise AssertionError("a connection was tried")

    monkeypatch.setattr(socket.socket, "connect", refuse)


ADDRESSES = {
    "file:///etc/passwd": "unknown kind of file",
    "file:///dev/zero": "neither a file nor a folder",
    "/dev/zero": "neither a file nor a folder",
    "/dev/stdin": "neither a file nor a folder|does not exist|unknown kind",
    "/proc/self/environ": "unknown kind of file",
    "s3://bucket/a.csv": "needs a package",
    "http://127.0.0.1:9/a.csv": "needs a package|cannot be reached",
    "http://169.254.169.254/latest/meta-data": "needs a package|cannot be reached",
    "a.csv\x00": "does not exist",
    "\x00": "does not exist",
    "a" * 5000 + ".csv": "does not exist|cannot be reached",
    "../" * 2000 + "a.csv": "does not exist|cannot be reached",
    "~nobody-such/a.csv": "does not exist",
    "$HOME/a.csv": "does not exist",
    "zip://a.csv::a.zip": "no address for postings",
    "zip://../../a.csv::a.zip": "no address for postings",
    "simplecache::zip://a.csv::b.zip": "no address for postings",
    "tar://a.csv::a.tar.gz": "no address for postings",
    "libarchive://a.csv::a.7z": "no address for postings",
    "reference://x": "no address for postings",
    "data:text/csv,posting_id": "no address for postings",
    "python://x": "no address for postings",
    "nowhere://x": "cannot be reached",
    "memory://": "no postings here",
    "[": "does not exist",
    "a[.csv": "does not exist",
    "**/*.nothing": "no file matches",
    "C:\\a.csv": "does not exist",
    "\\\\host\\share\\a.csv": "does not exist",
}


@pytest.mark.parametrize("address", ADDRESSES, ids=lambda a: ascii(a)[:40])
def test_addresses_of_no_postings(address, tmp_path, monkeypatch, no_network):
    fsspec.filesystem("memory").store.clear()  # what other tests of this process left there
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ProjectError, match=ADDRESSES[address]):
        validate_file(address)
    assert not list(tmp_path.iterdir())


def test_the_empty_address_is_the_folder_here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(DataError, match="the folder is empty"):
        validate_file("")


def pipe(path):
    os.mkfifo(path)


SPECIAL = {
    "pipe": pipe,
    "device": lambda path: path.symlink_to("/dev/zero"),
    "loop": lambda path: path.symlink_to(path),
    "nothing": lambda path: path.symlink_to("nowhere.csv"),
    "terminal": lambda path: path.symlink_to("/dev/tty"),
}


@pytest.mark.parametrize("name", ["a.csv", "a.csv.gz", "a.parquet", "a.jsonl"])
@pytest.mark.parametrize("case", SPECIAL)
def test_no_regular_file_in_a_folder_or_named(case, name, tmp_path):
    (tmp_path / "b.csv").write_text(ROW)
    SPECIAL[case](tmp_path / name)
    with pytest.raises(DataError, match="not a regular file"):
        validate_file(tmp_path)
    with pytest.raises(DataError, match="neither a file nor a folder|does not exist"):
        validate_file(tmp_path / name)


def test_a_folder_that_links_to_itself_ends(tmp_path):
    (tmp_path / "b.csv").write_text(ROW)
    (tmp_path / "loop").symlink_to(tmp_path)
    assert validate_file(tmp_path).rows == 1


SECRETS = {
    "s3://user:pass-word@bucket/a.csv": "s3://bucket/a.csv",
    "s3://user:pass@word@bucket/a.csv": "s3://bucket/a.csv",
    "simplecache::sftp://u:word@h/a.csv": "simplecache::sftp://h/a.csv",
    "https://h/a.csv?X-Amz-Signature=word&sig=word": "https://h/a.csv?...",
    "HTTPS://h/a.csv?sig=word": "HTTPS://h/a.csv?...",
    "https://h/a.csv?sig=a word": "https://h/a.csv?...",
    "https://h:8?sig=a@word": "https://h:8?...",
    "ftp://u:a/word@h/a.csv": "ftp://h/a.csv",
    "ftp://u:a word@h/a.csv": "ftp://h/a.csv",
    "https://u:a?word@h/a.csv": "https://h/a.csv",
    "abfs://box@h/a?sv=1&sig=word": "abfs://h/a?...",
    "s3://b/a.csv?X-Amz-Security-Token=word": "s3://b/a.csv?...",
    "webhdfs://h/a.csv?token=word": "webhdfs://h/a.csv?...",
    "https://h:80/a@b.csv": "https://h:80/a@b.csv",
    "HTTPS": "HTTPS",
    "s3://b/a?.csv": "s3://b/a?.csv",
    "a?.csv": "a?.csv",
}


@pytest.mark.parametrize("address", SECRETS)
def test_addresses_are_shown_without_their_secrets(address):
    assert shown_address(address) == SECRETS[address]


@pytest.mark.parametrize("address", [a for a in SECRETS if "word" in a])
def test_messages_are_without_the_secrets_of_an_address(address, no_network):
    with pytest.raises(DataError) as caught:
        validate_file(address)
    assert "word" not in str(caught.value)


CHAINS = ["zip::{}", "tar::{}", "simplecache::zip::{}", "cached::zip::{}", "reference::{}"]


@pytest.mark.parametrize("chain", [*CHAINS, "ZIP://b.csv::{}", "simplecache::zip://b.csv::{}"])
def test_archives_are_refused_however_a_chain_is_written(chain, tmp_path):
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as file:
        file.writestr("b.csv", ROW)
    with pytest.raises(DataError, match="Unpack archives"):
        validate_file(chain.format(tmp_path / "a.zip"))


NAMES = [
    "../x",
    "/tmp/x",
    "a/b",
    "..",
    "",
    "a\x00",
    "a\nb",
    "a.b",
    "a" * 300,
    "\u0430",
    "-x y",
    "C:x",
]


@pytest.mark.parametrize("name", NAMES, ids=lambda a: ascii(a)[:40])
def test_figures_are_saved_under_plain_names(name, tmp_path):
    (tmp_path / "figures").mkdir()
    with pytest.raises(BuildError, match="expected a name"):
        style.save(plt.Figure(), tmp_path / "figures", name)
    assert not [p for p in tmp_path.rglob("*") if p.is_file()]


NOTEBOOK = '[notebook."{name}"]\nnotebook = "{book}"\nreason = "r"\nparameters.x = {values}\n'


def sweep(folder, name="a", book="02_x", values="[1, 2]"):
    path = folder / "sweeps.toml"
    text = NOTEBOOK.format(name=name, book=book, values=values)
    path.write_text(text.replace("\x00", "\\u0000").replace("a\nb", "a\\nb"), encoding="utf-8")
    return sweeps.read(AXES_OF_CURVES, path)


@pytest.mark.parametrize("part", ["name", "book"])
@pytest.mark.parametrize("name", NAMES, ids=lambda a: ascii(a)[:40])
def test_sweeps_and_their_notebooks_have_plain_names(name, part, tmp_path):
    with pytest.raises(ParameterError, match=r"is no name|is missing"):
        sweep(tmp_path, **{part: name})


def test_a_plain_sweep_is_read(tmp_path):
    assert sweep(tmp_path).notebook["a"].choices == {"x": [1, 2]}


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "/etc/passwd", "activities.csv", "a\x00", "", "."]
)
def test_tables_are_loaded_by_known_names(name):
    from llmexposure.report.tables import load

    with pytest.raises(DataError, match="has no schema"):
        load(name)


def test_paths_are_shown_from_the_root():
    assert project.shown(Path("/etc/passwd")) == "/etc/passwd"


@pytest.mark.parametrize("name", ["validate", "score"])
def test_no_name_of_a_file_reaches_the_screen_raw(name, tmp_path):
    folder = tmp_path / "in\x1b]0;x\x07\u202e"
    folder.mkdir()
    (folder / "a.csv").write_text("posting_id,title,description\n1,工程师,负责后端服务开发与维护\n")
    (folder / "x\x1b[31m\nerror: none.txt").write_text("x")
    more = {
        "validate": ["--quarantine", str(tmp_path / "q\x1b[2J\nrm.csv")],
        "score": [
            "--out",
            str(tmp_path / "o\x1b[2J\nrm.csv"),
            "--language",
            "zh",
            "--workers",
            "1",
        ],
    }
    done = CliRunner().invoke(main, [name, str(folder), *more[name]], catch_exceptions=False)
    assert done.exit_code == 0
    assert not {"\x1b", "\x07", "\u202e"} & set(done.output)
    assert not re.search("^(rm|error)", done.output, re.MULTILINE)


@pytest.mark.parametrize("name", ["undefined", "idna", "punycode", "unicode_escape", "zip"])
def test_codecs_that_are_no_encoding_of_text_are_refused(name, tmp_path):
    (tmp_path / "a.csv").write_text(ROW)
    with pytest.raises(DataError, match="unknown encoding"):
        validate_file(tmp_path, encoding=name)
