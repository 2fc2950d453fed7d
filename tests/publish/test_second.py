"""A second project, such as the paper on a user's own postings: its root, and whole builds (slow)."""

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

from llmexposure.analysis.panel import own
from llmexposure.base.errors import ParameterError
from llmexposure.base.project import Project, current
from llmexposure.cli import main
from llmexposure.publish import paper, second
from llmexposure.report.record import dump
from llmexposure.simulation.write import write_simulation

RELATIONS = ("recruitment_share", "application_share", "degree_requirement")
RELATIONS += ("experience_requirement", "remote_work")


def variant(tmp_path, panel, **words):
    """The paper on counts, in a root of its own below ``tmp_path``."""
    return own.variant(current(), panel, words), Project(tmp_path / "root", current().root)


def test_parameters_are_those_of_the_notebook(tmp_path):
    words = {"baseline": "2022", "comparison": "2024-H1", "draws": "999"}
    found = own.variant(current(), tmp_path, words).parameters
    assert found["draws"] == 999
    assert found["postings"] == "panel.csv"
    for wrong, why in (
        ({"basline": "2022"}, "unknown parameter 'basline'"),
        ({"postings": "mine.csv"}, "is no parameter to give"),
        ({"draws": "many"}, "parameter draws: expected int"),
        ({"weights": "employment"}, "expected one of none, size"),
    ):
        with pytest.raises(ParameterError, match=why):
            own.variant(current(), tmp_path, wrong)


@pytest.mark.parametrize(
    "words",
    [
        ("--explain", "--postings", "x.csv"),
        ("--explain", "--force"),
        ("--language", "zh"),
        ("--language", "auto"),
        ("--columns", "x.toml"),
        ("--encoding", "cp1252"),
        ("--ids", "row"),
        ("--exposure-by", "occupation"),
        ("--coding", "isco08"),
        ("--repeats", "drop"),
        ("-p", "draws", "199"),
    ],
)
def test_options_that_do_not_go_together_are_refused(words, monkeypatch):
    monkeypatch.setattr("llmexposure.publish.engine.build", None)
    monkeypatch.setattr("llmexposure.publish.engine.explain", None)
    done = CliRunner().invoke(main, ["build", *words])
    assert done.exit_code == 2
    assert re.search(r"Error: -.* (go|goes) .*with\s+--", done.output, re.DOTALL), done.output


def test_the_root_holds_the_paper_with_the_section(tmp_path):
    panel = tmp_path / "counted.csv"
    panel.write_text("occupation,month\n")
    asked, project = variant(tmp_path, panel)
    second.prepare(current(), project, asked)
    made = tmp_path / "root/paper"
    assert (made / "paper.tex").read_bytes() == (current().paper / "paper.tex").read_bytes()
    sections = {path.name for path in (made / "sections").iterdir()}
    added = sections - {path.name for path in (current().paper / "sections").iterdir()}
    assert added == {"own_postings.tex", "own_postings_title.tex"}
    # Right after the abstracts, before everything else.
    order = re.findall(
        r"\\(?:InputIfFileExists|input)\{sections/(\w+)\}", (made / "paper.tex").read_text()
    )
    assert order[:4] == ["own_postings_title", "abstract", "abstract_zh", "own_postings"]
    assert [p.name for p in (tmp_path / "root/notebooks").iterdir()] == ["17_postings_panel.ipynb"]


def test_it_prints_the_first_record_and_its_own_over_it(tmp_path):
    project = Project(tmp_path, lender=current().root)
    first = paper.entries(current())
    assert paper.entries(project) == first
    key = "recruitment_share.open.us.slope"
    project.results.mkdir()
    (project.results / "02_recruitment_share.json").write_text(
        dump({key: first[key] | {"value": 0.5, "notebook": "02_recruitment_share"}})
    )
    assert paper.entries(project)[key]["value"] == 0.5
    assert len(paper.entries(project)) == len(first)


def test_what_was_made_of_other_counts_is_gone_before_a_build(tmp_path):
    root, panel = tmp_path / "root", tmp_path / "counted.csv"
    panel.write_text("first\n")
    made = [root / name for name in ("paper.pdf", "paper/paper.pdf", "results/17.json")]

    def prepared(draws: str) -> bool:
        asked, project = variant(tmp_path, panel, draws=draws)
        second.prepare(current(), project, asked)
        assert (root / "panel.csv").read_bytes() == panel.read_bytes()
        assert (root / "paper/paper.tex").exists()
        return all(path.exists() for path in made)

    def make() -> None:
        for path in made:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("of these counts")

    prepared("199")
    make()
    assert prepared("199")
    mine = [root / name for name in ("results/notes.txt", "paper/sections/notes.md", "my.pdf")]
    for path in mine:
        path.write_text("mine")
    panel.write_text("second\n")
    assert not prepared("199")
    assert not any(path.exists() for path in made)
    assert all(path.read_text() == "mine" for path in mine)
    make()
    assert not prepared("999")


def test_nothing_behind_a_link_is_removed(tmp_path):
    mine, panel = tmp_path / "mine", tmp_path / "counted.csv"
    mine.mkdir()
    (mine / "17.json").write_text("mine")
    panel.write_text("first\n")
    asked, project = variant(tmp_path, panel)
    project.root.mkdir()
    project.results.symlink_to(mine)
    second.prepare(current(), project, asked)
    assert (mine / "17.json").read_text() == "mine"


class Copy:
    """A copy of the repository's files that a build reads, and what its record was."""

    def __init__(self, root: Path) -> None:
        self.root = root
        first = current()
        for folder in (first.data, first.notebooks, first.paper, first.results, first.figures):
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
        return {k: e for p in folder.glob("*.json") for k, e in json.loads(p.read_text()).items()}


@pytest.fixture(scope="module")
def copy(tmp_path_factory):
    """One repository for all: its own paper is built once, and each build of postings is a root below it."""
    return Copy(tmp_path_factory.mktemp("second") / "repository")


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
