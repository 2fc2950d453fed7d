"""The paper on a user's own postings: parameters, the root that is made, and whole builds (slow)."""

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

from llmexposure.base import project
from llmexposure.base.errors import ParameterError
from llmexposure.cli import main
from llmexposure.postings import own_counts
from llmexposure.publish import own_postings, paper
from llmexposure.simulation.write import write_simulation

RELATIONS = ("recruitment_share", "application_share", "degree_requirement")
RELATIONS += ("experience_requirement", "remote_work")


def test_parameters_are_those_of_the_notebooks():
    found = own_postings.parameters({"baseline": "2022", "comparison": "2024-H1", "draws": "999"})
    assert found["draws"] == 999
    assert found["postings"] == "panel.csv"
    for wrong, why in (
        ({"basline": "2022"}, "unknown parameter 'basline'"),
        ({"postings": "mine.csv"}, "unknown parameter 'postings'"),
        ({"draws": "many"}, "parameter draws: expected int"),
        ({"weights": "employment"}, "expected one of none, size"),
    ):
        with pytest.raises(ParameterError, match=why):
            own_postings.parameters(wrong)


@pytest.mark.parametrize(
    "words",
    [
        ("--explain", "--postings", "x.csv"),
        ("--explain", "--force"),
        ("--language", "zh"),
        ("--language", "auto"),
        ("--columns", "x.toml"),
        ("-p", "draws", "199"),
    ],
)
def test_options_that_do_not_go_together_are_refused(words, monkeypatch):
    monkeypatch.setattr("llmexposure.publish.engine.build", None)
    monkeypatch.setattr("llmexposure.publish.engine.explain", None)
    done = CliRunner().invoke(main, ["build", *words])
    assert done.exit_code == 2
    assert re.search(r"Error: --.* (go|goes) .*with\s+--", done.output, re.DOTALL), done.output


@pytest.mark.parametrize("force", [False, True])
def test_force_runs_what_is_not_stale(built, tmp_path, monkeypatch, force):
    """The build of postings is started with ``--force`` where that was asked for, and obeys it."""
    started = []
    monkeypatch.setattr(own_postings, "FOLDER", tmp_path)
    monkeypatch.setattr(own_postings, "prepare", lambda *_: None)
    monkeypatch.setattr(
        "subprocess.run", lambda line, **_: started.append(line) or SimpleNamespace(returncode=0)
    )
    panel = tmp_path / "panel.csv"
    panel.write_text(f"{own_counts._HEADING},postings\n")
    own_postings.build(str(panel), {}, force=force)
    monkeypatch.undo()
    environment = {**os.environ, "LLMEXPOSURE_ROOT": str(built.root)}
    (line,) = started
    done = subprocess.run(line, env=environment, cwd=built.root, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert ("building 01_small" in done.stdout) == force


def test_the_root_holds_the_paper_with_the_section_and_the_committed_record(tmp_path):
    panel = tmp_path / "counted.csv"
    panel.write_text("occupation,month\n")
    own_postings.prepare(panel, {"postings": "panel.csv"}, tmp_path / "root")
    made = tmp_path / "root/paper"
    assert (made / "paper.tex").read_bytes() == (project.PAPER / "paper.tex").read_bytes()
    sections = {path.name for path in (made / "sections").iterdir()}
    added = sections - {path.name for path in (project.PAPER / "sections").iterdir()}
    assert added == {"own_postings.tex", "own_postings_title.tex"}
    # Right after the abstract, before everything else.
    order = re.findall(
        r"\\(?:InputIfFileExists|input)\{sections/(\w+)\}", (made / "paper.tex").read_text()
    )
    assert order[:3] == ["own_postings_title", "abstract", "own_postings"]
    kept = sorted(p.name for p in (tmp_path / "root/results").iterdir())
    assert kept == sorted(f"committed_{p.name}" for p in project.RESULTS.glob("*.json"))
    assert [p.name for p in (tmp_path / "root/notebooks").iterdir()] == ["17_postings_panel.ipynb"]


def test_what_was_made_of_other_counts_is_gone_before_a_build(tmp_path):
    root, panel = tmp_path / "root", tmp_path / "counted.csv"
    panel.write_text("first\n")
    made = [root / name for name in ("paper.pdf", "paper/paper.pdf", "results/02.json")]

    def prepared(draws: int) -> bool:
        own_postings.prepare(panel, {"draws": draws}, root)
        assert (root / "panel.csv").read_bytes() == panel.read_bytes()
        assert (root / "paper/paper.tex").exists()
        return all(path.exists() for path in made)

    prepared(199)
    for path in made:
        path.write_text("of these counts")
    assert prepared(199)
    panel.write_text("second\n")
    assert not prepared(199)
    assert not any(path.exists() for path in made)
    for path in made:
        path.write_text("of these counts")
    assert not prepared(999)


class Copy:
    """A copy of the repository's files that a build reads, and what its record was."""

    def __init__(self, root: Path) -> None:
        self.root = root
        for folder in (
            project.current().data,
            project.current().notebooks,
            project.current().paper,
            project.current().results,
            project.current().figures,
        ):
            shutil.copytree(folder, root / folder.name)
        self.record = self.digests()

    def digests(self) -> dict[str, str]:
        files = [p for d in ("results", "figures", "paper") for p in (self.root / d).rglob("*")]
        return {str(p): hashlib.sha256(p.read_bytes()).hexdigest() for p in files if p.is_file()}

    def build(self, postings: Path, *options: str) -> subprocess.CompletedProcess:
        command = [sys.executable, "-m", "llmexposure.cli", "build", "--postings", str(postings)]
        environment = {**os.environ, "LLMEXPOSURE_ROOT": str(self.root)}
        return subprocess.run(
            [*command, "--language", "zh", *options],
            env=environment, cwd=self.root, capture_output=True, text=True, check=False,
        )  # fmt: skip

    def results(self) -> dict:
        folder = self.root / "build/postings/results"
        files = [p for p in folder.glob("*.json") if not p.name.startswith("committed_")]
        return {k: e for p in files for k, e in json.loads(p.read_text()).items()}


@pytest.fixture
def copy(tmp_path):
    return Copy(tmp_path / "repository")


def test_postings_without_applications(copy, tmp_path):
    whole, file = tmp_path / "whole.parquet", tmp_path / "postings.parquet"
    write_simulation(whole, 2_000, 11)
    pq.write_table(pq.read_table(whole).drop_columns(["applications", "evidence"]), file)
    done = copy.build(file, "-p", "draws", "199")
    assert done.returncode == 0, done.stderr
    assert copy.digests() == copy.record
    found = copy.results()
    for relation in RELATIONS:
        if relation == "application_share":
            why = found["application_share.postings.panel.unavailable"]["value"]
            assert why == "no posting states applications"
            assert "application_share: not available, no posting states" in done.stdout
            continue
        slope = found[f"{relation}.postings.panel.slope"]
        assert slope["evidence"] == "postings"
        assert slope["ci_low"] < slope["value"] < slope["ci_high"]
        for adjusted in ("romano_wolf", "benjamini_hochberg"):
            assert 0 < found[f"{relation}.postings.panel.{adjusted}"]["value"] <= 1
    assert not [k for k in found if "application_share" in k and ".slope" in k]
    assert not [k for k in found if "application_share" in k and ".romano_wolf" in k]
    assert not [k for k in found if k.split(".")[1] in ("open", "simulated")]
    if paper.available():
        assert (copy.root / "build/postings/paper.pdf").read_bytes().startswith(b"%PDF")
    again = copy.build(file, "-p", "draws", "199")
    assert "building" not in again.stdout


def test_postings_of_one_month(copy, tmp_path):
    whole, file = tmp_path / "whole.parquet", tmp_path / "postings.parquet"
    write_simulation(whole, 20_000, 12)
    rows = pq.read_table(whole)
    month = pc.strftime(rows["date"], format="%Y-%m")
    pq.write_table(rows.filter(pc.equal(month, "2024-03")), file)
    done = copy.build(file, "-p", "draws", "199")
    assert done.returncode == 0, done.stderr
    found = copy.results()
    why = found["recruitment_share.postings.panel.unavailable"]["value"]
    assert why == "the postings cover one period, so nothing changes"
    assert found["degree_requirement.postings.panel_level.slope"]["n"] >= 4
    assert found["remote_work.postings.panel.slope"]["value"] > 0
    assert found["postings_panel.postings.panel.comparison"]["value"] == "none"
    if paper.available():
        assert (copy.root / "build/postings/paper.pdf").exists()
