"""What a run notes on its way: the files that it reads, the cell that runs, what each cell recorded.

The build asks these notes what a notebook depends on. Python reports each file that it opens to audit hooks,
so a table counts however a cell spells its name. Libraries that open files without Python (Arrow, Polars) are
not seen: tables are read by `report.tables`.

A cell that runs again replaces what it recorded. JupyterLab and its like say the id of the cell that they
send. papermill and nbclient do not: the cell is then the one with the same text in the notebook file, and a
text that is not there stands for itself.
"""

import ast
import json
import os
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from llmexposure.base.files import to_csv_text
from llmexposure.base.project import Project
from llmexposure.report.record import Entry

PACKAGE = "llmexposure"
# A kernel of the build has them, whatever the notebook does and however the build was started.
_PRESS = (f"{PACKAGE}.publish", f"{PACKAGE}.cli", f"{PACKAGE}.__main__")
READS, IMPORTS, MAKES = "reads", "imports", "makes"
_ROOTS = ("data/", "results/", "sweeps.toml", "build/handed/")
FILE = "notes.csv"  # of one run, among its outputs
COLUMNS = ["notebook", "use", "path"]
_INJECTED = "# Parameters"  # how a cell that papermill puts in begins
_UNSAVED = "unsaved: "  # stands before a text that is not in the file

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
    import pandas as pd

    own = f"results/{notebook}.json"
    uses = [(READS, path) for path in read(project) if path != own]
    uses += [(IMPORTS, name) for name in imported()]
    uses += [(MAKES, path) for path in sorted(made)]
    return to_csv_text(pd.DataFrame([(notebook, *use) for use in uses], columns=COLUMNS))


class Cells:
    """Entries of one run by the cell that recorded them.

    Parameters
    ----------
    notebook
        File that the cells are of, where there is one.
    """

    def __init__(self, notebook: Path | None = None) -> None:
        self._notebook = notebook
        self._entries: dict[str, dict[str, Entry]] = {}
        self._named: dict[str, str | None] = {"": None}
        self._place = -1  # of the cell that ran last, in the notebook
        self._running = ""

    @property
    def id(self) -> str | None:
        """Id of the running cell in the notebook; None when it is not known there."""
        return self._named[self._running]

    def begin(self, text: str, sent: str | None = None) -> None:
        """Note that a cell runs: what it recorded before is forgotten.

        Parameters
        ----------
        text
            Code of the cell.
        sent
            Its id, when the sender says it.
        """
        found = self._found(text, sent)
        # A cell keeps the id that its sender gives it, also when it is edited.
        self._running = sent or found or f"{_UNSAVED}{text}"
        self._named[self._running] = found
        self._entries.pop(self._running, None)

    def _found(self, text: str, sent: str | None) -> str | None:
        """Id of a cell in the file: of cells with one text the first after the one that ran last."""
        cells = _cells(self._notebook)
        if sent in (known := [cell for cell, _ in cells]):
            self._place = known.index(sent)
            return sent
        same = [i for i, (_, code) in enumerate(cells) if code.strip() == text.strip()]
        if not same:
            return None
        self._place = next((i for i in same if i > self._place), same[0])
        return known[self._place]

    def add(self, key: str, item: Entry) -> None:
        """Record an entry of the running cell."""
        self._entries.setdefault(self._running, {})[key] = item

    def find(self, key: str) -> Entry | None:
        """An entry; of several cells that record it, that of the one that ran last."""
        cells = reversed(self._entries.values())
        return next((entries[key] for entries in cells if key in entries), None)

    @property
    def entries(self) -> dict[str, Entry]:
        """Every entry by key."""
        return {key: item for cell in self._entries.values() for key, item in cell.items()}

    def conflicts(self) -> Iterator[tuple[str, str, str]]:
        """Keys, or exhibits under any kind of evidence, of two cells: what, one cell, the other.

        A text that is not in the file may be an edited cell, so it does not count.
        """
        first: dict[str, str] = {}
        for cell, entries in self._entries.items():
            for key in () if cell.startswith(_UNSAVED) else entries:
                if (other := first.setdefault(_what(key), cell)) != cell:
                    one, two = (self._named[c] or c for c in (other, cell))
                    yield (key, one, two) if one != two else (key, other, cell)


def _what(key: str) -> str:
    """What two cells may not both record: an exhibit is one whatever evidence it shows."""
    kind, _, name, quantity = [*key.split("."), "", ""][:4]
    return f"{quantity} {name}" if kind == "exhibit" and key.count(".") == 3 else key


def _cells(notebook: Path | None) -> list[tuple[str, str]]:
    """Id and text of the code cells as they are saved; none while the file is being written."""
    try:
        cells = json.loads(notebook.read_bytes())["cells"] if notebook else []
    except (OSError, ValueError):
        return []
    code = (cell for cell in cells if cell["cell_type"] == "code")
    return [(cell.get("id", ""), "".join(cell["source"])) for cell in code]


_watching = Cells()


def watch(cells: Cells) -> None:
    """From now on tell these cells which of them runs; the one that runs now is the first."""
    global _watching  # noqa: PLW0603 - a kernel runs one notebook, and has one hook for it
    from IPython import get_ipython

    _watching = cells
    if shell := get_ipython():
        shell.events.register("pre_run_cell", _begin)
        cells.begin(shell.user_ns["In"][-1])


def _begin(info: Any) -> None:
    _watching.begin(info.raw_cell, info.cell_id)


def injected() -> set[str] | None:
    """Names that papermill put in after the cell of parameters; None outside of a kernel."""
    from IPython import get_ipython

    shell = get_ipython()
    if shell is None:
        return None
    put_in = (text for text in shell.user_ns["In"] if text.startswith(_INJECTED))
    targets = (n.targets for t in put_in for n in ast.parse(t).body if isinstance(n, ast.Assign))
    return {name.id for found in targets for name in found if isinstance(name, ast.Name)}
