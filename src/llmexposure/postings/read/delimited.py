"""Delimited text (CSV, TSV) in batches of bounded size: a bad record never takes the rest along.

The delimiter is told from the heading. A record whose quotation mark is never closed is given up with its
first line only, and reading goes on at the next.
"""

import csv
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count

import polars as pl

from llmexposure.base.errors import DataError
from llmexposure.postings.contract import MAX_LINE
from llmexposure.postings.read.address import Part, guarded, open_part, read_sample
from llmexposure.postings.read.column_map import ColumnMap, matched
from llmexposure.postings.read.lines import Line, read_lines, sample_encoding
from llmexposure.postings.read.raw import (
    Plan,
    RawBatch,
    Row,
    gather,
    places,
    raw_batch,
    with_folders,
)

DELIMITERS = (",", "\t", ";", "|")


def read_delimited(part: Part, plan: Plan) -> Iterator[RawBatch]:
    """Batches of one file of delimited text.

    Raises
    ------
    DataError
        If the file cannot be read or is empty, or its heading lacks a required column.
    """
    sample = read_sample(part)
    encoding = sample_encoding(sample, plan.encoding, part.source)
    delimiter = _delimiter(sample, encoding, plan.mapping, part.source)
    with open_part(part) as stream:
        records = read_records(read_lines(stream, encoding), delimiter)
        heading = _heading(records, part)
        names = _unique(heading)
        columns = plan.columns(with_folders(heading, part), part.source)
        rows = (_fitting(record, heading) for record in records)
        for good, broken in gather(rows, plan.batch_rows):
            yield raw_batch(part, plan, columns, _frame(good, names), places(good), broken)


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


def _heading(records: Iterator[Row], part: Part) -> list[str]:
    with guarded(part):
        first = next(records, None)
    if first is None:
        raise DataError(f"{part.source}: the file is empty, expected a heading and rows.")
    if first.reason:
        why = first.detail or first.reason
        raise DataError(f"{part.source}: the heading cannot be read: {why}. Correct line 1.")
    return _stripped(first.values)


def _stripped(fields: list[str]) -> list[str]:
    return [name.strip().lstrip("\ufeff") for name in fields]


def _unique(heading: list[str]) -> list[str]:
    """Headings made different, for those that stand there twice and are not used."""
    seen: dict[str, int] = {}
    names = []
    for name in heading:
        seen[name] = seen.get(name, 0) + 1
        names.append(name if seen[name] == 1 else f"{name}\x1f{seen[name]}")
    return names


def _fitting(record: Row, heading: list[str]) -> Row:
    """A record as a row of the table, or broken when it does not fit the heading."""
    fields, width = record.values, len(heading)
    if record.reason:
        return record.broken(record.reason, record.detail, record.raw or fields)
    if len(fields) > width and not any(fields[width:]):
        record = record._replace(values=(fields := fields[:width]))
    if len(fields) != width:
        detail = f"{len(fields)} fields, the heading has {width}"
        return record.broken("wrong_field_count", detail, fields)
    if _stripped(fields) == heading:
        return record.broken("repeated_heading", "", fields)
    return record


def _frame(rows: list[Row], names: list[str]) -> pl.DataFrame:
    cells = zip(*(row.values for row in rows), strict=True) if rows else [()] * len(names)
    pairs = zip(names, cells, strict=True)
    return pl.DataFrame([pl.Series(name, list(values), pl.String) for name, values in pairs])


@dataclass
class _Feed:
    """Lines for a csv reader, kept until their record is complete, so that they can be re-read."""

    source: Iterator[Line]
    again: deque[Line] = field(default_factory=deque)
    pending: list[Line] = field(default_factory=list)

    def __iter__(self) -> "_Feed":
        return self

    def __next__(self) -> str:
        line = self.again.popleft() if self.again else next(self.source)
        self.pending.append(line)
        return line.text

    def give_back(self) -> Line:
        """Take the first pending line out and put the others back."""
        first, *rest = self.pending
        self.again.extendleft(reversed(rest))
        self.pending = []
        return first


def read_records(lines: Iterator[Line], delimiter: str) -> Iterator[Row]:
    """Records of delimited text, without blank lines; the first, number 0, is the heading.

    A record whose quotation mark is never closed, or is not doubled within quotes, is given up
    with its first line only; reading goes on at the next line. So is a record of several lines
    that has not as many fields as the heading, when one of its other lines alone has.
    """
    csv.field_size_limit(MAX_LINE)
    feed, number, width = _Feed(lines), count(), 0
    while True:
        reader = csv.reader(feed, delimiter=delimiter, strict=True)
        try:
            for fields in reader:
                if width and len(fields) != width and _swallowed(feed.pending, width, delimiter):
                    why = "a quotation mark is never closed"
                    yield _given_up(next(number), feed.give_back(), why)
                    break
                if fields:
                    width = width or len(fields)
                    yield _record(next(number), feed.pending, fields)
                feed.pending = []
            else:
                return
        except csv.Error as error:
            yield _given_up(next(number), feed.give_back(), str(error))


def _swallowed(pending: list[Line], width: int, delimiter: str) -> bool:
    """Whether a later line of a record is a whole record of its own."""
    return any(_width(line.text, delimiter) == width for line in pending[1:])


def _width(text: str, delimiter: str) -> int:
    try:
        return len(next(csv.reader([text], delimiter=delimiter, strict=True), []))
    except csv.Error:
        return 0


def _record(number: int, pending: list[Line], fields: list[str]) -> Row:
    fault, detail = next(((line.fault, line.detail) for line in pending if line.fault), ("", ""))
    size = sum(len(line.text) for line in pending)
    return Row(number, pending[0].number, fault, detail, "", fields, size)


def _given_up(number: int, line: Line, why: str) -> Row:
    fault, detail = (line.fault, line.detail) if line.fault else ("bad_quoting", why)
    raw = line.text.rstrip("\r\n")
    return Row(number, line.number, fault, detail, raw, [], len(line.text))
