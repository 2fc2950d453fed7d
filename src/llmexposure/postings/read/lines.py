"""Lines of text files in UTF-8 or GB18030 (which contains GBK and GB2312), each accounted for.

The encoding is told from the bytes, line by line: files are joined from exports in both. A line that is not
text in the encoding of its file is marked and handed on.
"""

import codecs
import io
from collections.abc import Callable, Iterator
from typing import AnyStr, BinaryIO, NamedTuple

from llmexposure.base.errors import DataError
from llmexposure.postings.contract import MAX_LINE

_BOMS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
# Codecs of Python that are for host names and source code, and fail in ways of their own.
_NO_TEXT = {"undefined", "idna", "punycode", "unicode-escape", "raw-unicode-escape"}
# Chinese text in GBK is nearly all GB2312; other encodings that happen to decode are not.
_GB2312_SHARE = 0.6
# A GB18030 line that is also UTF-8 with this many characters is UTF-8: chance does not do that.
_BY_CHANCE = 3


def check_encoding(name: str) -> str:
    """Name as Python knows it; `DataError` for a name that Python does not know."""
    if name == "auto":
        return name
    try:
        "".encode(name)
        if (known := codecs.lookup(name).name) in _NO_TEXT:
            raise LookupError
        return known
    except (LookupError, UnicodeError):
        raise DataError(
            f"unknown encoding '{name}'; expected auto, utf-8, gb18030 or another codec of Python"
        ) from None


def detect_encoding(sample: bytes, source: str = "sample") -> str | None:
    """Encoding of a text from its first bytes.

    Returns
    -------
    str or None
        ``utf-8-sig`` or ``utf-16`` by byte order mark; else the encoding of most lines, ``utf-8``
        or ``gb18030``; None while all is ASCII.

    Raises
    ------
    DataError
        If the bytes look like UTF-16 without a byte order mark.

    Examples
    --------
    >>> detect_encoding("职位名称,薪资".encode("gbk"))
    'gb18030'
    """
    for mark, name in _BOMS.items():
        if sample.startswith(mark):
            return name
    if sample.count(0) > len(sample) * 0.3:
        raise DataError(
            f"{source}: every other byte is zero, as in UTF-16 without a byte order mark. "
            "Give the encoding (utf-16-le), or save the file as UTF-8."
        )
    lines = sample.split(b"\n")
    whole = lines[:-1] or lines
    votes = [guess_line(line) for line in whole if not line.isascii()]
    if not votes:
        return None
    return "gb18030" if votes.count("gb18030") > votes.count("utf-8") else "utf-8"


def sample_encoding(sample: bytes, encoding: str, source: str) -> str | None:
    """Encoding that the caller gave, or else that of the sample; refuses lines that end in CR."""
    if b"\r" in sample and b"\n" not in sample:
        raise DataError(
            f"{source}: lines end in a carriage return alone. Save the file with the line ends "
            "of Unix or Windows."
        )
    return detect_encoding(sample, source) if encoding == "auto" else encoding


def guess_line(line: bytes) -> str | None:
    """Encoding in which one line that is not ASCII makes sense; None if in neither."""
    if _decodes(line, "utf-8") is not None:
        return "utf-8"
    text = _decodes(line, "gb18030")
    return "gb18030" if text is not None and _looks_chinese(text) else None


def belongs(line: bytes, encoding: str) -> bool:
    """Whether a line that decodes as ``encoding`` is not in truth UTF-8 within a GB18030 file."""
    if encoding not in ("gb18030", "gbk", "gb2312") or line.isascii():
        return True
    text = _decodes(line, "utf-8")
    return text is None or sum(not char.isascii() for char in text) < _BY_CHANCE


def _decodes(line: bytes, encoding: str) -> str | None:
    try:
        return line.decode(encoding)
    except UnicodeDecodeError:
        return None


def _looks_chinese(text: str) -> bool:
    wide = [char for char in text if not char.isascii()]
    return sum(_in_gb2312(char) for char in wide) >= _GB2312_SHARE * len(wide)


def _in_gb2312(char: str) -> bool:
    try:
        return bool(char.encode("gb2312"))
    except UnicodeEncodeError:
        return False


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
    for number, (raw, length) in enumerate(_cut(stream.readline, MAX_LINE, (b"\n",)), start=1):
        data = raw.removeprefix(b"\xef\xbb\xbf") if number == 1 else raw
        if encoding is None and not data.isascii():
            encoding = guess_line(data) or "utf-8"
        yield _line(number, data, length, encoding or "ascii")


def _cut(
    readline: Callable[[int], AnyStr], most: int, ends: tuple[AnyStr, ...]
) -> Iterator[tuple[AnyStr, int]]:
    """Each line up to ``most`` bytes or characters, and how long it is in truth."""
    while line := readline(most):
        length = len(line)
        if length == most and line[-1:] not in ends:
            while rest := readline(most):
                length += len(rest)
                if rest[-1:] in ends:
                    break
        yield line, length


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
    return _bounded(Line(number, text, fault, detail), length)


def _bounded(line: Line, length: int) -> Line:
    if length <= MAX_LINE:
        return line
    return line._replace(fault="line_too_long", detail=f"{length:,} bytes in line {line.number}")


def _wide_lines(stream: BinaryIO, encoding: str) -> Iterator[Line]:
    """Lines of UTF-16 or UTF-32, where a line end is more than one byte."""
    text = io.TextIOWrapper(stream, encoding=encoding, errors="replace", newline="")
    width = 4 if "32" in encoding else 2  # bytes of a character, or of half of a rare one
    lines = _cut(text.readline, MAX_LINE // width, ("\n", "\r"))
    for number, (line, length) in enumerate(lines, start=1):
        bad = "\ufffd" in line
        detail = f"line {number} is not {encoding}" if bad else ""
        fault = "bad_encoding" if bad else ""
        yield _bounded(Line(number, line.removeprefix("\ufeff"), fault, detail), width * length)
    text.detach()
