"""The export for nbgrader: marks, a test for each answer, and no solution in what nbgrader releases."""

import json
import shutil
import subprocess

import pytest
from staff import nbgrader
from staff.keys import EXERCISES, key


def test_each_answer_has_a_test_and_each_solution_a_mark(tmp_path):
    source = nbgrader.export(tmp_path / "class")
    found = sorted(source.glob("e*.ipynb"))
    assert len(found) == len(EXERCISES)
    for exercise, path in zip(EXERCISES, found, strict=True):
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        marks = [c["metadata"]["nbgrader"] for c in cells if "nbgrader" in c["metadata"]]
        assert sum(m.get("points", 0) for m in marks) == len(key(exercise, 0))
        assert len({m["grade_id"] for m in marks}) == len(marks)
        solved = [c for c in cells if "BEGIN SOLUTION" in "".join(c["source"])]
        assert all(c["metadata"]["nbgrader"]["solution"] for c in solved)
    assert not list(source.rglob("reference.py"))
    with pytest.raises(FileExistsError, match="holds other files"):
        nbgrader.export(tmp_path / "class")


@pytest.mark.skipif(not shutil.which("nbgrader"), reason="no nbgrader: requirements/nbgrader.txt")
def test_nbgrader_gives_solutions_all_points_and_starters_none(tmp_path):
    source = nbgrader.export(tmp_path / "class")
    for path in source.glob("e[!5]*.ipynb"):
        path.unlink()
    folder = tmp_path / "class"

    def call(*words):
        subprocess.run(["nbgrader", *words], cwd=folder, check=True, capture_output=True)

    call("generate_assignment", "course", "--create")
    released = next((folder / "release" / "course").glob("e5*.ipynb"))
    assert "SOLUTION" not in released.read_text(encoding="utf-8")
    for student, book in (("anna", next(source.glob("e5*.ipynb"))), ("ben", released)):
        target = folder / "submitted" / student / "course"
        target.mkdir(parents=True)
        shutil.copy(book, target)
    call("autograde", "course")
    call("export")
    scores = {
        r.split(",")[3]: r.split(",")[9] for r in (folder / "grades.csv").read_text().splitlines()
    }
    assert (float(scores["anna"]), float(scores["ben"])) == (4, 0)
