"""Delimited text (CSV, TSV) in batches of bounded size: a bad record never takes the rest along.

How the file is laid out is told from its beginning (`layout_of`). A record whose quotation mark is never
closed is given up with its first line only, and reading goes on at the next.
"""

import csv
import io
import re
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count, islice, pairwise

import polars as pl

from llmexposure.base.errors import DataError
from llmexposure.postings.contract import MAX_LINE
from llmexposure.postings.read.address import Part, guarded, open_part, read_sample
from llmexposure.postings.read.column_map import ColumnMap, matched, offers, relative_dates
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

DELIMITERS = (",", "\t", ";", "|")
# The heading is looked for on so many lines, and only where the first does not name both of these.
_HEADING_WITHIN = 10
_NAMED = ("title", "description")
# Records from which the layout is told.
_RECORDS = 200
_ESCAPED = re.compile(r"\\([\"\\])")


@dataclass(frozen=True)
class Layout:
    """How a file is laid out.

    Attributes
    ----------
    delimiter
        Character between fields.
    skipped
        Lines above the heading.
    backslashes
        Whether a quotation mark within quotes is escaped by a backslash.
    numbers
        Where the rows have a number without a heading: 'first', 'last', or '' for none.
    records
        The heading and the first rows.
    """

    delimiter: str
    skipped: int = 0
    backslashes: bool = False
    numbers: str = ""
    records: list[list[str]] = field(default_factory=list, repr=False, compare=False)

    def cells(self, name: str) -> list[str]:
        """First cells under a heading."""
        heading = self.widened([one.strip() for one in self.records[0]]) if self.records else []
        place = heading.index(name) if name in heading else len(heading)
        return [row[place] for row in self.records[1:] if place < len(row)]

    def widened(self, heading: list[str]) -> list[str]:
        """Heading with an empty name for the number without one."""
        if not self.numbers:
            return heading
        return ["", *heading] if self.numbers == "first" else [*heading, ""]

    @property
    def told(self) -> tuple[str, ...]:
        """What is out of the ordinary, for a person."""
        said = {
            f"the heading is line {self.skipped + 1}; what stands above it is not read": self.skipped,
            "quotation marks escaped by a backslash are read as such": self.backslashes,
            f"the {self.numbers} field of each row has no heading; it is a row number and is not "
            "read": self.numbers,
        }
        return tuple(text for text, holds in said.items() if holds)


def layout_of(sample: str, mapping: ColumnMap, source: str) -> Layout:
    r"""Layout of a file from its first characters.

    Parameters
    ----------
    sample
        Whole lines, and perhaps a piece of one.
    mapping
        The user's own, which may name headings that no table knows.
    source
        Name of the file in messages.

    Raises
    ------
    DataError
        If no delimiter is found in the heading.

    Examples
    --------
    >>> layout_of("sep=;\nid;title;description\n", ColumnMap(), "a.csv")
    Layout(delimiter=';', skipped=1, backslashes=False, numbers='')
    """
    lines = sample.lstrip("\ufeff").split("\n")
    skipped = _above(lines, mapping)
    delimiter = _stated(lines, skipped) or _delimiter(lines[skipped:], mapping, source)
    body = "\n".join(lines[skipped:])
    backslashes = '\\"' in body and _readable(unescape(body), delimiter) > _readable(
        body, delimiter
    )
    text = unescape(body) if backslashes else body
    records = _records(text, delimiter)
    return Layout(delimiter, skipped, backslashes, _numbers(records), records)


def unescape(text: str) -> str:
    r"""Text with quotation marks doubled that a backslash escapes, and doubled backslashes single.

    >>> unescape(r'"the \"best\" C:\\x"')
    '"the ""best"" C:\\x"'
    """
    return _ESCAPED.sub(lambda found: '""' if found[1] == '"' else "\\", text)


def unescaped(line: Line) -> Line:
    """A line after `unescape`."""
    return line._replace(text=unescape(line.text)) if "\\" in line.text else line


def _above(lines: Sequence[str], mapping: ColumnMap) -> int:
    """Number of lines above the heading: ``sep=``, and those before the first that names columns."""
    first = next((place for place, line in enumerate(lines) if line.strip()), 0)
    if lines and re.fullmatch(r"sep=.\s*", lines[first], re.IGNORECASE):
        return first + 1
    if not lines or _names_columns(lines[first], mapping):
        return 0
    within = range(first + 1, min(len(lines), first + _HEADING_WITHIN))
    return next((place for place in within if _names_columns(lines[place], mapping)), 0)


def _names_columns(line: str, mapping: ColumnMap) -> bool:
    found = (offers(_fields(line, mark), mapping) for mark in DELIMITERS if mark in line)
    return any(all(name in columns for name in _NAMED) for columns in found)


def _stated(lines: Sequence[str], skipped: int) -> str:
    """Delimiter that a line ``sep=`` above the heading states."""
    found = re.fullmatch(r"sep=(.)\s*", lines[skipped - 1], re.IGNORECASE) if skipped else None
    return found[1] if found else ""


def _delimiter(lines: Sequence[str], mapping: ColumnMap, source: str) -> str:
    """Delimiter with which the heading names the most columns of the contract."""
    line = next((text.rstrip("\r\n") for text in lines if text.strip()), "")
    scores = {mark: _score(line, mark, mapping) for mark in DELIMITERS}
    best = max(DELIMITERS, key=scores.__getitem__)
    if scores[best][1] < 2:
        raise DataError(
            f"{source}: no delimiter in the heading '{line[:80]}'; expected columns separated by "
            "a comma, tab, semicolon or '|'. Export the file again with one of these."
        )
    return best


def _score(line: str, mark: str, mapping: ColumnMap) -> tuple[int, int]:
    fields = _fields(line, mark)
    return matched(fields, mapping), len(fields)


def _fields(line: str, mark: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=mark), [])
    except csv.Error:
        return []


def _records(text: str, delimiter: str, *, strict: bool = False) -> list[list[str]]:
    """First records, up to the one that cannot be read; the last, which may be cut, is left out."""
    found: list[list[str]] = []
    try:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=strict)
        found.extend(record for record in islice(reader, _RECORDS) if record)
    except csv.Error:
        return found
    return found if text.endswith("\n") else found[:-1]


def _readable(text: str, delimiter: str) -> int:
    """Records before the first that cannot be read or has not as many fields as the heading."""
    records = _records(text, delimiter, strict=True)
    wrong = (place for place, one in enumerate(records) if len(one) != len(records[0]))
    return next(wrong, len(records))


def _numbers(records: list[list[str]]) -> str:
    """Where the rows have a number that the heading has no name for: 'first', 'last' or ''."""
    heading, rows = (records[0], records[1:]) if records else ([], [])
    if len(rows) < 2 or any(len(row) != len(heading) + 1 for row in rows):
        return ""
    if _counting([row[-1] for row in rows], by_one=True):
        return "last"
    return "first" if _counting([row[0] for row in rows], by_one=False) else ""


def _counting(cells: list[str], *, by_one: bool) -> bool:
    """Whether cells are whole numbers that grow, one by one from 0 or 1 or in any way."""
    stripped = [cell.strip() for cell in cells]
    if not all(cell.isdecimal() for cell in stripped):
        return False
    numbers = [int(cell) for cell in stripped]
    grown = {after - before for before, after in pairwise(numbers)}
    return numbers[0] in (0, 1) and grown == {1} if by_one else min(grown) > 0


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
