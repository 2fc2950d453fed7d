"""Bring registered files to this machine: from the mirror, the cache, or the network.

Bytes are collected in a ``.part`` file next to the final name. A later try asks the server only
for the rest (HTTP ``Range``). The file leaves ``.part`` when its sha256 is the registered one.
"""

from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Literal

from llmexposure.base import files, project
from llmexposure.base.errors import SourceError
from llmexposure.base.sources.locate import cache_path, in_mirror, matches
from llmexposure.base.sources.registry import Source, SourceFile, find_source, load_registry

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
        found = files.sha256_of(self.part)
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


TRIES = 5  # at most, for one address, and only while each try brings new bytes


@dataclass(frozen=True)
class Fetched:
    """A file that is now here, and where it came from."""

    file: SourceFile
    path: Path
    origin: Literal["mirror", "cache", "download"]


def fetch(
    ids: Iterable[str] = (),
    progress: bool = True,
    registry: Mapping[str, Source] | None = None,
    timeout: tuple[float, float] = TIMEOUT,
) -> list[Fetched]:
    """Make sure that every file of the sources is here, with the registered bytes.

    The mirror comes first, then the cache, then each registered address in turn. A download that
    breaks off is resumed, now or by the next call; a file has its final name only when complete
    and checked.

    Parameters
    ----------
    ids : iterable of str
        Source ids; all sources when empty.
    progress : bool
        Whether to draw a progress bar on a terminal.
    registry : mapping of str to Source, optional
        The register to use; the project's own by default.
    timeout : tuple of float
        Seconds to connect, and seconds of silence allowed between two pieces.

    Returns
    -------
    list of Fetched
        One record a file, in the order of the register.

    Raises
    ------
    SourceError
        For an unknown source (before anything is downloaded), a wrong copy in the mirror, or a
        file that no address could supply.
    """
    registry = load_registry() if registry is None else registry
    sources = [find_source(registry, name) for name in dict.fromkeys(ids or registry)]
    files = [file for source in sources for file in source.files.values()]
    return [_fetch_file(file, progress, timeout) for file in files]


def _fetch_file(file: SourceFile, progress: bool, timeout: tuple[float, float]) -> Fetched:
    mirrored = in_mirror(file)
    if mirrored:
        return Fetched(file, mirrored, "mirror")
    path = cache_path(file)
    if matches(path, file):
        return Fetched(file, path, "cache")
    part = path.with_name(path.name + ".part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _try_addresses(file, path, ResumableDownloader(file, part, progress, timeout))
    except OSError as error:
        raise SourceError(
            f"{file.label}: cannot write to {project.shown(path.parent)} "
            f"({error.strerror or error}); free or open that folder and run "
            f"`llmexposure fetch {file.source}` again"
        ) from None
    return Fetched(file, path, "download")


def _try_addresses(file: SourceFile, path: Path, downloader: ResumableDownloader) -> None:
    failures = []
    for url in file.urls:
        failure = _try_address(url, path, downloader)
        if failure is None:
            return
        failures.append(f"{url}: {failure}")
    if _size(downloader.part) == 0:  # nothing to resume from
        downloader.part.unlink(missing_ok=True)
    raise SourceError(
        f"{file.label}: could not be downloaded ({'; '.join(failures)}); expected "
        f"{file.bytes:,} bytes with sha256 {file.sha256}; check the network and run "
        f"`llmexposure fetch {file.source}` again (it resumes), or set LLMEXPOSURE_MIRROR to a "
        f"folder that holds {file.label}"
    )


def _try_address(url: str, path: Path, downloader: ResumableDownloader) -> str | None:
    """Download from one address. Return None when the file is there, else why it is not."""
    from requests import RequestException

    failure = ""
    for _ in range(TRIES):
        before = _size(downloader.part)
        try:
            _retrieve(url, path, downloader)
            return None
        except RequestException as error:
            failure = _reason(error)
            again = _size(downloader.part) > before
        except ValueError as error:  # WrongBytesError, or pooch's own check
            failure = str(error)
            downloader.part.unlink(missing_ok=True)
            # The first bytes may have come from elsewhere: one more try from the start.
            again = before > 0
        if not again:
            break
    return failure


def _retrieve(url: str, path: Path, downloader: ResumableDownloader) -> None:
    """Let pooch download, check the sha256 once more, and move the file to its final name."""
    import pooch

    pooch.get_logger().setLevel("WARNING")
    pooch.retrieve(
        url,
        known_hash=f"sha256:{downloader.file.sha256}",
        fname=path.name,
        path=path.parent,
        downloader=downloader,
    )


def _reason(error: Exception) -> str:
    """Say in a few words why a request failed; the library's own text runs over many lines."""
    from requests import ConnectionError, HTTPError, Timeout
    from requests.exceptions import ChunkedEncodingError, SSLError

    if isinstance(error, HTTPError) and error.response is not None:
        return f"the server answered {error.response.status_code} {error.response.reason}"
    if isinstance(error, Timeout) or "timed out" in str(error).lower():
        return "no answer in time"
    if isinstance(error, SSLError):
        return "the server's certificate could not be verified"
    if isinstance(error, ChunkedEncodingError):
        return "the connection broke off"
    if isinstance(error, ConnectionError):
        return "no connection"
    return type(error).__name__


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0
