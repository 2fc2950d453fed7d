"""The command: what a researcher sees, and the exit code."""

import subprocess
import sys

import pytest
from click.testing import CliRunner

from llmexposure.cli import PoliteGroup, validate

HEAD = "编号,职位名称,职位描述,学历要求\n"
GOOD = HEAD + "1,会计,负责账务处理,本科\n2,出纳,,大专\n3,出纳,付款,大侠\n"


@pytest.fixture
def run():
    group = PoliteGroup("llmexposure", commands={"validate": validate})
    return lambda *arguments: CliRunner().invoke(group, ["validate", *map(str, arguments)])


def test_summary_is_printed(put, run):
    result = run(put("a.csv", GOOD))
    assert result.exit_code == 0
    for told in ("3  rows read", "2    usable", "empty_description", "'大侠' 1", "学历要求"):
        assert told in result.stdout


def test_quarantine_is_written(put, run, tmp_path):
    out = tmp_path / "new" / "q.csv"
    result = run(put("a.csv", GOOD), "--quarantine", out)
    assert result.exit_code == 0
    assert "quarantine: 1 row(s)" in result.stdout
    assert "empty_description" in out.read_text(encoding="utf-8-sig")


@pytest.mark.parametrize("link", ["itself", "dotted", "symbolic", "hard", "folder"])
@pytest.mark.parametrize("target", ["x/a.csv", "x/b.csv", "m.toml"])
def test_quarantine_is_not_written_over_what_is_read(put, run, tmp_path, target, link):
    put("x/a.csv", GOOD)
    put("x/b.csv", HEAD + "4,t,,\n")
    put("m.toml", 'title = "职位名称"\n')
    path = tmp_path / target
    out = path if link == "itself" else tmp_path / "q.csv"
    if link == "dotted":
        out = path.parent / ".." / path.relative_to(path.parent.parent)
    elif link == "symbolic":
        out.symlink_to(path)
    elif link == "hard":
        out.hardlink_to(path)
    elif link == "folder":
        (tmp_path / "y").symlink_to(path.parent)
        out = tmp_path / "y" / path.name
    before = {each: each.read_bytes() for each in tmp_path.rglob("*.*") if each.is_file()}
    result = run(tmp_path / "x", "--columns", tmp_path / "m.toml", "--quarantine", out)
    assert result.exit_code == 1
    what = "the mapping file" if target == "m.toml" else "a file of the postings"
    assert f"is {what} and would be replaced. Name another file." in result.stderr
    assert before == {each: each.read_bytes() for each in tmp_path.rglob("*.*") if each.is_file()}


def test_quarantine_of_an_earlier_run_is_replaced(put, run, tmp_path):
    path, out = put("a.csv", GOOD), tmp_path / "q.csv"
    assert [run(path, "--quarantine", out).exit_code for _ in range(2)] == [0, 0]


def test_no_usable_row_fails(put, run):
    result = run(put("a.csv", HEAD + "1,会计,,\n"))
    assert result.exit_code == 1
    assert "no usable rows of 1 read" in result.stderr
    assert "empty_description" in result.stdout


def test_heading_alone_fails(put, run):
    assert run(put("a.csv", HEAD)).exit_code == 1


def test_error_is_one_line(put, run):
    result = run(put("a.csv", "a,b\n1,2\n"))
    assert result.exit_code == 1
    assert result.stderr.startswith("error: ")
    assert len(result.stderr.splitlines()) == 1


def test_mapping_encoding_and_sample(put, run):
    path = put("a.csv", "号,名,文\n1,会计,负责账务\n2,,\n".encode("gbk"))
    mapping = put("m.toml", 'posting_id = "号"\ntitle = "名"\ndescription = "文"\n')
    result = run(path, "--columns", mapping, "--encoding", "gbk", "--sample", 1)
    assert result.exit_code == 0
    assert "(a sample)" in result.stdout
    assert run(path, "--columns", mapping).exit_code == 0
    assert run(path).exit_code == 1


def test_words_cannot_move_the_cursor(put, run):
    result = run(put("a.csv", HEAD + "1,t,d,\x1b[2Jx\n"))
    assert "\x1b" not in result.stdout
    assert "[2Jx" in result.stdout


def test_command_is_imported_without_the_tables():
    code = (
        "import sys, llmexposure.cli, llmexposure.postings as p;"
        "assert not {'pandas', 'polars', 'pyarrow'} & set(sys.modules);"
        "assert all(getattr(p, name) is not None for name in p.__all__)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
