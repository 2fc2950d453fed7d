"""One download that can be interrupted and resumed: a downloader for pooch.

Bytes are collected in a ``.part`` file next to the final name. A later try asks the server only
for the rest (HTTP ``Range``). The file leaves ``.part`` when its sha256 is the registered one.
"""

from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from llmexposure.base import checksum
from llmexposure.base.sources.registry import SourceFile

if TYPE_CHECKING:
    from requests import Response

TIMEOUT = (10.0, 30.0)  # seconds to connect, and between two arriving pieces
CHUNK = 16 * 1024  # bytes; what a broken connection can lose at most


class WrongBytesError(ValueError):
    """The server answered, but not with the registered file."""


@dataclass(frozen=True)
class ResumableDownloader:
    """Downloader in pooch's sense: called with an address and the temporary file to fill.

    Attributes
    ----------
    file : SourceFile
        What must arrive.
    part : Path
        Where the bytes wait until they are complete.
    progress : bool
        Whether to draw a progress bar on a terminal.
    timeout : tuple of float
        Seconds to connect, and seconds of silence allowed between two pieces.
    """

    file: SourceFile
    part: Path
    progress: bool = True
    timeout: tuple[float, float] = TIMEOUT

    def __call__(self, url: str, output_file: str, pooch: object) -> None:
        """Fill ``output_file`` from ``url``, going on where ``part`` ends.

        Raises
        ------
        WrongBytesError
            If other bytes arrived; ``part`` is then useless and the caller's to remove.
        requests.RequestException
            If the download failed or broke off; ``part`` keeps what arrived.
        """
        # pooch's own temporary file is not needed until the end: without it, even a killed
        # process leaves nothing but the .part file.
        Path(output_file).unlink(missing_ok=True)
        with self.part.open("ab") as out:
            if out.tell() < self.file.bytes:
                self._receive(url, out)
        found = checksum.sha256_of(self.part)
        if found != self.file.sha256:
            raise WrongBytesError(f"other bytes, sha256 {found}")
        self.part.replace(output_file)

    def _receive(self, url: str, out: IO[bytes]) -> None:
        """Append what is missing to ``out``."""
        import pooch

        have = out.tell()
        # A compressed answer would have other bytes and another length than those registered.
        headers = {"Accept-Encoding": "identity"}
        if have:
            headers["Range"] = f"bytes={have}-"
        with _bar(self.file, self.progress) as bar:
            transfer = pooch.HTTPDownloader(
                progressbar=bar,
                chunk_size=CHUNK,
                timeout=self.timeout,
                headers=headers,
                hooks={"response": partial(_restart_unless_resumed, out=out, have=have)},
            )
            transfer(url, _Bounded(out, self.file.bytes), None)


@dataclass(frozen=True)
class _Bounded:
    """Output that refuses more bytes than registered, so that no answer can fill the disk."""

    out: IO[bytes]
    limit: int

    def write(self, piece: bytes) -> int:
        if self.out.tell() + len(piece) > self.limit:
            raise WrongBytesError(f"more than {self.limit:,} bytes")
        return self.out.write(piece)

    def flush(self) -> None:
        self.out.flush()


def _restart_unless_resumed(response: "Response", out: IO[bytes], have: int, **_: object) -> None:
    """Look at the answer before its bytes are stored.

    A server may send the whole file although only the rest was asked for: then start over.
    """
    if response.status_code == 200:
        out.truncate(0)
        out.seek(0)
    elif response.status_code == 416:  # nothing after what is here: it is another file
        raise WrongBytesError(f"fewer than {have + 1:,} bytes")


def _bar(file: SourceFile, progress: bool) -> AbstractContextManager[Any]:
    """Progress bar over one file; none when unwanted or when stderr is no terminal."""
    if not progress:
        return nullcontext(False)
    from tqdm import tqdm

    return tqdm(
        total=file.bytes, desc=file.label, unit="B", unit_scale=True, leave=False, disable=None
    )
