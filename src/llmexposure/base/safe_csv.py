"""CSV for people: nothing in it runs as a formula when a spreadsheet opens it."""

from pathlib import Path
from types import TracebackType
from typing import Self

import pandas as pd

from llmexposure.base.formulas import escape_formulas

# A byte order mark first: spreadsheets then show Chinese as it is.
_ENCODING = "utf-8-sig"


class SafeCsv:
    """A CSV written table by table, in place only when it is complete.

    Used as a context: what is written goes to ``<path>.part``, which takes the name of the file
    at the end, or is removed after an error.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._part = path.with_name(f"{path.name}.part")
        self._begun = False

    def __enter__(self) -> Self:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._part.unlink(missing_ok=True)
        return self

    def write(self, frame: pd.DataFrame) -> None:
        """Append rows; the first call writes the heading."""
        text = escape_formulas(frame).to_csv(
            index=False, header=not self._begun, lineterminator="\n"
        )
        encoding = "utf-8" if self._begun else _ENCODING
        with self._part.open("a", encoding=encoding, newline="") as stream:
            stream.write(text)
        self._begun = True

    def __exit__(
        self, kind: type[BaseException] | None, _: BaseException | None, __: TracebackType | None
    ) -> None:
        if kind is None and self._begun:
            self._part.replace(self._path)
        else:
            self._part.unlink(missing_ok=True)
