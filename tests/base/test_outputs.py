"""Nothing of the user's is written over or removed, whatever the command and whatever stands in its way."""

import os
import subprocess
from functools import partial

import polars as pl
import pytest
from click.testing import CliRunner

from llmexposure.cli import main

POSTINGS = "posting_id,title,description\n1,会计,负责记账和报税，编制财务报表。\n"
SCORE = ("score", "a.csv", "--language", "zh", "--workers", "1", "--no-progress", "--out")
# Commands but for the name of the output; `rate` needs no server, as it is refused before a question.
COMMANDS = {
    "score": SCORE,
    "validate": ("validate", "a.csv", "--quarantine"),
    "simulate": ("simulate", "--rows", "10", "--no-progress"),
    "rate": (
        "rate",
        "--base-url",
        "http://127.0.0.1:9/v1",
        "--model",
        "m",
        "--titles",
        "t.csv",
        "--out",
    ),
    "sweep": ("sweep", "recruitment_share", "--list", "--out"),
    "deposit": ("deposit", "--no-check"),
}


@pytest.fixture
def llmexposure(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("OPENAI_API_KEY", "key")
    (tmp_path / "a.csv").write_text(POSTINGS, encoding="utf-8")
    (tmp_path / "t.csv").write_text("dwa_id,title\n4.A.1.a.1.I01.D01,Study\n", encoding="utf-8")
    return lambda *words: CliRunner().invoke(main, list(map(str, words)), catch_exceptions=False)


def refused(result):
    assert result.exit_code == 1, result.output
    assert len(result.stderr.strip().splitlines()) == 1
    assert "choose another" in result.stderr or "choose a new" in result.stderr
    return result.stderr


def mine(path):
    path.write_text("mine")


IN_THE_WAY = {
    "file": mine,
    "folder": lambda path: (path.mkdir(), mine(path / "notes.txt")),
    "link": lambda path: path.symlink_to(path.parent / "t.csv"),
    "loose link": lambda path: path.symlink_to("nowhere"),
    "pipe": os.mkfifo,
}


@pytest.mark.parametrize("what", IN_THE_WAY)
@pytest.mark.parametrize("command", COMMANDS)
def test_what_stands_in_the_way_is_refused(llmexposure, tmp_path, command, what):
    path = tmp_path / ("x.zip" if command == "deposit" else "x.csv")
    IN_THE_WAY[what](path)
    before = sorted(tmp_path.rglob("*")), path.lstat()
    more = [] if what == "file" else ["--overwrite"]
    result = llmexposure(*COMMANDS[command], path.name, *more)
    if what == "folder" and result.exit_code == 2:  # click says it
        assert "is a directory" in result.stderr
    elif what == "folder" and command == "score":
        assert "is a folder, expected a file" in result.stderr
    else:
        refused(result)
    after = sorted(tmp_path.rglob("*")), path.lstat()
    assert [p for p in after[0] if p not in before[0]] == []
    assert (after[1].st_ino, after[1].st_mtime) == (before[1].st_ino, before[1].st_mtime)


@pytest.mark.parametrize("command", ["score", "validate", "simulate", "sweep"])
def test_ours_is_replaced_until_it_is_edited(llmexposure, tmp_path, command):
    words = COMMANDS[command]
    assert [llmexposure(*words, "x.csv").exit_code for _ in range(2)] == [0, 0]
    with (tmp_path / "x.csv").open("a") as file:
        file.write("my own line\n")
    assert "--overwrite" in refused(llmexposure(*words, "x.csv"))
    assert "my own line" in (tmp_path / "x.csv").read_text(encoding="utf-8-sig")
    assert llmexposure(*words, "x.csv", "--overwrite").exit_code == 0
    assert llmexposure(*words, "x.csv").exit_code == 0


@pytest.mark.parametrize("command", ["score", "validate", "simulate", "sweep"])
def test_what_git_tracks_is_refused_even_with_overwrite(llmexposure, tmp_path, command):
    mine(tmp_path / "x.csv")
    for words in (["init", "-q"], ["add", "x.csv"]):
        subprocess.run(["git", *words], cwd=tmp_path, check=True)
    assert "tracked by git" in refused(llmexposure(*COMMANDS[command], "x.csv", "--overwrite"))
    assert (tmp_path / "x.csv").read_text() == "mine"


@pytest.mark.parametrize(
    ("place", "out"),
    [
        ("d/part-0.parquet", "d"),
        ("d/part-00000.parquet", "d"),
        ("x.partial/notes.txt", "x.csv"),
        ("x.partial/unit-0000000.scored.parquet", "x.csv"),
        ("x.partial/lock", "x.csv"),
        ("x.quarantine.csv/notes.txt", "x.csv"),
        ("x.quarantine.csv", "x.csv"),
        ("x.failed.quarantine.csv", "x.csv"),
        ("x.provenance.json", "x.csv"),
    ],
)
def test_score_removes_nothing_but_what_it_made(llmexposure, tmp_path, place, out):
    (tmp_path / place).parent.mkdir(exist_ok=True)
    mine(tmp_path / place)
    for restart in ([], ["--restart"]):
        assert llmexposure(*SCORE, out, *restart).exit_code == 1
    assert (tmp_path / place).read_text() == "mine"


def test_a_folder_of_scores_with_one_more_file_is_kept(llmexposure, tmp_path):
    assert [llmexposure(*SCORE, "d").exit_code for _ in range(2)] == [0, 0]
    mine(tmp_path / "d" / "part-00001.parquet")
    refused(llmexposure(*SCORE, "d"))
    assert (tmp_path / "d" / "part-00001.parquet").read_text() == "mine"


@pytest.mark.parametrize("name", ["s [1]", "~", "file:", "s3:", "x*", "out {v}"])
@pytest.mark.parametrize("out", ["{}/x.parquet", "{}/x.csv", "{}/d", "{}x.parquet"])
def test_paths_are_paths(llmexposure, tmp_path, name, out):
    path = out.format(name)
    for number in range(2):
        assert llmexposure(*SCORE, path).exit_code == 0, number
    found = tmp_path / path
    assert found.exists()
    assert not list(tmp_path.rglob("*.part*/"))
    if found.suffix == ".parquet":
        found.unlink()
        assert llmexposure("simulate", path, "--rows", "10", "--no-progress").exit_code == 0
        assert len(pl.read_parquet(found.read_bytes())) == 10


@pytest.mark.parametrize("out", [".", ""])
@pytest.mark.parametrize("command", ["score", "validate", "simulate", "sweep", "deposit"])
def test_no_name_is_one_line(llmexposure, command, out):
    result = llmexposure(*COMMANDS[command], out)
    assert result.exit_code in (1, 2)
    assert "Traceback" not in result.output


@pytest.mark.parametrize("out", ["x.csv", "d"])
def test_killed_between_two_names_goes_on(llmexposure, tmp_path, monkeypatch, out):
    """New scores of other parameters, killed at each step of putting files in place, are ours still."""
    from llmexposure.postings.score import output

    assert llmexposure(*SCORE, out).exit_code == 0
    again = [*SCORE, out, "--top-k", "3"]
    for number in range(12):
        left = [number]

        def killed(*given, real=None, left=left):
            left[0] -= 1
            if left[0] < 0:
                raise KeyboardInterrupt
            return real(*given)

        with monkeypatch.context() as patch:
            patch.setattr(output, "_sync", partial(killed, real=output._sync))
            CliRunner().invoke(main, again)
    assert llmexposure(*again).exit_code == 0
    assert not list(tmp_path.glob("*partial*"))


def test_a_checkout_in_brackets_counts(llmexposure, tmp_path):
    from llmexposure.postings.count import count_file

    assert count_file("a.csv", language="zh", folder=tmp_path / "x [1]" / "panels").is_file()
