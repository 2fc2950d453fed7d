"""A part as a stream of bytes, unpacked, with failures of reading as errors for people."""

import io
import lzma
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO

from fsspec.compression import compr
from pyarrow import ArrowException, CompressedInputStream

from llmexposure.base.errors import DataError
from llmexposure.postings.read.address import Part

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


@contextmanager
def guarded(part: Part) -> Iterator[None]:
    """Turn failures of a file system, of unpacking or of Parquet into one `DataError`."""
    try:
        yield
    except EOFError:
        raise DataError(f"{part.source}: the compressed file ends too early. {_AGAIN}") from None
    except (zlib.error, lzma.LZMAError, OSError, ArrowException) as error:
        told = " ".join(str(error).split())[:300]
        raise DataError(f"{part.source}: cannot be read ({told}). {_AGAIN}") from None


@contextmanager
def open_part(part: Part) -> Iterator[BinaryIO]:
    """Bytes of a part, unpacked while they are read."""
    with guarded(part), part.fs.open(part.path, "rb") as packed:
        if not part.compression:
            yield packed
            return
        with _unpacking(part.compression, packed) as unpacked:
            limit = max(LARGEST, RATIO * (part.fs.size(part.path) or 0))
            yield io.BufferedReader(_Bounded(unpacked, limit, part.source), 1 << 20)


def _unpacking(kind: str, packed: BinaryIO) -> BinaryIO:
    # fsspec reads zstd only with one more package; pyarrow, which is here anyway, always does.
    if kind == "zstd":
        return CompressedInputStream(packed, "zstd")
    return compr[kind](packed, mode="rb")


class _Bounded(io.RawIOBase):
    """Unpacked bytes up to a limit: a bomb is refused, and never held in memory."""

    def __init__(self, unpacked: BinaryIO, limit: int, source: str) -> None:
        self._unpacked, self._left, self._source = unpacked, limit, source

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        data = self._unpacked.read(len(buffer))
        self._left -= len(data)
        if self._left < 0:
            raise DataError(
                f"{self._source}: unpacks to far more than postings would ({RATIO} times its size). "
                "Unpack it yourself if that is right, and name the unpacked file."
            )
        buffer[: len(data)] = data
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
