"""Text tables (CSV, TSV) read strictly, every cell as text, and where each row stands in its file."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from llmexposure.base.errors import DataError
from llmexposure.base.project import shown

# Index name of a table whose index holds the line (in a workbook: the row) of each record.
LINE = "line"
# Key of ``frame.attrs`` that maps our column names to the headings in the file.
HEADINGS = "headings"


@dataclass(frozen=True)
class Place:
    """File of a table, the line of each of its rows, and the file's own column headings."""

    file: Path
    lines: Sequence[int]
    headings: Mapping[str, str]

    @classmethod
    def of(cls, frame: pd.DataFrame, file: Path, first_line: int = 2) -> "Place":
        """Place of a table: its index if that holds lines, else counted from ``first_line``."""
        last = first_line + len(frame)
        lines = frame.index.tolist() if frame.index.name == LINE else range(first_line, last)
        return cls(file, lines, frame.attrs.get(HEADINGS, {}))

    def line(self, row: int) -> str:
        """Line of the row at this position: ``line 7``, or ``row 7`` in a workbook."""
        word = "row" if self.file.suffix.startswith(".xls") else "line"
        return f"{word} {self.lines[row]}"

    def heading(self, column: str) -> str:
        """Column by the name that it has in the file."""
        return f"column '{self.headings.get(column, column)}'"

    def error(self, what: str, row: int | None = None, column: str | None = None) -> DataError:
        """`DataError` that names the file, then the line and the column if given."""
        where = [shown(self.file)]
        if row is not None:
            where.append(self.line(row))
        if column is not None:
            where.append(self.heading(column))
        return DataError(f"{', '.join(where)}: {what}")


def more(count: int) -> str:
    """How many other rows fail the same way, as a closing sentence; nothing for none."""
    if not count:
        return ""
    return f" ({count} more {'row fails' if count == 1 else 'rows fail'} the same way.)"


_BOM = b"\xef\xbb\xbf"
_AGAIN = "Restore the file, or get it again from where it came."


def read_text(
    path: Path, *, delimiter: str = ",", missing: tuple[str, ...] = ("",)
) -> pd.DataFrame:
    """Read a UTF-8 text table with one heading line; refuse what pandas would quietly mend.

    Parameters
    ----------
    path
        The file. A byte order mark at its start is accepted, blank lines are skipped.
    delimiter
        What separates the fields.
    missing
        Cells that mean 'no value': the empty cell only, unless told otherwise.

    Returns
    -------
    pandas.DataFrame
        Text columns as headed in the file, NaN where missing; the index, named ``line``, holds the
        line (from 1) on which each record begins.

    Raises
    ------
    DataError
        If the file is absent, empty, not UTF-8, has two columns of one name, a record with more or
        fewer fields than the heading, or a quotation mark that is never closed.
    """
    records = _records(_decoded(path), delimiter, path)
    _, header = next(records, (0, []))
    rows = dict(records)
    if not rows:
        raise DataError(f"{shown(path)}: no rows found, expected a heading and rows. {_AGAIN}")
    _check_header(header, delimiter, path)
    _check_widths(len(header), rows, delimiter, path)
    index = pd.Index(list(rows), name=LINE)
    frame = pd.DataFrame(list(rows.values()), columns=header, index=index, dtype="str")
    return frame.mask(frame.isin(missing))


def _decoded(path: Path) -> str:
    try:
        data = path.read_bytes().removeprefix(_BOM)
    except OSError as error:
        raise DataError(f"{shown(path)}: cannot be read ({error.strerror}). {_AGAIN}") from None
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        byte = error.start - data.rfind(b"\n", 0, error.start)
        raise DataError(
            f"{shown(path)}, line {line}, byte {byte} of the line: found the byte "
            f"0x{data[error.start]:02X}, expected UTF-8 text. "
            "Save the file again as UTF-8 ('CSV UTF-8' in spreadsheet programs)."
        ) from None


def _records(text: str, delimiter: str, path: Path) -> Iterator[tuple[int, list[str]]]:
    """First line and fields of each record."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    first = 1
    try:
        for fields in reader:
            if fields:
                yield first, fields
            first = reader.line_num + 1
    except csv.Error as error:
        raise DataError(
            f"{shown(path)}, line {first}: the record that begins here cannot be read ({error}). "
            "Look for a quotation mark that is never closed, or not doubled within quotes."
        ) from None


def _check_header(header: list[str], delimiter: str, path: Path) -> None:
    other = {";": "semicolons", "\t": "tabs", ",": "commas"}
    alone = header[0] if len(header) == 1 else ""
    found = next((mark for mark in other if mark != delimiter and mark in alone), None)
    if found:
        raise DataError(
            f"{shown(path)}, line 1: the fields are separated by {other[found]}, expected "
            f"{other.get(delimiter, repr(delimiter))} (and points in numbers, no decimal commas). "
            "Save the file again in that form."
        )
    twice = [name for place, name in enumerate(header) if name in header[:place]]
    if twice:
        raise DataError(
            f"{shown(path)}, line 1: column '{twice[0]}' appears twice, expected each name once. "
            "Rename or remove one of them."
        )


def _check_widths(width: int, rows: dict[int, list[str]], delimiter: str, path: Path) -> None:
    line = next((line for line, fields in rows.items() if len(fields) != width), None)
    if line is not None:
        mark = {",": "comma", "\t": "tab"}.get(delimiter, f"'{delimiter}'")
        raise DataError(
            f"{shown(path)}, line {line}: found {len(rows[line])} fields, expected {width} as in "
            f"the heading. Put a text that contains a {mark} in quotation marks; keep empty fields."
        )
