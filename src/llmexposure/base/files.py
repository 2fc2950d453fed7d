"""Files written whole or not at all, their SHA-256, and JSON for people."""

import hashlib
import json
import os
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from llmexposure.base.errors import DataError
from llmexposure.base.project import shown


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
