"""What is finished of a run, on the disk, so that a killed run goes on where it was.

A folder ``<OUT>.partial`` holds the files of each unit and ``manifest.jsonl``: first a line that says what
the run is, then one line a finished unit with the hashes of its files.
"""

import hashlib
import io
import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import IO, Any, Self

import polars as pl

from llmexposure.base.errors import DataError, ParameterError
from llmexposure.base.project import shown

try:
    import fcntl
except ImportError:  # no such lock on this system
    fcntl = None

MANIFEST = "manifest.jsonl"


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
        Rows scored, repeated ids left out.
    repeated
        Rows whose id was on an earlier unit and whose values are still to be read again for the
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
        if self._restart:
            path.unlink(missing_ok=True)
        lines = _lines(path)
        if len(lines) > 1:  # a run that has finished nothing is in nobody's way
            self._check_same(lines[0])
            self.finished = list(self._intact(lines[1:]))
        self._manifest = self._begun(path)
        self._open.append(self._manifest)
        return self

    def __exit__(self, error: type[BaseException] | None, *_: object) -> None:
        self._close()
        if error is not None and not self.finished:
            shutil.rmtree(self.folder, ignore_errors=True)

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
        """Table of a finished unit; no columns where it was empty."""
        if kind not in self.finished[unit].sha256:
            return pl.DataFrame()
        return pl.read_parquet(self._file(unit, kind), memory_map=False)

    def remove(self) -> None:
        """Remove the folder: the run is complete."""
        self._close()
        shutil.rmtree(self.folder)

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

    def _check_same(self, before: dict[str, Any]) -> None:
        now = json.loads(json.dumps(self._run))
        other = [name for name in now if before.get(name) != now[name]]
        if other:
            raise ParameterError(
                f"{shown(self.folder)}: an unfinished run with other {', '.join(other)} is here. Run "
                "its command again to finish it, or add --restart to throw it away"
            )

    def _intact(self, lines: list[dict[str, Any]]) -> Iterator[Finished]:
        """Finished units up to the first whose files are not as recorded."""
        for number, line in enumerate(lines):
            done = Finished(**line)
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


def _line(values: dict[str, Any]) -> str:
    return json.dumps(values, sort_keys=True, ensure_ascii=False) + "\n"


def _lines(path: Path) -> list[dict[str, Any]]:
    """Lines of a manifest; from a line that was cut off by a kill on, nothing."""
    lines: list[dict[str, Any]] = []
    if not path.is_file():
        return lines
    for text in path.read_text(encoding="utf-8", errors="replace").split("\n")[:-1]:
        try:
            lines.append(json.loads(text))
        except ValueError:
            break
    return lines


def _hash(path: Path) -> str | None:
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else None
