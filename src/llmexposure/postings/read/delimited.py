"""Delimited text (CSV, TSV) in batches of bounded size: a bad record never takes the rest along.

How the file is laid out is told from its beginning (`layout`). A record whose quotation mark is never
closed is given up with its first line only, and reading goes on at the next.
"""

import csv
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count, islice

import polars as pl

from llmexposure.base.errors import DataError
from llmexposure.postings.contract import MAX_LINE
from llmexposure.postings.read.address import Part, guarded, open_part, read_sample
from llmexposure.postings.read.column_map import offers, relative_dates
from llmexposure.postings.read.layout import Layout, layout_of, unescaped
from llmexposure.postings.read.lines import Line, proposed, read_lines, sample_encoding
from llmexposure.postings.read.raw import (
    Plan,
    RawBatch,
    Row,
    gather,
    places,
    raw_batch,
    with_folders,
)


def read_delimited(part: Part, plan: Plan) -> Iterator[RawBatch]:
    """Batches of one file of delimited text.

    Raises
    ------
    DataError
        If the file cannot be read or is empty, or its heading lacks a required column.
    """
    sample = read_sample(part)
    encoding = sample_encoding(sample, plan.encoding, part.source)
    layout = layout_of(sample.decode(encoding or "utf-8", "replace"), plan.mapping, part.source)
    with open_part(part) as stream:
        lines = islice(read_lines(stream, encoding), layout.skipped, None)
        read = map(unescaped, lines) if layout.backslashes else lines
        records = read_records(read, layout.delimiter)
        heading = layout.widened(_heading(records, part))
        names = _unique(heading)
        columns = plan.columns(with_folders(heading, part), part.source)
        columns, told = _with_a_date(columns, heading, layout, plan)
        rows = (_fitting(record, heading) for record in records)
        for good, broken in gather(rows, plan.batch_rows):
            frame = _frame(good, names)
            yield raw_batch(
                part,
                plan,
                columns,
                frame,
                places(good),
                broken,
                headings=heading,
                told=(*layout.told, *told),
            )


def _with_a_date(
    columns: dict[str, str], heading: list[str], layout: Layout, plan: Plan
) -> tuple[dict[str, str], tuple[str, ...]]:
    """Columns with a heading of real dates for one of relative dates, and what to say of that."""
    names = offers(heading, plan.mapping).get("date", [])
    if len(names) < 2 or columns.get("date") != names[0]:
        return columns, ()
    relative = relative_dates({name: layout.cells(name) for name in names})
    better = next((name for name in names if name not in relative), names[0])
    if better == names[0]:
        return columns, ()
    told = f"'{better}' is read for date: '{names[0]}' has words such as '3 days ago'"
    return {**columns, "date": better}, (told,)


def _heading(records: Iterator[Row], part: Part) -> list[str]:
    with guarded(part):
        first = next(records, None)
    if first is None:
        raise DataError(f"{part.source}: the file is empty, expected a heading and rows.")
    if first.reason:
        why, name = first.detail or first.reason, proposed(first.detail)
        advice = f"Give --encoding {name}" if name else f"Correct line {first.line}"
        raise DataError(f"{part.source}: the heading cannot be read: {why}. {advice}.")
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
    # The first field is looked at first: stripping all of every row would take a tenth of the time.
    if _stripped(fields[:1]) == heading[:1] and _stripped(fields) == heading:
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
    if len(pending) == 1:  # as nearly all are
        line = pending[0]
        return Row(number, line.number, line.fault, line.detail, "", fields, len(line.text))
    fault, detail = next(((line.fault, line.detail) for line in pending if line.fault), ("", ""))
    size = sum(len(line.text) for line in pending)
    return Row(number, pending[0].number, fault, detail, "", fields, size)


def _given_up(number: int, line: Line, why: str) -> Row:
    fault, detail = (line.fault, line.detail) if line.fault else ("bad_quoting", why)
    raw = line.text.rstrip("\r\n")
    return Row(number, line.number, fault, detail, raw, [], len(line.text))
