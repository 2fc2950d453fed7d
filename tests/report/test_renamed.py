"""An old name of a notebook or a parameter fails in one line that says the new one."""

import subprocess
import sys

import pytest

from llmexposure.base.errors import ParameterError
from llmexposure.base.project import current
from llmexposure.report import renamed as module
from llmexposure.report.renamed import renamed
from llmexposure.report.run import start

ROOT = current().root
OLD = dict(module._ROW.findall((ROOT / "CHANGELOG.md").read_text(encoding="utf-8")))
MOVED = {old: new.strip("`") for old, new in OLD.items() if old[:2].isdigit()}


@pytest.mark.parametrize(("old", "new"), MOVED.items())
def test_every_renamed_notebook_is_there_under_its_new_name(old, new):
    assert (ROOT / "notebooks" / f"{new}.ipynb").exists()
    assert not (ROOT / "notebooks" / f"{old}.ipynb").exists()
    assert renamed(old) == f"; it is now `{new}` (CHANGELOG.md)"


def test_the_changelog_names_sections_that_are_there():
    named = [new for old, new in OLD.items() if "sections/" in old]
    assert named
    for new in named:
        for part in new.split("`sections/")[1:]:
            assert (ROOT / "paper" / "sections" / part.split("`")[0]).exists()


def test_start_says_the_new_name():
    with pytest.raises(ParameterError, match="08_posting_pipeline.*now `12_posting_pipeline`"):
        start("08_posting_pipeline", {})
    with pytest.raises(ParameterError, match=r"98_nothing.ipynb is not there; start"):
        start("98_nothing", {})


def test_a_parameter_that_moved_says_where():
    with pytest.raises(ParameterError, match="unknown parameter 'evidence'.*17_postings_panel"):
        start("02_recruitment_share", {"evidence": "simulated"})


@pytest.mark.parametrize("folder", ["notebooks/", "./notebooks/"])
def test_papermill_fails_in_one_line_that_names_the_new_notebook(tmp_path, folder):
    command = [sys.executable, "-m", "papermill", f"{folder}08_posting_pipeline.ipynb"]
    done = subprocess.run(
        [*command, str(tmp_path / "out.ipynb")], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    last = done.stderr.strip().splitlines()[-1]
    assert last.startswith("Error: ")
    assert "08_posting_pipeline.ipynb is not there; it is now `12_posting_pipeline`" in last


def test_papermill_reads_and_writes_under_notebooks_as_ever(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "notebooks").mkdir()
    module.notebooks.write("{}", "notebooks/98_mine.ipynb")
    assert module.notebooks.read("notebooks/98_mine.ipynb") == "{}"
    assert module.notebooks.listdir("notebooks") == ["notebooks/98_mine.ipynb"]
    with pytest.raises(FileNotFoundError):
        module.notebooks.read("notebooks/97_nothing.ipynb")
