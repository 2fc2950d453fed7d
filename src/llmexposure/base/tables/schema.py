"""One gate for every table: columns, types, key and values, refused in words for people."""

import difflib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pandera.pandas as pa
from pandera.errors import SchemaError, SchemaErrors

from llmexposure.base.errors import DataError
from llmexposure.base.tables.text import HEADINGS, Place, more, read_text


@dataclass(frozen=True)
class Kind:
    """A kind of column: what it wants, in words, and a parser that leaves NaN where it fails."""

    wanted: str
    parse: Callable[[pd.Series], pd.Series]


def _number(cells: pd.Series) -> pd.Series:
    values = pd.to_numeric(cells, errors="coerce")
    return values.where(np.isfinite(values))


def _integer(cells: pd.Series) -> pd.Series:
    values = _number(cells)
    return values.where(values % 1 == 0)


def _boolean(cells: pd.Series) -> pd.Series:
    return cells.astype("str").str.lower().map({"true": True, "false": False})


def _date(cells: pd.Series) -> pd.Series:
    return pd.to_datetime(cells, errors="coerce", format="ISO8601")


def _text(cells: pd.Series) -> pd.Series:
    return cells.astype("str")


_KINDS = {
    "int": Kind("a whole number (digits only, no thousands mark or unit)", _integer),
    "float": Kind("a number ('.' as decimal mark, no thousands mark or unit)", _number),
    "bool": Kind("True or False", _boolean),
    "datetime64": Kind("a date such as 2024-05-31", _date),
    "str": Kind("text", _text),
}


def typed(frame: pd.DataFrame, schema: pa.DataFrameSchema, place: Place) -> pd.DataFrame:
    """Copy of a table with each column of the schema in its type.

    Raises
    ------
    DataError
        At the first empty cell of a column that may have none, or the first cell that cannot be
        read as its column's type.
    """
    columns = {name: frame[name] for name in frame.columns}
    for name, column in schema.columns.items():
        if name in columns:
            in_key = column.unique or name in (schema.unique or ())
            if in_key or not column.nullable:
                _refuse_empty(columns[name], column, place)
            columns[name] = _typed_column(columns[name], column, place)
    return pd.DataFrame(columns)


def _typed_column(cells: pd.Series, column: pa.Column, place: Place) -> pd.Series:
    dtype = str(column.dtype)
    kind = next((kind for name, kind in _KINDS.items() if dtype.lower().startswith(name)), None)
    if kind is None:
        return cells
    values = kind.parse(cells)
    bad = np.flatnonzero(values.isna() & cells.notna())
    if bad.size:
        first = int(bad[0])
        what = f"found '{cells.iloc[first]}', expected {kind.wanted}. Correct the cell"
        unknown = ", or leave it empty if unknown." if column.nullable else "."
        raise place.error(what + unknown + more(bad.size - 1), first, str(column.name))
    return values if dtype.startswith("str") else values.astype(dtype)


def _refuse_empty(cells: pd.Series, column: pa.Column, place: Place) -> None:
    empty = np.flatnonzero(cells.isna())
    if empty.size:
        what = "the cell is empty, expected a value in every row. Fill it in, or remove the row."
        raise place.error(what + more(empty.size - 1), int(empty[0]), str(column.name))


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


def keyed(columns: Mapping[str, pa.Column], key: Sequence[str]) -> pa.DataFrameSchema:
    """Schema of a table with exactly these columns and a key that is unique and never missing."""
    return pa.DataFrameSchema(dict(columns), unique=list(key), strict=True, coerce=True)


def validate(
    frame: pd.DataFrame, schema: pa.DataFrameSchema, *, file: Path, first_line: int = 2
) -> pd.DataFrame:
    """Check a table against its schema and give each column its type.

    Parameters
    ----------
    frame
        Table whose cells are text or already typed. If its index is named ``line``, the index holds
        the line of each row in the file; else lines are counted from ``first_line``.
    schema
        Columns (strict unless the schema says otherwise), types, key (``unique``) and checks.
        Column names as regular expressions are not supported.
    file
        File to name in messages; it is not read.
    first_line
        Line of the first row in the file.

    Returns
    -------
    pandas.DataFrame
        The table with a plain index, columns in the order of the schema, typed.

    Raises
    ------
    DataError
        One message for the first thing wrong: a column missing, unknown or out of order, an empty
        cell where none may be, a cell of the wrong type, a repeated key, a value out of range. It
        names file, line, column and value, what was expected and what to do.

    Examples
    --------
    >>> shares = keyed({"code": pa.Column(str), "share": pa.Column(float)}, key=["code"])
    >>> table = pd.DataFrame({"share": ["0.25"], "code": ["a"]})
    >>> validate(table, shares, file=Path("shares.csv"))
      code  share
    0    a   0.25
    """
    place = Place.of(frame, file, first_line)
    names = _columns(frame, schema, place)
    cells = frame[names].reset_index(drop=True)
    table = typed(cells, schema, place)
    try:
        return schema.validate(table, lazy=True)
    except SchemaErrors as error:
        raise explain(error.schema_errors, table, cells, place) from None


def read_csv(path: Path, schema: pa.DataFrameSchema) -> pd.DataFrame:
    """Read a UTF-8 CSV strictly and validate it; an empty cell is a missing value.

    Raises
    ------
    DataError
        If the file is absent, empty, not UTF-8 or ragged, or breaks its schema; see `validate`.
    """
    return validate(read_text(path), schema, file=path)


def choose(frame: pd.DataFrame, names: Mapping[str, str], file: Path) -> pd.DataFrame:
    """Columns of an upstream table under our names (``{theirs: ours}``); lines are kept.

    Messages of `validate` go on naming the columns as the file does.

    Raises
    ------
    DataError
        If one of the headings is not in the file.
    """
    place = Place.of(frame, file)
    for name in names:
        if name not in frame.columns:
            raise place.error(_missing(name, frame.columns))
    chosen = frame[list(names)].rename(columns=dict(names))
    chosen.attrs[HEADINGS] = {ours: theirs for theirs, ours in names.items()}
    return chosen


def _missing(name: str, found: Sequence[str]) -> str:
    near = difflib.get_close_matches(name, found, 1)
    hint = f"Is it '{near[0]}'? Rename it" if near else "Add it"
    return f"column '{name}' is missing; found {', '.join(found)}. {hint}, or get the file again."


def _columns(frame: pd.DataFrame, schema: pa.DataFrameSchema, place: Place) -> list[str]:
    """Columns to keep, in the order of the schema."""
    found, expected = list(frame.columns), list(schema.columns)
    for name, column in schema.columns.items():
        if column.required and name not in found:
            raise place.error(_missing(name, found))
    extra = [name for name in found if name not in expected]
    if extra and schema.strict is True:
        wanted = f"expected only {', '.join(expected)}. Remove or rename it."
        raise place.error(f"column '{extra[0]}' is not part of this table; {wanted}")
    present = [name for name in expected if name in found]
    if schema.ordered and [name for name in found if name in expected] != present:
        raise place.error(f"columns are in another order, expected {', '.join(present)}.")
    return present if schema.strict else present + extra
