"""The register of upstream files, ``data/sources.toml``, as typed records, each rule checked."""

import difflib
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from llmexposure.base import project
from llmexposure.base.errors import SourceError
from llmexposure.base.files import git_blob_of, sha256_of

_TEXTS = ("title", "page", "licence", "citation", "note")
_SOURCE_KEYS = dict.fromkeys(_TEXTS, str) | {"redistribute": bool, "files": dict}
_FILE_KEYS = {"urls": list, "sha256": str, "bytes": int}
# What identifies bytes that were never here: the name that git gives them in the publisher's repository.
_UNSEEN_KEYS = {"urls": list, "git_blob": str}

_SOURCE_ID = re.compile(r"[a-z0-9][a-z0-9_]{0,79}")
# One path component of plain characters: no separator, no drive, no leading dot, no '..'.
_FILE_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_ ,()+-]*(\.[A-Za-z0-9_ ,()+-]+)*")
_LONGEST = 200  # characters; file systems allow 255 bytes
_SHA256 = re.compile(r"[0-9a-f]{64}")
_GIT_BLOB = re.compile(r"[0-9a-f]{40}")
# A scheme, a host (no user or password before it: they would be published with the register), a port,
# and what RFC 3986 lets follow. Look-alikes of other alphabets are no part of it.
_ADDRESS = re.compile(
    r"(\w+)://[A-Za-z0-9.-]+(:\d{1,5})?([/?#][A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=%-]*)?", re.ASCII
)


@dataclass(frozen=True)
class SourceFile:
    """One upstream file: its addresses in the order they are tried, and the bytes it must have.

    ``sha256`` is in lower-case hexadecimal; ``bytes`` is the size of the unpacked original. A file that was
    never here has neither, but the ``git_blob`` (40 digits) that the publisher's repository knows it by.
    """

    source: str
    name: str
    urls: tuple[str, ...]
    sha256: str | None
    bytes: int | None
    git_blob: str | None = None

    @property
    def label(self) -> str:
        """The file as messages name it, and as a mirror or cache stores it: ``source/name``."""
        return f"{self.source}/{self.name}"

    @property
    def known_by(self) -> str:
        """What its bytes are checked against, such as ``sha256 0a1b...``."""
        return f"git blob {self.git_blob}" if self.sha256 is None else f"sha256 {self.sha256}"

    @property
    def expected(self) -> str:
        """What its bytes must be, in words."""
        return f"{self.bytes:,} bytes with {self.known_by}" if self.bytes else self.known_by

    def found(self, path: Path) -> str:
        """The same of the bytes at ``path``: equal to `known_by` for the registered ones only."""
        if self.sha256 is None:
            return f"git blob {git_blob_of(path)}"
        return f"sha256 {sha256_of(path)}"


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
        """Size of all registered files together, in bytes, as far as it is known."""
        return sum(file.bytes or 0 for file in self.files.values())

    @property
    def unseen(self) -> bool:
        """Whether a file of it was never here: nothing rests on it, and it is fetched by name only."""
        return any(file.sha256 is None for file in self.files.values())


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
        If the file is missing, is not TOML, or breaks a rule.

    Examples
    --------
    >>> registry = load_registry()
    >>> registry["eloundou_gpts_are_gpts"].files["occ_level.csv"].bytes
    126022
    """
    path = path or project.current().sources_toml
    try:
        return parse_register(_read_toml(path), tuple(schemes))
    except SourceError as error:
        raise SourceError(f"{project.shown(path)}: {error}") from None


def parse_register(
    raw: Mapping[str, Any], schemes: tuple[str, ...] = ("https",)
) -> dict[str, Source]:
    """Sources of a register, by id, each rule checked.

    Parameters
    ----------
    raw
        The parsed TOML.
    schemes
        Schemes that the address of a file may have.

    Raises
    ------
    SourceError
        At the first breach: where it is, what was found, what was expected.
    """
    tables = raw.get("source")
    if set(raw) != {"source"} or not isinstance(tables, dict) or not tables:
        raise SourceError("expected tables [source.<id>] and nothing else at the top")
    sources = {source_id: _source(source_id, table, schemes) for source_id, table in tables.items()}
    _check_distinct_urls(sources.values())
    return sources


def _source(source_id: str, table: Any, schemes: tuple[str, ...]) -> Source:
    where = f"[source.{source_id}]"
    if not _SOURCE_ID.fullmatch(source_id):
        raise SourceError(f"{where}: an id has lower-case letters, digits and underscores only")
    _check_keys(where, table, _SOURCE_KEYS)
    _check_url(where, "page", table["page"], ("https",))
    # Data that may not be passed on can be registered without an address to fetch it from.
    if not table["files"] and table["redistribute"]:
        raise SourceError(f'{where}: no files; add a table [source.{source_id}.files."<name>"]')
    files = {name: _file(source_id, name, file, schemes) for name, file in table["files"].items()}
    seen: dict[str, str] = {}
    for name in files:
        # Some file systems ignore case: two such names would overwrite each other.
        if (other := seen.setdefault(name.lower(), name)) != name:
            raise SourceError(f"{where}: duplicate file names '{other}' and '{name}'")
    rest = {key: value for key, value in table.items() if key != "files"}
    return Source(source_id, files=files, **rest)


def _file(source_id: str, name: str, table: Any, schemes: tuple[str, ...]) -> SourceFile:
    where = f'[source.{source_id}.files."{name}"]'
    if not _FILE_NAME.fullmatch(name) or name.endswith(" ") or len(name) > _LONGEST:
        # The name becomes a path under the cache: it must not be able to leave its folder.
        raise SourceError(
            f"{where}: refused file name; expected one plain name without folders, "
            f"not starting with a dot nor ending in a space, of at most {_LONGEST} characters"
        )
    unseen = isinstance(table, dict) and "git_blob" in table
    _check_keys(where, table, _UNSEEN_KEYS if unseen else _FILE_KEYS)
    key, form, digits = ("git_blob", _GIT_BLOB, 40) if unseen else ("sha256", _SHA256, 64)
    if not form.fullmatch(table[key]):
        raise SourceError(
            f"{where}: {key} is '{table[key]}', expected {digits} lower-case hexadecimal digits"
        )
    if not unseen and table["bytes"] < 1:
        raise SourceError(f"{where}: bytes is {table['bytes']}, expected a positive whole number")
    if not table["urls"]:
        raise SourceError(f"{where}: urls is empty, expected at least one address")
    for url in table["urls"]:
        _check_url(where, "urls", url, schemes)
    rest = (table.get(key) for key in ("sha256", "bytes", "git_blob"))
    return SourceFile(source_id, name, tuple(table["urls"]), *rest)


def _check_keys(where: str, table: Any, expected: Mapping[str, type]) -> None:
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


def _check_url(where: str, key: str, url: Any, schemes: tuple[str, ...]) -> None:
    match = _ADDRESS.fullmatch(url) if isinstance(url, str) else None
    if match is None or match[1] not in schemes:
        raise SourceError(
            f"{where}: {key} has {url!r}, expected a full {' or '.join(schemes)} address"
        )


def _check_distinct_urls(sources: Iterable[Source]) -> None:
    seen: dict[str, str] = {}
    for source in sources:
        for file in source.files.values():
            for url in file.urls:
                if url in seen:
                    raise SourceError(
                        f"duplicate address {url}, given for {seen[url]} and {file.label}"
                    )
                seen[url] = file.label


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
        raise SourceError(f"cannot be read ({error.strerror})") from None
    except (ValueError, RecursionError) as error:
        raise SourceError(f"not valid TOML: {error}") from None


def _nearest(word: str, known: Iterable[str]) -> str:
    """Suggestion for a mistyped word: the nearest known one, or one that contains it."""
    known = list(known)
    close = difflib.get_close_matches(word, known, n=1)
    close = close or [name for name in known if word and word.lower() in name.lower()][:1]
    return f" (did you mean '{close[0]}'?)" if close else ""
