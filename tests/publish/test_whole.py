"""A build that passes is whole: nothing is printed that nobody makes, and nobody writes over another."""

import shutil

import pytest

from llmexposure.publish import paper

needs_tex = pytest.mark.skipif(not paper.available(), reason="xelatex or latexmk is missing")


def failed(project) -> str:
    """The one message of a build that fails."""
    done = project.run("build")
    assert done.returncode != 0, done.stdout
    told = [line for line in done.stderr.splitlines() if line.startswith("error:")]
    assert len(told) == 1, done.stderr
    return told[0]


def second(project, name="02_more", **edit) -> str:
    """Text of the notebook under another name, with keys and exhibits of its own unless told."""
    text = (project.root / "notebooks/01_small.ipynb").read_text()
    edits = {"01_small": name, "small.open": "more.open", '\\"tasks\\"': '\\"more\\"'}
    for old, new in {**edits, '\\"counts\\"': '\\"sums\\"', **edit}.items():
        text = text.replace(old, new)
    return text


@pytest.mark.parametrize(
    ("written", "said"),
    [
        (r"\citep[p. 3]{onet_29_3, nobody_1999}", "nobody_1999 is not in the bibliography"),
        (r"\citet{onet_29_4}", "onet_29_4 is not in the bibliography; did you mean onet_29_3?"),
        (
            r"see Figure \ref{fig:taks}",
            "fig:taks is no label of the documents; did you mean fig:tasks?",
        ),
        (r"\eqref{eq:none} % \label{eq:none}", "eq:none is no label of the documents"),
    ],
)
def test_what_would_print_a_question_mark_stops_with_file_and_line(built, written, said):
    page = built.root / "paper/paper.tex"
    page.write_text(page.read_text().replace("tasks.\n", f"tasks.\n{written}\n", 1))
    message = failed(built)
    assert message.startswith("error: paper/paper.tex:6: ")
    assert said in message
    assert said in built.run("verify", "--quick").stdout


@needs_tex
def test_a_reference_that_no_source_shows_is_found_in_the_log_of_tex(built):
    page = built.root / "paper/paper.tex"
    page.write_text(
        page.read_text().replace("tasks.\n", "tasks. \\csname ref\\endcsname{fig:x}\n", 1)
    )
    assert "LaTeX: fig:x would be printed as a question mark" in failed(built)


def test_the_results_of_a_notebook_that_is_gone_go_too(project):
    (project.root / "notebooks/02_more.ipynb").write_text(second(project))
    assert project.run("build").returncode == 0
    page = project.root / "paper/paper.tex"
    page.write_text(
        page.read_text().replace("tasks.\n", "tasks.\n\\result{more.open.tasks.count}\n")
    )
    assert project.run("build").returncode == 0
    (project.root / "notebooks/02_more.ipynb").unlink()
    quick = project.run("verify", "--quick").stdout
    assert "notebooks/02_more.ipynb is gone, but not its results; 2 numbers" in quick
    assert "in paper/paper.tex:6, " in quick
    assert "02_more" in project.run("build", "--explain").stdout
    message = failed(project)
    assert "paper/paper.tex:6: result key more.open.tasks.count is not in results/" in message
    assert "notebook 02_more made it last" in message
    page.write_text(page.read_text().replace("\\result{more.open.tasks.count}\n", ""))
    done = project.run("build")
    assert done.returncode == 0, done.stderr
    left = [p.name for p in project.root.rglob("*") if p.stem in ("02_more", "more", "sums")]
    assert [
        name for name in left if not name.endswith(".ipynb")
    ] == []  # build/notebooks has a copy


def test_a_renamed_notebook_says_what_to_change_and_then_makes_the_same(project):
    assert project.run("build").returncode == 0
    before = project.outputs()
    path = project.root / "notebooks/01_small.ipynb"
    path.rename(path.with_name("03_little.ipynb"))
    message = failed(project)
    assert (
        "notebooks/03_little.ipynb: start('01_small') takes the name of the notebook's own"
        in message
    )
    assert "expected start('03_little')" in message
    path = path.with_name("03_little.ipynb")
    path.write_text(path.read_text().replace("01_small", "03_little"))
    assert project.run("build").returncode == 0
    assert {*project.outputs()} == {n.replace("01_small", "03_little") for n in before}


def test_a_copy_made_by_jupyterlab_is_left_out_with_one_line(built):
    copy = built.root / "notebooks/01_small-Copy1.ipynb"
    shutil.copy(built.root / "notebooks/01_small.ipynb", copy)
    try:
        done = built.run("build")
    finally:
        copy.unlink()
    assert done.returncode == 0
    assert done.stderr.count("\n") == 1
    assert "notebooks/01_small-Copy1.ipynb is left out: expected a name such as" in done.stderr


@pytest.mark.parametrize("kept", ['\\"tasks\\"', '\\"counts\\"'])
def test_two_notebooks_that_make_one_exhibit_are_named_and_nothing_is_written_over(built, kept):
    assert built.run("build").returncode == 0
    before = built.outputs()
    path = built.root / "notebooks/02_more.ipynb"
    path.write_text(
        second(built, **{kept.replace("tasks", "more").replace("counts", "sums"): kept})
    )
    try:
        message = failed(built)
    finally:
        path.unlink()
    assert "is made by two notebooks, 01_small and 02_more; give the figure or table" in message
    assert built.outputs() == before


def test_results_that_no_notebook_makes_stop_the_build(built):
    path = built.root / "results/99_left.json"
    path.write_text("{}\n")
    try:
        message = failed(built)
    finally:
        path.unlink()
    assert "results/99_left.json: there is no notebook 99_left.ipynb that makes it" in message


def test_explain_names_what_follows_from_a_stale_notebook(built):
    assert built.run("build").returncode == 0
    built.write_notebook(data='labels = run.load("task_labels")  # again')
    lines = built.run("build", "--explain").stdout.splitlines()
    assert "  input changed: notebooks/01_small.ipynb" in lines
    assert "  follows 01_small" in lines[lines.index("macros: 1 reason(s)") :]
    if paper.available():
        assert "  follows macros" in lines[lines.index("pdf: 2 reason(s)") :]


def test_saved_outputs_are_named_with_the_command_that_strips_them(built):
    assert built.run("build").returncode == 0
    path = built.root / "notebooks/01_small.ipynb"
    path.write_text(path.read_text().replace('"execution_count": null', '"execution_count": 3', 1))
    said = (
        "01_small.ipynb holds saved outputs; strip them before a commit: scripts/run.sh nbstripout"
    )
    if paper.available():
        assert said in built.run("verify", "--quick").stdout
    assert said in built.run("build").stderr


def test_a_changed_parameter_is_told_with_the_numbers_that_rest_on_it(built):
    assert built.run("build").returncode == 0
    path = built.root / "notebooks/01_small.ipynb"
    path.write_text(path.read_text().replace(r"str = \"beta\"", r"str = \"alpha\""))
    quick = built.run("verify", "--quick").stdout
    assert (
        "made with other parameters (exposure 'beta' -> 'alpha'); 3 numbers of the paper" in quick
    )
    assert "in paper/paper.tex:5, paper/paper.tex:6, paper/generated/tables/counts.tex:" in quick
