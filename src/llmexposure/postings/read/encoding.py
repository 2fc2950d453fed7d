"""Encoding of a text file: UTF-8 or GB18030 (which contains GBK and GB2312), told from its bytes."""

import codecs

from llmexposure.base.errors import DataError

_BOMS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
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
        return codecs.lookup(name).name
    except LookupError:
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
