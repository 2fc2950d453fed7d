"""The results record: every number that the paper prints, with where it came from.

One JSON file a notebook maps a key ``relation.evidence.scope.quantity`` to an entry. Fields that do not
apply are left out. Figures and tables have an entry too, ``exhibit.<evidence>.<name>.figure``, whose
value is the number of units shown and whose ``of`` says of what.
"""

import difflib
import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from llmexposure.errors import BuildError
from llmexposure.paths import RESULTS, shown
from llmexposure.report.numbers import UNITS, canonical

# Numbers that are of all conversations or of all claims have no scope: usage.open.automation_share.
KEY = re.compile(r"[a-z][a-z0-9_]*(\.[a-z0-9_]+){3,}|(usage|claims)\.[a-z]+\.[a-z0-9_]+")
EVIDENCE = ("published", "open", "simulated", "postings")
FIELDS = (
    "value", "unit", "n", "se", "ci_low", "ci_high", "p",
    "evidence", "source", "notebook", "cell", "parameters", "digits", "of",
)  # fmt: skip

Entry = dict[str, Any]


def entry(key: str, value: Any, unit: str, digits: int, **fields: Any) -> Entry:
    """One entry of the record, rounded and checked.

    Raises
    ------
    BuildError
        When the key is not ``relation.evidence.scope.quantity`` in snake_case, or the unit is unknown.

    Examples
    --------
    >>> entry("exposure.open.activities.count", 2087, "count", 0)["evidence"]
    'open'
    """
    if not KEY.fullmatch(key) or key.split(".")[1] not in EVIDENCE:
        raise BuildError(
            f"result key {key!r}: expected relation.evidence.scope.quantity in snake_case, "
            f"with evidence one of {', '.join(EVIDENCE)}"
        )
    if unit not in UNITS:
        raise BuildError(
            f"result {key}: unit {unit!r} is unknown; expected one of {', '.join(UNITS)}"
        )
    given = {
        "value": value,
        "unit": unit,
        "evidence": key.split(".")[1],
        "digits": digits,
        **fields,
    }
    return {f: canonical(given[f]) for f in FIELDS if given.get(f) is not None or f == "value"}


def dump(entries: dict[str, Entry]) -> str:
    """Record as JSON text: sorted keys, one field a line, final newline."""
    return json.dumps(entries, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def load(path: Path) -> dict[str, Entry]:
    """Entries of one file of the record."""
    return json.loads(path.read_text(encoding="utf-8"))


def load_all(folder: Path = RESULTS) -> dict[str, Entry]:
    """Every entry of the record.

    Raises
    ------
    BuildError
        When two notebooks write the same key.
    """
    found: dict[str, Entry] = {}
    for path in sorted(folder.glob("*.json")):
        for key, item in load(path).items():
            if key in found:
                raise BuildError(
                    f"result {key} is written by {found[key]['notebook']} and {path.stem}"
                )
            found[key] = item
    return found


def nearest(key: str, keys: Iterable[str]) -> str:
    """Hint for a key that does not exist, such as ``; did you mean a.b.c?``, or nothing."""
    close = difflib.get_close_matches(key, list(keys), n=1)
    return f"; did you mean {close[0]}?" if close else ""


def compare(new: dict[str, Entry], old: dict[str, Entry]) -> list[tuple[str, Any, Any]]:
    """Keys whose values differ: (key, new value, old value); None where one side lacks the key."""
    keys = sorted(new.keys() | old.keys())
    pairs = [(k, new.get(k, {}).get("value"), old.get(k, {}).get("value")) for k in keys]
    return [(k, a, b) for k, a, b in pairs if a != b]
