"""A conda environment made from environment.yml is used as it is; any other is left alone."""

import sys

import pytest


@pytest.fixture
def prefix(sandbox, tmp_path):
    """A folder that looks to the scripts like a conda environment made from environment.yml."""
    prefix = tmp_path / "conda"
    (prefix / "bin").mkdir(parents=True)
    (prefix / "conda-meta").mkdir()
    noted = 'case "$*" in *"pip install"*) echo "conda $*" >>"$SANDBOX/calls"; exit ;; esac'
    python = f'{noted}\nexec {sys.executable} "$@"'
    sandbox.tool("conda-python", python).rename(prefix / "bin/python")
    for line in (sandbox.root / "environment.yml").read_text().splitlines():
        name, _, version = line.strip().removeprefix("- ").partition("=")
        if version[:1].isdigit():
            (prefix / "conda-meta" / f"{name}-{version}-py311_0.json").touch()
    assert len(list((prefix / "conda-meta").iterdir())) > 20
    return prefix


def test_it_is_used_instead_of_venv(sandbox, prefix):
    done = sandbox.run("setup.sh", CONDA_PREFIX=str(prefix))
    assert done.returncode == 0, done.stderr
    assert not (sandbox.root / ".venv").exists()
    (install,) = [call for call in sandbox.calls() if "install" in call]
    assert install.startswith("conda -m pip install")
    assert "--no-deps" in install


def test_its_second_run_is_silent(sandbox, prefix):
    sandbox.run("setup.sh", CONDA_PREFIX=str(prefix))
    sandbox.calls()
    assert sandbox.run("setup.sh", CONDA_PREFIX=str(prefix)).stdout == ""
    assert sandbox.calls() == []


def test_commands_run_inside_it(sandbox, prefix):
    sandbox.tool("where", "exit 1")
    (prefix / "bin/where").write_text("#!/bin/sh\necho in conda\n")
    (prefix / "bin/where").chmod(0o755)
    assert sandbox.run("run.sh", "where", CONDA_PREFIX=str(prefix)).stdout == "in conda\n"


def test_an_outdated_one_is_refused_with_the_command_that_updates_it(sandbox, prefix):
    next((prefix / "conda-meta").glob("pandas-*.json")).unlink()
    done = sandbox.run("setup.sh", CONDA_PREFIX=str(prefix), CONDA_DEFAULT_ENV="llmexposure")
    assert done.returncode == 1
    assert "lacks pandas-" in done.stderr
    assert "conda env update -f environment.yml --prune" in done.stderr


def test_another_conda_environment_is_left_alone(sandbox, prefix):
    for record in (prefix / "conda-meta").iterdir():
        record.unlink()
    done = sandbox.run("setup.sh", CONDA_PREFIX=str(prefix), CONDA_DEFAULT_ENV="base")
    assert done.returncode == 0, done.stderr
    assert (sandbox.root / ".venv/bin/python").exists()
