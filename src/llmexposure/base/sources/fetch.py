"""Bring registered files to this machine: from the mirror, the cache, or the network.

A file is downloaded under another name and takes its final one when its checksum is the registered one. No
file of the register is large: a download that breaks off is begun again by the next call.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Literal

from llmexposure.base import project
from llmexposure.base.errors import SourceError
from llmexposure.base.sources.locate import cache_path, in_mirror, matches
from llmexposure.base.sources.registry import Source, SourceFile, find_source, load_registry

TIMEOUT = (10.0, 30.0)  # seconds to connect, and between two arriving pieces
CHUNK = 16 * 1024  # bytes
LONGEST = 256 * 1024**2  # bytes, of a file whose length is not registered


@dataclass(frozen=True)
class Fetched:
    """A file that is now here, and where it came from."""

    file: SourceFile
    path: Path
    origin: Literal["mirror", "cache", "download"]


class TooLongError(ValueError):
    """More bytes arrive than are registered."""


def fetch(
    ids: Iterable[str] = (),
    progress: bool = True,
    registry: Mapping[str, Source] | None = None,
    timeout: tuple[float, float] = TIMEOUT,
) -> list[Fetched]:
    """Make sure that every file of the sources is here, with the registered bytes.

    The mirror comes first, then the cache, then each registered address in turn. A file has its final
    name only when complete and checked.

    Parameters
    ----------
    ids : iterable of str
        Source ids; when empty all sources but those that nothing rests on (`Source.unseen`).
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
    sources = [find_source(registry, name) for name in dict.fromkeys(ids or needed(registry))]
    files = [file for source in sources for file in source.files.values()]
    return [_fetch_file(file, progress, timeout) for file in files]


def needed(registry: Mapping[str, Source]) -> list[str]:
    """Ids of the sources that the committed tables rest on."""
    return [name for name, source in registry.items() if not source.unseen]


def _fetch_file(file: SourceFile, progress: bool, timeout: tuple[float, float]) -> Fetched:
    mirrored = in_mirror(file)
    if mirrored:
        return Fetched(file, mirrored, "mirror")
    path = cache_path(file)
    if matches(path, file):
        return Fetched(file, path, "cache")
    try:
        _try_addresses(file, path, progress, timeout)
    except OSError as error:
        raise SourceError(
            f"{file.label}: cannot write to {project.shown(path.parent)} "
            f"({error.strerror or error}); free or open that folder and run "
            f"`llmexposure fetch {file.source}` again"
        ) from None
    return Fetched(file, path, "download")


def _try_addresses(
    file: SourceFile, path: Path, progress: bool, timeout: tuple[float, float]
) -> None:
    from requests import RequestException

    failures = []
    for url in file.urls:
        try:
            return _download(url, file, path, progress, timeout)
        except RequestException as error:
            failures.append(f"{url}: {_reason(error)}")
        except TooLongError as error:
            failures.append(f"{url}: {error}")
        except ValueError:  # the check of the bytes
            failures.append(f"{url}: other bytes")
    raise SourceError(
        f"{file.label}: could not be downloaded ({'; '.join(failures)}); expected "
        f"{file.expected}; check the network and run "
        f"`llmexposure fetch {file.source}` again, or set LLMEXPOSURE_MIRROR to a folder that holds "
        f"{file.label}"
    )


def _download(
    url: str, file: SourceFile, path: Path, progress: bool, timeout: tuple[float, float]
) -> None:
    """Have pooch download from one address, check the bytes and give the file its final name."""
    import pooch

    pooch.get_logger().setLevel("WARNING")
    with _bar(file, progress) as bar:
        # Any: the type that pooch states for a downloader is not that of its own downloaders.
        limit = file.bytes or LONGEST
        downloader: Any = partial(_receive, limit=limit, bar=bar, timeout=timeout)
        if file.sha256 is None:
            _unseen(url, file, path, downloader)
        else:
            known = f"sha256:{file.sha256}"
            pooch.retrieve(url, known, path.name, path.parent, downloader=downloader)
    path.chmod(0o644)  # pooch's temporary file is readable by its owner only


def _unseen(url: str, file: SourceFile, path: Path, downloader: Any) -> None:
    """Download a file that git knows by name: pooch cannot check that name, so it is checked here."""
    import pooch

    part = path.with_name(f"{path.name}.part")
    part.unlink(missing_ok=True)
    try:
        pooch.retrieve(url, None, part.name, part.parent, downloader=downloader)
        if not matches(part, file):
            raise ValueError("other bytes")
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def _receive(
    url: str, out: str, _: object, *, limit: int, bar: Any, timeout: tuple[float, float]
) -> None:
    """Downloader in pooch's sense that stops at the registered length: no answer fills the disk."""
    import requests

    # A compressed answer would have other bytes than those registered.
    plain = {"Accept-Encoding": "identity"}
    with (
        requests.get(url, stream=True, timeout=timeout, headers=plain) as response,
        Path(out).open("wb") as stream,
    ):
        response.raise_for_status()
        for piece in response.iter_content(CHUNK):
            if stream.tell() + len(piece) > limit:
                raise TooLongError(f"more than {limit:,} bytes")
            bar.update(stream.write(piece))


def _bar(file: SourceFile, progress: bool) -> Any:
    """Progress bar over one file; nothing is drawn when unwanted or when stderr is no terminal."""
    from tqdm import tqdm

    # None: only where stderr is a terminal.
    off = None if progress else True
    return tqdm(
        total=file.bytes, desc=file.label, unit="B", unit_scale=True, leave=False, disable=off
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
