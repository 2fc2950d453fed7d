"""What every notebook must be: thin, without outputs, with named cells."""

import ast
import json
import re

import pytest

from llmexposure.base.project import current
from llmexposure.publish.steps import read_notes, step

ALL = sorted(current().notebooks.glob("*.ipynb"))


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


def test_the_first_import_says_what_to_do_in_a_kernel_of_another_environment(cells):
    start = next("".join(c["source"]) for c in cells if c["id"] == "start")
    told = "from llmexposure.report.run import start  # no such module? Take the kernel of .venv"
    assert start.startswith(told)


def lines_of_code(source):
    """Lines of a cell without the words for those who cannot see its figure."""
    return len(re.sub(r'^ +alt=(\(\n(.+\n)+? +\)|".*"),\n', "", source, flags=re.M).splitlines())


def test_cells_are_short(cells):
    code = [(c["id"], "".join(c["source"])) for c in cells if c["cell_type"] == "code"]
    assert not [name for name, source in code if lines_of_code(source) > 22]


def test_no_definitions(cells):
    text = "\n".join("".join(c["source"]) for c in cells if c["cell_type"] == "code")
    nodes = ast.walk(ast.parse(text))
    assert not [n for n in nodes if isinstance(n, ast.FunctionDef | ast.ClassDef)]


def test_nothing_is_recorded_in_a_comprehension(cells):
    trees = [ast.parse("".join(c["source"])) for c in cells if c["cell_type"] == "code"]
    lists = [
        n for tree in trees for n in ast.walk(tree) if isinstance(n, ast.ListComp | ast.DictComp)
    ]
    assert not [ast.unparse(n) for n in lists if "run.record(" in ast.unparse(n)]


@pytest.mark.parametrize("path", ALL, ids=lambda p: p.stem)
def test_inputs_and_outputs_are_those_of_the_last_run(path):
    found = step(current(), path, read_notes(current()))
    names = {p.name for p in found.inputs}
    assert path.name in names
    assert "record.py" in names
    assert any(p.suffix in (".csv", ".json") for p in found.inputs)
    assert found.outputs[0].name == f"{path.stem}.json"
    kept = (p for p in found.inputs if not p.is_relative_to(current().handed))
    assert all(file.exists() for file in (*kept, *found.outputs))


# Notebooks in which a later cell still gives another meaning to a name.


def taken(body):
    """Names that statements bind, and those that they take from elsewhere, in the order of evaluation."""
    bound, free = set(), set()
    for part in body:
        if isinstance(part, ast.For):
            targets = names(part.target, ast.Store)
            inner, outer = taken(part.body)
            free |= (names(part.iter, ast.Load) - bound) | (outer - targets - bound)
            bound |= targets | inner
            continue
        own = {n for c in ast.walk(part) for n in local(c)}
        augmented = names(part.target, ast.Store) if isinstance(part, ast.AugAssign) else set()
        free |= (names(part, ast.Load) | augmented) - bound - own
        bound |= names(part, ast.Store) - own
    return bound, free


def names(node, context):
    return {n.id for n in ast.walk(node) if isinstance(n, ast.Name) and isinstance(n.ctx, context)}


def local(node):
    """Names of a comprehension or a lambda."""
    if isinstance(node, ast.comprehension):
        return names(node.target, ast.Store)
    return {a.arg for a in node.args.args} if isinstance(node, ast.Lambda) else set()


def test_a_name_that_cells_share_is_bound_by_one_of_them(cells):
    code = {
        c["id"]: taken(ast.parse("".join(c["source"])).body)
        for c in cells
        if c["cell_type"] == "code"
    }
    by = {
        c: {n: [o for o in code if n in code[o][0]] for n in free} for c, (_, free) in code.items()
    }
    assert [(c, n, o) for c, shared in by.items() for n, o in shared.items() if len(o) > 1] == []
