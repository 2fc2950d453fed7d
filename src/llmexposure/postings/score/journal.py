"""What is finished of a run, on the disk, so that a killed run goes on where it was.

A folder ``<OUT>.partial`` holds the files of each unit and ``manifest.jsonl``: first a line that says what
the run is, then one line a finished unit with the hashes of its files.
"""

import hashlib
import io
import json
import os
import re
import shutil
import stat
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from typing import IO, Any, Self, TypeGuard

import polars as pl

from llmexposure.base.errors import DataError, ParameterError
from llmexposure.base.project import shown

try:
    import fcntl
except ImportError:  # no such lock on this system
    fcntl = None

MANIFEST = "manifest.jsonl"
# Names what the run puts in place, and what stood there, until all has its name.
MADE = "made.json"
# Every name that a run makes in its folder.
_OURS = re.compile(
    r"lock|manifest\.(jsonl|draft)|unit-\d+\.[a-z]+\.parquet|replaced"
    r"|\.?(quarantine\.csv|scores|made\.json)(\.[\w.]+)?"
)


@dataclass(frozen=True)
class Finished:
    """A finished unit.

    Attributes
    ----------
    unit
        Number of the unit, from 0, without gaps.
    rows
        Rows read.
    usable
        Rows scored, those that earlier ones repeat left out.
    repeated
        Rows that a row of an earlier unit repeats and whose values are still to be read again for the
        quarantine.
    reasons
        Quarantined rows by reason, these repeated ones included.
    counts
        Rows by language, with each exposure, stating each column, and that matched something.
    sha256
        Of the files of the unit.
    """

    unit: int
    rows: int
    usable: int
    repeated: int
    reasons: dict[str, int]
    counts: dict[str, int]
    sha256: dict[str, str] = field(default_factory=dict)


class Journal:
    """The folder of an unfinished run; one run at a time. Gone after an error before the first unit.

    Parameters
    ----------
    folder
        ``<OUT>.partial``.
    run
        What the run is: inputs, parameters, versions, all as JSON.
    restart
        Whether to throw an unfinished run away.
    """

    def __init__(self, folder: Path, run: dict[str, Any], *, restart: bool = False) -> None:
        self.folder, self._run, self._restart = folder, run, restart
        self.finished: list[Finished] = []
        self._open: list[IO[str]] = []

    def __enter__(self) -> Self:
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            lock = (self.folder / "lock").open("w")
        except OSError as error:
            raise DataError(f"{shown(self.folder)}: cannot be written ({error.strerror})") from None
        self._open.append(lock)
        self._take(lock)
        path = self.folder / MANIFEST
        lines = [] if self._restart else _lines(path)
        # A run that has finished nothing is in nobody's way; what may be no run goes only when told to.
        if len(lines) > 1 or (lines and not _is_run(lines[0])):
            self._check_same(lines[0])
            self.finished = list(self._intact([self._unit(line) for line in lines[1:]]))
        self._manifest = self._begun(path)
        self._open.append(self._manifest)
        return self

    def __exit__(self, error: type[BaseException] | None, *_: object) -> None:
        self._close()
        if error is not None and not self.finished:
            _remove(self.folder)

    def record(self, done: Finished, tables: dict[str, pl.DataFrame]) -> None:
        """Keep a unit: its tables first, each a file, then its line. Empty tables are not kept."""
        hashes = {
            kind: self._write(done.unit, kind, table)
            for kind, table in tables.items()
            if len(table)
        }
        kept = replace(done, sha256=hashes)
        self._append(asdict(kept))
        self.finished.append(kept)

    def read(self, unit: int, kind: str) -> pl.DataFrame:
        """Table of a finished unit; no columns where it was empty.

        Raises
        ------
        DataError
            If its file is not the one that was kept.
        """
        digest = self.finished[unit].sha256.get(kind)
        if digest is None:
            return pl.DataFrame()
        path = self._file(unit, kind)
        data = path.read_bytes() if path.is_file() else b""
        if hashlib.sha256(data).hexdigest() != digest:
            raise DataError(
                f"{shown(path)}: was changed while the run went on; run its command again, which "
                "does again what is lost"
            )
        return pl.read_parquet(io.BytesIO(data))

    def remove(self) -> None:
        """Remove the folder: the run is complete."""
        self._close()
        _remove(self.folder)

    def _close(self) -> None:
        for stream in reversed(self._open):
            stream.close()

    def _take(self, lock: IO[str]) -> None:
        if fcntl is None:
            return
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise ParameterError(
                f"{shown(self.folder)}: another run is writing here; wait for it or choose another --out"
            ) from None

    def _check_same(self, before: object) -> None:
        if not _is_run(before):
            raise self._damaged()
        now = json.loads(json.dumps(self._run))
        other = [name for name in now if before.get(name) != now[name]]
        if other:
            raise ParameterError(
                f"{shown(self.folder)}: an unfinished run with other {', '.join(other)} is here. Run "
                "its command again to finish it, or add --restart to throw it away"
            )

    def _damaged(self) -> ParameterError:
        return ParameterError(
            f"{shown(self.folder / MANIFEST)}: is damaged or of another version of this program. Add "
            "--restart to throw the unfinished run away"
        )

    def _unit(self, line: object) -> Finished:
        known = {one.name: int if one.type is int else dict for one in fields(Finished)}
        right = isinstance(line, dict) and line.keys() == known.keys()
        if not right or not all(isinstance(line[name], known[name]) for name in known):
            raise self._damaged()
        return Finished(**line)

    def _intact(self, units: list[Finished]) -> Iterator[Finished]:
        """Finished units up to the first whose files are not as recorded."""
        for number, done in enumerate(units):
            same = done.unit == number and all(
                _hash(self._file(number, kind)) == digest for kind, digest in done.sha256.items()
            )
            if not same:
                return
            yield done

    def _begun(self, path: Path) -> IO[str]:
        """Manifest with what is intact, so that a line cut off by a kill is gone; open for more."""
        draft = path.with_suffix(".draft")
        lines = [self._run, *(asdict(done) for done in self.finished)]
        draft.write_text("".join(_line(line) for line in lines), encoding="utf-8")
        draft.replace(path)
        return path.open("a", encoding="utf-8")

    def _append(self, line: dict[str, Any]) -> None:
        self._manifest.write(_line(line))
        self._manifest.flush()
        os.fsync(self._manifest.fileno())

    def _write(self, unit: int, kind: str, table: pl.DataFrame) -> str:
        buffer = io.BytesIO()
        table.write_parquet(buffer, compression="zstd")
        data = buffer.getvalue()
        try:
            self._file(unit, kind).write_bytes(data)
        except OSError as error:
            raise DataError(f"{shown(self.folder)}: cannot be written ({error.strerror})") from None
        return hashlib.sha256(data).hexdigest()

    def _file(self, unit: int, kind: str) -> Path:
        return self.folder / f"unit-{unit:07}.{kind}.parquet"


def is_journal(folder: Path) -> bool:
    """Whether a folder holds an unfinished run of ours, or the mere beginning of one, and no more."""
    if folder.is_symlink() or not folder.is_dir():
        return False
    found = {path.name: path for path in folder.iterdir()}
    if not all(_OURS.fullmatch(name) and _is_plain(path) for name, path in found.items()):
        return False
    if found.keys() <= {"lock", "manifest.draft"}:
        return all(name != "lock" or not path.stat().st_size for name, path in found.items())
    lines = _lines(folder / MANIFEST)
    return bool(lines) and ("lock" in found or _is_run(lines[0]))


def _is_plain(path: Path) -> bool:
    """An ordinary file, or a folder of parts; what another run has just removed is nobody's."""
    try:
        mode = path.lstat().st_mode
    except FileNotFoundError:
        return True
    if path.name in ("scores", "replaced") and stat.S_ISDIR(mode):
        return all(re.fullmatch(r"part-\d+\.parquet", part.name) for part in path.iterdir())
    return stat.S_ISREG(mode)


def _remove(folder: Path) -> None:
    """Remove what a run made in its folder, the manifest and the lock last; more than that stays."""
    last = {MANIFEST: 1, "lock": 2}
    made = [path for path in folder.glob("*") if _OURS.fullmatch(path.name)]
    for path in sorted(made, key=lambda path: last.get(path.name, 0)):
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
    with suppress(OSError):
        folder.rmdir()


def _is_run(line: object) -> TypeGuard[dict[str, Any]]:
    return isinstance(line, dict) and "parameters" in line


def _line(values: dict[str, Any]) -> str:
    return json.dumps(values, sort_keys=True, ensure_ascii=False) + "\n"


def _lines(path: Path) -> list[object]:
    """Lines of a manifest; None for a first one that is no JSON, nothing from a later one on."""
    lines: list[object] = []
    if not path.is_file():
        return lines
    for text in path.read_text(encoding="utf-8", errors="replace").split("\n")[:-1]:
        try:
            lines.append(json.loads(text))
        except (ValueError, RecursionError):
            if lines:
                break
            lines.append(None)
    return lines


def _hash(path: Path) -> str | None:
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else None
