"""Check whether a file on disk has the registered bytes."""

import hashlib
from pathlib import Path

from llmexposure.base.errors import SourceError
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
