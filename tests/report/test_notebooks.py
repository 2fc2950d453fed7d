"""What every notebook must be: thin, without outputs, with named cells."""

import ast
import json

import pytest

from llmexposure.base.project import NOTEBOOKS
from llmexposure.publish.steps import called, chosen, code, step

ALL = sorted(NOTEBOOKS.glob("*.ipynb"))


@pytest.fixture(params=ALL, ids=lambda p: p.stem)
def cells(request):
    return json.loads(request.param.read_text(encoding="utf-8"))["cells"]


def test_no_outputs_in_git(cells):
    assert all(not c.get("outputs") and not c.get("execution_count") for c in cells)


def test_cells_are_named(cells):
    ids = [c["id"] for c in cells]
    assert len(ids) == len(set(ids))
    assert all(i.replace("-", "").isalnum() and not i.isdigit() for i in ids)


def test_a_notebook_reads_like_a_paper(cells):
    assert cells[0]["cell_type"] == "markdown"
    assert "".join(cells[0]["source"]).startswith("# ")
    assert "Evidence:" in "".join(cells[0]["source"])


def test_cells_are_short(cells):
    long = [c["id"] for c in cells if c["cell_type"] == "code" and len(c["source"]) > 22]
    assert not long


@pytest.mark.parametrize("path", ALL, ids=lambda p: p.stem)
def test_no_definitions(path):
    nodes = ast.walk(ast.parse(code(path)))
    assert not [n for n in nodes if isinstance(n, ast.FunctionDef | ast.ClassDef)]


@pytest.mark.parametrize("path", ALL, ids=lambda p: p.stem)
def test_inputs_and_outputs_are_found_from_the_text(path):
    found = step(path)
    names = {p.name for p in found.inputs}
    assert path.name in names
    assert "record.py" in names
    assert any(p.suffix == ".csv" for p in found.inputs)
    assert found.outputs[0].name == f"{path.stem}.json"


def test_of_a_choice_on_a_parameter_the_build_counts_what_runs():
    panel = NOTEBOOKS / "17_postings_panel.ipynb"
    made = {path.stem for path in step(panel).outputs}
    assert {"panel_recovery", "panel_relationships"} <= made
    assert not made & {"own_slopes", "own_coverage", "own_relationships"}
    text = chosen(code(panel), {"postings": "mine.csv"})
    tables = called(text, r"(?:\w+_)?table")
    assert tables == ["own_slopes", "own_coverage"]
    assert called(text, "figure") == ["own_relationships"]
