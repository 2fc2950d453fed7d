"""Records of delimited text, each accounted for: a bad one never takes the rest of the file along."""

import csv
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field

from llmexposure.postings.contract import MAX_LINE
from llmexposure.postings.read.lines import Line


@dataclass(frozen=True)
class Record:
    """Fields of one record, or what is known of it when ``reason`` is set."""

    line: int
    fields: list[str]
    reason: str = ""
    detail: str = ""
    raw: str = ""


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


def read_records(lines: Iterator[Line], delimiter: str) -> Iterator[Record]:
    """Records of delimited text, without blank lines; the first is the heading.

    A record whose quotation mark is never closed, or is not doubled within quotes, is given up
    with its first line only; reading goes on at the next line. So is a record of several lines
    that has not as many fields as the heading, when one of its other lines alone has.
    """
    csv.field_size_limit(MAX_LINE)
    feed = _Feed(lines)
    width = 0
    while True:
        reader = csv.reader(feed, delimiter=delimiter, strict=True)
        try:
            for fields in reader:
                if width and len(fields) != width and _swallowed(feed.pending, width, delimiter):
                    yield _given_up(feed.give_back(), "a quotation mark is never closed")
                    break
                if fields:
                    width = width or len(fields)
                    yield _record(feed.pending, fields)
                feed.pending = []
            else:
                return
        except csv.Error as error:
            yield _given_up(feed.give_back(), str(error))


def _swallowed(pending: list[Line], width: int, delimiter: str) -> bool:
    """Whether a later line of a record is a whole record of its own."""
    return any(_width(line.text, delimiter) == width for line in pending[1:])


def _width(text: str, delimiter: str) -> int:
    try:
        return len(next(csv.reader([text], delimiter=delimiter, strict=True), []))
    except csv.Error:
        return 0


def _record(pending: list[Line], fields: list[str]) -> Record:
    bad = next((line for line in pending if line.fault), None)
    if bad is None:
        return Record(pending[0].number, fields)
    return Record(pending[0].number, fields, bad.fault, bad.detail)


def _given_up(line: Line, why: str) -> Record:
    raw = line.text.rstrip("\r\n")
    if line.fault:
        return Record(line.number, [], line.fault, line.detail, raw)
    return Record(line.number, [], "bad_quoting", why, raw)
