"""The Makefile: `make` alone lists the targets, and each listed target exists."""

import os
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TARGETS = ("paper", "test", "data", "bench", "explain", "lint", "clean", "distclean")


def make(*args, **env):
    # Under `make test` the outer make's own variables would be taken for ours.
    outer = {k: v for k, v in os.environ.items() if not k.startswith(("MAKE", "MFLAGS"))}
    return subprocess.run(
        ["make", *args], cwd=ROOT, env={**outer, **env}, capture_output=True, text=True
    )


@pytest.mark.parametrize("args", [(), ("help",)])
def test_help_lists_each_target_in_one_line(args):
    done = make(*args)
    assert done.returncode == 0, done.stderr
    listed = dict(re.findall(r"^([a-z-]+) +(\S.*)$", done.stdout, re.MULTILINE))
    assert set(TARGETS) <= set(listed)
    assert len(listed) == len(done.stdout.splitlines())


@pytest.mark.parametrize("target", TARGETS)
def test_each_target_has_a_recipe(target):
    done = make("--dry-run", target)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip()


@pytest.mark.parametrize("target", ["paper", "test"])
def test_the_two_commands_set_up_all_they_need_first(target):
    first, second, *rest = make("--dry-run", target).stdout.splitlines()
    assert (first, second) == ("scripts/setup.sh", "scripts/tex.sh")
    assert rest


def test_arguments_are_handed_on():
    assert "llmexposure build --explain x=1" in make("-n", "paper", "ARGS=--explain x=1").stdout


def test_explain_hands_postings_on_to_be_refused():
    done = make("-n", "explain", "POSTINGS=mine.csv")
    assert "llmexposure build --explain --postings='mine.csv'" in done.stdout


@pytest.mark.parametrize(
    ("option", "before"),
    [("columns", ""), ("encoding", ""), ("ids", ""), ("coding", "--exposure-by occupation ")],
)
def test_how_postings_are_read_is_handed_on_with_or_without_them(option, before):
    """Without them the command refuses it: `test_options_that_do_not_go_together_are_refused`."""
    for more, words in ((("POSTINGS=a.csv",), "--postings='a.csv' "), ((), "")):
        done = make("-n", "paper", f"{option.upper()}=x y", *more)
        assert f"llmexposure build {words}{before}--{option}='x y' " in done.stdout


def test_clean_leaves_data_results_figures_and_the_environment():
    removed = make("-n", "clean").stdout
    for kept in ("data", "results", "figures", ".venv", "paper"):
        assert not re.search(rf"rm -rf[^\n]*\b{re.escape(kept)}\b", removed), kept


def test_the_audit_looks_up_each_lock_and_fails_when_one_has_a_known_vulnerability(tmp_path):
    tool = tmp_path / "run"
    tool.write_text('#!/bin/sh\necho "$*"\ncase "$*" in pip-audit*lock.txt) exit 1 ;; esac\n')
    tool.chmod(0o755)
    done = make("-s", "-o", "setup", "audit", f"RUN={tool}")
    assert done.returncode
    looked_up = re.findall(r"^pip-audit .*--require-hashes .*$", done.stdout, re.MULTILINE)
    assert len(looked_up) == len(list((ROOT / "requirements").iterdir())) >= 5
