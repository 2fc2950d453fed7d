"""A newer vintage: what it changes is said, number by number and sentence by sentence; the record stays."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from llmexposure.base.errors import SourceError
from llmexposure.base.files import sha256_of
from llmexposure.base.project import Project
from llmexposure.base.sources.registry import load_registry
from llmexposure.publish import refresh
from llmexposure.publish.verify.rebuild import environment

SOURCE = """[source.scb_occupation_age]
title = "Employees"
page = "https://example.org/employees"
licence = "CC BY 4.0"
citation = "Statistics Sweden"
redistribute = true
note = "invented"

[source.scb_occupation_age.files."scb_yreg54bas.json"]
urls = ["https://example.org/scb_yreg54bas.json"]
sha256 = "{}"
bytes = {}
"""
CELLS = {
    "growth": 'people = run.load("sweden_employees").groupby("year")["employees"].sum()\n'
    'run.record("small.open.employees.growth", people[2023] - people[2022], "count", 0, '
    'source=["scb_occupation_age"])',
    "years": 'run.record("small.open.employees.years", len(people), "count", 0, '
    'source=["scb_occupation_age"])',
    "finish": "run.finish()",
}
PAGE = r"""\documentclass{article}
\usepackage[round]{natbib}
\usepackage{llmexposure}
\begin{document}
Employment \says{rose}{+}{small.open.employees.growth}, by \result{small.open.employees.growth}
people, over \result{small.open.employees.years} years.
\bibliographystyle{plainnat}\bibliography{references}
\end{document}
"""
# One topic of `llmexposure data`, so that the test needs no other upstream file.
DERIVE = """
from llmexposure.base.project import current
from llmexposure.derive.employees import derived
from llmexposure.report.tables import table_text
for name, frame in derived():
    path = current().analysis / f"{name}.csv"
    path.write_text(table_text(name, frame, path))
"""


def employees(*counts: int) -> str:
    """Answer of Statistics Sweden with one occupation, one age and two years."""
    labels = {"Yrke2012": ["0110"], "Alder": ["16-24"], "Tid": ["2022", "2023"]}
    dimension = {
        n: {"category": {"index": {c: i for i, c in enumerate(v)}}} for n, v in labels.items()
    }
    sizes = [len(codes) for codes in labels.values()]
    return json.dumps({"id": [*labels], "size": sizes, "dimension": dimension, "value": counts})


def derive(copy, upstream):
    env = {**environment(copy), "LLMEXPOSURE_MIRROR": str(upstream)}
    subprocess.run([sys.executable, "-c", DERIVE], cwd=copy, env=env, check=True)
    return []


@pytest.fixture
def study(project, tmp_path_factory, monkeypatch):
    """The small paper on employees, not yet built; folder and file of the newer vintage."""
    file = tmp_path_factory.mktemp("old") / "scb_occupation_age/scb_yreg54bas.json"
    file.parent.mkdir()
    file.write_text(employees(100, 130))
    monkeypatch.setenv("LLMEXPOSURE_ROOT", str(project.root))
    monkeypatch.setenv("LLMEXPOSURE_MIRROR", str(file.parent.parent))
    register = SOURCE.format(sha256_of(file), file.stat().st_size)
    (project.root / "data/sources.toml").write_text(register)
    (project.root / "paper/paper.tex").write_text(PAGE)
    project.notebook("01_small", 'rater: str = "gpt4"  # one of: gpt4, human\n', CELLS)
    newer = tmp_path_factory.mktemp("new")
    (newer / "scb_occupation_age").mkdir()
    return project, newer, newer / "scb_occupation_age/scb_yreg54bas.json"


def test_a_newer_vintage_is_told_and_the_record_stays(study):
    small, newer, file = study
    derive(small.root, Path(os.environ["LLMEXPOSURE_MIRROR"]))
    done = small.run("build")
    assert done.returncode == 0, done.stderr
    project = Project(small.root)
    before = {p: p.read_bytes() for p in project.root.rglob("*") if p.is_file()}
    file.write_text(employees(100, 90))
    found = refresh.refresh(project, newer, derive)
    assert found.failure == ""
    assert found.files == ("scb_occupation_age/scb_yreg54bas.json",)
    assert [*found.tables] == ["data/analysis/sweden_employees.csv"]
    assert {c.name: (c.old, c.new) for c in found.numbers} == {
        "small.open.employees.growth": ("30", "-10")
    }
    assert found.lines == {"paper/paper.tex:5": [("small.open.employees.growth", "30", "-10")]}
    assert len(found.untrue) == 1
    assert found.untrue[0].startswith("paper/paper.tex:5: 'rose' says +, but small.open.employees")
    assert {p: p.read_bytes() for p in before} == before
    adopt = project.build / "refresh/data"
    assert "90" in (adopt / "analysis/sweden_employees.csv").read_text()
    known = load_registry(adopt / "sources.toml")["scb_occupation_age"].files[file.name]
    assert known.found(file) == known.known_by
    text = refresh.report(found)
    assert "## Sentences no longer true: 1" in text
    assert "| paper/paper.tex:5 | small.open.employees.growth | 30" in text


def test_no_newer_file_and_one_that_is_not_registered_are_refused(study):
    small, newer, file = study
    project = Project(small.root)
    file.write_text(employees(100, 130))
    with pytest.raises(SourceError, match="no file of another vintage"):
        refresh.refresh(project, newer, derive)
    file.with_name("scb_yreg54bas.csv").write_text("x")
    with pytest.raises(SourceError, match=r"did you mean 'scb_yreg54bas.json'"):
        refresh.refresh(project, newer, derive)
