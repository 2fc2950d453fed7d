"""A machine that misbehaves: no space, no home, odd clocks, dead kernels, broken caches, two builds."""

import os
import resource
import shutil
import subprocess
import sys
from pathlib import Path

import jobs
import pytest

from llmexposure.publish import paper

needs_tex = pytest.mark.skipif(
    not paper.available(), reason="xelatex and latexmk are not installed"
)


class Paper:
    """A throwaway paper whose build may be given a limit, an environment or a broken cell."""

    def __init__(self, root: Path) -> None:
        self.job = jobs.build_job(root)
        self.root = root

    def build(self, *, limit: int | None = None, drop: str = "", **environment: str):
        """Run the build to its end, whatever it says."""
        given = {**os.environ, **self.job.environment, **environment}
        given.pop(drop, None)

        def small_files() -> None:
            if limit is not None:
                resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

        return subprocess.run(
            self.job.command, cwd=self.root, env=given, capture_output=True, text=True,
            timeout=200, preexec_fn=small_files,
        )  # fmt: skip

    def notebook(self, **cells: str) -> None:
        """Replace cells of the notebook."""
        path = self.root / "notebooks/01_small.ipynb"
        import json

        found = json.loads(path.read_text())
        for cell in found["cells"]:
            if cell["id"] in cells:
                cell["source"] = cells[cell["id"]]
        path.write_text(json.dumps(found))


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """A build that nothing disturbs."""
    made = Paper(tmp_path_factory.mktemp("whole"))
    done = made.build()
    assert done.returncode == 0, done.stderr
    return made


@pytest.fixture(scope="module")
def expected(whole):
    """Its outputs."""
    return whole.job.outputs()


@pytest.fixture
def built(whole, expected, tmp_path):  # noqa: ARG001 - read before anything is spoilt
    """It itself, put back afterwards with the times of its files: as up to date as it was."""
    kept = tmp_path / "kept"
    shutil.copytree(whole.root, kept)
    yield whole
    shutil.rmtree(whole.root)
    shutil.copytree(kept, whole.root)


@pytest.fixture
def project(tmp_path):
    return Paper(tmp_path)


def errors(done: subprocess.CompletedProcess) -> list[str]:
    return [line for line in done.stderr.splitlines() if line.startswith("error:")]


def test_no_space_left_is_said_and_the_next_build_is_whole(project, expected):
    done = project.build(limit=3_000)
    assert done.returncode != 0
    assert errors(done), done.stderr
    assert "Traceback" not in done.stderr
    kept = project.job.outputs()
    assert [k for k, v in kept.items() if k in expected and v != expected[k]] == []
    assert project.build().returncode == 0
    assert project.job.outputs() == expected


@pytest.mark.parametrize("name", ["results", "figures", "build"])
def test_a_file_where_a_folder_must_be_is_named(project, name):
    (project.root / name).write_text("in the way")
    done = project.build()
    assert done.returncode != 0
    assert len(errors(done)) == 1, done.stderr
    assert name in errors(done)[0]
    assert (project.root / name).read_text() == "in the way"


def test_without_a_home_folder(project, expected):
    assert project.build(drop="HOME").returncode == 0
    assert project.job.outputs() == expected


def test_a_home_folder_that_does_not_exist(project, expected):
    assert project.build(HOME="/nonexistent").returncode == 0
    assert project.job.outputs() == expected


@pytest.mark.parametrize("when", [0, 4_000_000_000], ids=["1970", "2096"])
def test_files_from_another_time(project, expected, when):
    for path in project.root.rglob("*"):
        os.utime(path, (when, when))
    assert project.build().returncode == 0
    assert project.job.outputs() == expected
    assert "building" not in project.build().stdout


@pytest.mark.parametrize("content", [b"", b"{", b"\x00\xff" * 50, b"[1, 2]"], ids=str)
def test_a_broken_state_file_costs_a_rebuild_and_nothing_else(built, expected, content):
    (built.root / "build/state.json").write_bytes(content)
    done = built.build()
    assert done.returncode == 0, done.stderr
    assert built.job.outputs() == expected


def test_what_was_put_back_is_up_to_date(built, expected):
    assert "building" not in built.build().stdout
    assert built.job.outputs() == expected


@needs_tex
def test_a_truncated_pdf_is_built_again(built, expected):
    path = built.root / "paper/paper.pdf"
    path.write_bytes(path.read_bytes()[:2_000])
    assert built.build().returncode == 0
    assert built.job.outputs() == expected


@pytest.mark.parametrize(
    "name", ["results/01_small.json", "figures/tasks.png", "paper/generated/results.tex"]
)
def test_an_output_edited_by_hand_is_built_again(built, expected, name):
    path = built.root / name
    path.write_bytes(path.read_bytes().replace(b"19", b"91") + b"\n")
    assert built.build().returncode == 0
    assert built.job.outputs() == expected


def test_a_notebook_that_hangs_is_stopped_and_its_cell_named(project):
    project.notebook(count="import time\ntime.sleep(600)")
    done = project.build(LLMEXPOSURE_CELL_SECONDS="3")
    assert done.returncode != 0
    assert "01_small.ipynb: cell 'count'" in errors(done)[0]
    assert "3 seconds" in errors(done)[0]
    assert not (project.root / "results").exists()


def test_a_kernel_that_is_killed_is_said(project, expected):
    project.notebook(count="import os, signal\nos.kill(os.getpid(), signal.SIGKILL)")
    done = project.build()
    assert done.returncode != 0
    assert len(errors(done)) == 1, done.stderr
    assert "01_small.ipynb" in errors(done)[0]
    assert "memory" in errors(done)[0]
    assert not (project.root / "results").exists()


def test_two_builds_at_once_do_not_disturb_each_other(project, expected):
    both = [project.job.start() for _ in range(2)]
    said = [process.communicate(timeout=200)[0] for process in both]
    assert [process.returncode for process in both] == [0, 0], said
    assert project.job.outputs() == expected
    assert sum("building 01_small" in text for text in said) == 1, "the second waits"


def test_python_path_of_a_stranger_does_not_matter(project, expected, tmp_path_factory):
    other = tmp_path_factory.mktemp("stranger")
    (other / "json.py").write_text("raise RuntimeError('wrong json')\n")
    done = project.build(PYTHONSTARTUP=str(other / "json.py"))
    assert done.returncode == 0, done.stderr
    assert sys.version_info >= (3, 11)
    assert project.job.outputs() == expected
