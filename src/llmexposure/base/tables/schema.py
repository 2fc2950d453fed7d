"""One gate for every table: columns, types, key and values checked against a pandera schema."""

import difflib
from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd
import pandera.pandas as pa
from pandera.errors import SchemaErrors

from llmexposure.base.tables.coerce import typed
from llmexposure.base.tables.explain import explain
from llmexposure.base.tables.place import HEADINGS, Place
from llmexposure.base.tables.text import read_text


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
