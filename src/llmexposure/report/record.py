"""The results record: every number that the paper prints, with where it came from and how it is printed.

One JSON file a notebook maps a key ``relation.evidence.scope.quantity`` to an entry. Fields that do not
apply are left out. Figures and tables have an entry too, ``exhibit.<evidence>.<name>.figure``, whose
value is the number of units shown and whose ``of`` says of what; ``shows`` are texts with numbers that stand
in a figure, ``alt`` says in words what a figure shows to those who cannot see it.
"""

import difflib
import json
import math
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from llmexposure.base.errors import BuildError
from llmexposure.base.files import canonical
from llmexposure.base.project import current, shown

UNITS = {
    "share": "fraction of a whole, printed as a percentage",
    "growth": "relative change, 1 = doubled, printed as a percentage",
    "share_change": "change of a share, printed in percentage points",
    "log_points": "natural-log change",
    "slope": "units of the outcome per unit of exposure",
    "ratio": "quotient of two numbers in one unit",
    "correlation": "between -1 and 1",
    "kappa": "agreement beyond chance, at most 1",
    "p": "probability value",
    "count": "whole number",
    "years": "years",
    "index": "index between 0 and 1",
    "statistic": "test statistic",
    "rank": "position in an order, 1 = first",
    "label": "a name, not a number",
    "month": "calendar month, YYYY-MM",
    "date": "calendar day, YYYY-MM-DD",
    "months": "months",
    "dollars": "US dollars",
    "yuan": "yuan a month",
    "yuan_year": "yuan a year",
}


def printed(value: float | int | str | None, unit: str, digits: int) -> str:
    """Value as it stands in the paper: sign as a minus, shares as percentages, small p as a bound.

    Examples
    --------
    >>> printed(0.372, "share", 1)
    '37.2%'
    >>> printed(0.00001, "p", 3)
    '<0.001'
    >>> printed(18495, "count", 0)
    '18,495'
    """
    if value is None:
        return "n/a"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str):
        return value
    if math.isinf(value):
        return "∞" if value > 0 else "−∞"
    if unit == "p" and value < 10**-digits:
        return f"<{10**-digits:.{digits}f}"
    if unit in ("share", "growth"):
        return f"{_signed(100 * value, digits)}%"
    if unit == "share_change":
        return f"{_signed(100 * value, digits)} pp"
    return f"{value:,.0f}" if unit in ("count", "yuan", "yuan_year") else _signed(value, digits)


def _signed(value: float, digits: int) -> str:
    text = f"{value:.{digits}f}"
    negative = text.startswith("-") and float(text) != 0
    return ("−" if negative else "") + text.lstrip("-")


# Numbers that are of all conversations or of all claims have no scope: usage.open.automation_share.
KEY = re.compile(r"[a-z][a-z0-9_]*(\.[a-z0-9_]+){3,}|(usage|claims)\.[a-z]+\.[a-z0-9_]+")
EVIDENCE = ("published", "open", "simulated", "postings")
FIELDS = (
    "value", "unit", "n", "se", "ci_low", "ci_high", "p",
    "evidence", "also", "source", "notebook", "cell", "parameters", "digits", "of", "shows", "alt",
)  # fmt: skip
# Fields that stand in LaTeX, in links and in Markdown just as they are.
_NAME = re.compile(r"[\w.-]{1,120}", re.ASCII)
_PLAIN = {
    "notebook": re.compile(r"\w{1,120}", re.ASCII),
    "cell": _NAME,
    "evidence": re.compile("|".join(EVIDENCE)),
    "also": re.compile("({0})(, ({0}))*".format("|".join(EVIDENCE))),
    "of": re.compile(
        r"[^\\{}%$#&^~_<>|`\[\]\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069]{1,200}"
    ),
}
_SURROGATE = re.compile("[\ud800-\udfff]")
_DIGITS = 12
# JSON has no infinity: fields that can be infinite then hold these words.
_UNBOUNDED = {"value", "ci_low", "ci_high"}
_INFINITE = {math.inf: "inf", -math.inf: "-inf"}

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
    return {f: _kept(f, given[f]) for f in FIELDS if given.get(f) is not None or f == "value"}


def _kept(field: str, value: Any) -> Any:
    """A field rounded; an infinite value or end of an interval stays infinite: it is known, not missing."""
    infinite = field in _UNBOUNDED and isinstance(value, float) and math.isinf(value)
    return float(value) if infinite else canonical(value)


def dump(entries: Mapping[str, Entry]) -> str:
    """Record as JSON text: sorted keys, one field a line, final newline."""
    written = {
        key: {f: _INFINITE.get(v, v) if isinstance(v, float) else v for f, v in item.items()}
        for key, item in entries.items()
    }
    return json.dumps(written, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def load(path: Path) -> dict[str, Entry]:
    """Entries of one file of the record, checked: what they hold is printed, linked and typeset.

    Raises
    ------
    BuildError
        When the file is not JSON as `dump` writes it, or an entry holds what none may.
    """
    try:
        found = json.loads(
            path.read_text(encoding="utf-8"), object_pairs_hook=_once,
            parse_constant=_number, parse_float=_number,
        )  # fmt: skip
    except (OSError, ValueError, RecursionError) as error:
        raise BuildError(f"{shown(path)}: not a file of the record ({error})") from None
    if not isinstance(found, dict):
        raise BuildError(f"{shown(path)}: expected an object of results")
    for key, item in found.items():
        if problem := _problem(key, item):
            raise BuildError(f"{shown(path)}: result {key[:80]!r}: {problem}")
        for field in _UNBOUNDED & item.keys():
            if item[field] in ("inf", "-inf"):
                item[field] = float(item[field])
    return found


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    values = dict(pairs)
    if len(values) < len(pairs):
        raise ValueError("a key stands there twice")
    return values


def _number(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise ValueError(f"{text} is not a finite number")
    return value


def _problem(key: str, item: Any) -> str | None:
    """What is wrong with an entry; of its fields only those that it has are looked at."""
    if not KEY.fullmatch(key):
        return "the key is not relation.evidence.scope.quantity in snake_case"
    if not isinstance(item, dict) or "value" not in item:
        return "expected an object with a value"
    if extra := item.keys() - set(FIELDS):
        return f"unknown field {min(extra)!r}"
    for field, text in item.items():
        if field in _PLAIN and not _PLAIN[field].fullmatch(str(text)):
            return f"{field} is {str(text)[:80]!r}, which cannot be printed as it stands"
    if not all(_NAME.fullmatch(str(name)) for name in item.get("source", [])):
        return f"source is {item['source']!r}, expected ids of data/sources.toml"
    if not all(isinstance(text, str) for text in item.get("shows", [])):
        return "shows is no list of texts"
    if not isinstance(item.get("alt", ""), str) or _SURROGATE.search(item.get("alt", "")):
        return "alt is no text"
    unit, digits = item.get("unit", "label"), item.get("digits", 0)
    if unit not in UNITS or type(digits) is not int or not 0 <= digits <= _DIGITS:
        return f"unit {unit!r} or digits {digits!r} is not one of ours"
    if isinstance(item["value"], str) and _SURROGATE.search(item["value"]):
        return "the value has half of a surrogate pair"
    return None


def load_all(folder: Path | None = None) -> dict[str, Entry]:
    """Every entry of the record in a folder, that of the current project unless told otherwise.

    Raises
    ------
    BuildError
        When two notebooks write the same key.
    """
    found: dict[str, Entry] = {}
    for path in sorted((folder or current().results).glob("*.json")):
        for key, item in load(path).items():
            if key in found:
                raise BuildError(
                    f"result {key} is written by {found[key]['notebook']} and {path.stem}"
                )
            found[key] = item
    return found


def kinds(item: Entry) -> str:
    """Every kind of evidence that an entry shows, in words.

    Examples
    --------
    >>> kinds({"evidence": "published", "also": "open"})
    'published, open'
    """
    return ", ".join(filter(None, [item["evidence"], item.get("also")]))


def nearest(key: str, keys: Iterable[str]) -> str:
    """Hint for a key that does not exist, such as ``; did you mean a.b.c?``, or nothing."""
    close = difflib.get_close_matches(key, list(keys), n=1)
    return f"; did you mean {close[0]}?" if close else ""


def compare(new: Mapping[str, Entry], old: Mapping[str, Entry]) -> list[tuple[str, Any, Any]]:
    """Keys whose values differ: (key, new value, old value); None where one side lacks the key."""
    keys = sorted(new.keys() | old.keys())
    pairs = [(k, new.get(k, {}).get("value"), old.get(k, {}).get("value")) for k in keys]
    return [(k, a, b) for k, a, b in pairs if a != b]
