"""Bring registered files to this machine: from the mirror, the cache, or the network."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from llmexposure.base import checksum, paths
from llmexposure.base.errors import SourceError
from llmexposure.base.sources.download import TIMEOUT, ResumableDownloader
from llmexposure.base.sources.locate import cache_path, in_mirror
from llmexposure.base.sources.registry import Source, SourceFile, find_source, load_registry

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
    if checksum.matches(path, file):
        return Fetched(file, path, "cache")
    part = path.with_name(path.name + ".part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _try_addresses(file, path, ResumableDownloader(file, part, progress, timeout))
    except OSError as error:
        raise SourceError(
            f"{file.label}: cannot write to {paths.shown(path.parent)} "
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
