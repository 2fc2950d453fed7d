"""A notebook for every set of parameters: checked first, failures named, the rest kept."""

import json

import nbformat
import pandas as pd
import pytest

from llmexposure.analysis.curves.run import read_sweeps
from llmexposure.base.errors import BuildError, ParameterError
from llmexposure.base.project import Project, current
from llmexposure.publish.sweeps import digest, execute, notebook_of, parameter_sets, run
from llmexposure.report import record
from llmexposure.report.sweeps import Sweep

CODE = """
import json
from llmexposure.base.project import output_folder
folder = output_folder("99_demo")
folder.mkdir()
entry = {"value": 1 / size, "unit": "slope", "digits": 2, "evidence": "open"}
(folder / "99_demo.json").write_text(json.dumps({"a.open.b.c": entry}))
"""


@pytest.fixture
def notebook(tmp_path):
    cell = nbformat.v4.new_code_cell(
        "size: int = 1  # from 0 to 9", metadata={"tags": ["parameters"]}
    )
    path = tmp_path / "notebooks" / "99_demo.ipynb"
    path.parent.mkdir()
    made = nbformat.v4.new_notebook(cells=[cell, nbformat.v4.new_code_cell(CODE)])
    made.metadata["language_info"] = {"name": "python"}
    nbformat.write(made, path)
    return path


def demo(sizes):
    return Sweep("demo", "demo", "99_demo", {"size": sizes}, (), {})


def test_every_set_is_checked_before_anything_runs(notebook):
    with pytest.raises(ParameterError, match=r'demo, set {"size": 12}.*from 0 to 9'):
        parameter_sets(demo([1, 12]), notebook)
    with pytest.raises(ParameterError, match="unknown parameter 'colour'"):
        parameter_sets(Sweep("demo", "demo", "99_demo", {"colour": ["red"]}, (), {}), notebook)


def test_a_set_that_fails_is_named_and_the_rest_is_kept(notebook, tmp_path):
    entry = record.entry("a.open.b.c", 0.5, "slope", 2, n=7, ci_low=0.1)

    def stand_in(_project, _path, given, _out):
        if given["size"] == 2:
            raise BuildError("cell broke")
        return {"a.open.b.c": entry}

    project = Project(tmp_path)
    table, failures = run(project, demo([1, 2, 3]), execute=stand_in, say=lambda _: None)
    assert len(failures) == 1
    assert '{"size": 2}: cell broke' in failures[0]
    assert table["size"].tolist() == [1, 2, 3]
    assert table["error"].tolist()[1] == "cell broke"
    assert table["n"].tolist()[2] == 7
    files = sorted(p.suffix for p in (project.build / "sweeps/demo").iterdir())
    assert files == [".csv", ".json", ".json"]
    kept = record.load(project.build / "sweeps/demo" / f"{digest('99_demo', {'size': 1})}.json")
    assert kept["a.open.b.c"]["ci_low"] == 0.1
    assert len(pd.read_csv(project.build / "sweeps/demo" / "demo.csv")) == 3


def test_a_notebook_really_runs_and_its_failure_is_said(notebook, tmp_path):
    project = Project(tmp_path)
    found = execute(project, notebook, {"size": 4}, tmp_path / "done.ipynb")
    assert found["a.open.b.c"]["value"] == 0.25
    with pytest.raises(BuildError, match="ZeroDivisionError"):
        execute(project, notebook, {"size": 0}, tmp_path / "failed.ipynb")


def test_the_committed_notebook_sweeps_are_accepted():
    for sweep in read_sweeps().notebook.values():
        sets = parameter_sets(sweep, notebook_of(current(), sweep))
        assert len({digest(sweep.units, one) for one in sets}) == len(sets)
        assert json.loads(json.dumps(sets)) == sets


def test_an_unknown_notebook_is_named():
    with pytest.raises(ParameterError, match="no notebook '99_demo'; expected one of 0"):
        notebook_of(current(), demo([1]))
