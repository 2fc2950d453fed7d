"""The scored table on the disk, kept apart from what the run reads.

Pieces are cut again to a fixed number of rows, so the bytes do not depend on how the work was cut.
"""

import os
import re
import shutil
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import fsspec
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
from fsspec.implementations.local import LocalFileSystem
from fsspec.utils import glob_translate

from llmexposure.base import outputs
from llmexposure.base.errors import ParameterError
from llmexposure.base.files import SafeCsv
from llmexposure.base.project import shown
from llmexposure.postings.read.address import Part, shown_address
from llmexposure.postings.score.journal import MADE, is_journal

GROUP_ROWS = 100_000
PART_ROWS = 1_000_000
_PART = "part-{:05}.parquet"
BESIDE = ("quarantine.csv", "failed.quarantine.csv", "provenance.json", "partial")


def kind_of(out: Path) -> str:
    """'parquet', 'csv' or 'folder', by the ending.

    Raises
    ------
    ParameterError
        If the ending is another one, or a folder stands where a file is to be.
    """
    if not out.name:
        raise ParameterError(f"--out '{out}': expected the name of a file or of a new folder")
    kind = {".parquet": "parquet", ".csv": "csv", "": "folder"}.get(out.suffix.lower())
    if kind is None:
        raise ParameterError(
            f"--out {shown(out)}: expected a name that ends in .parquet or .csv, or a folder (a name "
            "without an ending)"
        )
    if kind != "folder" and out.is_dir():
        raise ParameterError(f"--out {shown(out)}: is a folder, expected a file")
    return kind


def beside(out: Path, what: str) -> Path:
    """Path beside the output: ``scores.parquet`` and ``quarantine.csv`` make ``scores.quarantine.csv``."""
    stem = out.stem if out.suffix.lower() in (".parquet", ".csv") else out.name
    return out.with_name(f"{stem}.{what}")


def check_ours(out: Path, kind: str, *, overwrite: bool) -> None:
    """Refuse whatever stands where the run writes and is not of an earlier run.

    Raises
    ------
    ParameterError
        Naming the file or folder and what to do.
    """
    partial, record = beside(out, "partial"), beside(out, "provenance.json")
    if os.path.lexists(partial) and not is_journal(partial):
        raise ParameterError(
            f"--out {shown(out)}: {partial.as_posix()} holds other things than an unfinished run, which "
            "would be removed; move it away, or choose another --out"
        )
    files = [beside(out, "quarantine.csv"), *([] if kind == "folder" else [out])]
    outputs.check("--out", files, record, overwrite=overwrite, more=[partial / MADE])
    failed = beside(out, "failed.quarantine.csv")
    outputs.check("--out", [failed], outputs.provenance_of(failed), overwrite=overwrite)
    if kind == "folder":
        check_folder(out, [record, partial / MADE])


def check_folder(out: Path, records: Iterable[Path]) -> None:
    """Refuse a folder in which anything is not named, with its SHA-256, by a provenance of ours."""
    if os.path.lexists(out) and not outputs.holds_only_ours(out, records):
        raise ParameterError(
            f"--out {shown(out)}: holds other things than scores; choose a new folder"
        )


def write_table(tables: Iterable[pl.DataFrame], draft: Path, kind: str) -> list[Path]:
    """Write tables, one after another, to a draft; return the files, of a folder all its parts."""
    _clear(draft)
    cut = recut(tables, GROUP_ROWS)
    if kind == "csv":
        with SafeCsv(draft) as file:
            for table in cut:
                file.write(_for_csv(table))
        return [draft]
    if kind == "parquet":
        _parquet(cut, draft)
        return [draft]
    draft.mkdir()
    return list(_parts(cut, draft))


def put_in_place(draft: Path, out: Path, made: Path) -> None:
    """Give a draft its name in one step; what stood there is gone afterwards.

    A folder that stands there must hold nothing but what the record ``made`` names: someone may have
    put a file there since the run began.
    """
    out.parent.mkdir(parents=True, exist_ok=True)
    for path in [draft, *draft.glob("*")]:
        _sync(path)
    if out.is_dir():
        check_folder(out, [made])
        old = draft.with_name("replaced")
        _clear(old)
        out.replace(old)
    draft.replace(out)
    _sync(out.parent)


def recut(tables: Iterable[pl.DataFrame], rows: int) -> Iterator[pl.DataFrame]:
    """Same rows in the same order, in tables of this many rows (the last has fewer).

    Examples
    --------
    >>> pieces = [pl.DataFrame({"a": [1, 2, 3]}), pl.DataFrame({"a": [4, 5]})]
    >>> [table["a"].to_list() for table in recut(pieces, 2)]
    [[1, 2], [3, 4], [5]]
    """
    waiting: pl.DataFrame | None = None
    for table in tables:
        waiting = table if waiting is None else pl.concat([waiting, table])
        while len(waiting) >= rows:
            yield waiting[:rows]
            waiting = waiting[rows:]
    if waiting is not None and len(waiting):
        yield waiting


def _parts(cut: Iterator[pl.DataFrame], folder: Path) -> Iterator[Path]:
    groups = PART_ROWS // GROUP_ROWS
    number = 0
    while (first := next(cut, None)) is not None:
        path = folder / _PART.format(number)
        _parquet(_first(cut, first, groups), path)
        yield path
        number += 1


def _first(cut: Iterator[pl.DataFrame], first: pl.DataFrame, count: int) -> Iterator[pl.DataFrame]:
    yield first
    for _ in range(count - 1):
        table = next(cut, None)
        if table is None:
            return
        yield table


def _parquet(tables: Iterator[pl.DataFrame], path: Path) -> None:
    writer: Any = None
    # An open file: a name such as 'file:x' would be taken for an address.
    with path.open("wb") as stream:
        try:
            for table in tables:
                arrow = _plain(table.to_arrow())
                writer = writer or pq.ParquetWriter(stream, arrow.schema, compression="zstd")
                writer.write_table(arrow, row_group_size=GROUP_ROWS)
        finally:
            if writer is not None:
                writer.close()


def _plain(table: pa.Table) -> pa.Table:
    """Columns of text as the type that every reader of Parquet knows."""
    fields = [
        pa.field(field.name, pa.string() if pa.types.is_large_string(field.type) else field.type)
        for field in table.schema
    ]
    return table.cast(pa.schema(fields))


def _for_csv(table: pl.DataFrame) -> pd.DataFrame:
    """Table whose numbers and dates are written as in Parquet: whole numbers without a point."""
    whole = [pl.Int64, pl.Int32]
    texts = [n for n, kind in table.schema.items() if kind in (pl.Date, *whole)]
    return table.with_columns(pl.col(texts).cast(pl.String)).to_pandas()


def _clear(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def _sync(path: Path) -> None:
    """Have the system put a file, or the names in a folder, on the disk."""
    if os.name != "posix":
        return
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def check_apart(
    out: Path, address: str, parts: list[Part], others: Mapping[str, Path | None]
) -> None:
    """Refuse an output that is an input or holds one, through links too, or that the address takes in.

    Parameters
    ----------
    others
        Files read besides the postings, by what they are.

    Raises
    ------
    ParameterError
        Naming the output and the input.
    """
    read = {Path(part.path): "the postings themselves" for part in parts}
    read |= {path: what for what, path in others.items() if path is not None}
    taken = _with_folders({file.resolve(): what for file, what in read.items() if file.exists()})
    for output in (out, *(beside(out, what) for what in BESIDE)):
        file, what = taken.get(output.resolve(), (None, ""))
        if file:
            raise ParameterError(
                f"--out {shown(out)}: {shown(output)} would replace {what} ({shown(file)}); "
                "choose another name"
            )
        if _takes_in(address, output):
            raise ParameterError(
                f"--out {shown(out)}: {shown(output)} lies among the postings of "
                f"{shown_address(address)}, and the next run would read it; choose a place outside"
            )


def _with_folders(files: Mapping[Path, str]) -> dict[Path, tuple[Path, str]]:
    """Each file and each folder above it, with the first file that is there and what it is."""
    found: dict[Path, tuple[Path, str]] = {}
    for file, what in files.items():
        found[file] = (file, what)
        for folder in file.parents:
            if folder in found:  # so are those above it
                break
            found[folder] = (file, what)
    return found


def _takes_in(address: str, output: Path) -> bool:
    """Whether a folder on this machine holds the output, or a pattern matches it."""
    root = fsspec.core.url_to_fs(address)[1]
    if Path(root).is_dir():
        return Path(root).resolve() in output.resolve().parents
    if not re.search(r"[*?]", root):
        return False
    # Made absolute as the pattern was, links left as they are.
    name = LocalFileSystem._strip_protocol(output)
    return re.match(glob_translate(root), name) is not None
