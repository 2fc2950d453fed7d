"""The second study: another question, built by the same press from its own root, as its record says."""

import shutil
import subprocess
import sys

import pytest

from llmexposure.base.project import Project, current
from llmexposure.publish import paper
from llmexposure.publish.verify.rebuild import rebuild_and_compare

EXAMPLE = Project(current().root / "examples/tightness")


@pytest.fixture(scope="module")
def found():
    return rebuild_and_compare(EXAMPLE.root)


def test_numbers_are_those_of_the_record(found):
    assert found.failure == ""
    assert found.numbers_hold
    assert "tightness.open.prefectures.slope" in found.numbers.names


@pytest.mark.skipif(not paper.available(), reason="xelatex and latexmk are not installed")
def test_its_paper_is_built_with_the_style_file_of_the_press(found):
    assert not (EXAMPLE.paper / "llmexposure.sty").exists()
    assert "paper/paper.pdf" in found.files.names
    assert found.kept == ()


def test_its_table_is_made_as_it_says(tmp_path):
    (tmp_path / "data/analysis").mkdir(parents=True)
    script = shutil.copy(EXAMPLE.root / "make_table.py", tmp_path)
    subprocess.run([sys.executable, script], cwd=current().root, check=True)
    made = (tmp_path / "data/analysis/prefectures.csv").read_bytes()
    assert made == (EXAMPLE.analysis / "prefectures.csv").read_bytes()
