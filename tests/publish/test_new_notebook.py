"""`llmexposure new notebook`: it has the form of the others, runs, and the build takes it."""

import json
import shutil

import pytest

from llmexposure.base import project as paths
from llmexposure.base.errors import DataError, ParameterError
from llmexposure.base.project import Project
from llmexposure.publish import skeleton


def test_a_new_notebook_has_the_form_of_the_others(project):
    shutil.copy(paths.current().analysis / "codebook.csv", project.root / "data/analysis")
    made = skeleton.write(Project(project.root), "02_next_topic", "usage_labels")
    cells = json.loads(made.read_text())["cells"]
    text = {c["id"]: "".join(c["source"]) for c in cells}
    assert text["title-text"].startswith("# 2. Next topic")
    assert "Evidence:" in text["title-text"]
    assert 'start("02_next_topic"' in text["start"]
    assert "eloundou_gpts_are_gpts" in text["start"]
    assert [c["id"] for c in cells if "parameters" in c["metadata"].get("tags", [])] == [
        "parameters"
    ]


@pytest.mark.parametrize(
    ("name", "table", "error", "said"),
    [
        ("new_topic", None, ParameterError, "two digits and a topic"),
        ("02_Topic", None, ParameterError, "in lower case"),
        ("01_other", None, ParameterError, "01_small.ipynb has the number 01"),
        ("02_topic", "nothing", DataError, "no committed table nothing.csv"),
    ],
)
def test_what_cannot_be_written_is_refused(project, name, table, error, said):
    before = {*(project.root / "notebooks").iterdir()}
    with pytest.raises(error, match=said):
        skeleton.write(Project(project.root), name, table)
    assert {*(project.root / "notebooks").iterdir()} == before


def test_the_build_takes_a_new_notebook(project):
    shutil.copy(paths.current().analysis / "codebook.csv", project.root / "data/analysis")
    done = project.run("new", "notebook", "02_next_topic", "--table", "usage_labels")
    assert done.stdout == "notebooks/02_next_topic.ipynb\n", done.stderr
    built = project.run("build")
    assert (project.root / "results/02_next_topic.json").exists(), built.stdout + built.stderr
    record = json.loads((project.root / "results/02_next_topic.json").read_text())
    assert "next_topic.open.usage_labels.rows" in record
