"""Columns of text turned into the types of a schema; the first cell that does not fit is named."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pandera.pandas as pa

from llmexposure.base.tables.place import Place, more


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
