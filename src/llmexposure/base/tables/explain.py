"""What pandera refuses, in the words of an error message for people."""

import numpy as np
import pandas as pd
import pandera.pandas as pa
from pandera.errors import SchemaError

from llmexposure.base.errors import DataError
from llmexposure.base.tables.place import Place, more

_WORDING = {
    "in_range": "a value from {min_value} to {max_value}",
    "greater_than": "more than {min_value}",
    "greater_than_or_equal_to": "{min_value} or more",
    "less_than": "less than {max_value}",
    "less_than_or_equal_to": "{max_value} or less",
    "str_matches": "text of the form {pattern}",
}


def explain(
    failures: list[SchemaError], table: pd.DataFrame, cells: pd.DataFrame, place: Place
) -> DataError:
    """First failure of a table as a `DataError`: repeated keys before values, then by row.

    ``table`` is typed; ``cells`` are the same rows and columns as the file has them.
    """
    for key in _keys(failures):
        if table.duplicated(key).any():
            return _repeated(table, cells, key, place)
    return _refused(min(failures, key=_first_row), cells, place)


def _keys(failures: list[SchemaError]) -> list[list[str]]:
    """Keys of the schema: of several columns, or single columns declared unique."""
    schemas = [failure.schema for failure in failures]
    tables = [schema for schema in schemas if isinstance(schema, pa.DataFrameSchema)]
    whole = [list(schema.unique) for schema in tables if schema.unique]
    return whole + [[s.name] for s in schemas if isinstance(s, pa.Column) and s.unique]


def _repeated(table: pd.DataFrame, cells: pd.DataFrame, key: list[str], place: Place) -> DataError:
    repeats = np.flatnonzero(table.duplicated(key))
    row = int(repeats[0])
    same = (table[key] == table[key].iloc[row]).all(axis="columns")
    first = int(np.flatnonzero(same)[0])
    values = ", ".join(f"{place.heading(name)} = '{_shown(cells[name].iloc[row])}'" for name in key)
    return place.error(
        f"{values} is already on {place.line(first)}, expected one row for each key "
        f"({', '.join(key)}). Remove one of them, or correct its key.{more(repeats.size - 1)}",
        row,
    )


def _shown(value: object) -> str:
    """Value as in a file: a day without its midnight."""
    return str(value).removesuffix(" 00:00:00")


def _rows(failure: SchemaError) -> list[int]:
    """Positions of the rows that fail, sorted; none where the check is on the table as a whole."""
    cases = failure.failure_cases
    known = isinstance(cases, pd.DataFrame) and "index" in cases
    return sorted({int(row) for row in cases["index"].dropna()}) if known else []


def _first_row(failure: SchemaError) -> int:
    return min(_rows(failure), default=-1)


def _wanted(failure: SchemaError) -> str:
    check = failure.check
    if not isinstance(check, pa.Check):
        return f"what the schema says ({check})"
    if check.name == "isin":
        return f"one of {', '.join(str(value) for value in check.statistics['allowed_values'])}"
    wording = _WORDING.get(check.name or "")
    return wording.format(**check.statistics) if wording else str(check.error or check.name)


def _refused(failure: SchemaError, cells: pd.DataFrame, place: Place) -> DataError:
    rows = _rows(failure)
    column = failure.schema.name if isinstance(failure.schema, pa.Column) else None
    if not rows:
        return place.error(f"expected {_wanted(failure)}. Correct the table.", column=column)
    row = rows[0]
    if column is None:
        found = ", ".join(f"{name}={value}" for name, value in cells.iloc[row].items())
        what = f"found {found[:200]}; expected: {_wanted(failure)}. Correct the row."
    else:
        value = _shown(cells[column].iloc[row])
        what = f"found '{value}', expected {_wanted(failure)}. Correct the cell."
    return place.error(what + more(len(rows) - 1), row, column)
