"""Lines of a text file, decoded one by one, so that one bad line never spoils the others."""

import io
from collections.abc import Iterator
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
