"""What a command may write or remove: a new path, or one that a run of this program made.

A file is ours when a provenance of ours beside it names its SHA-256; a folder, when it holds such files and
no others. Whatever else stands in the way is refused: a single file may be given up with ``--overwrite``,
a folder, a link, a device, a pipe and a file that git tracks may not.
"""

import json
import os
import stat
from collections.abc import Generator, Iterable, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from llmexposure import __version__
from llmexposure.base.checkout import git
from llmexposure.base.errors import DataError, ParameterError
from llmexposure.base.files import json_text, sha256_of, write_text
from llmexposure.base.project import shown

_LARGEST_RECORD = 2**26  # bytes; a provenance of ours is far smaller


def check(
    option: str,
    files: Iterable[Path],
    record: Path | None = None,
    *,
    overwrite: bool = False,
    more: Iterable[Path] = (),
) -> None:
    """Refuse files that would be written over and are not ours.

    Parameters
    ----------
    option
        How the user named them, for the message.
    record
        Provenance that the run writes beside the files; it, too, is only written over when it is ours.
    overwrite
        Whether a single file that is not ours may be written over.
    more
        Provenance of a run that was killed while it put its files in place.

    Raises
    ------
    ParameterError
        Naming the path, what stands there and what to do.
    """
    made = claimed([record, waiting(record), *more] if record else more)
    for path in [*files, *([record, waiting(record)] if record else [])]:
        if not path.name:
            raise ParameterError(f"{option} '{path}': expected the name of a file")
        if not os.path.lexists(path):
            continue
        _refuse_kind(option, path)
        own = path in (record, waiting(record)) if record else False
        if overwrite or (_is_record(path) if own else is_claimed(path, made)):
            continue
        raise ParameterError(
            f"{option}: {shown(path)} was not made by a run of this program and would be replaced; "
            "choose another name, or add --overwrite"
        )


def check_kind(option: str, path: Path) -> None:
    """Refuse what is no ordinary file: for a file that a run adds to and knows by its content."""
    if os.path.lexists(path):
        _refuse_kind(option, path, tracked=False)


def _refuse_kind(option: str, path: Path, *, tracked: bool = True) -> None:
    """Refuse what not even ``--overwrite`` gives up."""
    mode = path.lstat().st_mode
    if stat.S_ISLNK(mode):
        what = "is a link and would be replaced"
    elif stat.S_ISDIR(mode):
        what = "is a folder, expected a file"
    elif not stat.S_ISREG(mode):
        what = "is a device or a pipe, expected a file"
    elif tracked and is_tracked(path):
        what = "is tracked by git and would be replaced"
    else:
        return
    raise ParameterError(f"{option}: {path.as_posix()} {what}; choose another name")


def holds_only_ours(folder: Path, records: Iterable[Path]) -> bool:
    """Whether a folder is no link, and holds nothing but files that the records name."""
    if folder.is_symlink() or not folder.is_dir():
        return False
    made = claimed(records)
    return all(is_claimed(path, made) and not is_tracked(path) for path in folder.iterdir())


def claimed(records: Iterable[Path | None]) -> set[tuple[str, str]]:
    """Name and SHA-256 of every file that records of ours name."""
    found = set()
    for path in records:
        for files in _outputs(_record(path)) if path else ():
            found |= {(str(f.get("name")), str(f.get("sha256"))) for f in files}
    return found


def is_claimed(path: Path, made: set[tuple[str, str]]) -> bool:
    """Whether a path is an ordinary file of that name and content."""
    if not stat.S_ISREG(path.lstat().st_mode) or path.name not in {name for name, _ in made}:
        return False
    return (path.name, sha256_of(path)) in made


def _is_record(path: Path) -> bool:
    return bool(_record(path))


def _record(path: Path) -> dict[str, Any]:
    """Provenance of ours: JSON that names the version of this program; empty for anything else."""
    try:
        seen = path.lstat()
        if not stat.S_ISREG(seen.st_mode) or seen.st_size > _LARGEST_RECORD:
            return {}
        found = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError):
        return {}
    return found if is_ours(found) else {}


def is_ours(record: object) -> bool:
    """Whether a record names the version of this program.

    Examples
    --------
    >>> is_ours({"versions": {"llmexposure": "1.0"}}), is_ours({"versions": None})
    (True, False)
    """
    versions = record.get("versions") if isinstance(record, dict) else None
    return isinstance(versions, dict) and "llmexposure" in versions


def _outputs(record: dict[str, Any]) -> list[list[dict[str, Any]]]:
    kinds = record.get("outputs")
    lists = kinds.values() if isinstance(kinds, dict) else ()
    return [[f for f in files if isinstance(f, dict)] for files in lists if isinstance(files, list)]


def described(path: Path, name: str | None = None) -> dict[str, Any]:
    """Name, bytes and SHA-256 of a file, as a provenance names it."""
    return {"name": name or path.name, "bytes": path.stat().st_size, "sha256": sha256_of(path)}


def provenance_of(path: Path) -> Path:
    """Provenance beside a single file: ``bad.csv`` and ``bad.csv.provenance.json``."""
    return path.parent / f"{path.name}.provenance.json"


def waiting(record: Path) -> Path:
    """Where a provenance stands while its files are put in place."""
    return record.with_name(f".{record.name}.part")


@contextmanager
def draft(path: Path) -> Generator[Path]:
    """A name beside ``path`` to write to; what is still there at the end of the block is removed.

    Raises
    ------
    DataError
        If the folder cannot be made or written to.
    """
    name = path.with_name(f".{path.name}.{os.getpid()}.draft.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        yield name
    except OSError as error:
        # What the block reads meanwhile has a name of its own.
        if error.filename and Path(error.filename) not in (name, *path.parents):
            raise
        why = error.strerror or str(error)
        raise DataError(f"{shown(path)}: cannot be written ({why})") from None
    finally:
        if path.parent.is_dir():
            name.unlink(missing_ok=True)


def place(
    drafts: Mapping[Path, Path], record: Path, content: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """Give drafts their names, and write the provenance that makes them ours; return it.

    The provenance waits on the disk before the first name is given, so that a run after a kill knows
    the files for its own. Its ``outputs`` are added here, and the version where ``content`` has none.
    """
    files = [described(one, path.name) for path, one in drafts.items()]
    versions = {"versions": {"llmexposure": __version__}}
    full = {**versions, **(content or {}), "outputs": {"files": files}}
    write_text(waiting(record), json_text(full), durable=True)
    for path, one in drafts.items():
        _sync(one)
        one.replace(path)
    waiting(record).replace(record)
    return full


def _sync(path: Path) -> None:
    with path.open("rb+") as stream:
        os.fsync(stream.fileno())


@contextmanager
def marked(path: Path) -> Generator[Path]:
    """A draft that takes the name of a single file when the block ends well, with provenance beside it."""
    with draft(path) as one:
        yield one
        place({path: one}, provenance_of(path))


def is_tracked(path: Path) -> bool:
    """Whether git tracks a file; not when there is no git."""
    done = git(path.parent, "ls-files", "-z", "--", path.name, trusted=True)
    return done.returncode == 0 and bool(done.stdout)
