"""What a run reads, noted as it reads it: the build asks these notes what a notebook depends on.

Python reports each file that it opens to audit hooks, so a table counts however a cell spells its name.
Libraries that open files without Python (Arrow, Polars) are not seen: tables are read by `report.tables`.
"""

import os
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pandas as pd

from llmexposure.base.files import to_csv_text
from llmexposure.base.project import Project

PACKAGE = "llmexposure"
# A kernel of the build has them, whatever the notebook does and however the build was started.
_PRESS = (f"{PACKAGE}.publish", f"{PACKAGE}.cli", f"{PACKAGE}.__main__")
READS, IMPORTS, MAKES = "reads", "imports", "makes"
_ROOTS = ("data/", "results/", "sweeps.toml", "build/handed/")
FILE = "notes.csv"  # of one run, among its outputs
COLUMNS = ["notebook", "use", "path"]

_opened: set[str] = set()
_listening = False


def listen() -> None:
    """Note every file that this process opens for reading from now on; earlier notes are dropped."""
    global _listening  # noqa: PLW0603 - a hook cannot be taken out again, so a process has one
    _opened.clear()
    if not _listening:
        sys.addaudithook(_note)
        _listening = True


def _note(event: str, arguments: tuple[Any, ...]) -> None:
    if event == "open":
        path, mode, _ = arguments
        if not isinstance(path, int) and (mode is None or "r" in mode):
            _opened.add(os.fsdecode(path))


def read(project: Project) -> list[str]:
    """Data, tables handed on and results that were opened, as paths in the project, in order."""
    roots = {root.resolve() for root in (project.root, project.lender) if root}
    found = {_inside(Path(path).resolve(), root) for path in list(_opened) for root in roots}
    return sorted(path for path in found if path.startswith(_ROOTS))


def _inside(path: Path, root: Path) -> str:
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else ""


def imported() -> list[str]:
    """Modules of the package that this process has loaded, but those that build."""
    names = [name for name in sys.modules if name == PACKAGE or name.startswith(f"{PACKAGE}.")]
    return sorted(name for name in names if not name.startswith(_PRESS))


def text(notebook: str, project: Project, made: Iterable[str]) -> str:
    """Notes of a run as CSV: ``notebook``, ``use`` (reads, imports, makes) and ``path``.

    Of a module, ``path`` is its name. The notebook's own record is no input of it.
    """
    own = f"results/{notebook}.json"
    uses = [(READS, path) for path in read(project) if path != own]
    uses += [(IMPORTS, name) for name in imported()]
    uses += [(MAKES, path) for path in sorted(made)]
    return to_csv_text(pd.DataFrame([(notebook, *use) for use in uses], columns=COLUMNS))
