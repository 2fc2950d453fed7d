"""A project: one root folder with notebooks, data, results and a paper. Every path follows from it.

The functions of `publish` take a project. Whatever else asks for a path takes that of this process,
`current`: the folder that ``LLMEXPOSURE_ROOT`` names, else the checkout that holds this package.
"""

import os
from dataclasses import dataclass
from pathlib import Path

from llmexposure.base.errors import DataError

_CHECKOUT = Path(__file__).resolve().parents[3]


@dataclass(frozen=True)
class Project:
    """Folders and files of one paper.

    Attributes
    ----------
    root
        Folder that holds ``notebooks/``, ``results/``, ``paper/`` and the rest.
    lender
        Root whose ``data/`` it reads; None when it has its own.

    Examples
    --------
    >>> Project(Path("here")).results.as_posix()
    'here/results'
    """

    root: Path
    lender: Path | None = None

    @property
    def data(self) -> Path:
        """Committed tables and the register of sources."""
        return (self.lender or self.root) / "data"

    @property
    def analysis(self) -> Path:
        """Tables derived from upstream files."""
        return self.data / "analysis"

    @property
    def published(self) -> Path:
        """Tables transcribed from printed documents."""
        return self.data / "published"

    @property
    def taxonomy(self) -> Path:
        """Classifications, maps and lists of terms."""
        return self.data / "taxonomy"

    @property
    def sources_toml(self) -> Path:
        """Register of upstream files."""
        return self.data / "sources.toml"

    @property
    def sweeps_toml(self) -> Path:
        """Crossed choices and parameter sets."""
        return (self.lender or self.root) / "sweeps.toml"

    @property
    def notebooks(self) -> Path:
        """Notebooks, ``NN_topic.ipynb``."""
        return self.root / "notebooks"

    @property
    def figures(self) -> Path:
        """Figures: PDF, PNG and plotted values of each."""
        return self.root / "figures"

    @property
    def results(self) -> Path:
        """The record: one JSON file a notebook."""
        return self.root / "results"

    @property
    def steps(self) -> Path:
        """What each notebook read, imported and made when it ran last."""
        return self.results / "steps.csv"

    @property
    def checksums(self) -> Path:
        """SHA-256 of what the paper was built from and of what the build made."""
        return self.results / "SHA256SUMS"

    @property
    def paper(self) -> Path:
        """LaTeX sources and the PDF."""
        return self.root / "paper"

    @property
    def pdf(self) -> Path:
        """The paper."""
        return self.paper / "paper.pdf"

    @property
    def documents(self) -> list[Path]:
        """What is typeset: the paper, then each other LaTeX file in its folder with a document class.

        Files that documents input have none, so a fork adds or drops a document by its file alone.
        """
        others = (path for path in sorted(self.paper.glob("*.tex")) if path != self.main)
        return [
            self.main,
            *(p for p in others if r"\documentclass" in p.read_text(encoding="utf-8")),
        ]

    @property
    def main(self) -> Path:
        """LaTeX source of the paper."""
        return self.paper / "paper.tex"

    @property
    def pdfs(self) -> list[Path]:
        """PDF of each document, the paper first."""
        return [path.with_suffix(".pdf") for path in self.documents]

    @property
    def generated(self) -> Path:
        """LaTeX that the build writes."""
        return self.paper / "generated"

    @property
    def tables(self) -> Path:
        """LaTeX tables that notebooks write."""
        return self.generated / "tables"

    @property
    def docs(self) -> Path:
        """Pages and forms."""
        return self.root / "docs"

    @property
    def readme(self) -> Path:
        """Page that greets visitors."""
        return self.root / "README.md"

    @property
    def build(self) -> Path:
        """What a build leaves behind and can make again; not in git."""
        return self.root / "build"

    @property
    def stage(self) -> Path:
        """Where notebooks of a build leave their outputs until all of a notebook has succeeded."""
        return self.build / "stage"

    @property
    def handed(self) -> Path:
        """Tables that notebooks of a build hand on to later ones, a folder a notebook."""
        return self.build / "handed"

    @property
    def upstream(self) -> Path:
        """Cache of upstream files."""
        return self.build / "upstream"

    @property
    def parameters(self) -> Path:
        """File of parameters that a whole build is given; the repository has none."""
        return self.root / "parameters.json"

    def table_file(self, name: str) -> Path:
        """File of a committed table, in ``data/analysis``, ``published`` or ``taxonomy``.

        Raises
        ------
        DataError
            When no such table is committed.
        """
        for folder in (self.analysis, self.published, self.taxonomy):
            path = folder / f"{name}.csv"
            if path.exists():
                return path
        folders = (self.analysis, self.published)
        known = sorted(path.stem for folder in folders for path in folder.glob("*.csv"))
        raise DataError(f"no committed table {name}.csv; expected one of {', '.join(known)}")


_entered: Project | None = None
_stage: Path | None = None


def checkout() -> Project:
    """Project that holds this package, whichever the current one is."""
    return Project(_CHECKOUT)


def current() -> Project:
    """Project of this process."""
    return _entered or Project(Path(os.environ.get("LLMEXPOSURE_ROOT") or _CHECKOUT))


def enter(project: Project, stage: Path) -> None:
    """Make a project that of this process: a kernel runs a notebook of it and leaves outputs in ``stage``."""
    global _entered, _stage  # noqa: PLW0603 - a process has one
    _entered, _stage = project, stage


def output_folder(notebook: str) -> Path:
    """Where a notebook leaves its outputs: in the stage of a build, else in ``build/manual``."""
    return (_stage or current().build / "manual") / notebook


def handed_on(table: str, notebook: str) -> Path | None:
    """File of a table that an earlier notebook of this build handed on, or None; None by hand."""
    if _stage is None:
        return None
    makers = sorted(p.stem for p in current().notebooks.glob("*.ipynb") if p.stem < notebook)
    files = [current().handed / maker / f"{table}.csv" for maker in makers]
    return next((path for path in reversed(files) if path.exists()), None)


def mirror() -> Path | None:
    """Folder with copies of the upstream files, from ``LLMEXPOSURE_MIRROR``, or None."""
    folder = os.environ.get("LLMEXPOSURE_MIRROR")
    return Path(folder) if folder else None


def shown(path: Path) -> str:
    """Path as a reader of the repository would write it: relative to the root where possible."""
    here = path.resolve()
    for root in filter(None, (current().root, current().lender)):
        if here.is_relative_to(root.resolve()):
            return here.relative_to(root.resolve()).as_posix()
    return path.as_posix()
