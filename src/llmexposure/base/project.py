"""Where things are: every folder of the repository, found from one root.

The root is the folder that holds ``pyproject.toml``; set ``LLMEXPOSURE_ROOT`` to use another one
(the test suite builds throwaway papers that way).
"""

import os
from pathlib import Path

from llmexposure.base.errors import DataError

ROOT = Path(os.environ.get("LLMEXPOSURE_ROOT") or Path(__file__).resolve().parents[3])

DATA = ROOT / "data"
ANALYSIS = DATA / "analysis"
PUBLISHED = DATA / "published"
TAXONOMY = DATA / "taxonomy"
SOURCES_TOML = DATA / "sources.toml"
SWEEPS_TOML = ROOT / "sweeps.toml"
NOTEBOOKS = ROOT / "notebooks"
FIGURES = ROOT / "figures"
RESULTS = ROOT / "results"
PAPER = ROOT / "paper"
README = ROOT / "README.md"
GENERATED = PAPER / "generated"
BUILD = ROOT / "build"
UPSTREAM = BUILD / "upstream"
STAGE = BUILD / "stage"


def mirror() -> Path | None:
    """Folder with copies of the upstream files, from ``LLMEXPOSURE_MIRROR``, or None."""
    folder = os.environ.get("LLMEXPOSURE_MIRROR")
    return Path(folder) if folder else None


def shown(path: Path) -> str:
    """Path as a reader of the repository would write it: relative to the root where possible."""
    try:
        return path.resolve().relative_to(ROOT.resolve()).as_posix()
    except ValueError:
        return path.as_posix()


def table_file(name: str) -> Path:
    """File of a committed table, looked for in ``data/analysis``, ``published`` and ``taxonomy``.

    Raises
    ------
    DataError
        When no such table is committed.
    """
    for folder in (ANALYSIS, PUBLISHED, TAXONOMY):
        path = folder / f"{name}.csv"
        if path.exists():
            return path
    known = sorted(p.stem for f in (ANALYSIS, PUBLISHED) for p in f.glob("*.csv"))
    raise DataError(f"no committed table {name}.csv; expected one of {', '.join(known)}")
