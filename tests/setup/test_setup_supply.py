"""Locks, actions and the audit: everything that is fetched is pinned by a hash."""

import json
import re
import runpy
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))


@pytest.mark.parametrize("path", sorted(ROOT.glob("requirements*.txt")), ids=lambda p: p.name)
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


@pytest.fixture
def audit(tmp_path, monkeypatch):
    """The report on one lock, with a stand-in for pip-audit that prints given JSON."""
    module = runpy.run_path(str(ROOT / "scripts" / "audit.py"))

    def report(output):
        tool = tmp_path / "pip-audit"
        tool.write_text(f"#!/bin/sh\ncat <<'E'\n{output}\nE\nexit 1\n")
        tool.chmod(0o755)
        module["audited"].__globals__["AUDIT"] = tool
        return module["report"](tmp_path / "requirements.txt")

    return report


def package(**fields):
    return json.dumps({"dependencies": [{"name": "a", "version": "1", **fields}]})


def test_a_vulnerability_fails_the_audit_and_is_named(audit, capsys):
    assert not audit(package(vulns=[{"id": "CVE-1", "fix_versions": ["2"]}]))
    assert "a 1: CVE-1 (fixed in: 2)" in capsys.readouterr().out


@pytest.mark.parametrize("output", ["", "no network", package(skip_reason="not found")])
def test_an_unreachable_database_is_said_and_is_no_error(audit, capsys, output):
    assert audit(output)
    assert "not audited" in capsys.readouterr().out


def test_a_clean_lock_passes(audit, capsys):
    assert audit(package(vulns=[]))
    assert "0 known vulnerabilities in 1 packages" in capsys.readouterr().out
