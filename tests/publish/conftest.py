"""A throwaway paper: one small notebook, one committed table, a page of LaTeX."""

import shutil
from pathlib import Path

import pytest
from small_paper import SmallPaper

from llmexposure.base import project as paths

PARAMETERS = 'exposure: str = "beta"  # one of: alpha, beta\n'
CELLS = {
    "imports": "from llmexposure.exposure import measures\nfrom llmexposure.report import plots",
    "data": 'labels = run.load("usage_labels")',
    "count": 'total = labels["n_tasks"].sum()\n'
    'run.record("small.open.tasks.count", total, "count", 0, source=["onet_29_3"])',
    "figure": 'means = labels.groupby("human")["n_tasks"].sum().rename("tasks").to_frame()\n'
    'figure = plots.grouped_bars(means, x_label="Tasks", height=2)\n'
    'run.figure("tasks", figure, means.reset_index(), n=3, of="labels", source=["onet_29_3"])',
    "table": 'run.table("counts", ["What", "N"], [["Tasks", "small.open.tasks.count"]], n=1, of="tables", '
    'source=["onet_29_3"])',
    "finish": "run.finish()",
}
PAGE = r"""\documentclass{article}
\usepackage[round]{natbib}
\usepackage{llmexposure}
\begin{document}
\result{small.open.tasks.count} tasks.
\paperfigure{tasks}{Tasks: \result{small.open.tasks.count}.}
\papertable{counts}{Counts.}
\bibliographystyle{plainnat}\bibliography{references}
\end{document}
"""


class Project(SmallPaper):
    """The paper, not under git."""

    def write_notebook(self, parameters: str = PARAMETERS, **changed: str) -> None:
        self.notebook("01_small", parameters, {**CELLS, **changed})

    def outputs(self) -> dict[str, bytes]:
        kept = [*self.root.glob("results/*.json"), *self.root.glob("figures/*")]
        kept += [p for p in self.root.glob("paper/**/*") if p.is_file()]
        return {p.relative_to(self.root).as_posix(): p.read_bytes() for p in kept}


def make(folder: Path) -> Project:
    """Write the throwaway paper into an empty folder."""
    for name in ("notebooks", "data/analysis", "data/published", "data/taxonomy", "paper/sections"):
        (folder / name).mkdir(parents=True)
    shutil.copy(paths.current().analysis / "usage_labels.csv", folder / "data/analysis")
    shutil.copy(paths.current().published / "documents.csv", folder / "data/published")
    # The schemas of the tables name the sectors, so they are read with every import.
    shutil.copy(paths.current().taxonomy / "indeed_sectors.csv", folder / "data/taxonomy")
    shutil.copy(paths.current().paper / "llmexposure.sty", folder / "paper")
    shutil.copy(paths.current().paper / "references.bib", folder / "paper")
    (folder / "paper/paper.tex").write_text(PAGE)
    made = Project(folder)
    made.write_notebook()
    return made


@pytest.fixture
def project(tmp_path):
    """A project in a folder of its own, not yet built."""
    return make(tmp_path)


@pytest.fixture(scope="module")
def _built(tmp_path_factory):
    made = make(tmp_path_factory.mktemp("built"))
    made.first = made.run("build")
    return made


@pytest.fixture
def built(_built):
    """The project after its first build; what a test edits is put back afterwards."""
    edited = [*_built.root.glob("notebooks/*"), *_built.root.glob("data/analysis/*")]
    edited += [_built.root / "paper/paper.tex"]
    before = {path: path.read_bytes() for path in edited}
    yield _built
    for path, content in before.items():
        path.write_bytes(content)
