r"""How a delimited file is laid out, told from its beginning.

Its delimiter; lines above the heading (a title, ``sep=;``); whether quotation marks within quotes are
escaped by a backslash, as MySQL and Spark write them; whether the rows begin or end with a number that has no
heading, as R writes them.
"""

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import islice, pairwise

from llmexposure.base.errors import DataError
from llmexposure.postings.read.column_map import ColumnMap, matched, offers
from llmexposure.postings.read.lines import Line

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
    backslashes = '\\"' in body and _fitting(unescape(body), delimiter) > _fitting(body, delimiter)
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


def _fitting(text: str, delimiter: str) -> int:
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
