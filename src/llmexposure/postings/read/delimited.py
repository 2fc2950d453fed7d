"""Delimited text (CSV, TSV) in batches of bounded size; the delimiter is told from the heading."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Generic, NamedTuple, TypeVar

import polars as pl

from llmexposure.base.errors import DataError
from llmexposure.postings.contract import BATCH_SIZE
from llmexposure.postings.read.address import Part
from llmexposure.postings.read.column_map import ColumnMap, matched
from llmexposure.postings.read.encoding import detect_encoding
from llmexposure.postings.read.opening import guarded, open_part, read_sample
from llmexposure.postings.read.plan import Plan, raw_batch, with_folders
from llmexposure.postings.read.raw import Broken, RawBatch, raw_text
from llmexposure.postings.read.records import Record, read_lines, read_records

T = TypeVar("T")


class Fault(NamedTuple):
    """Why a row could not be read, and what it held."""

    reason: str
    detail: str
    raw: str


class Read(NamedTuple, Generic[T]):
    """One row: its line if it comes from text, its values or its fault, its size in characters."""

    line: int | None
    values: T | Fault
    size: int


@dataclass
class Gathered(Generic[T]):
    """Rows of one batch so far."""

    number: int
    values: list[T] = field(default_factory=list)
    row: list[int] = field(default_factory=list)
    line: list[int | None] = field(default_factory=list)
    broken: list[Broken] = field(default_factory=list)
    size: int = 0

    @property
    def rows(self) -> int:
        """Rows read, broken ones included."""
        return len(self.values) + len(self.broken)

    def add(self, number: int, read: Read[T]) -> None:
        """Add the row with this number in its file."""
        self.size += read.size
        if isinstance(read.values, Fault):
            self.broken.append(Broken(number, read.line, *read.values))
        else:
            self.values.append(read.values)
            self.row.append(number)
            self.line.append(read.line)

    def place(self) -> tuple[int, int, pl.Series, pl.Series]:
        """Number of the batch, rows read, and row and line number of each readable row."""
        row, line = pl.Series("row", self.row, pl.Int64), pl.Series("line", self.line, pl.Int64)
        return self.number, self.rows, row, line


def gather(rows: Iterator[Read[T]], batch_rows: int) -> Iterator[Gathered[T]]:
    """Batches of rows, none empty; rows are numbered from 1.

    A batch ends at ``batch_rows`` rows or at `BATCH_SIZE` characters, whichever is first.
    """
    batch: Gathered[T] = Gathered(0)
    for number, read in enumerate(rows, start=1):
        batch.add(number, read)
        if batch.rows >= batch_rows or batch.size >= BATCH_SIZE:
            yield batch
            batch = Gathered(batch.number + 1)
    if batch.rows:
        yield batch


DELIMITERS = (",", "\t", ";", "|")


def read_delimited(part: Part, plan: Plan) -> Iterator[RawBatch]:
    """Batches of one file of delimited text.

    Raises
    ------
    DataError
        If the file cannot be read or is empty, or its heading lacks a required column.
    """
    sample = read_sample(part)
    encoding = sample_encoding(sample, plan, part.source)
    delimiter = _delimiter(sample, encoding, plan.mapping, part.source)
    with open_part(part) as stream:
        records = read_records(read_lines(stream, encoding), delimiter)
        heading = _heading(records, part)
        names = _unique(heading)
        columns = plan.columns(with_folders(heading, part), part.source)
        for batch in gather(_rows(records, heading), plan.batch_rows):
            yield _batch(batch, names, columns, part, plan)


def sample_encoding(sample: bytes, plan: Plan, source: str) -> str | None:
    """Encoding that the caller gave, or else that of the sample; refuses lines that end in CR."""
    if b"\r" in sample and b"\n" not in sample:
        raise DataError(
            f"{source}: lines end in a carriage return alone. Save the file with the line ends "
            "of Unix or Windows."
        )
    return detect_encoding(sample, source) if plan.encoding == "auto" else plan.encoding


def _delimiter(sample: bytes, encoding: str | None, mapping: ColumnMap, source: str) -> str:
    """Delimiter with which the heading names the most columns of the contract."""
    text = sample.decode(encoding or "utf-8", "replace").lstrip("\ufeff\r\n")
    line = text.partition("\n")[0].rstrip("\r")
    scores = {mark: _score(line, mark, mapping) for mark in DELIMITERS}
    best = max(DELIMITERS, key=scores.__getitem__)
    if scores[best][1] < 2:
        raise DataError(
            f"{source}: no delimiter in the heading '{line[:80]}'; expected columns separated by "
            "a comma, tab, semicolon or '|'. Export the file again with one of these."
        )
    return best


def _score(line: str, mark: str, mapping: ColumnMap) -> tuple[int, int]:
    try:
        fields = next(csv.reader([line], delimiter=mark), [])
    except csv.Error:
        return 0, 0
    return matched(fields, mapping), len(fields)


def _heading(records: Iterator[Record], part: Part) -> list[str]:
    with guarded(part):
        first = next(records, None)
    if first is None:
        raise DataError(f"{part.source}: the file is empty, expected a heading and rows.")
    if first.reason:
        why = first.detail or first.reason
        raise DataError(f"{part.source}: the heading cannot be read: {why}. Correct line 1.")
    return [name.strip().lstrip("\ufeff") for name in first.fields]


def _unique(heading: list[str]) -> list[str]:
    """Headings made different, for those that stand there twice and are not used."""
    seen: dict[str, int] = {}
    names = []
    for name in heading:
        seen[name] = seen.get(name, 0) + 1
        names.append(name if seen[name] == 1 else f"{name}\x1f{seen[name]}")
    return names


def _rows(records: Iterator[Record], heading: list[str]) -> Iterator[Read[list[str]]]:
    width = len(heading)
    for record in records:
        fields = record.fields
        size = sum(map(len, fields)) or len(record.raw)
        if len(fields) > width and not any(fields[width:]):
            fields = fields[:width]
        if record.reason:
            raw = raw_text(record.raw or fields)
            yield Read(record.line, Fault(record.reason, record.detail, raw), size)
        elif len(fields) != width:
            detail = f"{len(fields)} fields, the heading has {width}"
            yield Read(record.line, Fault("wrong_field_count", detail, raw_text(fields)), size)
        elif [name.strip().lstrip("\ufeff") for name in fields] == heading:
            yield Read(record.line, Fault("repeated_heading", "", raw_text(fields)), size)
        else:
            yield Read(record.line, fields, size)


def _batch(
    batch: Gathered[list[str]], names: list[str], columns: dict[str, str], part: Part, plan: Plan
) -> RawBatch:
    cells = zip(*batch.values, strict=True) if batch.values else [()] * len(names)
    frame = pl.DataFrame(
        [
            pl.Series(name, list(values), pl.String)
            for name, values in zip(names, cells, strict=True)
        ]
    )
    return raw_batch(part, plan, columns, frame, batch.place(), batch.broken)
