"""The register of upstream files, ``data/sources.toml``, as typed records, each rule checked."""

import difflib
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from llmexposure.base import project
from llmexposure.base.errors import SourceError

SOURCE_KEYS = {
    "title": str,
    "page": str,
    "licence": str,
    "citation": str,
    "redistribute": bool,
    "note": str,
}
FILE_KEYS = {"urls": list, "sha256": str, "bytes": int}

_SOURCE_ID = re.compile(r"[a-z0-9][a-z0-9_]{0,79}")
# One path component of plain characters: no separator, no drive, no leading dot, no '..'.
_FILE_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_ ,()+-]*(\.[A-Za-z0-9_ ,()+-]+)*")
# File systems allow 255 bytes; a download has an ending of its own.
_LONGEST = 200
# What RFC 3986 lets stand in an address; look-alikes of other alphabets are no part of it.
_ADDRESS = re.compile(r"[A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=%-]+")
_SHA256 = re.compile(r"[0-9a-f]{64}")


def check_registry(raw: dict, schemes: tuple[str, ...]) -> None:
    """Check the whole register.

    Parameters
    ----------
    raw : dict
        The parsed TOML.
    schemes : tuple of str
        Schemes that an address may have.

    Raises
    ------
    SourceError
        At the first breach: where it is, what was found, what was expected.
    """
    sources = raw.get("source")
    if set(raw) != {"source"} or not isinstance(sources, dict) or not sources:
        raise SourceError("expected tables [source.<id>] and nothing else at the top")
    for source_id, table in sources.items():
        _check_source(source_id, table, schemes)
    _check_distinct_urls(sources)


def _check_source(source_id: str, table: object, schemes: tuple[str, ...]) -> None:
    where = f"[source.{source_id}]"
    if not _SOURCE_ID.fullmatch(source_id):
        raise SourceError(f"{where}: an id has lower-case letters, digits and underscores only")
    _check_keys(where, table, SOURCE_KEYS | {"files": dict})
    _check_url(where, "page", table["page"], ("https",))
    # Data that may not be passed on can be registered without an address to fetch it from.
    if not table["files"] and table["redistribute"]:
        raise SourceError(f'{where}: no files; add a table [source.{source_id}.files."<name>"]')
    for name, file in table["files"].items():
        _check_file(source_id, name, file, schemes)
    _check_distinct_names(where, table["files"])


def _check_file(source_id: str, name: str, file: object, schemes: tuple[str, ...]) -> None:
    where = f'[source.{source_id}.files."{name}"]'
    if not _FILE_NAME.fullmatch(name) or name.endswith((".part", " ")) or len(name) > _LONGEST:
        # The name becomes a path under the cache: it must not be able to leave its folder.
        raise SourceError(
            f"{where}: refused file name; expected one plain name without folders, "
            "not starting with a dot, not ending in .part or a space, of at most "
            f"{_LONGEST} characters"
        )
    _check_keys(where, file, FILE_KEYS)
    if not _SHA256.fullmatch(file["sha256"]):
        raise SourceError(
            f"{where}: sha256 is '{file['sha256']}', expected 64 lower-case hexadecimal digits"
        )
    if file["bytes"] < 1:
        raise SourceError(f"{where}: bytes is {file['bytes']}, expected a positive whole number")
    if not file["urls"]:
        raise SourceError(f"{where}: urls is empty, expected at least one address")
    for url in file["urls"]:
        _check_url(where, "urls", url, schemes)


def _check_keys(where: str, table: object, expected: dict[str, type]) -> None:
    if not isinstance(table, dict):
        raise SourceError(f"{where}: is {table!r}, expected a table")
    for key in table:
        if key not in expected:
            raise SourceError(f"{where}: unknown key '{key}'; known: {', '.join(expected)}")
    for key, kind in expected.items():
        if key not in table:
            raise SourceError(f"{where}: no key '{key}'")
        # type(), not isinstance(): True is an int, and must not pass for a size.
        if type(table[key]) is not kind or table[key] == "":
            raise SourceError(
                f"{where}: {key} is {table[key]!r}, expected a non-empty {kind.__name__}"
            )


def _check_url(where: str, key: str, url: object, schemes: tuple[str, ...]) -> None:
    if not _is_address(url, schemes):
        raise SourceError(
            f"{where}: {key} has {url!r}, expected a full {' or '.join(schemes)} address"
        )


def _is_address(url: object, schemes: tuple[str, ...]) -> bool:
    if not isinstance(url, str) or not _ADDRESS.fullmatch(url):
        return False
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018 - it is checked when it is asked for
    except ValueError:
        return False
    # A user or a password would be published with the register.
    return parts.scheme in schemes and bool(parts.hostname) and "@" not in parts.netloc


def _check_distinct_names(where: str, files: dict[str, dict]) -> None:
    seen: dict[str, str] = {}
    for name in files:
        # Some file systems ignore case: two such names would overwrite each other.
        other = seen.setdefault(name.lower(), name)
        if other != name:
            raise SourceError(f"{where}: duplicate file names '{other}' and '{name}'")


def _check_distinct_urls(sources: dict[str, dict]) -> None:
    seen: dict[str, str] = {}
    for source_id, table in sources.items():
        for name, file in table["files"].items():
            for url in file["urls"]:
                label = f"{source_id}/{name}"
                other = seen.setdefault(url, label)
                if other != label or file["urls"].count(url) > 1:
                    raise SourceError(f"duplicate address {url}, given for {other} and {label}")


@dataclass(frozen=True)
class SourceFile:
    """One upstream file: its addresses in the order they are tried, and the bytes it must have.

    ``sha256`` is in lower-case hexadecimal; ``bytes`` is the size of the unpacked original.
    """

    source: str
    name: str
    urls: tuple[str, ...]
    sha256: str
    bytes: int

    @property
    def label(self) -> str:
        """The file as messages name it, and as a mirror or cache stores it: ``source/name``."""
        return f"{self.source}/{self.name}"


@dataclass(frozen=True)
class Source:
    """One publication: who publishes it, under what licence, and its files by name."""

    id: str
    title: str
    page: str
    licence: str
    citation: str
    redistribute: bool
    note: str
    files: Mapping[str, SourceFile]

    @property
    def bytes(self) -> int:
        """Size of all registered files together, in bytes."""
        return sum(file.bytes for file in self.files.values())


def load_registry(
    path: Path | None = None, schemes: Iterable[str] = ("https",)
) -> dict[str, Source]:
    """Read and check the register of upstream files.

    Parameters
    ----------
    path : Path, optional
        The TOML file; ``data/sources.toml`` by default.
    schemes : iterable of str
        Schemes that an address may have. Only tests with a local server need more than https.

    Returns
    -------
    dict of str to Source
        The sources by id, in the order of the file.

    Raises
    ------
    SourceError
        If the file is missing, is not TOML, or breaks a rule of :mod:`.validation`.

    Examples
    --------
    >>> registry = load_registry()
    >>> registry["eloundou_gpts_are_gpts"].files["occ_level.csv"].bytes
    126022
    """
    path = path or project.current().sources_toml
    raw = _read_toml(path)
    try:
        check_registry(raw, tuple(schemes))
    except SourceError as error:
        raise SourceError(f"{project.shown(path)}: {error}") from None
    return {name: _source(name, table) for name, table in raw["source"].items()}


def find_source(registry: Mapping[str, Source], source_id: str) -> Source:
    """Return the source of that id; an unknown id is a SourceError that suggests the nearest."""
    if source_id not in registry:
        raise SourceError(
            f"unknown source '{source_id}'{_nearest(source_id, registry)}; "
            "`llmexposure sources` lists them all"
        )
    return registry[source_id]


def find_file(registry: Mapping[str, Source], source_id: str, name: str) -> SourceFile:
    """Return the file of that source and name; an unknown one is a SourceError that suggests."""
    files = find_source(registry, source_id).files
    if name not in files:
        raise SourceError(
            f"source '{source_id}' has no file '{name}'{_nearest(name, files)}; "
            f"registered in {project.shown(project.current().sources_toml)}: {', '.join(files)}"
        )
    return files[name]


def _read_toml(path: Path) -> dict:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise SourceError(f"{project.shown(path)}: cannot be read ({error.strerror})") from None
    except (ValueError, RecursionError) as error:
        raise SourceError(f"{project.shown(path)}: not valid TOML: {error}") from None


def _source(source_id: str, table: dict) -> Source:
    files = {
        name: SourceFile(source_id, name, tuple(raw["urls"]), raw["sha256"], raw["bytes"])
        for name, raw in table["files"].items()
    }
    return Source(id=source_id, files=files, **{key: table[key] for key in SOURCE_KEYS})


def _nearest(word: str, known: Iterable[str]) -> str:
    """Suggestion for a mistyped word: the nearest known one, or one that contains it."""
    known = list(known)
    close = difflib.get_close_matches(word, known, n=1)
    close = close or [name for name in known if word and word.lower() in name.lower()][:1]
    return f" (did you mean '{close[0]}'?)" if close else ""
