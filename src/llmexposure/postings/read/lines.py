"""Lines of text files in UTF-8 or GB18030 (which contains GBK and GB2312), each accounted for.

The encoding is told from the bytes, line by line: files are joined from exports in both. A line that is not
text in the encoding of its file is marked and handed on.
"""

import codecs
import io
import re
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
# Encodings that are not told from the bytes but proposed, and what most of their wide characters are.
_PROPOSED = {
    "big5": re.compile("[\u4e00-\u9fff]"),
    "shift_jis": re.compile("[\u3040-\u30ff]"),
    "euc_kr": re.compile("[\uac00-\ud7a3]"),
}
_PROPOSED_SHARE = {"big5": 0.6, "shift_jis": 0.2, "euc_kr": 0.5}
# Big5 has its common characters first: lead bytes from A4 to C6.
_COMMON_BIG5 = re.compile(rb"[\xa4-\xc6][\x40-\x7e\xa1-\xfe]|[\x81-\xfe][\x40-\x7e\xa1-\xfe]")
# What a line says of the encoding in which it makes sense; `proposed` finds it again.
_HINT = re.compile(r"--encoding (\S+) reads")
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


def propose_encoding(data: bytes) -> str | None:
    """Encoding in which bytes that are neither UTF-8 nor GB18030 make sense; None where none is likely.

    >>> propose_encoding("Café, £20 – 30".encode("cp1252")), propose_encoding("會計助理".encode("big5"))
    ('cp1252', 'big5')
    """
    for name, expected in _PROPOSED.items():
        text = _decodes(data, name)
        wide = [char for char in text or "" if not char.isascii()]
        share = sum(bool(expected.match(char)) for char in wide) / max(len(wide), 1)
        if share >= _PROPOSED_SHARE[name] and (name != "big5" or _common_big5(data)):
            return name
    lone = re.findall(rb"(?<![\x80-\xff])[\x80-\xff](?![\x80-\xff])", data)
    high = sum(byte > 127 for byte in data)
    mostly_alone = 2 * len(lone) > high > 0
    return "cp1252" if mostly_alone and _decodes(data, "cp1252") is not None else None


def _common_big5(data: bytes) -> bool:
    pairs = [pair for pair in _COMMON_BIG5.findall(data) if pair[0] > 127]
    return 2 * sum(0xA4 <= pair[0] <= 0xC6 for pair in pairs) > len(pairs)


def _proposal(data: bytes, start: int) -> str:
    """Words for a faulty line: the encoding to give, and what it makes of the bytes around the fault."""
    name = propose_encoding(data)
    if not name:
        return ""
    shown = " ".join(data.decode(name, "replace").split())
    before = len(" ".join(data[:start].decode(name, "replace").split()))
    return f"; --encoding {name} reads '{shown[max(0, before - 8) : before + 8]}'"


def proposed(detail: str) -> str | None:
    """Encoding that the detail of a faulty line proposes.

    >>> proposed("0xE9 at byte 4 of line 2 is not utf-8; --encoding cp1252 reads 'café'")
    'cp1252'
    """
    found = _HINT.search(detail)
    return found[1] if found else None


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
        wrong = f"{found} of line {number} is not {encoding}"
        fault, detail = "bad_encoding", wrong + _proposal(data, error.start)
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
