"""New openings and new applications for work by occupation at Japan's public employment service, Hello Work.

Yearly sums of monthly counts for regular employment, in JSON as copied by script from two workbooks of the
Ministry of Health, Labour and Welfare. An application is a registration of a job seeker by the occupation
that he or she wants, not an answer to one vacancy. An empty cell of the workbooks is null and stays missing.
"""

import json
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pandera.pandas as pa

from llmexposure.base.errors import DataError
from llmexposure.base.project import shown
from llmexposure.base.tables.schema import keyed, validate
from llmexposure.base.tables.text import LINE
from llmexposure.data.readers import columns as c

# By the letter that the files give them. A year is a fiscal year, from April of it to March of the next.
KINDS = {"a": "all", "f": "full_time", "t": "part_time"}
_PLACE = pa.Check.str_matches(r"^JP-(0[0-9]|[1-3][0-9]|4[0-7])$")
_GROUP = pa.Check.str_matches(r"^\d{2}$")
_KEY = {"place": c.text(_PLACE), "kind": c.text(), "year": c.whole(2023)}


def _count() -> pa.Column:
    return c.number(0, nullable=True)


def _table(
    path: Path, rows: Callable[[Any], list[tuple]], wanted: str, schema: pa.DataFrameSchema
) -> pd.DataFrame:
    """Table of the rows that ``rows`` finds in a JSON file; another shape is refused, naming ``wanted``."""
    try:
        cells = rows(json.loads(path.read_text(encoding="utf-8")))
        if not cells:
            raise ValueError("no rows")
        table = pd.DataFrame(cells, columns=list(schema.columns))
    except (ValueError, KeyError, TypeError, IndexError, AttributeError) as error:
        raise DataError(
            f"{shown(path)}: expected JSON with {wanted} ({error!r}). "
            "Get the file again from where it came."
        ) from None
    return validate(table.set_axis(pd.RangeIndex(1, len(table) + 1, name=LINE)), schema, file=path)


def _years(path: Path) -> list[int]:
    schema = keyed({"year": c.whole(2023)}, ["year"])
    table = _table(path, lambda d: [(year,) for year in d["years"]], "'years'", schema)
    return [int(year) for year in table["year"]]


def read_applications(path: Path, index: Path) -> pd.DataFrame:
    """Openings and applications by place, occupation group, kind of job and fiscal year.

    Parameters
    ----------
    path
        ``shinki_ratios.json``: a row a place and group; for each kind a pair of numbers a year.
    index
        ``shinki_index.json``, which names the years.

    Returns
    -------
    pandas.DataFrame
        31,536 rows: ``place`` (JP-00: the country; JP-01 to JP-47: prefectures), ``group``, ``kind``
        ('all', 'full_time', 'part_time'), ``year``, together the key; ``openings`` and ``applications``,
        missing where the workbook has no number (134 openings of full-time jobs in 2025).
    """
    years = _years(index)

    def rows(found: list[dict]) -> list[tuple]:
        return [
            (row["p"], row["o"], kind, year, openings, applications)
            for row in found
            for letter, kind in KINDS.items()
            for year, (openings, applications) in zip(years, row[letter], strict=True)
        ]

    columns = {"place": _KEY["place"], "group": c.text(_GROUP), **_KEY}
    columns |= {"openings": _count(), "applications": _count()}
    schema = keyed(columns, ["place", "group", "kind", "year"])
    wanted = f"rows of 'p', 'o' and, of {', '.join(KINDS)}, a pair for each of {len(years)} years"
    return _table(path, rows, wanted, schema)


def read_totals(index: Path) -> pd.DataFrame:
    """All applications and those without an occupation, by place, kind of job and fiscal year.

    Returns
    -------
    pandas.DataFrame
        432 rows: ``place``, ``kind``, ``year``, together the key; ``unclassified`` and ``applications``, the
        published total with the unclassified in it.
    """
    years = _years(index)

    def rows(found: dict) -> list[tuple]:
        return [
            (row["p"], kind, year, unclassified, total)
            for row in found["coverage"]
            for letter, kind in KINDS.items()
            for year, (unclassified, total) in zip(years, row[letter], strict=True)
        ]

    schema = keyed({**_KEY, "unclassified": _count(), "applications": _count()}, list(_KEY))
    return _table(index, rows, "'coverage' by place, kind and year", schema)


def read_groups(index: Path) -> pd.DataFrame:
    """The 73 occupation groups (classification of the ministry in force since April 2023).

    Returns
    -------
    pandas.DataFrame
        ``group`` (two digits; key), ``name`` as the ministry prints it, ``major`` (letter A to K),
        ``major_name``.
    """

    def rows(found: dict) -> list[tuple]:
        majors = {row["id"]: row["name"] for row in found["groups"]}
        return [
            (row["id"], row["name"], _letter(row["group"]), majors[row["group"]])
            for row in found["occupations"]
        ]

    letter = c.text(pa.Check.str_matches(r"^[A-K]$"))
    columns = {"group": c.text(_GROUP), "name": c.text(), "major": letter, "major_name": c.text()}
    return _table(index, rows, "'groups' and 'occupations'", keyed(columns, ["group"]))


def _letter(wide: str) -> str:
    """Latin letter that the file has in the width of Japanese characters."""
    return unicodedata.normalize("NFKC", wide)
