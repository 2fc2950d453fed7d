"""Files written whole or not at all, and their SHA-256."""

import hashlib
import json
import os
import tempfile
from pathlib import Path
from typing import Any

import pandas as pd

from llmexposure.base.errors import DataError, SourceError
from llmexposure.base.frames import escape_formulas
from llmexposure.base.project import shown
from llmexposure.base.sources.registry import SourceFile


def sha256_of(path: Path) -> str:
    """Return the sha256 of a file in lower-case hexadecimal; SourceError if it cannot be read."""
    try:
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError as error:
        raise SourceError(f"{path}: cannot be read ({error.strerror})") from None


def matches(path: Path, file: SourceFile) -> bool:
    """Say whether the file at ``path`` is the registered one, byte for byte."""
    return path.is_file() and sha256_of(path) == file.sha256


def require(path: Path, file: SourceFile, remedy: str) -> Path:
    """Return ``path`` if its bytes are the registered ones.

    Raises
    ------
    SourceError
        If they are not: names the file, the expected and the found sha256, and ``remedy``.
    """
    found = sha256_of(path)
    if found != file.sha256:
        raise SourceError(
            f"{file.label}: {path} is not the registered file: expected sha256 {file.sha256}, "
            f"found {found}; {remedy}"
        )
    return path


DIGITS = "%.8g"


def sibling(out: Path, what: str) -> Path:
    """File beside the ratings: ``ratings.csv`` and ``models.csv`` make ``ratings.models.csv``."""
    return out.with_name(f"{out.stem}.{what}")


def csv_text(frame: pd.DataFrame) -> str:
    """CSV with 8 significant digits, missing cells empty, no formulas."""
    return escape_formulas(frame).to_csv(index=False, float_format=DIGITS, lineterminator="\n")


def json_text(record: dict[str, Any]) -> str:
    """JSON for people, names sorted, so that equal records are equal files."""
    return json.dumps(record, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def write_whole(path: Path, text: str) -> None:
    """Put the text in place in one step; a kill leaves the old file or the new one.

    Raises
    ------
    DataError
        If the folder cannot be made or written to.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor, draft = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    except OSError as error:
        raise DataError(f"{shown(path)}: cannot be written ({error.strerror})") from None
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        Path(draft).chmod(0o644)
        Path(draft).replace(path)
    except OSError as error:
        Path(draft).unlink(missing_ok=True)
        raise DataError(f"{shown(path)}: cannot be written ({error.strerror})") from None
