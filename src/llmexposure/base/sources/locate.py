"""Find a registered file on this machine: the mirror first, then the cache, always checked."""

from collections.abc import Mapping
from pathlib import Path

from llmexposure.base import project
from llmexposure.base.errors import SourceError
from llmexposure.base.sources.registry import Source, SourceFile, find_file, load_registry


def locate(source_id: str, file: str, registry: Mapping[str, Source] | None = None) -> Path:
    """Return the path of a registered file whose bytes were checked just now.

    The mirror (``LLMEXPOSURE_MIRROR``) is tried first, then the cache that ``llmexposure fetch``
    fills. Nothing is downloaded.

    Parameters
    ----------
    source_id, file : str
        As registered in ``data/sources.toml``.
    registry : mapping of str to Source, optional
        The register to look in; the project's own by default.

    Returns
    -------
    Path

    Raises
    ------
    SourceError
        If the source or file is not registered, is not on this machine, or has other bytes.
    """
    entry = find_file(load_registry() if registry is None else registry, source_id, file)
    mirrored = in_mirror(entry)
    if mirrored:
        return mirrored
    cached = cache_path(entry)
    if not cached.is_file():
        raise SourceError(_absent(entry))
    return require(cached, entry, f"run `llmexposure fetch {source_id}` to replace it")


def in_mirror(file: SourceFile) -> Path | None:
    """Return the mirror's copy, checked; None without a mirror or a copy in it.

    Raises
    ------
    SourceError
        If the mirror is not a folder, or its copy has other bytes than those registered.
    """
    path = _mirror_path(file)
    if path is None or not path.is_file():
        return None
    return require(
        path, file, "replace the mirror's copy, or unset LLMEXPOSURE_MIRROR to download the file"
    )


def matches(path: Path, file: SourceFile) -> bool:
    """Say whether the file at ``path`` is the registered one, byte for byte."""
    return path.is_file() and file.found(path) == file.known_by


def require(path: Path, file: SourceFile, remedy: str) -> Path:
    """Return ``path`` if its bytes are the registered ones.

    Raises
    ------
    SourceError
        If they are not: names the file, the expected and the found checksum, and ``remedy``.
    """
    found = file.found(path)
    if found != file.known_by:
        raise SourceError(
            f"{file.label}: {path} is not the registered file: expected {file.known_by}, "
            f"found {found.split()[-1]}; {remedy}"
        )
    return path


def cache_path(file: SourceFile) -> Path:
    """Return where the cache keeps a file, whether or not it is there."""
    return project.current().upstream / file.source / file.name


def whereabouts(file: SourceFile) -> str:
    """Say where a file is: 'mirror', 'cache', 'missing', or 'wrong bytes' (a copy unfit for use).

    A wrong copy in the mirror counts even when the cache has the right one, as in
    :func:`locate`.
    """
    for origin, path in (("mirror", _mirror_path(file)), ("cache", cache_path(file))):
        if path is not None and path.is_file():
            return origin if matches(path, file) else "wrong bytes"
    return "missing"


def _mirror_path(file: SourceFile) -> Path | None:
    """Where the mirror would keep a file; None without a mirror."""
    folder = project.mirror()
    if folder is None:
        return None
    if not folder.is_dir():
        raise SourceError(
            f"LLMEXPOSURE_MIRROR is '{folder}', expected a folder with copies of the upstream "
            "files as <source id>/<file name>; correct it or unset it"
        )
    return folder / file.source / file.name


def _absent(file: SourceFile) -> str:
    mirror = project.mirror()
    places = [str(mirror / file.source)] if mirror else []
    places.append(project.shown(cache_path(file).parent))
    return (
        f"{file.label}: not on this machine (looked in {' and '.join(places)}); expected "
        f"{file.expected}; run `llmexposure fetch {file.source}`, "
        f"or set LLMEXPOSURE_MIRROR to a folder that holds {file.label}"
    )
