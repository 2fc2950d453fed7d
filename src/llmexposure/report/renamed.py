"""What papermill says of notebooks here: old names answer with the new one, known errors take one line.

The new names stand in the tables of ``CHANGELOG.md``.
"""

import re
import sys
from pathlib import Path
from types import TracebackType
from typing import Any

from llmexposure.base.project import current

_ROW = re.compile(r"^\| `([^`]+)` \| (.+) \|$", re.M)


def renamed(name: str) -> str:
    """What an old name is called now, as the end of a message; empty for a name that never was one.

    Parameters
    ----------
    name
        A notebook such as ``08_posting_pipeline``, or a parameter such as ``-p evidence``.

    Examples
    --------
    >>> renamed("08_posting_pipeline")
    '; it is now `12_posting_pipeline` (CHANGELOG.md)'
    """
    table = current().root / "CHANGELOG.md"
    rows = dict(_ROW.findall(table.read_text(encoding="utf-8"))) if table.exists() else {}
    return f"; it is now {rows[name]} (CHANGELOG.md)" if name in rows else ""


class Notebooks:
    """How papermill reads and writes under ``notebooks/``: as ever, but an old name gets an answer.

    Registered in ``pyproject.toml`` under ``papermill.io``. Imports are late: every use of papermill
    loads this module, before papermill itself is ready.
    """

    def read(self, path: str) -> str:
        """Text of a notebook; an old name fails in one line, and so does what fails in its cells."""
        if Path(sys.argv[0]).stem in ("papermill", "__main__"):
            sys.excepthook = _briefly
        if not Path(path).exists() and (now := renamed(Path(path).stem)):
            from click import ClickException

            raise ClickException(f"{path} is not there{now}")
        return _local().read(path)

    def write(self, buf: str, path: str) -> None:
        """Write a notebook."""
        _local().write(buf, path)

    def listdir(self, path: str) -> list[str]:
        """Files of a folder."""
        return _local().listdir(path)

    def pretty_path(self, path: str) -> str:
        """Path as it is."""
        return path


def _briefly(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """Say an error of a cell without the trace through papermill, when the cell itself shows a line."""
    shown, why = getattr(error, "traceback", None), getattr(error, "evalue", "")
    if isinstance(shown, list) and why.startswith("No module named 'llmexposure"):
        shown = [f"{why} in this kernel; take that of .venv: .venv/bin/papermill, without -k"]
    if not isinstance(shown, list) or len(shown) != 1:
        sys.__excepthook__(kind, error, trace)
        return
    sys.stderr.write(f"Error: In [{getattr(error, 'exec_count', '?')}]: {shown[0]}\n")


def _local() -> Any:
    """The handler of files of papermill itself, which keeps the folder that a run was started in."""
    from papermill.iorw import papermill_io

    return papermill_io.get_handler("any file")


notebooks = Notebooks()
