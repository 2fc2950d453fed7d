"""Committed tables and the record of the paper, in the repository or in an exported course."""

import json
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

COURSE = Path(__file__).resolve().parents[1]
# An exported course carries what it needs in course/data; in the repository it is read where it lies.
EXPORTED = COURSE / "data"
TABLES = ("sectors", "sector_postings", "tasks")


def table(name: str) -> pd.DataFrame:
    """Table of the paper by name: ``sectors``, ``sector_postings`` or ``tasks``.

    Raises
    ------
    FileNotFoundError
        Naming the tables that there are.
    """
    for folder in (EXPORTED, COURSE.parent / "data" / "analysis"):
        path = folder / f"{name}.csv"
        if path.exists():
            return _read(path).copy()
    raise FileNotFoundError(f"no table {name!r}; the course has {', '.join(TABLES)}")


@cache
def _read(path: Path) -> pd.DataFrame:
    return pd.read_csv(path)


@cache
def record() -> dict[str, dict[str, Any]]:
    """Every number of the paper by key."""
    if (path := EXPORTED / "record.json").exists():
        return json.loads(path.read_text(encoding="utf-8"))
    found: dict[str, dict[str, Any]] = {}
    for path in sorted((COURSE.parent / "results").glob("*.json")):
        found |= json.loads(path.read_text(encoding="utf-8"))
    return found


def paper(key: str) -> dict[str, Any]:
    """What the paper recorded under a key: ``value``, ``ci_low``, ``ci_high``, ``p``, ``n``, ...

    Raises
    ------
    KeyError
        Naming keys that begin alike.
    """
    known = record()
    if key not in known:
        start = ".".join(key.split(".")[:3])
        near = [k for k in known if k.startswith(start)][:5]
        raise KeyError(f"the paper has no {key!r}; near it: {', '.join(near) or 'nothing'}")
    return known[key]


def compare(mine: float, key: str, digits: int = 2) -> str:
    """Say whether a number agrees with the paper's, to a number of digits after the point.

    Raises
    ------
    KeyError
        As `paper` does.
    """
    found = paper(key)
    theirs = found["value"]
    same = round(float(mine), digits) == round(float(theirs), digits)
    verdict = "agree" if same else "DIFFER: other rows, other months, another formula?"
    return (
        f"mine {float(mine):.{digits}f}, paper {theirs:.{digits}f} ({key}, notebook "
        f"{found['notebook']}, N = {found.get('n') or '-'}): they {verdict}"
    )
