"""What a notebook reads and makes: noted by its last run (`report.notes`), kept in ``results/steps.csv``.

A notebook without notes is new. It runs after all the others, and the build learns what it needs.
"""

import csv
import io
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import llmexposure
from llmexposure.base.files import write_text
from llmexposure.base.project import Project
from llmexposure.report.notes import COLUMNS, IMPORTS, MAKES, PACKAGE, READS
from llmexposure.report.parameters import declared

_NAME = re.compile(r"\d\d_\w+", re.ASCII)
Notes = Mapping[str, Mapping[str, Sequence[str]]]  # notebook, use, paths


@dataclass(frozen=True)
class Step:
    """One notebook: where it is, the files it depends on, the files it makes, what it is given.

    ``handed`` are tables for later notebooks, which are made by each build and no part of the record.

    ``new`` says that it has no notes: what it reads and makes is not known before it has run.
    """

    notebook: Path
    inputs: tuple[Path, ...]
    outputs: tuple[Path, ...]
    parameters: Mapping[str, Any] = field(default_factory=dict)
    new: bool = False
    handed: tuple[Path, ...] = ()

    @property
    def name(self) -> str:
        """File name without its ending, such as ``02_recruitment_share``."""
        return self.notebook.stem


def read_notes(project: Project) -> dict[str, dict[str, list[str]]]:
    """Notes of every notebook: ``reads``, ``imports`` and ``makes``, each a list of paths."""
    if not project.steps.is_file():
        return {}
    return parse(project.steps.read_text(encoding="utf-8"))


def parse(text: str) -> dict[str, dict[str, list[str]]]:
    r"""Notes by notebook and use, from the text of ``steps.csv``.

    Examples
    --------
    >>> parse("notebook,use,path\n01_a,reads,data/t.csv\n")
    {'01_a': {'reads': ['data/t.csv'], 'imports': [], 'makes': []}}
    """
    found: dict[str, dict[str, list[str]]] = {}
    for row in csv.DictReader(io.StringIO(text)):
        uses = found.setdefault(row["notebook"], {READS: [], IMPORTS: [], MAKES: []})
        uses[row["use"]].append(row["path"])
    return found


def write_notes(project: Project, notes: Notes) -> None:
    """Write ``results/steps.csv``, ordered, with the notes of notebooks that are there."""
    rows = [
        [name, use, path]
        for name in sorted(notes)
        if (project.notebooks / f"{name}.ipynb").exists()
        for use in (READS, IMPORTS, MAKES)
        for path in notes[name][use]
    ]
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows([COLUMNS, *rows])
    write_text(project.steps, out.getvalue())


def made(project: Project, notes: Notes) -> set[Path]:
    """Files that notebooks make, by their notes."""
    records = {project.results / f"{name}.json" for name in notes}
    return records | {project.root / path for uses in notes.values() for path in uses[MAKES]}


def module_file(module: str) -> Path:
    """Source file of a module of the package."""
    base = Path(llmexposure.__file__).parent.joinpath(*module.split(".")[1:])
    return base / "__init__.py" if base.is_dir() else base.with_suffix(".py")


def given(project: Project, notebook: Path) -> dict[str, Any]:
    """Of the parameters that a whole build is given, those that a notebook declares."""
    if not project.parameters.exists():
        return {}
    everything = json.loads(project.parameters.read_text(encoding="utf-8"))
    return {name: value for name, value in everything.items() if name in declared(notebook)}


def step(project: Project, notebook: Path, notes: Notes) -> Step:
    """Inputs and outputs of one notebook, with the parameters that it is given."""
    noted = notes.get(notebook.stem)
    uses = noted or {READS: [], IMPORTS: [], MAKES: []}
    parameters = given(project, notebook)
    read = [*_read(project, notebook.stem, uses[READS], notes)]
    modules = [module_file(name) for name in uses[IMPORTS] if name.startswith(PACKAGE)]
    asked = [project.parameters] if project.parameters.exists() else []
    made = [project.root / path for path in uses[MAKES]]
    handed = tuple(path for path in made if path.is_relative_to(project.handed))
    record = project.results / f"{notebook.stem}.json"
    return Step(
        notebook,
        (notebook, *read, *modules, *asked),
        tuple(path for path in dict.fromkeys([record, *made]) if path not in handed),
        parameters,
        noted is None,
        handed,
    )


def _read(project: Project, notebook: str, reads: Sequence[str], notes: Notes) -> Iterator[Path]:
    """Files that a notebook reads, with the tables that earlier ones hand on by their notes.

    These count from the moment that their maker has noted them, before their reader has read them.
    """
    handed = {
        path.stem: path
        for name in sorted(notes)
        if name < notebook
        for path in (project.root / made for made in notes[name][MAKES])
        if path.is_relative_to(project.handed)
    }
    for read in reads:
        if not (project.root / read).is_relative_to(project.handed):
            yield _located(project, read)
    names = {Path(read).stem for read in reads if read.endswith(".csv")}
    yield from (path for name, path in handed.items() if name in names)


def _located(project: Project, path: str) -> Path:
    """A file that was read: of the project itself, or of the one that lends its data."""
    own = project.root / path
    return own if own.exists() or project.lender is None else project.lender / path


def notebooks(project: Project) -> list[Path]:
    """Every numbered notebook, in order."""
    return [p for p in sorted(project.notebooks.glob("*.ipynb")) if _NAME.fullmatch(p.stem)]


def left_out(project: Project) -> list[Path]:
    """Notebooks with other names, such as the ``-Copy1`` of JupyterLab: they are no part of the build."""
    return sorted({*project.notebooks.glob("*.ipynb")} - {*notebooks(project)})


def steps(project: Project) -> list[Step]:
    """Every numbered notebook, in order."""
    notes = read_notes(project)
    return [step(project, path, notes) for path in notebooks(project)]
