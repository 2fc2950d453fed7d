"""Parquet files, pieces of them, and tables in memory, in batches: types checked before any row is read."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from itertools import accumulate
from pathlib import Path

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pyarrow.types as pt

from llmexposure.base.errors import DataError
from llmexposure.postings.contract import BATCH_SIZE
from llmexposure.postings.read.address import Part, guarded
from llmexposure.postings.read.column_map import ColumnMap
from llmexposure.postings.read.json_lines import LONE, build_batch, flatten
from llmexposure.postings.read.raw import (
    Plan,
    RawBatch,
    Row,
    make_plan,
    raw_batch,
    used,
    with_folders,
)

# Column chunks are read in pieces of this many bytes; else a whole row group would be in memory.
_BUFFER = 2**20
_NUMERIC = {"min_years", "salary_min", "salary_max", "salary", "openings", "applications"}


def read_parquet(part: Part, plan: Plan) -> Iterator[RawBatch]:
    """Batches of one Parquet file, or of the row groups that the part names.

    Raises
    ------
    DataError
        If the file cannot be read, lacks a required column, or has one of a type that cannot
        hold what the contract asks for.
    """
    with guarded(part), part.fs.open(part.path, "rb") as stream:
        file = pq.ParquetFile(stream, buffer_size=_BUFFER, pre_buffer=False)
        schema = file.schema_arrow
        columns = plan.columns(with_folders(schema.names, part), part.source)
        _check_types(schema, columns, plan.keep, part)
        names = [name for name in used(columns, plan.keep) if name in schema.names]
        groups = list(range(file.num_row_groups) if part.groups is None else part.groups)
        size = _batch_rows(file, groups, plan.batch_rows)
        first = part.row
        for rows in file.iter_batches(batch_size=size, row_groups=groups, columns=names):
            if rows.num_rows:
                yield _batch(rows, first, columns, part, plan)
            first += rows.num_rows


def pieces(part: Part, plan: Plan) -> Iterator[Part]:
    """Neighbouring row groups of a file put together up to the rows of a batch, each a part of its own."""
    next(read_parquet(part, plan), None)  # checks columns and types before any task is sent out
    with guarded(part), part.fs.open(part.path, "rb") as stream:
        found = pq.read_metadata(stream)
    sizes = [found.row_group(number).num_rows for number in range(found.num_row_groups)]
    starts = [0, *accumulate(sizes)]
    first = 0
    for last in range(1, len(sizes) + 1):
        full = last == len(sizes) or starts[last + 1] - starts[first] > plan.batch_rows
        if full and starts[last] > starts[first]:
            yield replace(part, groups=range(first, last), row=starts[first] + 1)
        if full:
            first = last


def _batch_rows(file: pq.ParquetFile, groups: list[int], asked: int) -> int:
    """Rows in a batch: as asked, or fewer where the rows of some group are very long."""
    found = (file.metadata.row_group(number) for number in groups)
    longest = max((group.total_byte_size / max(group.num_rows, 1) for group in found), default=1)
    return max(1, min(asked, int(BATCH_SIZE / max(longest, 1))))


def _batch(
    rows: pa.RecordBatch, first: int, columns: dict[str, str], part: Part, plan: Plan
) -> RawBatch:
    height = rows.num_rows
    frame = pl.DataFrame([_series(rows, index) for index in range(rows.num_columns)])
    if not frame.width:
        frame = pl.DataFrame({"": pl.repeat(None, height, dtype=pl.String, eager=True)})
    places = range(first, first + height), [None] * height
    return raw_batch(part, plan, columns, frame, places)


def _series(rows: pa.RecordBatch, index: int) -> pl.Series:
    name, column = rows.schema.names[index], rows.column(index)
    if pt.is_dictionary(column.type):
        column = column.dictionary_decode()
    return pl.Series(name, pl.from_arrow(column))


def _check_types(
    schema: pa.Schema, columns: dict[str, str], keep: tuple[str, ...], part: Part
) -> None:
    wanted = {**columns, **{f"keep {name}": name for name in keep}}
    for ours, theirs in wanted.items():
        if theirs not in schema.names:
            continue
        kind = schema.field(theirs).type
        if pt.is_dictionary(kind):
            kind = kind.value_type
        if not _fits(ours, kind):
            raise DataError(
                f"{part.source}: column '{theirs}' ({ours}) holds {kind}, expected "
                f"{_expected(ours)}. Write the file again with that type, or map another column."
            )


def _fits(ours: str, kind: pa.DataType) -> bool:
    text = pt.is_string(kind) or pt.is_large_string(kind) or pt.is_string_view(kind)
    if text or pt.is_null(kind):
        return True
    number = pt.is_integer(kind) or pt.is_floating(kind) or pt.is_decimal(kind)
    if ours == "date":
        return pt.is_integer(kind) or pt.is_date(kind) or pt.is_timestamp(kind)
    if ours == "posting_id":
        return pt.is_integer(kind)
    if ours.startswith("keep "):
        return number or pt.is_boolean(kind) or pt.is_date(kind) or pt.is_timestamp(kind)
    return ours in _NUMERIC and number


def _expected(ours: str) -> str:
    if ours == "date":
        return "text, a date or a timestamp"
    if ours == "posting_id":
        return "text or a whole number"
    return "text or a number" if ours in _NUMERIC else "text"


def from_frame(
    frame: pd.DataFrame,
    mapping: Mapping[str, str] | str | Path | ColumnMap | None = None,
    *,
    source: str = "table",
    keep: tuple[str, ...] = (),
) -> RawBatch:
    """Batch from a table, for `validate_batch`.

    Parameters
    ----------
    frame
        One row a posting, unique column names.
    mapping
        As in `read_batches`.
    source
        Name of the table in messages and in the quarantine.
    keep
        Further columns to hand on as text.

    Raises
    ------
    DataError
        If a required column is missing.

    Examples
    --------
    >>> table = pd.DataFrame({"id": [1], "title": ["Clerk"], "description": ["Files letters"]})
    >>> from_frame(table).rows
    1
    """
    plan = make_plan(mapping, "auto", max(len(frame), 1), keep)
    part = Part(source, None, source, "table")
    names = [str(name) for name in frame.columns]
    columns = plan.columns(names, source)
    cells = [[_cell(value) for value in frame.iloc[:, place]] for place in range(len(names))]
    values = (dict(zip(names, row, strict=True)) for row in zip(*cells, strict=True))
    rows = [_row(number, row) for number, row in enumerate(values, start=1)]
    good, broken = [row for row in rows if not row.reason], [row for row in rows if row.reason]
    choices = {ours: [theirs] for ours, theirs in columns.items()}
    flat = [flatten(row.values) for row in good]
    return build_batch((good, broken), flat, names, choices, part, plan)


def _cell(value: object) -> object:
    """A cell as JSON would have it."""
    if isinstance(value, dict | list | str):
        return value
    if isinstance(value, np.ndarray | tuple | set):
        return list(value)
    if pd.isna(value):
        return None
    if isinstance(value, date):
        return value.isoformat()
    return value.item() if isinstance(value, np.generic) else value


def _row(number: int, values: dict[str, object]) -> Row:
    row = Row(number, None, values=values)
    if any(isinstance(value, str) and LONE.search(value) for value in values.values()):
        return row.broken("bad_encoding", "half of a surrogate pair", values)
    return row
