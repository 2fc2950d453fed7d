"""Where a committed table lives. Kept free of heavy imports: the build asks this on every call."""

from pathlib import Path

from llmexposure.errors import DataError
from llmexposure.paths import ANALYSIS, PUBLISHED, TAXONOMY


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
