"""Why results moved: which input, parameter or package version is not as it was for the record."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatch
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement

from llmexposure.publish.verify.files import FORMS, digests, how_much
from llmexposure.publish.verify.inputs import Steps, all_inputs
from llmexposure.report.record import Entry

_MADE = ("results/*", "figures/*", "paper/generated/*", "paper/*.pdf", *FORMS)
LOCK = "requirements/lock.txt"


@dataclass(frozen=True)
class Cause:
    """Something that changed: an input, a parameter or a package.

    ``moved`` are the notebooks that read it and whose results or files are not as recorded.
    """

    kind: str
    name: str
    change: str
    moved: tuple[str, ...] = ()


def sources(root: Path) -> dict[str, str]:
    """SHA-256 of every file that the build does not make, by path."""
    found = digests(root, ["**/*"])
    return {n: digest for n, digest in found.items() if not any(fnmatch(n, made) for made in _MADE)}


def changed_inputs(
    record: Path, copy: Path, changed: Iterable[str], steps: Steps, moved: Iterable[str]
) -> list[Cause]:
    """Changed files, each with the moved notebooks that depend on it, most telling first.

    Parameters
    ----------
    record, copy
        Folders with the files of the record and of the rebuild.
    changed
        Paths that differ between them.
    steps
        What each notebook reads and writes.
    moved
        Notebooks with a result or file that is not as recorded.
    """
    readers = {name: all_inputs(name, steps) for name in moved if name in steps}
    found = []
    for path in changed:
        versions = [p.read_bytes() if p.is_file() else None for p in (record / path, copy / path)]
        by = tuple(sorted(name for name, inputs in readers.items() if path in inputs))
        found.append(Cause("input", path, how_much(path, *versions), by))
    return sorted(found, key=lambda cause: (not cause.moved, cause.name))


def changed_parameters(old: Mapping[str, Entry], new: Mapping[str, Entry]) -> list[Cause]:
    """Parameters of a notebook with another value than in the record.

    Examples
    --------
    >>> before = {"k": {"notebook": "02", "parameters": {"draws": 99}}}
    >>> after = {"k": {"notebook": "02", "parameters": {"draws": 999}}}
    >>> changed_parameters(before, after)
    [Cause(kind='parameter', name='draws of 02', change='99 → 999', moved=('02',))]
    """
    before, after = _parameters(old), _parameters(new)
    return [
        Cause("parameter", f"{name} of {notebook}", _arrow(was.get(name), now.get(name)), (notebook,))
        for notebook in sorted(before.keys() & after.keys())
        for was, now in [(before[notebook], after[notebook])]
        for name in sorted(was.keys() | now.keys())
        if was.get(name) != now.get(name)
    ]  # fmt: skip


def _parameters(entries: Mapping[str, Entry]) -> dict[str, dict]:
    return {item["notebook"]: item.get("parameters", {}) for item in entries.values()}


def _arrow(old: object, new: object) -> str:
    return f"{'absent' if old is None else old} → {'absent' if new is None else new}"


def pins(lock: Path) -> dict[str, str]:
    """Versions that a lock asks for on this machine, by package; empty when there is no lock."""
    if not lock.is_file():
        return {}
    lines = (line.rstrip("\\ ") for line in lock.read_text(encoding="utf-8").splitlines())
    found = (Requirement(line) for line in lines if "==" in line and line[0] not in " #-")
    here = (r for r in found if r.marker is None or r.marker.evaluate())
    return {r.name: str(r.specifier).removeprefix("==") for r in here}


def changed_packages(old: Mapping[str, str], new: Mapping[str, str]) -> list[Cause]:
    """Packages whose pinned version differs between two locks."""
    return [
        Cause("package", name, _arrow(old.get(name), new.get(name)))
        for name in sorted(old.keys() | new.keys())
        if old.get(name) != new.get(name)
    ]


def unlike_the_lock(lock: Mapping[str, str]) -> list[Cause]:
    """Packages that are installed here in another version than pinned, or not at all."""
    found = {name: _installed(name) for name in lock}
    return [
        Cause("package", name, f"{lock[name]} pinned, {version or 'none'} installed")
        for name, version in found.items()
        if version != lock[name]
    ]


def _installed(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None
