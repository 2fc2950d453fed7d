"""Parquet files, pieces of them, and tables in memory, in batches: types checked before any row is read."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from itertools import accumulate
from pathlib import Path
from typing import BinaryIO

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pyarrow.types as pt

from llmexposure.base.errors import DataError
from llmexposure.postings.contract import BATCH_SIZE
from llmexposure.postings.read.address import LARGEST, RATIO, Part, guarded, too_large
from llmexposure.postings.read.column_map import SPARE, ColumnMap, matched, offers, plain, spare
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
# Rows decoded at once: what a row takes is known only then, and batches are put together of these.
_STEP = 1024
# First and last day that Python can name, in days since 1970, less one for zones; 'infinity' lies beyond.
_DAYS = (-719_161, 2_932_895)
_IN_A_DAY = {"s": 86_400, "ms": 86_400_000, "us": 86_400_000_000}
_NUMERIC = {"min_years", "salary_min", "salary_max", "salary", "openings", "applications"}
_NUMERIC |= {"salary_period"}


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
        headings, told = _headings(schema, plan.mapping)
        headings = with_folders(headings, part)
        columns = plan.columns(headings, part.source)
        _check_types(schema, columns, plan.keep, part)
        names = [name for name in used(columns, plan.keep) if _kind(schema, name) is not None]
        names += _spare(schema, plan, names)
        groups = list(range(file.num_row_groups) if part.groups is None else part.groups)
        step = min(plan.batch_rows, _step((stream, file), groups, names, part))
        decoded = file.iter_batches(batch_size=step, row_groups=groups, columns=names)
        first = part.row
        decoded = _bounded((_selected(rows, names) for rows in decoded), part)
        for rows in _joined(decoded, plan.batch_rows):
            if rows.num_rows:
                batch = _batch(rows, first, columns, part, plan)
                yield replace(batch, offered=offers(headings, plan.mapping), told=told)
            first += rows.num_rows


def _headings(schema: pa.Schema, mapping: ColumnMap) -> tuple[list[str], tuple[str, ...]]:
    """Names of columns and of the parts of structures, and what is not read because it is no single value.

    A list or a structure stays where it is the only one that would do for a required column, or is mapped:
    the type is refused then.
    """
    names = [*schema.names, *(part for field in schema for part in _parts(field))]
    single = offers((name for name in names if not _is_nested(_kind(schema, name))), mapping)
    asked = {plain(name) for name in mapping.names.values()}
    needed = {
        name for ours in mapping.required if ours not in single for name in _common(names, ours)
    }
    hidden = [
        field.name
        for field in schema
        if _is_nested(field.type) and field.name not in needed and plain(field.name) not in asked
    ]
    told = [_not_read(schema, name) for name in hidden if matched([name], mapping)]
    return [name for name in names if name not in hidden], tuple(told)


def _common(names: list[str], ours: str) -> list[str]:
    return offers(names, ColumnMap()).get(ours, [])


def _not_read(schema: pa.Schema, name: str) -> str:
    parts = ", ".join(f"'{part}'" for part in _parts(schema.field(name))[:5])
    which = f"; its parts can be mapped: {parts}" if parts else ""
    return f"column '{name}' is not read: it holds more than one value{which}"


def _parts(field: pa.Field) -> list[str]:
    """Parts of a structure that are single values, as 'outer.inner'."""
    if not pt.is_struct(field.type):
        return []
    inner = [field.type.field(place) for place in range(field.type.num_fields)]
    own = [one.name for one in inner if not _is_nested(one.type)]
    deeper = [name for one in inner for name in _parts(one)]
    return [f"{field.name}.{name}" for name in [*own, *deeper]]


def _is_nested(kind: pa.DataType | None) -> bool:
    return kind is not None and pt.is_nested(kind)


def _kind(schema: pa.Schema, name: str) -> pa.DataType | None:
    """Type of a column, or of a part of a structure; None if the file has neither."""
    if name in schema.names:
        return schema.field(name).type
    outer, _, inner = name.partition(".")
    if not inner or outer not in schema.names or not pt.is_struct(schema.field(outer).type):
        return None
    return _kind(pa.schema(list(schema.field(outer).type)), inner)


def _selected(rows: pa.RecordBatch, names: list[str]) -> pa.RecordBatch:
    """Columns by name; those of structures are taken out of them."""
    if rows.schema.names == names:
        return rows
    return pa.RecordBatch.from_arrays([_taken(rows, name) for name in names], names=names)


def _taken(rows: pa.RecordBatch, name: str) -> pa.Array:
    if name in rows.schema.names:
        return rows.column(name)
    outer, *inner = name.split(".")
    return pc.call_function("struct_field", [rows.column(outer)], pc.StructFieldOptions(inner))


def _spare(schema: pa.Schema, plan: Plan, names: list[str]) -> list[str]:
    """Further columns of dates and years whose type cleaning can read."""

    def read(kind: pa.DataType) -> bool:
        kind = kind.value_type if pt.is_dictionary(kind) else kind
        known = not pt.is_timestamp(kind) or _known_zone(kind)
        return known and (_is_text(kind) or _fits("date", kind) or pt.is_floating(kind))

    found = spare(schema.names, plan.mapping)
    return [name for name in found if name not in names and read(schema.field(name).type)]


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


def _step(
    opened: tuple[BinaryIO, pq.ParquetFile], groups: list[int], names: list[str], part: Part
) -> int:
    """Rows that may be decoded at once, by the longest text that is found in each column.

    What the file says of its size is that of a text that stands in a dictionary once, however many
    rows have it.
    """
    file = opened[1]
    # Arrow ends the process at a column's own record in a damaged file: only the group's is asked.
    sizes = [(file.metadata.row_group(n).total_byte_size, n) for n in groups]
    if sum(size for size, _ in sizes) > _limit(part):
        raise too_large(part)
    longest = 1.0
    for size, number in sizes:
        mean = size / max(file.metadata.row_group(number).num_rows, 1)
        schema = file.schema_arrow
        texts = [n for n in names if n in schema.names and _holds_text(schema.field(n).type)]
        longest = max(longest, mean, *(_longest(opened, number, n, size) for n in texts))
    return max(1, min(_STEP, int(BATCH_SIZE / longest)))


def _limit(part: Part) -> int:
    return max(LARGEST, RATIO * (part.fs.size(part.path) or 0))


def _longest(opened: tuple[BinaryIO, pq.ParquetFile], group: int, name: str, size: int) -> float:
    """Bytes of the longest text in the dictionary of a row group, as its first row brings it along."""
    stream, file = opened
    again = pq.ParquetFile(
        stream,
        metadata=file.metadata,
        read_dictionary=[name],
        buffer_size=_BUFFER,
        pre_buffer=False,  # else Arrow reads the whole column of the row group
    )
    try:
        head = next(again.iter_batches(batch_size=1, row_groups=[group], columns=[name]), None)
    except (OSError, pa.ArrowException):  # no dictionary: each text may begin as the one before
        return size / 4
    if head is None or not pt.is_dictionary(head.column(0).type):
        return 1
    lengths = pc.call_function("binary_length", [head.column(0).dictionary])
    return pc.call_function("max", [lengths]).as_py() or 1


def _bounded(batches: Iterable[pa.RecordBatch], part: Part) -> Iterator[pa.RecordBatch]:
    """Batches with dictionaries written out, until they are more than any postings would be."""
    left = _limit(part)
    for rows in batches:
        plain = [c.dictionary_decode() if pt.is_dictionary(c.type) else c for c in rows.columns]
        left -= sum(column.nbytes for column in plain)
        if left < 0:
            raise too_large(part)
        yield pa.RecordBatch.from_arrays(plain, names=rows.schema.names) if plain else rows


def _joined(batches: Iterable[pa.RecordBatch], n_rows: int) -> Iterator[pa.RecordBatch]:
    """Batches of ``n_rows`` rows, or of fewer that take `BATCH_SIZE` bytes."""
    held: list[pa.RecordBatch] = []
    for batch in batches:
        full = sum(one.nbytes for one in held) + batch.nbytes > BATCH_SIZE
        if held and (full or sum(one.num_rows for one in held) + batch.num_rows > n_rows):
            yield pa.concat_batches(held)
            held = []
        held.append(batch)
    if held:
        yield pa.concat_batches(held)


def _batch(
    rows: pa.RecordBatch, first: int, columns: dict[str, str], part: Part, plan: Plan
) -> RawBatch:
    faults = _not_text(rows)
    broken = [_broken(rows, place, first, name) for place, name in sorted(faults.items())]
    good = [place for place in range(rows.num_rows) if place not in faults]
    rows = rows.take(pa.array(good, pa.int64())) if faults else rows
    frame = pl.DataFrame([_series(rows, index) for index in range(rows.num_columns)])
    if not frame.width:
        frame = pl.DataFrame({"": pl.repeat(None, len(good), dtype=pl.String, eager=True)})
    numbers = [first + place for place in good]
    return raw_batch(part, plan, columns, frame, (numbers, [None] * len(good)), broken)


def _not_text(rows: pa.RecordBatch) -> dict[int, str]:
    """Rows with bytes that are no UTF-8, which Parquet does not look at, and the column they are in."""
    faults: dict[int, str] = {}
    for name, column in zip(rows.schema.names, rows.columns, strict=True):
        if not _is_text(column.type) or _is_valid(column):
            continue
        for place, cell in enumerate(_bytes(column)):
            if cell is not None and cell.decode("utf-8", "replace").encode() != cell:
                faults.setdefault(place, name)
    return faults


def _is_valid(column: pa.Array) -> bool:
    try:
        column.validate(full=True)
    except pa.ArrowInvalid:
        return False
    return True


def _is_text(kind: pa.DataType) -> bool:
    return pt.is_string(kind) or pt.is_large_string(kind) or pt.is_string_view(kind)


def _holds_text(kind: pa.DataType) -> bool:
    return _is_text(kind.value_type if pt.is_dictionary(kind) else kind)


def _bytes(column: pa.Array) -> list[bytes | None]:
    return column.cast(pa.large_binary()).to_pylist()


def _broken(rows: pa.RecordBatch, place: int, first: int, name: str) -> Row:
    """A row for the quarantine, its bytes escaped as those of a text file are."""
    one = rows.slice(place, 1)
    held = {
        key: _bytes(column)[0] if _is_text(column.type) else str(column[0])
        for key, column in zip(one.schema.names, one.columns, strict=True)
    }
    told = {
        key: cell.decode("utf-8", "surrogateescape") if isinstance(cell, bytes) else cell
        for key, cell in held.items()
        if cell is not None
    }
    return Row(first + place, None).broken("bad_encoding", f"'{name}' is not utf-8", told)


def _series(rows: pa.RecordBatch, index: int) -> pl.Series:
    return pl.Series(rows.schema.names[index], pl.from_arrow(_representable(rows.column(index))))


def _representable(column: pa.Array) -> pa.Array:
    """Column whose cells polars and Python can hold: the ends of time are the last day that has a name."""
    kind = column.type
    if pt.is_decimal256(kind):
        try:
            return column.cast(pa.decimal128(38, kind.scale))
        except (pa.ArrowInvalid, ValueError):
            return column.cast(pa.float64())
    if pt.is_date32(kind):
        return _within(column, pa.int32(), 1)
    if pt.is_date64(kind):
        return _within(column, pa.int64(), _IN_A_DAY["ms"])
    if pt.is_timestamp(kind) and kind.unit in _IN_A_DAY:
        return _within(column, pa.int64(), _IN_A_DAY[kind.unit])
    return column


def _within(column: pa.Array, whole: pa.DataType, in_a_day: int) -> pa.Array:
    low, high = (pa.scalar(day * in_a_day, whole) for day in _DAYS)
    cells = column.view(whole)
    keep_missing = pc.ElementWiseAggregateOptions(skip_nulls=False)
    low_enough = pc.call_function("min_element_wise", [cells, high], keep_missing)
    kept = pc.call_function("max_element_wise", [low_enough, low], keep_missing)
    return kept.view(column.type)


def _check_types(
    schema: pa.Schema, columns: dict[str, str], keep: tuple[str, ...], part: Part
) -> None:
    wanted = {**columns, **{f"keep {name}": name for name in keep}}
    for ours, theirs in wanted.items():
        kind = _kind(schema, theirs)
        if kind is None:
            continue
        if pt.is_dictionary(kind):
            kind = kind.value_type
        if not _fits(ours, kind):
            raise DataError(
                f"{part.source}: column '{theirs}' ({ours}) holds {kind}, expected "
                f"{_expected(ours)}. Write the file again with that type, or map another column."
            )
        if pt.is_timestamp(kind) and not _known_zone(kind):
            raise DataError(
                f"{part.source}: column '{theirs}' ({ours}) has the time zone '{kind.tz}', which is "
                "not known here. Write the file again in UTC, or map another column."
            )


def _known_zone(kind: pa.DataType) -> bool:
    try:
        pl.from_arrow(pa.array([0], kind))
    except pl.exceptions.PolarsError:
        return False
    return True


def _fits(ours: str, kind: pa.DataType) -> bool:
    if _is_text(kind) or pt.is_null(kind):
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
    cells = [[_cell(value) for value in frame.iloc[:, place]] for place in range(len(names))]
    values = (dict(zip(names, row, strict=True)) for row in zip(*cells, strict=True))
    rows = [_row(number, row) for number, row in enumerate(values, start=1)]
    good, broken = [row for row in rows if not row.reason], [row for row in rows if row.reason]
    flat = [flatten(row.values) for row in good]
    inner = dict.fromkeys(key for row in flat for key in row if key not in names)
    columns = plan.columns([*names, *inner], source)
    offered = offers([*names, *inner], plan.mapping)
    nested = {key for row in flat for key, value in row.items() if isinstance(value, dict | list)}
    choices = {
        ours: offered[ours] if theirs in nested or ours in SPARE else [theirs]
        for ours, theirs in columns.items()
    }
    return replace(build_batch((good, broken), flat, choices, part, plan), offered=offered)


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
