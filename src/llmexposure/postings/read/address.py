"""From an address to the files behind it and to their bytes: a file, a folder, a pattern.

`list_parts` names the files on any fsspec system, `open_part` unpacks one while it is read. Failures of file
systems, of unpacking and of Parquet become one kind of error for people (`guarded`).
"""

import io
import lzma
import os
import re
import zlib
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO
from urllib.parse import unquote

import fsspec
from fsspec.compression import compr
from pyarrow import ArrowException, CompressedInputStream

from llmexposure.base.errors import DataError, ProjectError

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

# Endings that are read wherever they are found; the last two only where a file is named itself,
# because folders hold such files beside the data.
FORMATS = {
    ".csv": "csv",
    ".tsv": "csv",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".parquet": "parquet",
    ".pq": "parquet",
}
_NAMED_ONLY = {".txt": "csv", ".json": "jsonl"}
_PACKED = {"gz": "gzip", "bz2": "bz2", "xz": "xz", "lzma": "lzma", "zst": "zstd"}
_COMPRESSED = re.compile(rf"\.({'|'.join(_PACKED)})$", re.IGNORECASE)
# Addresses into archives, and those that make up files: nothing that a person keeps postings in.
_REFUSED = ("zip", "tar", "libarchive", "reference", "data", "generic", "python", "dask")
# User and password, which may hold a '/', a '?' or a blank; digits after a colon are a port.
_USER = re.compile(r"(?<=://)(?:[^/?@]*@|[^/?@:]*:(?!\d+[/?#])[^@]*@)+")
# Signed addresses carry their key behind '?' or '#'; elsewhere a question mark is part of a pattern.
_QUERY = re.compile(
    r"(https?://[^?#]*|[a-z0-9+.-]+://[^?#]*(?=[?#][^/]*=))[?#].*", re.IGNORECASE | re.S
)
_EXPECTED = "expected .csv, .tsv, .jsonl, .ndjson or .parquet, also with .gz, .bz2, .xz or .zst"


_SAMPLE = 256 * 1024
# What a compressed file may unpack to: this much, or this many times its size where that is more.
# Text of postings packs to a tenth or so; the most that the kinds of packing can do is a thousandth.
LARGEST = 2**28
RATIO = 200
_AGAIN = "Get or export the file again."
# First bytes of files that are not what a text ending promises.
_MAGIC = {
    b"\x1f\x8b": "a gzip file; add .gz to its name",
    b"PK\x03\x04": "a zip archive or a spreadsheet; unpack it, or save the sheet as 'CSV UTF-8'",
    b"PAR1": "a Parquet file; change its ending to .parquet",
    b"\xd0\xcf\x11\xe0": "an old spreadsheet; save the sheet as 'CSV UTF-8'",
    b"SQLite format 3": "an SQLite database; export the table as CSV",
}


@dataclass(frozen=True)
class Part:
    """One file of postings, or some row groups of a Parquet file.

    Attributes
    ----------
    source
        Address as it may be printed.
    fs, path
        File system of fsspec, and the path on it.
    format
        'csv', 'jsonl' or 'parquet'.
    compression
        What unpacks it; None for a file that is not packed.
    partition
        Columns that its folders state.
    groups, row
        Of a piece of a Parquet file: which row groups, and the number of the first row. Else None
        (all of them) and 1.
    name
        Path below the folder that all files of the address have in common: the same however the
        address is spelled.
    """

    source: str
    fs: Any = field(repr=False)
    path: str
    format: str
    compression: str | None = None
    partition: dict[str, str] = field(default_factory=dict)
    groups: range | None = None
    row: int = 1
    name: str = ""


def list_parts(address: str | Path) -> tuple[list[Part], list[str]]:
    """Files behind an address, sorted by path; and the names of those of a folder that are no postings.

    Parameters
    ----------
    address
        A file, a folder (searched to the bottom; names that begin with ``_`` or ``.`` are left
        out; ``city=Wuhan`` in a folder name becomes a column), a pattern with ``*``, or any of
        these with an fsspec protocol such as ``s3://`` or ``memory://``.

    Raises
    ------
    DataError
        If nothing is there, the folder holds no postings, the ending is unknown or the file
        system cannot be reached.
    """
    shown = shown_address(address)
    _refuse_protocols(str(address), shown)
    with _reaching(shown):
        fs, root = fsspec.core.url_to_fs(str(address))
        if fs.isdir(root):
            parts, ignored = _folder(fs, root.rstrip("/"), shown.rstrip("/"))
            return _with_names(parts), ignored
        if fs.isfile(root):
            return _with_names([_named(fs, root, shown)]), []
        if "*" in root or "?" in root:
            return _with_names(_matches(fs, root, shown)), []
        what = "is neither a file nor a folder" if fs.exists(root) else "does not exist"
    raise DataError(f"{shown}: {what}; expected a file, a folder or a pattern. Check the address.")


@contextmanager
def _reaching(shown: str) -> Generator[None]:
    try:
        yield
    except ProjectError:
        raise
    except ImportError as error:
        raise DataError(f"{shown}: this kind of address needs a package: {error}") from None
    except Exception as error:  # noqa: BLE001 - each file system raises errors of its own kind
        told = shown_address(str(error))
        raise DataError(f"{shown}: cannot be reached ({told}). Check the address.") from None


def shown_address(address: str | Path) -> str:
    """Address, or a message with one, as it may be printed: no user, no password, nothing behind a '?'.

    >>> shown_address("https://user:word@host/a.csv?token=1")
    'https://host/a.csv?...'
    """
    return _QUERY.sub(r"\1?...", _USER.sub("", str(address)))


def _refuse_protocols(address: str, shown: str) -> None:
    links = address.split("::")
    for link in links:
        # Within a chain a bare name is a protocol too: fsspec adds the '://'.
        ends = r"(?::(?!\\)|$)" if len(links) > 1 else r":(?!\\)"
        protocol = re.match(rf"([a-z0-9+]+){ends}", link.strip(), re.IGNORECASE)
        if protocol and protocol[1].lower() in _REFUSED:
            raise DataError(
                f"{shown}: '{protocol[1]}:' is no address for postings. Unpack archives, and name the "
                "file or folder."
            )


def _folder(fs: Any, root: str, shown: str) -> tuple[list[Part], list[str]]:  # noqa: ANN401 (fsspec is untyped)
    parts: list[Part] = []
    ignored: list[str] = []
    for path in sorted(fs.find(root)):
        inside = path[len(root) :].lstrip("/")
        if any(name.startswith(("_", ".")) for name in inside.split("/")):
            continue
        if (kind := _format(path, FORMATS)) and not fs.isfile(path):
            # A pipe would be waited for without end, and a link may lead nowhere.
            raise DataError(f"{shown}/{inside}: is not a regular file. Remove it from the folder.")
        if kind:
            parts.append(_part(fs, path, f"{shown}/{inside}", kind, _partition(inside)))
        else:
            ignored.append(inside)
    if not parts:
        found = f"found only {', '.join(ignored[:5])}" if ignored else "the folder is empty"
        raise DataError(f"{shown}: no postings here; {found}; {_EXPECTED}.")
    return parts, ignored


def _with_names(parts: list[Part]) -> list[Part]:
    above = [part.path.split("/")[:-1] for part in parts]
    common = len(os.path.commonprefix(above))
    return [replace(part, name="/".join(part.path.split("/")[common:])) for part in parts]


def _matches(fs: Any, pattern: str, shown: str) -> list[Part]:  # noqa: ANN401
    found = sorted(path for path in fs.glob(pattern) if fs.isfile(path))
    if not found:
        raise DataError(f"{shown}: no file matches this pattern. Check the address.")
    fixed = re.split(r"[*?]", pattern)[0].rpartition("/")[0]
    start = re.split(r"[*?]", shown)[0].rpartition("/")[0]
    inside = [path[len(fixed) :].lstrip("/") if fixed else path for path in found]
    names = [f"{start}/{name}" if start else name for name in inside]
    return [_named(fs, p, n) for p, n in zip(found, names, strict=True)]


def _named(fs: Any, path: str, shown: str) -> Part:  # noqa: ANN401
    kind = _format(path, FORMATS | _NAMED_ONLY)
    if not kind:
        raise DataError(f"{shown}: unknown kind of file; {_EXPECTED}.{_advice(path)}")
    return _part(fs, path, shown, kind, {})


def _advice(path: str) -> str:
    ending = Path(path).suffix.lower()
    if ending in (".xlsx", ".xls", ".ods"):
        return " Save the sheet as 'CSV UTF-8' in the spreadsheet program."
    if ending in (".zip", ".7z", ".rar", ".tar", ".tgz"):
        return " Unpack the archive and name the folder."
    return " Rename the file if it is one of these."


def _format(path: str, formats: dict[str, str]) -> str | None:
    return formats.get(Path(_COMPRESSED.sub("", path)).suffix.lower())


def _part(fs: Any, path: str, shown: str, kind: str, partition: dict[str, str]) -> Part:  # noqa: ANN401
    packed = _COMPRESSED.search(path)
    return Part(shown, fs, path, kind, _PACKED[packed[1].lower()] if packed else None, partition)


def _partition(inside: str) -> dict[str, str]:
    """Columns stated by folder names: 'year=2024/city=Wuhan/part.csv'."""
    pairs = [name.partition("=") for name in inside.split("/")[:-1] if "=" in name]
    return {unquote(key): unquote(value) for key, _, value in pairs}


@contextmanager
def guarded(part: Part) -> Generator[None]:
    """Turn failures of a file system, of unpacking or of Parquet into one `DataError`."""
    try:
        yield
    except EOFError:
        raise DataError(f"{part.source}: the compressed file ends too early. {_AGAIN}") from None
    except (zlib.error, lzma.LZMAError, OSError, ArrowException, UnicodeError) as error:
        told = shown_address(" ".join(str(error).split()))[:300]
        raise DataError(f"{part.source}: cannot be read ({told}). {_AGAIN}") from None


@contextmanager
def open_part(part: Part) -> Generator[BinaryIO]:
    """Bytes of a part, unpacked while they are read."""
    with guarded(part), part.fs.open(part.path, "rb") as packed:
        if not part.compression:
            yield packed
            return
        with _unpacking(part.compression, packed) as unpacked:
            limit = max(LARGEST, RATIO * (part.fs.size(part.path) or 0))
            yield io.BufferedReader(_Bounded(unpacked, limit, part), 1 << 20)


def too_large(part: Part) -> DataError:
    """Error for a file that unpacks to more than `LARGEST` bytes and `RATIO` times its size."""
    return DataError(
        f"{part.source}: unpacks to far more than postings would ({RATIO} times its size). "
        "Unpack it yourself if that is right, and name the unpacked file."
    )


def _unpacking(kind: str, packed: BinaryIO) -> BinaryIO:
    # fsspec reads zstd only with one more package; pyarrow, which is here anyway, always does.
    if kind == "zstd":
        return CompressedInputStream(packed, "zstd")
    return compr[kind](packed, mode="rb")


class _Bounded(io.RawIOBase):
    """Unpacked bytes up to a limit: a bomb is refused, and never held in memory."""

    def __init__(self, unpacked: BinaryIO, limit: int, part: Part) -> None:
        self._unpacked, self._left, self._part = unpacked, limit, part

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "WriteableBuffer", /) -> int:
        view = memoryview(buffer)
        data = self._unpacked.read(len(view))
        self._left -= len(data)
        if self._left < 0:
            raise too_large(self._part)
        view[: len(data)] = data
        return len(data)


def read_sample(part: Part) -> bytes:
    """First 256 KiB of a text file.

    Raises
    ------
    DataError
        If the file is empty, or is by its first bytes no text file.
    """
    with open_part(part) as stream:
        sample = stream.read(_SAMPLE)
    if not sample.strip(b"\xef\xbb\xbf\xff\xfe\r\n\t \x00"):
        raise DataError(f"{part.source}: the file is empty, expected postings. {_AGAIN}")
    for magic, what in _MAGIC.items():
        if sample.startswith(magic):
            raise DataError(f"{part.source}: expected text, but this is {what}.")
    return sample
