"""A second project: the paper again, with some notebooks run on other inputs and a section about them.

It borrows the data of the first project and prints its record. Results, figures and the PDF are its own, in a
root of its own; the build that runs there is the ordinary one, so numbers, figures and macros are made and
checked in the same way, and the first record stays as it is.
"""

import json
import shutil
from collections.abc import Iterable
from pathlib import Path

from llmexposure.base.errors import BuildError
from llmexposure.base.files import write_text
from llmexposure.base.project import Project, shown
from llmexposure.publish import engine, environment, paper
from llmexposure.report.tables import Variant

# What a build makes in the root, and what `prepare` copies there; whatever else lies there stays.
_MADE = (
    "results/*.json",
    "results/steps.csv",
    "results/SHA256SUMS",
    *(f"figures/*.{kind}" for kind in ("pdf", "png", "csv")),
    *(f"paper/*.{kind}" for kind in ("tex", "sty", "bib", "pdf")),
    "paper/*/*.tex",
    "paper/*/*/*.tex",
)


def build(first: Project, variant: Variant, *, force: bool = False) -> Path:
    """Fill the root of the second project and build the paper there.

    Returns
    -------
    pathlib.Path
        ``paper.pdf`` in the root; without TeX, the root.

    Raises
    ------
    BuildError
        When a step fails; its message is on stderr.
    """
    environment.fix()
    project = Project(variant.folder, lender=first.root)
    prepare(first, project, variant)
    if engine.build(project, force=force):
        raise BuildError(
            f"the build in {shown(project.root)} failed; the record of the repository is as it was"
        )
    if not project.pdf.exists():
        return project.root
    _copy(project.pdfs, project.root)
    return project.root / project.pdf.name


def prepare(first: Project, project: Project, variant: Variant) -> None:
    """Copy notebook, paper, figures, tables and files.

    What was made of other files, or with other parameters, is removed first: a build that fails leaves no
    paper and no results that are not of these.
    """
    asked = json.dumps(dict(variant.parameters), indent=1, sort_keys=True) + "\n"
    if not _is_of(project, variant, asked):
        _clear(project.root, *_MADE, *(path.name for path in first.pdfs))
    _copy([first.notebooks / f"{variant.notebook}.ipynb"], project.notebooks)
    for name, file in variant.files.items():
        _copy([file], project.root, name)
    _clear(project.root, "paper/sections/*.tex")
    _copy([*first.documents, *paper.style(first)], project.paper)
    _copy(
        [*(first.paper / "sections").glob("*.tex"), *variant.sections], project.paper / "sections"
    )
    _copy(first.figures.glob("*.pdf"), project.figures)
    _copy(first.tables.glob("*.tex"), project.tables)
    write_text(project.parameters, asked)


def _clear(root: Path, *patterns: str) -> None:
    """Remove files that match, none of them through a link."""
    for path in [path for pattern in patterns for path in root.glob(pattern)]:
        within = path.parent.resolve().is_relative_to(root.resolve())
        if within and (path.is_file() or path.is_symlink()):
            path.unlink()


def _is_of(project: Project, variant: Variant, asked: str) -> bool:
    """Whether the root was filled with these files and parameters before."""
    wanted = {name: file.read_bytes() for name, file in variant.files.items()}
    wanted[project.parameters.name] = asked.encode()
    return all(
        (project.root / name).is_file() and (project.root / name).read_bytes() == data
        for name, data in wanted.items()
    )


def _copy(files: Iterable[Path], folder: Path, name: str | None = None) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for file in files:
        shutil.copy2(file, folder / (name or file.name))
