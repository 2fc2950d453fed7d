"""Real rebuilds of a throwaway paper: the same bytes elsewhere, and which results an edit moves."""

import os
import resource
import subprocess
import sys

import pytest

from llmexposure.base.project import current
from llmexposure.publish import paper as latex_paper

needs_tex = pytest.mark.skipif(
    not latex_paper.available(), reason="xelatex and latexmk are not installed"
)


@needs_tex
def test_two_rebuilds_in_different_folders_give_the_same_bytes(paper):
    done = paper.run("verify")
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.splitlines()[-1].startswith("verdict: full (0 of ")
    found = paper.report()
    assert found["compared"] == {"results": 5, "files": 8}
    assert found["not_rebuilt"] == found["results"] == found["files"] == []
    (pin,) = found["causes"]
    assert (pin["kind"], pin["name"]) == ("package", "numpy")


def test_editing_one_number_names_exactly_the_results_that_moved(paper):
    paper.edit("data/analysis/usage_labels.csv", "E0,E0,7683", "E0,E0,7693")
    done = paper.run("verify")
    assert done.returncode == 2, done.stdout + done.stderr
    assert done.stdout.splitlines()[-1].startswith("verdict: partial (")
    found = paper.report()
    assert {c["name"] for c in found["results"]} == {"labels.open.tasks.count"}
    files = {c["name"] for c in found["files"]} - {"paper/paper.pdf"}
    assert files == {f"figures/tasks.{kind}" for kind in ("csv", "pdf", "png")} | {
        "paper/generated/results.tex"
    }
    (cause,) = (c for c in found["causes"] if c["kind"] == "input")
    assert cause["name"] == "data/analysis/usage_labels.csv"
    assert cause["moved"] == ["01_labels"]


@needs_tex
def test_other_bytes_with_the_same_numbers_pass_when_only_numbers_are_asked_for(paper):
    paper.edit("paper/paper.tex", " tasks.", " statements of tasks.")
    done = paper.run("verify", "--numbers")
    assert done.stdout.splitlines()[-1].startswith("verdict: minor (1 of 13 ")
    assert done.returncode == 0, done.stdout + done.stderr
    paper.edit("data/analysis/usage_labels.csv", "E0,E0,7683", "E0,E0,7693")
    assert paper.run("verify", "--numbers").returncode == 2


@needs_tex
def test_a_deposit_rebuilds_from_its_archive(paper, tmp_path):
    done = paper.run("deposit", str(tmp_path / "paper-1.zip"))
    assert done.returncode == 0, done.stdout + done.stderr
    assert "rebuilt from the archive: full (0 of 13 " in done.stdout


def test_a_deposit_that_does_not_rebuild_says_so(paper, tmp_path):
    paper.edit("notebooks/01_labels.ipynb", "run.finish()", "run.finish(1)")
    done = paper.run("deposit", str(tmp_path / "paper-1.zip"))
    assert done.returncode == 3
    assert "rebuilt from the archive: not reproducible (the build failed" in done.stdout
    assert "finish" in done.stderr


def test_a_record_is_checked_against_itself(paper):
    good = paper.run("verify", "--quick")
    assert (good.returncode, good.stdout.splitlines()[-1]) == (0, "quick: consistent")
    paper.edit("data/analysis/usage_labels.csv", "E0,E0,7683", "E0,E0,7693")
    paper.edit("results/02_activities.json", '"draws": 99', '"draws": 98')
    paper.edit("paper/generated/results.tex", "19,265", "19,266")
    (paper.root / "figures/tasks.png").rename(paper.root / "figures/other.png")
    bad = paper.run("verify", "--quick")
    assert bad.returncode == 1
    for said in (
        "paper/generated/results.tex is not what results/ gives",
        "01_labels: figures/tasks.png not in the record",
        "figures/other.png: no notebook makes it",
        "results/02_activities.json was made with other parameters",
        "data/analysis/usage_labels.csv has changed since the build (results/SHA256SUMS)",
        "results/02_activities.json was edited after the build",
        "paper/generated/results.tex was edited after the build",
        "quick: 7 problems",
    ):
        assert said in bad.stdout


def test_any_file_of_the_record_that_was_edited_is_named_without_a_build(paper):
    edits = {
        "figures/tasks.csv": b"1",
        "figures/tasks.png": b" ",
        "paper/generated/tables/means.tex": b"% note",
        "paper/paper.pdf": b"%",
        "results/01_labels.json": b" ",
    }
    for path, more in edits.items():
        file = paper.root / path
        file.write_bytes(file.read_bytes() + more)
    paper.edit("paper/paper.tex", "{Means.}", "{A mean.}")
    said = paper.run("verify", "--quick").stdout
    for path in edits:
        assert f"- {path} was edited after the build (results/SHA256SUMS)" in said
    assert "- paper/paper.tex has changed since the build (results/SHA256SUMS)" in said
    assert said.splitlines()[-1] == "quick: 6 problems"


UNFIT = {
    "pipe": ("data/analysis/usage_labels.csv", os.mkfifo, "device or a pipe"),
    "device": ("results/01_labels.json", lambda p: p.symlink_to("/dev/zero"), "leaves the project"),
    "link out": ("README.md", lambda p: p.symlink_to("/etc/hostname"), "leaves the project"),
    "loop": ("figures/tasks.csv", lambda p: p.symlink_to(p), "cannot be read"),
    "bytes": ("results/SHA256SUMS", lambda p: p.write_bytes(b"\xff"), "not UTF-8"),
    "large": ("results/a.json", lambda p: (p.touch(), os.truncate(p, 2**30)), "at most"),
    "stranger": ("src/json.py", lambda p: (p.parent.mkdir(), p.write_text("")), "not committed"),
}


@pytest.mark.parametrize("what", UNFIT)
def test_what_cannot_be_read_safely_is_named_and_not_opened(paper, what):
    name, put, told = UNFIT[what]
    (paper.root / name).unlink(missing_ok=True)
    put(paper.root / name)
    said = paper.run("verify", "--quick", timeout=60)
    assert (said.returncode, said.stderr) == (1, "")
    assert any(name in line and told in line for line in said.stdout.splitlines()), said.stdout


def test_the_committed_record_is_consistent_which_takes_under_ten_seconds():
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    command = [sys.executable, "-m", "llmexposure.cli", "verify", "--quick"]
    done = subprocess.run(command, cwd=current().root, capture_output=True, text=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert done.stdout.splitlines()[-1] == "quick: consistent", done.stdout
    # Processor time: what else runs on the machine does not count.
    assert after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime < 10
