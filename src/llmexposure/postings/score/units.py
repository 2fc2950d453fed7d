"""Pieces of work: which rows are read together, and by whom.

Small files of a folder are read by the workers. A large text file can only be read from its
beginning, so the coordinator reads it and hands out the rows; on one machine it does the same with
a large Parquet file. On a cluster workers read the row groups of Parquet files themselves. The
result does not depend on the cut.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import accumulate

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pyarrow.types as pt

from llmexposure.postings.contract import BATCH_SIZE
from llmexposure.postings.read.address import Part
from llmexposure.postings.read.batches import read_batches
from llmexposure.postings.read.opening import guarded
from llmexposure.postings.read.plan import Plan, raw_batch, used
from llmexposure.postings.read.raw import RawBatch

# Bytes of a file up to which one worker reads it whole, batch by batch: text, and packed text or
# Parquet. Larger on a cluster, where one reader for all would hold up many workers.
SMALL = (64 * 2**20, 16 * 2**20)
SMALL_ON_CLUSTER = (256 * 2**20, 64 * 2**20)
_BUFFER = 2**20


@dataclass(frozen=True)
class Loaded:
    """Rows that the coordinator has read."""

    batch: RawBatch = field(repr=False)


@dataclass(frozen=True)
class Whole:
    """A file that a worker reads."""

    part: Part
    plan: Plan


@dataclass(frozen=True)
class Groups:
    """Row groups of a Parquet file that a worker reads: ``first`` up to, not with, ``last``."""

    part: Part
    plan: Plan
    first: int
    last: int
    row: int


Unit = Loaded | Whole | Groups


def list_units(parts: list[Part], plan: Plan, *, cluster: bool) -> Iterator[Unit]:
    """Units of an input, always the same ones in the same order; they are made when asked for.

    Raises
    ------
    DataError
        If a file cannot be read or lacks a required column.
    """
    for part in parts:
        if len(parts) > 1 and _is_small(part, SMALL_ON_CLUSTER if cluster else SMALL):
            yield Whole(part, plan)
        elif part.format == "parquet":
            groups = _groups(part, plan)
            yield from groups if cluster else _loaded(groups)
        else:
            yield from map(Loaded, _read(part, plan))


def open_unit(unit: Unit) -> Iterator[RawBatch]:
    """Batches of a unit."""
    if isinstance(unit, Loaded):
        yield unit.batch
    elif isinstance(unit, Whole):
        yield from _read(unit.part, unit.plan)
    else:
        yield from _read_groups(unit)


def parquet_rows(parts: list[Part]) -> int | None:
    """Rows of the input where the files tell without being read, for the progress bar."""
    if any(part.format != "parquet" for part in parts):
        return None
    total = 0
    for part in parts:
        with guarded(part), part.fs.open(part.path, "rb") as stream:
            total += pq.read_metadata(stream).num_rows
    return total


def _read(part: Part, plan: Plan) -> Iterator[RawBatch]:
    return read_batches(part, plan.mapping, plan.encoding, plan.batch_rows, keep=plan.keep)


def _loaded(units: Iterator[Unit]) -> Iterator[Loaded]:
    for unit in units:
        yield from map(Loaded, open_unit(unit))


def _is_small(part: Part, limits: tuple[int, int]) -> bool:
    packed = part.compression is not None or part.format == "parquet"
    with guarded(part):
        return part.fs.size(part.path) <= limits[packed]


def _groups(part: Part, plan: Plan) -> Iterator[Groups]:
    """Neighbouring row groups put together up to the rows of a batch."""
    next(_read(part, plan), None)  # checks columns and types before any task is sent out
    with guarded(part), part.fs.open(part.path, "rb") as stream:
        found = pq.read_metadata(stream)
    sizes = [found.row_group(number).num_rows for number in range(found.num_row_groups)]
    starts = [0, *accumulate(sizes)]
    first = 0
    for last in range(1, len(sizes) + 1):
        full = last == len(sizes) or starts[last + 1] - starts[first] > plan.batch_rows
        if full and starts[last] > starts[first]:
            yield Groups(part, plan, first, last, starts[first] + 1)
        if full:
            first = last


def _read_groups(unit: Groups) -> Iterator[RawBatch]:
    part, plan = unit.part, unit.plan
    with guarded(part), part.fs.open(part.path, "rb") as stream:
        # Without these, a row group of a million postings is in memory as a whole.
        file = pq.ParquetFile(stream, buffer_size=_BUFFER, pre_buffer=False)
        names = file.schema_arrow.names
        columns = plan.columns([*names, *part.partition], part.source)
        wanted = [name for name in used(columns, plan.keep) if name in names]
        groups = range(unit.first, unit.last)
        size = _batch_rows(file, groups, plan.batch_rows)
        row = unit.row
        for rows in file.iter_batches(batch_size=size, row_groups=[*groups], columns=wanted):
            if rows.num_rows:
                yield _batch(rows, row, columns, part, plan)
            row += rows.num_rows


def _batch_rows(file: pq.ParquetFile, groups: range, asked: int) -> int:
    found = (file.metadata.row_group(number) for number in groups)
    longest = max((group.total_byte_size / max(group.num_rows, 1) for group in found), default=1)
    return max(1, min(asked, int(BATCH_SIZE / max(longest, 1))))


def _batch(
    rows: pa.RecordBatch, row: int, columns: dict[str, str], part: Part, plan: Plan
) -> RawBatch:
    pairs = zip(rows.schema.names, rows.columns, strict=True)
    frame = pl.DataFrame([pl.Series(name, pl.from_arrow(_plain(cells))) for name, cells in pairs])
    numbers = pl.Series("row", range(row, row + rows.num_rows), pl.Int64)
    lines = pl.Series("line", [None] * rows.num_rows, pl.Int64)
    return raw_batch(part, plan, columns, frame, (0, rows.num_rows, numbers, lines), [])


def _plain(cells: pa.Array) -> pa.Array:
    return cells.dictionary_decode() if pt.is_dictionary(cells.type) else cells
