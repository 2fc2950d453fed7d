"""Locks, actions and the audit: everything that is fetched is pinned by a hash."""

import re
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))


@pytest.mark.parametrize("path", sorted((ROOT / "requirements").iterdir()), ids=lambda p: p.name)
def test_every_line_of_every_lock_has_a_hash(path):
    entries = path.read_text().replace("\\\n", " ").splitlines()
    entries = [line for line in entries if line and not line.lstrip().startswith("#")]
    assert entries
    assert [line for line in entries if "--hash=sha256:" not in line] == []


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda p: p.name)
def test_actions_are_pinned_by_commit_and_may_only_read(path):
    text = path.read_text()
    used = re.findall(r"uses: (\S+)", text)
    assert used
    assert [u for u in used if not re.fullmatch(r"[\w.-]+/[\w.-]+@[0-9a-f]{40}", u)] == []
    assert yaml.safe_load(text)["permissions"] == {"contents": "read"}


def test_the_workflow_runs_the_targets_of_the_makefile():
    text = "".join(p.read_text() for p in WORKFLOWS)
    targets = set(re.findall(r"make (\w+)", text))
    assert {"test", "paper", "verify", "audit"} <= targets
    assert targets <= set(re.findall(r"^(\w+):", (ROOT / "Makefile").read_text(), re.M))
