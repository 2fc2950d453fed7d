"""The register of upstream files, ``data/sources.toml``, as typed records."""

import difflib
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from llmexposure.base import paths
from llmexposure.base.errors import SourceError
from llmexposure.base.sources import validation


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
    path = path or paths.SOURCES_TOML
    raw = _read_toml(path)
    try:
        validation.check_registry(raw, tuple(schemes))
    except SourceError as error:
        raise SourceError(f"{paths.shown(path)}: {error}") from None
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
            f"registered in {paths.shown(paths.SOURCES_TOML)}: {', '.join(files)}"
        )
    return files[name]


def _read_toml(path: Path) -> dict:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise SourceError(f"{paths.shown(path)}: cannot be read ({error.strerror})") from None
    except (ValueError, RecursionError) as error:
        raise SourceError(f"{paths.shown(path)}: not valid TOML: {error}") from None


def _source(source_id: str, table: dict) -> Source:
    files = {
        name: SourceFile(source_id, name, tuple(raw["urls"]), raw["sha256"], raw["bytes"])
        for name, raw in table["files"].items()
    }
    return Source(id=source_id, files=files, **{key: table[key] for key in validation.SOURCE_KEYS})


def _nearest(word: str, known: Iterable[str]) -> str:
    """Suggestion for a mistyped word: the nearest known one, or one that contains it."""
    known = list(known)
    close = difflib.get_close_matches(word, known, n=1)
    close = close or [name for name in known if word and word.lower() in name.lower()][:1]
    return f" (did you mean '{close[0]}'?)" if close else ""
