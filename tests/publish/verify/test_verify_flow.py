"""Clean copies, comparison and causes from end to end, with a stand-in for the build."""

import csv
import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from llmexposure.base.errors import BuildError
from llmexposure.publish.verify import copies, rebuild, reproduce, text
from llmexposure.publish.verify.causes import changed_packages, pins, unlike_the_lock
from llmexposure.publish.verify.compare import Kind, Verdict
from llmexposure.publish.verify.inputs import all_inputs

STEPS = {
    "01_wages": {
        "inputs": ["data/analysis/wages.csv", "src/mean.py"],
        "outputs": ["results/01_wages.json", "figures/wages.csv"],
    },
    "02_jobs": {
        "inputs": ["data/analysis/jobs.csv"],
        "outputs": ["results/02_jobs.json", "figures/jobs.csv"],
    },
    "03_both": {
        "inputs": ["results/01_wages.json", "data/analysis/jobs.csv"],
        "outputs": ["results/03_both.json"],
    },
}


def mean(root, table):
    rows = list(csv.DictReader((root / f"data/analysis/{table}.csv").open()))
    return [round(sum(float(r[c]) for r in rows) / len(rows), 8) for c in ("level", "change")]


def write(root, name, values):
    entries = {
        f"{key}.open.all.mean": {
            "value": value, "unit": "slope", "digits": 1, "evidence": "open", "notebook": name,
            "cell": "mean", "parameters": json.loads((root / "parameters.json").read_text()),
        }
        for key, value in values.items()
    }  # fmt: skip
    (root / "results").mkdir(exist_ok=True)
    (root / f"results/{name}.json").write_text(json.dumps(entries))


def build(root):
    """Two notebooks take the means of a table each, a third adds two of these."""
    wages, jobs = mean(root, "wages"), mean(root, "jobs")
    write(root, "01_wages", {"wage_level": wages[0], "wage_change": wages[1]})
    write(root, "02_jobs", {"job_level": jobs[0], "job_change": jobs[1]})
    write(root, "03_both", {"both": wages[0] + jobs[0]})
    (root / "figures").mkdir(exist_ok=True)
    for name, values in {"wages": wages, "jobs": jobs}.items():
        (root / f"figures/{name}.csv").write_text(f"level,change\n{values[0]},{values[1]}\n")


def git(root, *arguments):
    identity = ["-c", "user.name=t", "-c", "user.email=t@example.org"]
    subprocess.run(["git", *identity, *arguments], cwd=root, check=True)


@pytest.fixture
def root(tmp_path, monkeypatch):
    """A committed record of two tables, whose builds are done by `build`."""
    root = tmp_path / "paper"
    (root / "data/analysis").mkdir(parents=True)
    for table in ("wages", "jobs"):
        lines = ["id,level,change", *(f"{i},{i}.5,-{i}" for i in range(10))]
        (root / f"data/analysis/{table}.csv").write_text("\n".join(lines) + "\n")
    (root / "parameters.json").write_text('{"draws": 99}')
    (root / ".gitignore").write_text("/build/\n")
    (root / "requirements").mkdir()
    (root / "requirements/lock.txt").write_text("# none\n")
    (root / "paper").mkdir()
    (root / "paper/paper.pdf").write_text("made where TeX is")
    build(root)
    git(root, "init", "-q")
    git(root, "add", "-A")
    git(root, "commit", "-qm", "record")
    stand_in(monkeypatch, build)
    return root


def stand_in(monkeypatch, action, status=0):
    def python(copy, module, *arguments, stdout):
        if module == "llmexposure.cli":
            action(copy)
            return subprocess.CompletedProcess([], status, "", "error: no build today" * status)
        raise AssertionError(module)

    monkeypatch.setattr(rebuild, "_python", python)
    monkeypatch.setattr(rebuild, "read_and_written", lambda _: STEPS)


def edit(root, path, old, new):
    whole = (root / path).read_text()
    assert whole.count(old) == 1
    (root / path).write_text(whole.replace(old, new))


def names(section):
    return {change.name: change.kind for change in section.changes}


def test_a_fresh_clone_is_full(root):
    found = rebuild.rebuild_and_compare(root)
    assert found.verdict is Verdict.FULL
    assert str(found) == "full (0 of 7 results and files differ; files not rebuilt here: 1)"
    assert found.kept == ("paper/paper.pdf",)
    assert found.causes == ()


def test_editing_one_number_names_exactly_the_results_that_moved_and_why(root):
    edit(root, "data/analysis/wages.csv", "\n4,4.5,-4", "\n4,9.5,-4")
    (root / "notes.txt").write_text("read by nothing")
    found = rebuild.rebuild_and_compare(root)
    moved = {"wage_level.open.all.mean": Kind.DIFFERS, "both.open.all.mean": Kind.DIFFERS}
    assert names(found.numbers) == moved
    assert names(found.files) == {"figures/wages.csv": Kind.DIFFERS}
    assert found.verdict is Verdict.PARTIAL
    cause, other = found.causes
    assert (other.name, other.change, other.moved) == ("notes.txt", "new", ())
    assert (cause.kind, cause.name) == ("input", "data/analysis/wages.csv")
    assert cause.change == "line 6, level: 4.5 → 9.5"
    assert cause.moved == ("01_wages", "03_both")


def test_a_small_edit_moves_numbers_within_tolerance_and_the_bytes_of_a_figure(root):
    edit(root, "data/analysis/jobs.csv", "\n4,4.5,-4", "\n4,4.5,-4.01")
    found = rebuild.rebuild_and_compare(root)
    assert names(found.numbers) == {"job_change.open.all.mean": Kind.WITHIN}
    assert names(found.files) == {"figures/jobs.csv": Kind.DIFFERS}
    assert found.verdict is Verdict.MINOR


def test_an_edit_that_moves_nothing_is_listed_without_a_reader(root):
    edit(root, "data/analysis/wages.csv", "\n4,4.5", "\n4,4.50")
    found = rebuild.rebuild_and_compare(root)
    assert found.verdict is Verdict.FULL
    assert [(cause.name, cause.moved) for cause in found.causes] == [
        ("data/analysis/wages.csv", ())
    ]


def test_a_parameter_that_changed_is_a_cause(root):
    edit(root, "parameters.json", "99", "999")
    found = rebuild.rebuild_and_compare(root)
    assert ("parameter", "draws of 02_jobs", "99 → 999") in [
        (cause.kind, cause.name, cause.change) for cause in found.causes
    ]


def test_another_revision_is_compared_with_this_working_tree(root):
    edit(root, "data/analysis/wages.csv", "\n4,4.5,-4", "\n4,9.5,-4")
    build(root)
    git(root, "commit", "-qam", "another record")
    assert rebuild.rebuild_and_compare(root).verdict is Verdict.FULL
    found = rebuild.rebuild_and_compare(root, "HEAD~1")
    assert names(found.numbers).keys() == {"wage_level.open.all.mean", "both.open.all.mean"}
    assert found.causes[0].change == "line 6, level: 4.5 → 9.5"
    with pytest.raises(BuildError, match="'HEAD~9' is no commit here"):
        rebuild.rebuild_and_compare(root, "HEAD~9")


def test_uncommitted_results_are_not_the_record(root):
    edit(root, "results/01_wages.json", " 5.0,", " 5.5,")
    found = rebuild.rebuild_and_compare(root)
    assert (found.verdict, found.causes) == (Verdict.FULL, ())


def test_a_result_that_no_notebook_makes_any_more_is_missing(root):
    write(root, "09_gone", {"gone": 1.0})
    git(root, "add", "-A")
    git(root, "commit", "-qm", "a result without a notebook")
    found = rebuild.rebuild_and_compare(root)
    assert names(found.numbers) == {"gone.open.all.mean": Kind.MISSING}
    assert found.verdict is Verdict.MINOR


def test_outputs_that_were_kept_are_not_called_reproduced(root, monkeypatch):
    stand_in(
        monkeypatch, lambda copy: write(copy, "01_wages", {"wage_level": 4.5, "wage_change": -4.5})
    )
    found = rebuild.rebuild_and_compare(root)
    assert {"results/02_jobs.json", "figures/wages.csv"} <= set(found.kept)
    assert found.numbers.names == {"wage_level.open.all.mean", "wage_change.open.all.mean"}
    assert not found.files.names
    stand_in(monkeypatch, lambda copy: None)
    assert rebuild.rebuild_and_compare(root).verdict is Verdict.NONE


def test_a_failing_build_is_not_reproducible_and_says_why(root, monkeypatch):
    stand_in(monkeypatch, build, status=1)
    found = rebuild.rebuild_and_compare(root)
    assert found.verdict is Verdict.NONE
    said = text.report(found, {})
    assert "error: no build today" in said
    last = said.splitlines()[-1]
    assert last.startswith("verdict: not reproducible (the build failed; ")


def test_without_git_the_record_is_what_lies_there(root):
    shutil.rmtree(root / ".git")
    (root / "build").mkdir()
    (root / "build/leftover").write_text("not to be copied")
    found = rebuild.rebuild_and_compare(root)
    assert found.verdict is Verdict.FULL
    assert "no git checkout" in found.against
    edit(root, "results/01_wages.json", " 5.0,", " 5.5,")
    assert names(rebuild.rebuild_and_compare(root).numbers) == {
        "wage_level.open.all.mean": Kind.DIFFERS
    }


def test_a_folder_inside_another_checkout_is_not_that_checkout(root):
    (root / "build/archive").mkdir(parents=True)
    assert copies.is_checkout(root)
    assert not copies.is_checkout(root / "build/archive")


def test_the_copy_has_new_files_and_lacks_ignored_and_deleted_ones(root, tmp_path):
    (root / "new.txt").write_text("new")
    (root / "build").mkdir()
    (root / "build/old.txt").write_text("old")
    (root / "parameters.json").unlink()
    copies.copy_tree(root, tmp_path / "copy")
    assert (tmp_path / "copy/new.txt").exists()
    assert not (tmp_path / "copy/build").exists()
    assert not (tmp_path / "copy/parameters.json").exists()


def test_a_copy_without_git_lacks_what_a_build_left_and_keeps_a_package_named_build(tmp_path):
    for name in ("a/build/old.txt", "a/src/build/steps.py", "a/src/__pycache__/x.pyc", "a/.venv/y"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("")
    copies.copy_tree(tmp_path / "a", tmp_path / "copy")
    copied = [
        p.relative_to(tmp_path / "copy") for p in (tmp_path / "copy").rglob("*") if p.is_file()
    ]
    assert [p.as_posix() for p in copied] == ["src/build/steps.py"]


def test_the_report_reads_well_and_its_tables_can_be_cut(root):
    edit(root, "data/analysis/wages.csv", "\n4,4.5,-4", "\n4,9.5,-4")
    found = rebuild.rebuild_and_compare(root)
    said = text.report(found, {"both.open.all.mean": "paper/paper.tex:7"})
    row = "both.open.all.mean,value,10.0,10.5,+0.5,0.05,differs,paper/paper.tex:7"
    assert row in [re.sub(r" *[|] *", ",", line).strip(",") for line in said.splitlines()]
    assert "| results | 5        | 3         | 0                | 2       | 0       | 0   |" in said
    cut = text.report(found, {}, longest=1)
    assert "... and 1 more in the report." in cut
    assert json.loads(text.as_json(found))["verdict"] == "partial"


def test_inputs_of_earlier_notebooks_count_at_any_depth():
    assert all_inputs("03_both", STEPS) == {
        "results/01_wages.json", "data/analysis/jobs.csv", "data/analysis/wages.csv", "src/mean.py",
    }  # fmt: skip
    reads = {
        "1": ["a"], "2": ["1.json"], "3": ["b"], "4": ["c"], "5": ["2.json", "3.json", "4.json"],
    }  # fmt: skip
    steps = {name: {"inputs": files, "outputs": [f"{name}.json"]} for name, files in reads.items()}
    assert {"a", "b", "c"} <= all_inputs("5", steps)


def test_pins_hold_for_this_python_and_are_compared_with_what_is_installed(tmp_path):
    lock = tmp_path / "requirements.txt"
    lock.write_text(
        "a==1.0 ; python_full_version < '3.0' \\\n    --hash=sha256:0\na==2.0 ; python_version > '3.0' \\\n"
        "    --hash=sha256:0==1\n    # via b==1\npandas==0.0.1 \\\n    --hash=sha256:1\n"
    )
    found = pins(lock)
    assert found == {"a": "2.0", "pandas": "0.0.1"}
    assert [(c.name, c.change) for c in changed_packages({"a": "1.0", "b": "1"}, found)] == [
        ("a", "1.0 → 2.0"), ("b", "1 → absent"), ("pandas", "absent → 0.0.1"),
    ]  # fmt: skip
    missing, other = unlike_the_lock(found)
    assert missing.change == "2.0 pinned, none installed"
    assert other.change.startswith("0.0.1 pinned, ")
    assert pins(tmp_path / "absent.txt") == {}


def test_every_circumstance_is_built_in_a_folder_of_its_own():
    cases = reproduce.circumstances(Path("python"), {"3.12": Path("python3.12")}, "x86_64")
    assert len({case.folder for case in cases}) == len(cases) == 7
    assert {case.threads for case in cases} == {1, 2}
    kernels = {case.variables.get("OPENBLAS_CORETYPE") for case in cases} - {None}
    assert len(kernels) == 2
    assert [case.name for case in cases if case.python != Path("python")] == ["Python 3.12"]
    assert sum(case.hostile for case in cases) == 1


def test_a_build_with_other_bytes_or_without_an_end_fails(tmp_path):
    cases = reproduce.circumstances(Path("python"), {}, "none")

    def make(case, copy):
        if case.threads == 2:
            raise BuildError("2 threads: build failed")
        (copy / "results").mkdir(parents=True)
        (copy / "results/01.json").write_text(f"{len(case.variables) > 0}\n")

    wrong = {case.folder: lines for case, lines, _ in reproduce.outcomes(cases, tmp_path, make)}
    assert wrong == {
        "a": [],
        "b/deeper": ["results/01.json: line 1: False → True"],
        "threads": ["2 threads: build failed"],
        "hostile": [],
    }


def test_an_empty_build_is_not_the_same_as_another(tmp_path):
    cases = reproduce.circumstances(Path("python"), {}, "none")[:1]
    ((_, wrong, _),) = reproduce.outcomes(cases, tmp_path, lambda case, copy: copy.mkdir())
    assert wrong == ["nothing was built"]
