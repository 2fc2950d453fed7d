"""Lines and records of text files, each accounted for: a bad one never takes the rest along."""

import csv
import io
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO, NamedTuple

from llmexposure.postings.contract import MAX_LINE
from llmexposure.postings.read.encoding import belongs, guess_line


class Line(NamedTuple):
    """A line with its end. ``fault`` is a reason for quarantine, or empty.

    Bytes that do not decode stand in the text as lone surrogates (``surrogateescape``).
    """

    number: int
    text: str
    fault: str = ""
    detail: str = ""


def read_lines(stream: BinaryIO, encoding: str | None) -> Iterator[Line]:
    """Lines of a stream, numbered from 1.

    Parameters
    ----------
    stream
        Bytes, unpacked.
    encoding
        A codec of Python, or None to decide at the first line that is not ASCII.
    """
    if encoding and encoding.replace("_", "-").startswith(("utf-16", "utf-32")):
        yield from _wide_lines(stream, encoding)
        return
    for number, (raw, length) in enumerate(_raw_lines(stream), start=1):
        data = raw.removeprefix(b"\xef\xbb\xbf") if number == 1 else raw
        if encoding is None and not data.isascii():
            encoding = guess_line(data) or "utf-8"
        yield _line(number, data, length, encoding or "ascii")


def _raw_lines(stream: BinaryIO) -> Iterator[tuple[bytes, int]]:
    """Each line up to `MAX_LINE` bytes, and how long it is in truth."""
    while raw := stream.readline(MAX_LINE):
        length = len(raw)
        if length == MAX_LINE and not raw.endswith(b"\n"):
            while rest := stream.readline(MAX_LINE):
                length += len(rest)
                if rest.endswith(b"\n"):
                    break
        yield raw, length


def _line(number: int, data: bytes, length: int, encoding: str) -> Line:
    fault = detail = ""
    try:
        text = data.decode("utf-8" if encoding == "utf-8-sig" else encoding)
    except UnicodeDecodeError as error:
        text = data.decode(encoding, "surrogateescape")
        found = f"0x{data[error.start]:02X} at byte {error.start + 1}"
        fault, detail = "bad_encoding", f"{found} of line {number} is not {encoding}"
    if not fault and not belongs(data, encoding):
        text = data.decode("ascii", "surrogateescape")
        fault, detail = "bad_encoding", f"line {number} is UTF-8 in a file in {encoding}"
    if length > MAX_LINE:
        fault, detail = "line_too_long", f"{length:,} bytes in line {number}"
    return Line(number, text, fault, detail)


def _wide_lines(stream: BinaryIO, encoding: str) -> Iterator[Line]:
    """Lines of UTF-16 or UTF-32, where a line end is more than one byte."""
    text = io.TextIOWrapper(stream, encoding=encoding, errors="replace", newline="")
    number = 0
    while line := text.readline(MAX_LINE):
        number += 1
        bad = "\ufffd" in line
        detail = f"line {number} is not {encoding}" if bad else ""
        yield Line(number, line.removeprefix("\ufeff"), "bad_encoding" if bad else "", detail)
    text.detach()


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
