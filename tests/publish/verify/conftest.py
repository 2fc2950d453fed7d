"""A throwaway paper under git: two notebooks, two tables, a page of LaTeX, built and committed."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest
from small_paper import SmallPaper

from llmexposure.base import project

DRAWS = "draws: int = 99  # from 9 to 999\n"
LABELS = {
    "imports": "from llmexposure.report import plots",
    "data": 'labels = run.load("usage_labels")\nn = len(labels)',
    "count": 'total = labels["n_tasks"].sum()\n'
    'run.record("labels.open.tasks.count", total, "count", 0, source=["onet_29_3"])',
    "groups": 'run.record("labels.open.groups.count", n, "count", 0, source=["onet_29_3"])',
    "figure": 'means = labels.groupby("human")["n_tasks"].sum().rename("tasks").to_frame()\n'
    'figure = plots.grouped_bars(means, x_label="Tasks", height=2)\n'
    'run.figure("tasks", figure, means.reset_index(), n=3, of="labels", source=["onet_29_3"])',
    "finish": "run.finish()",
}
ACTIVITIES = {
    "data": 'activities = run.load("activities")',
    "mean": 'mean = activities["gpt4_beta"].mean()\n'
    'run.record("activities.open.all.mean", mean, "index", 3, source=["onet_29_3"])',
    "table": 'run.table("means", ["What", "Mean"], [["All", "activities.open.all.mean"]], n=1, of="rows", '
    'source=["onet_29_3"])',
    "finish": "run.finish()",
}
PAGE = r"""\documentclass{article}
\usepackage[round]{natbib}
\usepackage{llmexposure}
\begin{document}
\result{labels.open.tasks.count} tasks.
\papertable{means}{Means.}
\bibliographystyle{plainnat}\bibliography{references}
\end{document}
"""


class Paper(SmallPaper):
    """The paper under git."""

    def git(self, *arguments: str) -> None:
        identity = ["-c", "user.name=t", "-c", "user.email=t@example.org"]
        subprocess.run(["git", *identity, *arguments], cwd=self.root, check=True)

    def commit(self) -> None:
        self.git("add", "-A")
        self.git("commit", "-qm", "record")

    def edit(self, path: str, old: str, new: str) -> None:
        text = (self.root / path).read_text()
        assert text.count(old) >= 1
        (self.root / path).write_text(text.replace(old, new, 1))

    def report(self) -> dict:
        return json.loads((self.root / "build/verify/report.json").read_text())


def make(folder: Path) -> Paper:
    for name in ("notebooks", "data/analysis", "paper/sections"):
        (folder / name).mkdir(parents=True)
    # The build reads maps of data/taxonomy and the register of printed documents whatever the notebooks.
    shutil.copytree(project.current().taxonomy, folder / "data/taxonomy")
    shutil.copytree(project.current().published, folder / "data/published")
    for name in ("usage_labels", "activities"):
        shutil.copy(project.current().analysis / f"{name}.csv", folder / "data/analysis")
    for name in ("llmexposure.sty", "references.bib"):
        shutil.copy(project.current().paper / name, folder / "paper")
    (folder / "paper/paper.tex").write_text(PAGE)
    (folder / ".gitignore").write_text("/build/\n")
    (folder / "requirements").mkdir()
    (folder / "requirements/lock.txt").write_text("numpy==0.0.1\n")
    made = Paper(folder)
    made.notebook("01_labels", DRAWS, LABELS)
    made.notebook("02_activities", DRAWS, ACTIVITIES)
    made.git("init", "-q")
    return made


@pytest.fixture(scope="session")
def record(tmp_path_factory):
    """The paper, built and committed."""
    paper = make(tmp_path_factory.mktemp("record"))
    built = paper.run("build")
    assert built.returncode == 0, built.stderr
    paper.commit()
    return paper


@pytest.fixture
def paper(record):
    """The committed paper; what a test edits is put back afterwards."""
    yield record
    record.git("checkout", "-q", ".")
    record.git("clean", "-fdq")
