"""Where a row of a table stands in its file, in the words of an error message."""

from collections.abc import Mapping, Sequence
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
