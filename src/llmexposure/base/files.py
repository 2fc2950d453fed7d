"""Files written whole or not at all, their SHA-256, and tables as files: rounded, safe in spreadsheets.

Every number that is published passes through `canonical` before it is written, so that differences in
the last bits between machines, threads or library builds never reach a file.
"""

import hashlib
import json
import math
import os
from collections.abc import Collection, Generator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from llmexposure.base.errors import DataError
from llmexposure.base.project import shown

if TYPE_CHECKING:  # an unchanged build needs no tables, and pandas takes half a second
    import pandas as pd


def sha256_of(path: Path) -> str:
    """SHA-256 of a file in lower-case hexadecimal.

    Raises
    ------
    DataError
        If the file cannot be read.
    """
    try:
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError as error:
        raise DataError(f"{shown(path)}: cannot be read ({error.strerror})") from None


def git_blob_of(path: Path) -> str:
    """Name that git gives to the bytes of a file, as ``git hash-object`` prints it.

    Raises
    ------
    DataError
        If the file cannot be read.
    """
    try:
        digest = hashlib.sha1(b"blob %d\0" % path.stat().st_size, usedforsecurity=False)
        with path.open("rb") as stream:
            while piece := stream.read(2**20):
                digest.update(piece)
    except OSError as error:
        raise DataError(f"{shown(path)}: cannot be read ({error.strerror})") from None
    return digest.hexdigest()


@contextmanager
def whole(path: Path, *, durable: bool = False) -> Generator[Path]:
    """A draft beside ``path``: it takes that name when the block ends well, else it is removed.

    Parameters
    ----------
    durable
        Wait until the bytes are on the disk, for answers that cost money to ask for again.

    Raises
    ------
    DataError
        If the folder cannot be made or written to.
    """
    draft = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        yield draft
        if durable:
            with draft.open("rb") as stream:
                os.fsync(stream.fileno())
        draft.replace(path)
    except OSError as error:
        raise DataError(f"{shown(path)}: cannot be written ({error.strerror})") from None
    finally:
        draft.unlink(missing_ok=True)


def write_text(path: Path, text: str, *, durable: bool = False) -> None:
    """Write a whole UTF-8 file with Unix line ends, or nothing; a kill leaves the old file or the new one."""
    with whole(path, durable=durable) as draft:
        draft.write_text(text, encoding="utf-8", newline="\n")


def json_text(record: dict[str, Any]) -> str:
    """JSON for people, names sorted, so that equal records are equal files."""
    return json.dumps(record, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def sibling(path: Path, what: str) -> Path:
    """File beside another: ``ratings.csv`` and ``models.csv`` make ``ratings.models.csv``."""
    return path.with_name(f"{path.stem}.{what}")


SIGNIFICANT = 8


def canonical(value: Any) -> Any:
    """Round a float to 8 significant digits; turn numpy scalars into Python ones; NaN into None.

    Examples
    --------
    >>> canonical(0.1 + 0.2)
    0.3
    >>> canonical(float("nan")) is None
    True
    """
    if hasattr(value, "item"):
        value = value.item()
    if isinstance(value, bool | int | str) or value is None:
        return value
    if isinstance(value, list | tuple):
        return [canonical(v) for v in value]
    if isinstance(value, dict):
        return {k: canonical(v) for k, v in value.items()}
    if not math.isfinite(value):
        return None
    rounded = float(f"{value:.{SIGNIFICANT - 1}e}")
    return rounded + 0.0  # no negative zero


# First characters that make a spreadsheet take a cell for a formula, in both widths.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def escape_formulas(frame: "pd.DataFrame") -> "pd.DataFrame":
    """Table whose text cells begin with an apostrophe where they would else be a formula.

    Numbers, dates and missing cells stay; so does the rest of each text, but that its lines end as
    on Unix. Headings are treated alike.

    Examples
    --------
    >>> import pandas as pd
    >>> escape_formulas(pd.DataFrame({"a": ["=1+1", "x"], "b": [-1, 2]})).to_dict("list")
    {'a': ["'=1+1", 'x'], 'b': [-1, 2]}
    """
    escaped = frame.copy()
    for place, kind in enumerate(frame.dtypes):
        if _is_text(kind):
            cells = frame.iloc[:, place].astype(object)
            escaped.isetitem(place, cells.map(_escaped, na_action="ignore"))
    escaped.columns = [_escaped(name) for name in frame.columns]
    return escaped


def _is_text(kind: object) -> bool:
    import pandas as pd

    category = isinstance(kind, pd.CategoricalDtype)
    return category or pd.api.types.is_object_dtype(kind) or pd.api.types.is_string_dtype(kind)


def _escaped(value: object) -> object:
    if not isinstance(value, str):
        return value
    # Writers of CSV leave a bare carriage return unquoted, and spreadsheets begin a row there.
    text = value.replace("\r\n", "\n").replace("\r", "\n")
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def canonical_frame(frame: "pd.DataFrame", exact: Collection[str] = ()) -> "pd.DataFrame":
    """Copy of a table with every float rounded by `canonical`, but those of the columns ``exact``."""
    out = frame.copy()
    for column in out.select_dtypes("float").columns.difference(list(exact)):
        out[column] = out[column].map(canonical, na_action="ignore").astype(float)
    return out


def csv_text(frame: "pd.DataFrame") -> str:
    """CSV with 8 significant digits, missing cells empty, no formulas."""
    return escape_formulas(frame).to_csv(index=False, float_format="%.8g", lineterminator="\n")


def to_csv_text(frame: "pd.DataFrame", exact: Collection[str] = ()) -> str:
    """Table as CSV text: no index, UTF-8, Unix line ends, missing values empty, no formulas.

    Floats are rounded, but those of the columns ``exact``: digits of an upstream file, not of a
    computation here.
    """
    return escape_formulas(canonical_frame(frame, exact)).to_csv(index=False, lineterminator="\n")


# A byte order mark first: spreadsheets then show Chinese as it is.
_ENCODING = "utf-8-sig"


class SafeCsv:
    """A CSV written table by table, in place only when it is complete.

    Used as a context: what is written goes to a hidden file beside it, which takes the name of the
    file at the end, or is removed after an error.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._part = path.with_name(f".{path.name}.{os.getpid()}.part")
        self._begun = False

    def __enter__(self) -> Self:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._part.unlink(missing_ok=True)
        return self

    def write(self, frame: "pd.DataFrame") -> None:
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
