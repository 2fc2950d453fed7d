"""The build on a throwaway paper: what runs, what does not, and what a failure leaves behind."""

import json
import os
import re
import subprocess
import sys
import zlib

import pytest

from llmexposure.publish import paper

needs_tex = pytest.mark.skipif(
    not paper.available(), reason="xelatex and latexmk are not installed"
)


def test_the_first_build_makes_everything(built):
    assert built.first.returncode == 0, built.first.stderr
    assert "building 01_small" in built.first.stdout
    entry = json.loads((built.root / "results/01_small.json").read_text())["small.open.tasks.count"]
    assert entry["value"] == 19265
    assert entry["cell"] == "count"
    assert entry["notebook"] == "01_small"
    assert entry["parameters"] == {"exposure": "beta"}
    assert {p.suffix for p in (built.root / "figures").iterdir()} == {".pdf", ".png", ".csv"}


@needs_tex
def test_each_number_and_exhibit_of_the_pdf_leads_to_its_row_on_a_page(built):
    page = (built.root / "build/html/01_small.html").read_text()
    links = {
        *re.findall(rb"/URI\(([^)]+)\)", streams((built.root / "paper/paper.pdf").read_bytes()))
    }
    for name in ("small.open.tasks.count", "tasks", "counts"):
        assert f"../build/html/01_small.html#{name}".encode() in links
        assert f'<tr id="{name}">' in page


def streams(pdf: bytes) -> bytes:
    """A PDF with its packed objects unpacked."""
    packed = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.S)
    unpacked = [zlib.decompressobj().decompress(one) for one in packed if one[:1] == b"x"]
    return b"".join([pdf, *unpacked])


def test_an_unchanged_build_does_nothing(built):
    assert "building" not in built.run("build").stdout
    assert built.run("build", "--explain").stdout == "nothing is stale\n"


def test_a_changed_notebook_is_explained_and_rebuilt(built):
    before = built.outputs()
    built.write_notebook(data='labels = run.load("usage_labels")  # the same table')
    explained = built.run("build", "--explain").stdout
    assert "01_small" in explained
    assert "input changed: notebooks/01_small.ipynb" in explained
    assert "building 01_small" in built.run("build").stdout
    assert built.outputs() == before


def test_an_edited_output_is_named_and_made_again(built):
    path = built.root / "figures/tasks.csv"
    before = path.read_bytes()
    path.write_bytes(before + b"\n")
    lines = built.run("build", "--explain").stdout.splitlines()
    found = [line.strip(" -") for line in lines if "output not as" in line]
    assert found == ["output not as the build left it: figures/tasks.csv"]
    assert built.run("build").returncode == 0
    assert path.read_bytes() == before


def test_a_failing_notebook_names_its_cell_and_leaves_outputs_whole(built):
    before = built.outputs()
    built.write_notebook(figure='raise RuntimeError("no figure today")')
    failed = built.run("build")
    assert failed.returncode != 0
    message = [line for line in failed.stderr.splitlines() if line.startswith("error:")]
    assert len(message) == 1
    assert (
        "notebooks/01_small.ipynb: cell 'figure' failed: RuntimeError: no figure today"
        in message[0]
    )
    assert built.outputs() == before


def test_an_error_that_notebooks_share_is_told_once(project):
    project.write_notebook(figure='raise RuntimeError("no figure today")')
    notebooks = project.root / "notebooks"
    text = (notebooks / "01_small.ipynb").read_text()
    for one, other in (("01_small", "02_small"), ("tasks", "others"), ("counts", "sums")):
        text = text.replace(rf"(\"{one}\"", rf"(\"{other}\"")
    (notebooks / "02_small.ipynb").write_text(text)
    done = project.run("build")
    told = [line for line in done.stderr.splitlines() if "error: " in line]
    assert len(told) == 2, done.stderr
    assert sum("no figure today" in line for line in told) == 1
    assert sum("(full trace in build/notebooks/0" in line for line in told) == 1
    assert any(re.search(r"cell 'figure' failed as notebooks/0\d_small.ipynb did", t) for t in told)


def test_a_bad_parameter_stops_before_a_kernel_starts(project):
    project.write_notebook(parameters='exposure: str = "delta"  # one of: alpha, beta\n')
    failed = project.run("build")
    assert failed.returncode != 0
    assert "parameter exposure: expected one of alpha, beta, found 'delta'" in failed.stderr
    assert not (project.root / "build/notebooks/01_small.ipynb").exists()


def test_a_bad_table_stops_with_file_column_and_row(project):
    path = project.root / "data/analysis/usage_labels.csv"
    path.write_text(path.read_text().replace("E0,E0,", "E0,E0,x", 1))
    failed = project.run("build")
    assert failed.returncode != 0
    assert "data/analysis/usage_labels.csv, line 2, column 'n_tasks'" in failed.stderr
    assert not (project.root / "results").exists()


def test_a_table_by_any_spelling_makes_its_notebook_stale(built):
    built.write_notebook(data='for name in ["usage_" + "labels"]:\n    labels = run.load(name)')
    assert built.run("build").returncode == 0
    path = built.root / "data/analysis/usage_labels.csv"
    path.write_text(path.read_text().replace("E0,E0,", "E0,E0,1", 1))
    explained = built.run("build", "--explain").stdout
    assert "input changed: data/analysis/usage_labels.csv" in explained
    if paper.available():
        assert (
            "  data/analysis/usage_labels.csv\n" in (built.root / "results/SHA256SUMS").read_text()
        )


def test_an_output_that_is_made_no_more_goes_and_the_paper_may_not_print_it(project):
    assert project.run("build").returncode == 0
    project.write_notebook(figure="None")
    failed = project.run("build")
    assert not list((project.root / "figures").iterdir())
    assert failed.returncode != 0
    assert "no notebook makes the exhibit tasks" in failed.stderr


def test_a_notebook_without_notes_runs_after_those_it_reads(project):
    code = (project.root / "notebooks/01_small.ipynb").read_text()
    reads = code.replace("01_small", "00_all").replace("small.open", "all.open")
    reads = reads.replace("labels = run.load", 'run.earlier(\\"01_small\\"); labels = run.load')
    reads = reads.replace('\\"tasks\\"', '\\"others\\"').replace('\\"counts\\"', '\\"sums\\"')
    (project.root / "notebooks/00_all.ipynb").write_text(reads)
    done = project.run("build")
    assert done.returncode == 0, done.stderr
    assert "00_all,reads,results/01_small.json" in (project.root / "results/steps.csv").read_text()
    assert "building" not in project.run("build").stdout


def test_a_table_that_is_handed_on_reaches_later_notebooks_of_a_build_and_no_other_run(project):
    later = {
        "data": 'labels = run.load("usage_labels")',
        "count": 'total = labels["n_tasks"].sum()\n'
        'run.record("later.open.tasks.count", total, "count", 0, source=["onet_29_3"])',
        "finish": "run.finish()",
    }
    project.notebook("02_later", 'exposure: str = "beta"  # one of: alpha, beta\n', later)
    give = 'run.hand_on("usage_labels", labels.assign(n_tasks={}))\nrun.finish()'
    record = project.root / "results/02_later.json"
    for each in (1, 2):
        project.write_notebook(finish=give.format(each))
        done = project.run("build")
        assert done.returncode == 0, done.stderr
        assert json.loads(record.read_text())["later.open.tasks.count"]["value"] == 9 * each
    assert "building" not in project.run("build").stdout
    assert "handed" not in (project.root / "results/SHA256SUMS").read_text()
    project.write_notebook()
    assert project.run("build").returncode == 0
    assert json.loads(record.read_text())["later.open.tasks.count"]["value"] == 19_265


def test_a_table_handed_on_while_its_reader_runs_makes_it_run_again(project):
    wait = (
        "import time\nfrom llmexposure.base.project import current\n"
        "until = time.monotonic() + 10\n"
        "while not (current().root / {!r}).exists() and time.monotonic() < until: time.sleep(0.02)\n"
    )
    later = {
        "data": 'labels = run.load("usage_labels")\n(run.folder / "read").touch()',
        "count": wait.format("results/steps.csv") + 'run.record("later.open.tasks.count", '
        'labels["n_tasks"].sum(), "count", 0, source=["onet_29_3"])',
        "finish": "run.finish()",
    }
    project.notebook("02_later", 'exposure: str = "beta"  # one of: alpha, beta\n', later)
    give = 'run.hand_on("usage_labels", labels.assign(n_tasks=1))\nrun.finish()'
    project.write_notebook(finish=wait.format("build/stage/02_later/read") + give)
    done = project.run("build")
    assert done.returncode == 0, done.stderr
    record = json.loads((project.root / "results/02_later.json").read_text())
    assert record["later.open.tasks.count"]["value"] == 9
    notes = (project.root / "results/steps.csv").read_text()
    assert "02_later,reads,build/handed/01_small/usage_labels.csv" in notes


def test_a_wrong_key_stops_the_build_and_names_the_nearest(built):
    page = built.root / "paper/paper.tex"
    page.write_text(page.read_text().replace("tasks.count} tasks", "tasks.cuont} tasks"))
    failed = built.run("build")
    assert failed.returncode != 0
    assert "paper/paper.tex:5: result key small.open.tasks.cuont" in failed.stderr
    assert "did you mean small.open.tasks.count?" in failed.stderr


@needs_tex
def test_the_same_bytes_in_another_folder(built, project):
    assert project.run("build").returncode == 0
    assert project.outputs() == built.outputs()
    assert "paper/paper.pdf" in project.outputs()


@needs_tex
def test_documents_beside_the_paper_are_typeset_and_refer_to_each_other(project):
    page, beside = (project.root / "paper" / name for name in ("paper.tex", "beside.tex"))
    names = "\\documentsbeside{{{}}}\n\\begin{{document}}\nSee~\\ref{{{}}}. "
    head = page.read_text().replace("\\begin{document}\n", names.format("beside", "sec:there"))
    page.write_text(head.replace("} tasks.", "} tasks.\\section{Here}\\label{sec:here}", 1))
    there = names.format("paper", "sec:here") + "\\section{There}\\label{sec:there}\n"
    beside.write_text(
        "\\documentclass{article}\n\\usepackage{natbib,llmexposure}\n"
        "\\renewcommand{\\thesection}{B\\arabic{section}}\n" + there + "\\end{document}\n"
    )
    done = project.run("build")
    assert done.returncode == 0, done.stderr
    assert "paper/paper.pdf, paper/beside.pdf: up to date" in done.stdout
    assert b"beside.pdf" in streams((project.root / "paper/paper.pdf").read_bytes())
    assert "paper/beside.pdf" in (project.root / "results/SHA256SUMS").read_text()
    assert "building" not in project.run("build").stdout
    beside.write_text(beside.read_text().replace("sec:here", "sec:nowhere"))
    failed = project.run("build")
    assert "paper/beside.tex:6: sec:nowhere is no label of the documents" in failed.stderr


@needs_tex
def test_files_of_a_latex_run_that_was_cut_short_are_no_obstacle(built):
    before = built.outputs()
    notes = built.root / "build/latex/paper.aux"
    notes.write_text(notes.read_text() + "\\newlabel{cut}{{1")
    (built.root / "paper/paper.pdf").unlink()
    again = built.run("build")
    assert again.returncode == 0, again.stderr
    assert built.outputs() == before


@needs_tex
def test_a_latex_error_is_one_message_and_keeps_the_old_pdf(built):
    before = built.outputs()["paper/paper.pdf"]
    page = built.root / "paper/paper.tex"
    page.write_text(page.read_text().replace("tasks.\n", "tasks. \\nosuchcommand\n", 1))
    failed = built.run("build")
    assert failed.returncode != 0
    assert "LaTeX: " in failed.stderr
    assert "nosuchcommand" in failed.stderr or "Undefined control sequence" in failed.stderr
    assert built.outputs()["paper/paper.pdf"] == before


def test_result_prints_one_entry_or_a_hint(built):
    shown = built.run("result", "small.open.tasks.count")
    assert json.loads(shown.stdout)["small.open.tasks.count"]["value"] == 19265
    failed = built.run("result", "small.open.tasks.cuont")
    assert failed.returncode == 1
    assert "did you mean small.open.tasks.count?" in failed.stderr


def test_a_notebook_runs_by_hand_and_compares_itself_with_the_record(built):
    before = built.outputs()
    command = [
        sys.executable,
        "-m",
        "papermill",
        "notebooks/01_small.ipynb",
        "out.ipynb",
        "-p",
        "exposure",
        "alpha",
    ]
    environment = {**os.environ, "LLMEXPOSURE_ROOT": str(built.root)}
    done = subprocess.run(command, cwd=built.root, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert (built.root / "build/manual/01_small/01_small.json").exists()
    assert built.outputs() == before

    wrong = [*command[:-2], "exposur", "alpha"]
    done = subprocess.run(wrong, cwd=built.root, env=environment, capture_output=True, text=True)
    assert done.returncode != 0
    assert "unknown parameter 'exposur'" in done.stderr


def test_a_build_with_nothing_to_do_loads_neither_estimation_nor_figures():
    code = (
        "import sys; import llmexposure.publish.engine\n"
        "print({'statsmodels', 'scipy', 'matplotlib', 'papermill'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
