""".ci/run: tests, paper, then the record must be as committed; the mirror is used where it is."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MAKE = """#!/bin/sh
echo "make $* mirror=${LLMEXPOSURE_MIRROR-}"
case "$1" in paper) eval "$MAKE_PAPER" ;; test) exit "${MAKE_TEST-0}" ;; esac
"""


@pytest.fixture
def run_ci(tmp_path):
    """Run .ci/run in a small committed project whose `make` only says what it was asked."""
    project, tools = tmp_path / "project", tmp_path / "tools"
    (project / ".ci").mkdir(parents=True)
    (project / "results").mkdir()
    tools.mkdir()
    shutil.copy(ROOT / ".ci/run", project / ".ci/run")
    (project / "results/01.json").write_text("{}\n")
    (project / ".gitignore").write_text("/build/\n")
    (tools / "make").write_text(MAKE)
    (tools / "make").chmod(0o755)
    plain = {k: v for k, v in os.environ.items() if not k.startswith(("GIT_", "LLMEXPOSURE_"))}
    env = {**plain, "PATH": f"{tools}:{plain['PATH']}", "HOME": str(tmp_path)}
    git = ["git", "-c", "user.name=t", "-c", "user.email=t@example.invalid", "-C", project]
    for command in (["init", "-q"], ["add", "-A"], ["commit", "-q", "-m", "start"]):
        subprocess.run([*git, *command], env=env, check=True)

    def run(paper=":", **more):
        return subprocess.run(
            [project / ".ci/run"],
            cwd=tmp_path,
            env={**env, "MAKE_PAPER": paper, **more},
            capture_output=True,
            text=True,
        )

    return run


def asked(done):
    return [line.split()[1] for line in done.stdout.splitlines() if line.startswith("make ")]


def test_passes_when_the_record_is_unchanged(run_ci):
    done = run_ci("mkdir build && touch build/leftover")
    assert done.returncode == 0, done.stderr
    assert asked(done) == ["test", "paper", "look", "trial"]


@pytest.mark.parametrize(
    ("change", "shown"),
    [
        ("echo 1 >results/01.json", "results/01.json | 2"),
        ("touch results/02.json", "?? results/02"),
    ],
)
def test_fails_and_shows_what_changed(run_ci, change, shown):
    done = run_ci(change)
    assert done.returncode == 1
    assert shown in done.stdout


def test_stops_at_failing_tests(run_ci):
    done = run_ci(MAKE_TEST="2")
    assert done.returncode == 2
    assert asked(done) == ["test"]


def test_uses_the_mirror_beside_the_project(run_ci, tmp_path):
    mirror = tmp_path / "shared/data/mirror"
    mirror.mkdir(parents=True)
    done = run_ci()
    assert asked(done) == ["test", "paper", "look", "trial", "data"]
    assert f"mirror={mirror}" in done.stdout
