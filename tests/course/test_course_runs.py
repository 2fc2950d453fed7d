"""Notebooks of the course as they run: solutions full, starters less, submissions that misbehave, the lab."""

import json
import os
import resource
import subprocess
import sys

import pandas as pd
import pytest
from staff import grade
from staff.keys import EXERCISES, INSTRUCTOR

LAB = ("0_setup", "1_data", "2_regression", "3_event_study", "4_curve", "5_discussion")
SETTINGS = grade.Settings.read(INSTRUCTOR)


def notebook(path, *sources):
    cells = [
        {
            "cell_type": "code",
            "id": f"c{i}",
            "metadata": {},
            "source": s,
            "outputs": [],
            "execution_count": None,
        }
        for i, s in enumerate(sources)
    ]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(
        json.dumps({"cells": cells, "nbformat": 4, "nbformat_minor": 5, "metadata": {}})
    )


def rows(folder, **more):
    found = pd.DataFrame(grade.grade(folder, SETTINGS, **more))
    return found.set_index(["student", "exercise"])


@pytest.mark.parametrize("exercise", EXERCISES)
def test_solutions_grade_full_and_starters_less(course, tmp_path, exercise):
    for student, folder in (("2100012345", "instructor"), ("2100054321", "exercises")):
        source = next((course / folder).glob(f"{exercise}_*.ipynb"))
        target = tmp_path / student / source.name
        target.parent.mkdir()
        target.write_bytes(source.read_bytes())
    settings, only = SETTINGS, [exercise]
    found = {
        s: grade._row(tmp_path / s, e, settings, 120)
        for s in ("2100012345", "2100054321")
        for e in only
    }
    assert found["2100012345"]["points"] == 10, found["2100012345"]
    assert found["2100012345"]["errors"] == ""
    assert found["2100054321"]["points"] <= 2
    assert found["2100054321"]["errors"] == ""


def test_submissions_that_misbehave_do_not_stop_the_others(course, tmp_path, monkeypatch):
    monkeypatch.setattr(grade, "EXERCISES", ("e5",))
    name = "e5_ols_by_hand.ipynb"
    good = (course / "instructor" / name).read_bytes()
    (tmp_path / "2100000009").mkdir()
    (tmp_path / "2100000009" / name).write_bytes(good)
    notebook(tmp_path / "crash" / name, "answers = {'slope': 1}", "1 / 0")
    notebook(tmp_path / "hang" / name, "while True:\n    pass")
    notebook(tmp_path / "asks" / name, "input('your name?')")
    notebook(tmp_path / "ends" / name, "import os\nos._exit(3)")
    notebook(tmp_path / "writes" / name, "open('left.txt', 'w').write('x')", "answers = {}")
    notebook(
        tmp_path / "=cmd()" / name, "answers = {'slope': 'text', 'se': [1, 2], 'r2': object()}"
    )
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / name).write_text("{not json")
    (tmp_path / "empty").mkdir()
    found = rows(tmp_path, seconds=8, jobs=2)
    said = found["errors"].droplevel("exercise")
    assert found.loc[("2100000009", "e5"), "points"] == 10
    assert found.drop(index=("2100000009", "e5"))["points"].max() == 0
    assert "ZeroDivisionError" in said["crash"]
    assert said["hang"] in ("stopped after 8 seconds", "the process ended with code -9 before it answered",
                            "the process ended with code -24 before it answered")  # fmt: skip
    assert "EOFError" in said["asks"] or "StdinNotImplemented" in said["asks"]
    assert said["ends"] == "the process ended with code 3 before it answered"
    assert "JSONDecodeError" in said["broken"]
    assert said["empty"] == "not handed in"
    assert found.loc[("writes", "e5"), "files"] == "left.txt"
    assert "slope: type" in found.loc[("=cmd()", "e5"), "hints"]
    out = tmp_path / "grades.csv"
    grade.write(found.reset_index().to_dict("records"), out)
    assert "\n'=cmd()," in out.read_text()


def test_numbers_that_were_typed_in_earn_no_hidden_points(course, tmp_path, monkeypatch):
    from kit.variants import own_seed
    from staff.keys import reference

    monkeypatch.setattr(grade, "EXERCISES", ("e5",))
    right = reference().answers("e5", own_seed("2100012345", "e5"))
    typed = {name: float(answer.right) for name, answer in right.items()}
    notebook(tmp_path / "2100012345" / "e5_typed.ipynb", f"answers = {typed}")
    row = rows(tmp_path).iloc[0]
    assert row["points"] == 6
    assert row["hints"].count("typed") == 4


def test_a_submission_sees_no_variable_of_the_grader(tmp_path, monkeypatch):
    monkeypatch.setenv("GRADER_KEY", "secret")
    notebook(
        tmp_path / "e5_x.ipynb",
        "import os\nanswers = {'seen': os.environ.get('GRADER_KEY', 'none')}",
    )
    assert grade.run(tmp_path / "e5_x.ipynb", "e5", 0, 30).answers == {"seen": "none"}


def cpu_seconds():
    """Of finished child processes: what a notebook takes, however busy the machine is."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def test_the_lab_runs_end_to_end_each_notebook_under_twenty_seconds(course):
    program = (
        "import json, sys; from IPython.core.interactiveshell import InteractiveShell as S\n"
        "shell = S.instance()\n"
        "for c in json.load(open(sys.argv[1], encoding='utf-8'))['cells']:\n"
        "    if c['cell_type'] == 'code': shell.run_cell(''.join(c['source'])).raise_error()\n"
    )
    seconds = {}
    for name in LAB:
        begun = cpu_seconds()
        done = subprocess.run(
            [sys.executable, "-c", program, f"{name}.ipynb"], cwd=course / "lab", capture_output=True,
            text=True, env={**os.environ, "MPLBACKEND": "Agg", "OMP_NUM_THREADS": "1"},
        )  # fmt: skip
        seconds[name] = cpu_seconds() - begun
        assert done.returncode == 0, done.stderr[-2000:]
        assert "DIFFER" not in done.stdout, f"{name}: not the paper's number"
    assert max(seconds.values()) < 20, seconds
    assert sum(seconds.values()) < 120, seconds
