"""The build on a throwaway paper: what runs, what does not, and what a failure leaves behind."""

import json
import os
import shutil
import subprocess
import sys

import pytest

from llmexposure.build import paper

needs_tex = pytest.mark.skipif(not paper.available(), reason="xelatex and latexmk are not installed")


def test_build_then_nothing_then_only_what_changed(project):
    first = project.run("build")
    assert first.returncode == 0, first.stderr
    assert "building 01_small" in first.stdout
    entry = json.loads((project.root / "results/01_small.json").read_text())["small.open.tasks.count"]
    assert entry["value"] == 19265
    assert entry["cell"] == "count"
    assert entry["notebook"] == "01_small"
    assert entry["parameters"] == {"exposure": "beta"}
    assert {p.suffix for p in (project.root / "figures").iterdir()} == {".pdf", ".png", ".csv"}
    before = project.outputs()

    second = project.run("build")
    assert "building" not in second.stdout
    assert project.run("build", "--explain").stdout == "nothing is stale\n"

    project.write_notebook(data='labels = run.load("task_labels")  # the same table')
    explained = project.run("build", "--explain").stdout
    assert "01_small" in explained
    assert "input changed: notebooks/01_small.ipynb" in explained
    assert "building 01_small" in project.run("build").stdout
    assert project.outputs() == before


def test_a_failing_notebook_names_its_cell_and_leaves_outputs_whole(project):
    assert project.run("build").returncode == 0
    before = project.outputs()
    project.write_notebook(figure='raise RuntimeError("no figure today")')
    failed = project.run("build")
    assert failed.returncode != 0
    message = [line for line in failed.stderr.splitlines() if line.startswith("error:")]
    assert len(message) == 1
    assert "notebooks/01_small.ipynb: cell 'figure' failed: RuntimeError: no figure today" in message[0]
    assert project.outputs() == before


def test_a_bad_parameter_stops_before_a_kernel_starts(project):
    project.write_notebook(parameters='exposure: str = "delta"  # one of: alpha, beta\n')
    failed = project.run("build")
    assert failed.returncode != 0
    assert "parameter exposure: expected one of alpha, beta, found 'delta'" in failed.stderr
    assert not (project.root / "build/notebooks/01_small.ipynb").exists()


def test_a_bad_table_stops_with_file_column_and_row(project):
    path = project.root / "data/analysis/task_labels.csv"
    path.write_text(path.read_text().replace("11,E0,E0,", "11,E0,E0,x", 1))
    failed = project.run("build")
    assert failed.returncode != 0
    assert "data/analysis/task_labels.csv, line 2, column 'n_tasks'" in failed.stderr
    assert not (project.root / "results").exists()


def test_an_output_that_is_named_but_not_made_is_an_error(project):
    project.write_notebook(finish='None if True else run.figure("ghost")\nrun.finish()')
    failed = project.run("build")
    assert "did not write ghost.csv" in failed.stderr


def test_a_wrong_key_stops_the_build_and_names_the_nearest(project):
    page = project.root / "paper/paper.tex"
    page.write_text(page.read_text().replace("tasks.count} tasks", "tasks.cuont} tasks"))
    failed = project.run("build")
    assert failed.returncode != 0
    assert "paper/paper.tex:5: result key small.open.tasks.cuont" in failed.stderr
    assert "did you mean small.open.tasks.count?" in failed.stderr
    assert not (project.root / "paper/paper.pdf").exists()


@needs_tex
def test_the_pdf_has_the_same_bytes_in_another_folder(project, tmp_path_factory):
    twin = tmp_path_factory.mktemp("twin") / "project"
    shutil.copytree(project.root, twin)
    assert project.run("build").returncode == 0
    first = project.outputs()
    project.root = twin
    assert project.run("build").returncode == 0
    assert project.outputs() == first
    assert "paper/paper.pdf" in first


@needs_tex
def test_a_latex_error_is_one_message_and_keeps_the_old_pdf(project):
    assert project.run("build").returncode == 0
    before = project.outputs()["paper/paper.pdf"]
    page = project.root / "paper/paper.tex"
    page.write_text(page.read_text().replace("tasks.\n", "tasks. \\nosuchcommand\n", 1))
    failed = project.run("build")
    assert failed.returncode != 0
    assert "LaTeX: " in failed.stderr
    assert "nosuchcommand" in failed.stderr or "Undefined control sequence" in failed.stderr
    assert project.outputs()["paper/paper.pdf"] == before


def test_result_prints_one_entry_or_a_hint(project):
    assert project.run("build").returncode == 0
    shown = project.run("result", "small.open.tasks.count")
    assert json.loads(shown.stdout)["small.open.tasks.count"]["value"] == 19265
    failed = project.run("result", "small.open.tasks.cuont")
    assert failed.returncode == 1
    assert "did you mean small.open.tasks.count?" in failed.stderr


def test_a_notebook_runs_by_hand_and_compares_itself_with_the_record(project):
    assert project.run("build").returncode == 0
    before = project.outputs()
    command = [sys.executable, "-m", "papermill", "notebooks/01_small.ipynb", "out.ipynb", "-p", "exposure", "alpha"]
    environment = {**os.environ, "LLMEXPOSURE_ROOT": str(project.root)}
    done = subprocess.run(command, cwd=project.root, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert (project.root / "build/manual/01_small/01_small.json").exists()
    assert project.outputs() == before

    wrong = [*command[:-2], "exposur", "alpha"]
    done = subprocess.run(wrong, cwd=project.root, env=environment, capture_output=True, text=True)
    assert done.returncode != 0
    assert "unknown parameter 'exposur'" in done.stderr
