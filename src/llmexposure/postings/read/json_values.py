"""Rows of a JSON document that is not one object a line: an array, objects over several lines, a list within.

`path_of` tells from the beginning of a file where its rows are; `read_values` hands them on one by one.
In memory are one row and the text around it, whatever the size of the document.
"""

import codecs
import json
from collections.abc import Callable, Iterator
from typing import Any, BinaryIO, NamedTuple, NoReturn

from llmexposure.base.errors import DataError
from llmexposure.postings.contract import MAX_LINE

# Objects around a list of postings are looked into so far.
_DEEPEST = 6
_CHUNK = 2**16
_AGAIN = "Get or export the file again, or write one object a line."
# Objects of a list that are looked at to tell whether they are rows.
_TRIED = 10
# Path of keys to the list of rows; empty: the values of the document itself. And rows by path.
Path = tuple[str, ...]
Lists = dict[Path, int]


class Value(NamedTuple):
    """A value of a document: the line on which it begins, its text, and a fault or what it is."""

    line: int
    text: str
    value: Any = None
    fault: str = ""


def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Object of its pairs; `ValueError` where a key stands there twice."""
    values = dict(pairs)
    if len(values) != len(pairs):
        raise ValueError("a key stands there twice")
    return values


_STRICT = json.JSONDecoder(object_pairs_hook=once)
_LOOSE = json.JSONDecoder()


class _EndedError(Exception):
    """The text ends within a value."""


def path_of(sample: str, is_row: Callable[[dict[str, Any]], bool]) -> Path | None:
    """Where the rows of a document are, as far as its beginning shows; None for one object a line.

    Parameters
    ----------
    sample
        First characters of the file.
    is_row
        Whether an object is a row.

    Examples
    --------
    >>> path_of('{"page": 1, "jobs": [{"title": "Clerk"}]}', lambda row: "title" in row)
    ('jobs',)
    """
    text = sample.lstrip("\ufeff \t\r\n")
    first, _, rest = text.partition("\n")
    if text[:1] not in ("{", "[") or not text.strip("[ \r\n"):
        return None
    try:
        whole = _LOOSE.raw_decode(first)[1] == len(first.rstrip())
    except (ValueError, RecursionError):
        whole = False
    if whole and rest.strip() and text[0] == "[":
        return None
    if not (whole or text[0] == "[" or not rest or _goes_on(text, first)):
        return None
    cursor = _Cursor(iter([text]), "")
    found = _located(cursor, is_row)
    if whole and text[0] == "{":
        return found or None
    return (found or ()) if text[0] == "[" or rest else found or None


def _goes_on(text: str, first: str) -> bool:
    """Whether the value that begins on the first line goes on below."""
    if first.rstrip()[-1:] in ("{", "[", ","):
        return True
    try:
        return _LOOSE.raw_decode(text)[1] > len(first)
    except (ValueError, RecursionError):
        return False


def _located(cursor: "_Cursor", is_row: Callable[[dict[str, Any]], bool]) -> Path | None:
    """Path to the largest list of rows, unless the first object is a row itself."""
    found: Lists = {}
    keys: list[str] = []
    try:
        while cursor.peek() == "[":
            cursor.take()
        if cursor.peek() == "{":
            _search(cursor, (), is_row, found, keys)
    except (_EndedError, DataError):
        pass  # what the sample shows is what there is to go by
    return None if is_row(dict.fromkeys(keys)) else next(iter(largest_first(found)), None)


def _search(
    cursor: "_Cursor",
    path: Path,
    is_row: Callable[[dict[str, Any]], bool],
    found: "Lists",
    keys: list[str],
) -> None:
    """Count the objects of each list within an object; of those whose first objects are rows."""
    for key in cursor.members():
        here, opens = (*path, key), cursor.peek()
        if not path and opens not in ("{", "["):
            keys.append(key)
        if opens == "{" and len(here) < _DEEPEST:
            _search(cursor, here, is_row, found, keys)
        elif opens == "[":
            tried = 0
            for item in cursor.items():
                if isinstance(item.value, dict):
                    tried += 1
                    if here in found or (tried <= _TRIED and is_row(item.value)):
                        found[here] = found.get(here, 0) + 1
        else:
            cursor.value()


def largest_first(found: "Lists") -> list[Path]:
    """Paths of lists, those with the most rows first; of equal ones that which comes first."""
    return sorted(found, key=lambda path: -found[path])


def lists_of(
    stream: BinaryIO, encoding: str, source: str, is_row: Callable[[dict[str, Any]], bool]
) -> "Lists":
    """How many rows each list within the objects of a whole document has; see `read_values`."""
    cursor, found = _Cursor(_texts(stream, encoding), source), {}
    try:
        while opens := cursor.peek():
            if opens == "{":
                _search(cursor, (), is_row, found, [])
            elif opens == "[" or opens in ",]":
                cursor.take()
            else:
                cursor.value()
    except _EndedError:
        cursor.fail("the file ends within a value")
    return found


def read_values(stream: BinaryIO, encoding: str, path: Path, source: str) -> Iterator[Value]:
    """Rows of a document, one after the other.

    Parameters
    ----------
    stream
        Bytes, unpacked.
    encoding
        Codec of the text.
    path
        As from `path_of`. Values beside that path are passed over.
    source
        Name of the file in messages.

    Raises
    ------
    DataError
        If the document breaks off or is no JSON; the message says the line.
    """
    cursor = _Cursor(_texts(stream, encoding), source)
    try:
        while cursor.peek():
            if cursor.peek() == "[" and path:
                for _ in cursor.elements():
                    yield from _rows(cursor, path)
            else:
                yield from _rows(cursor, path)
    except _EndedError:
        cursor.fail("the file ends within a value")


def _rows(cursor: "_Cursor", path: Path) -> Iterator[Value]:
    opens = cursor.peek()
    if not path and opens == "[":
        yield from cursor.items()
    elif not path:
        yield cursor.value()
    elif opens == "{":
        for key in cursor.members():
            if key == path[0]:
                yield from _rows(cursor, path[1:])
            else:
                cursor.skip()
    else:
        cursor.value()


def _texts(stream: BinaryIO, encoding: str) -> Iterator[str]:
    """Text in pieces; bytes that do not decode stand there as lone surrogates where the codec can do that."""
    wide = encoding.replace("_", "-").startswith(("utf-16", "utf-32"))
    decoder = codecs.getincrementaldecoder(encoding)("replace" if wide else "surrogateescape")
    while data := stream.read(_CHUNK):
        yield decoder.decode(data)
    yield decoder.decode(b"", final=True)


class _Cursor:
    """A place in a JSON text that is read piece by piece."""

    def __init__(self, pieces: Iterator[str], source: str) -> None:
        self._pieces, self._source = pieces, source
        self._text, self._at, self._line = "", 0, 1
        self._more = True
        self._wrong = 0  # where the last attempt to decode a value stopped

    def fail(self, why: str) -> NoReturn:
        """Refuse the document, with the line that has been reached."""
        line = self._line + self._text.count("\n", 0, max(self._at, self._wrong))
        raise DataError(f"{self._source}: no JSON document: {why}, near line {line}. {_AGAIN}")

    def _fill(self, size: int = _CHUNK) -> None:
        """Read on, and forget what lies behind."""
        self._line += self._text.count("\n", 0, self._at)
        held, length = [self._text[self._at :]], 0
        while length < size and self._more:
            piece = next(self._pieces, None)
            self._more = piece is not None
            held.append(piece or "")
            length += len(held[-1])
        self._text, self._at, self._wrong = "".join(held), 0, 0

    def peek(self) -> str:
        """Next character that is no blank; empty at the end of the text."""
        while True:
            while self._at < len(self._text) and self._text[self._at] in "\ufeff \t\r\n":
                self._at += 1
            if self._at < len(self._text):
                return self._text[self._at]
            if not self._more:
                return ""
            self._fill()

    def take(self) -> str:
        """The character of `peek`, passed."""
        if not (char := self.peek()):
            raise _EndedError
        self._at += 1
        return char

    def value(self) -> Value:
        """The value that begins here, passed."""
        self.peek()
        size = _CHUNK
        while True:
            value, end, fault = self._decoded()
            if end >= 0 and (end < len(self._text) or not self._more):
                start, self._at = self._at, end
                line = self._line + self._text.count("\n", 0, start)
                return Value(line, self._text[start:end], value, fault)
            if not self._more:
                self._stopped(fault)
            if len(self._text) - self._at > MAX_LINE:
                self.fail("a value is longer than 16 MiB, or not closed")
            self._fill(size)
            size *= 2

    def _decoded(self) -> tuple[Any, int, str]:
        """Value from here, where it ends (-1: not in this text), and what is wrong with it."""
        try:
            return (*_STRICT.raw_decode(self._text, self._at), "")
        except RecursionError:
            self.fail("values are nested too deeply")
        except json.JSONDecodeError as error:
            self._wrong = error.pos
            return None, -1, error.msg
        except ValueError as error:
            fault = str(error)
        try:
            return None, _LOOSE.raw_decode(self._text, self._at)[1], fault
        except ValueError:
            return None, -1, fault

    def _stopped(self, why: str) -> NoReturn:
        if self._text.rstrip()[-1:] in ("}", "]"):
            self.fail(why)
        raise _EndedError

    def elements(self) -> Iterator[None]:
        """At each item of the list that begins here; whoever asks reads the item."""
        self.take()
        while True:
            char = self.peek()
            if char == "]":
                self._at += 1
                return
            if char == ",":
                self._at += 1
                continue
            if not char:
                raise _EndedError
            yield

    def items(self) -> Iterator[Value]:
        """Items of the list that begins here."""
        for _ in self.elements():
            yield self.value()

    def members(self) -> Iterator[str]:
        """At the value of each key of the object that begins here; whoever asks reads the value."""
        self.take()
        while True:
            char = self.take()
            if char == "}":
                return
            if char == ",":
                continue
            if char != '"':
                self.fail("a key in quotes is expected")
            self._at -= 1
            key = self.value().value
            if self.take() != ":":
                self.fail("a colon is expected behind a key")
            yield key

    def skip(self) -> None:
        """Pass the value that begins here, a list item by item."""
        if self.peek() == "[":
            for _ in self.items():
                pass
        else:
            self.value()
