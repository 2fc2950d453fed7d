"""The record as data that a page can look through: every number with all that is known of it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from llmexposure.publish.pages import anchor
from llmexposure.report.latex import printed_field
from llmexposure.report.record import Entry, kinds

Columns = dict[str, Any]
DIGITS = 6  # significant ones that a chart can show


def numbers(
    entries: Mapping[str, Entry],
    titles: Mapping[str, str],
    check: pd.DataFrame,
    units: Mapping[str, str],
) -> dict[str, Any]:
    """Every entry of the record, as columns; what repeats stands once and is pointed at.

    Parameters
    ----------
    entries
        The record.
    titles
        Title of each exhibit.
    check
        `publish.forms.code_check.code_check`: where each number is printed.
    units
        Meaning of each unit (`record.UNITS`).

    Returns
    -------
    dict
        ``columns``, ``rows`` (one an entry, sorted by key), ``parameters``, ``units``.
    """
    places = printed_at(check)
    parameters: dict[str, int] = {}
    rows = []
    for key, item in sorted(entries.items()):
        exhibit = key.startswith("exhibit.")
        given = ", ".join(f"{name} = {value}" for name, value in item["parameters"].items())
        fields = [
            printed_field(item, field) if field in item else ""
            for field in ("value", "ci_low", "ci_high", "se", "p", "n")
        ]
        if exhibit:
            fields = ["", "", "", "", "", f"{item['value']} {item['of']}"]
        kind = key.rsplit(".", 1)[1]
        name = f"{kind}_{anchor(key)}" if exhibit else key
        rows.append([
            name, kind if exhibit else "number",
            titles.get(name, "") if exhibit else "", *fields, kinds(item), item["unit"],
            item["notebook"], item["cell"], item["source"], parameters.setdefault(given, len(parameters)),
            places.get(name, []),
        ])  # fmt: skip
    return {
        "columns": ["name", "what", "title", "value", "low", "high", "se", "p", "n", "evidence",
                    "unit", "notebook", "cell", "source", "parameters", "printed"],
        "rows": rows,
        "parameters": list(parameters),
        "units": dict(units),
    }  # fmt: skip


def printed_at(check: pd.DataFrame) -> dict[str, list[str]]:
    """Files and lines of the paper at which each key or exhibit (``table_us_slopes``) is printed."""
    found: defaultdict[str, dict[str, None]] = defaultdict(dict)
    for row in check.itertuples():
        if row.what != "in figure":
            where = f"{str(row.file).removeprefix('paper/')}:{row.line}"
            name = str(row.name).split(":")[0]
            found[name if row.what == "number" else f"{row.what}_{name}"][where] = None
    return {name: list(places) for name, places in found.items()}


def columns(table: pd.DataFrame, wanted: Iterable[str] | None = None) -> Columns:
    """A table as columns; text as levels and codes, numbers with `DIGITS` digits, missing ones null.

    Examples
    --------
    >>> columns(pd.DataFrame({"a": ["x", "y", "x"], "b": [1.0, None, 0.12345678]}))
    {'a': {'levels': ['x', 'y'], 'codes': [0, 1, 0]}, 'b': [1.0, None, 0.123457]}
    """
    chosen = table[list(wanted)] if wanted is not None else table
    return {str(name): _column(chosen[name]) for name in chosen}


def _column(values: pd.Series) -> Any:
    if pd.api.types.is_bool_dtype(values):
        return [int(value) for value in values]
    if pd.api.types.is_numeric_dtype(values):
        return [None if pd.isna(v) else _short(float(v)) for v in values]
    text = values.fillna("").astype(str).str.replace("\n", " ")
    levels = list(dict.fromkeys(text))
    codes = {level: code for code, level in enumerate(levels)}
    return {"levels": levels, "codes": [codes[value] for value in text]}


def _short(value: float) -> float:
    return float(f"{value:.{DIGITS}g}")


def flat(entries: Mapping[str, Entry]) -> pd.DataFrame:
    """The record as one table for a spreadsheet: a row a number, unrounded."""
    fields = ["value", "se", "ci_low", "ci_high", "p", "n", "unit", "evidence", "notebook", "cell"]
    rows = [
        [key, *(item.get(field) for field in fields), " ".join(item["source"])]
        for key, item in sorted(entries.items())
        if not key.startswith("exhibit.")
    ]
    return pd.DataFrame(rows, columns=["key", *fields, "source"], dtype=object)


def values(path: Path, **options: Any) -> pd.DataFrame:
    """Plotted values of a figure."""
    return pd.read_csv(path, **options)
