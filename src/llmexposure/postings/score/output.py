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

from llmexposure.base.errors import ParameterError
from llmexposure.base.files import SafeCsv
from llmexposure.base.project import shown
from llmexposure.postings.read.address import Part, shown_address

GROUP_ROWS = 100_000
PART_ROWS = 1_000_000
_PART = "part-{:05}.parquet"
BESIDE = ("quarantine.csv", "failed.quarantine.csv", "provenance.json", "partial")


def kind_of(out: Path) -> str:
    """'parquet', 'csv' or 'folder', by the ending.

    Raises
    ------
    ParameterError
        If the ending is another one, or something that is not ours stands there.
    """
    kind = {".parquet": "parquet", ".csv": "csv", "": "folder"}.get(out.suffix.lower())
    if kind is None:
        raise ParameterError(
            f"--out {shown(out)}: expected a name that ends in .parquet or .csv, or a folder (a name "
            "without an ending)"
        )
    if kind != "folder" and out.is_dir():
        raise ParameterError(f"--out {shown(out)}: is a folder, expected a file")
    if kind == "folder" and out.exists() and not _is_ours(out):
        raise ParameterError(
            f"--out {shown(out)}: holds other things than scores; choose a new folder"
        )
    return kind


def beside(out: Path, what: str) -> Path:
    """Path beside the output: ``scores.parquet`` and ``quarantine.csv`` make ``scores.quarantine.csv``."""
    stem = out.stem if out.suffix.lower() in (".parquet", ".csv") else out.name
    return out.with_name(f"{stem}.{what}")


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


def put_in_place(draft: Path, out: Path) -> None:
    """Give a draft its name in one step; what stood there is gone afterwards."""
    out.parent.mkdir(parents=True, exist_ok=True)
    for path in [draft, *draft.glob("*")]:
        _sync(path)
    if out.is_dir():
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
    try:
        for table in tables:
            arrow = _plain(table.to_arrow())
            writer = writer or pq.ParquetWriter(path, arrow.schema, compression="zstd")
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


def _is_ours(folder: Path) -> bool:
    return folder.is_dir() and all(
        path.name.startswith("part-") and path.suffix == ".parquet" for path in folder.iterdir()
    )


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
    sources = {file.resolve(): what for file, what in read.items() if file.exists()}
    for output in (out, *(beside(out, what) for what in BESIDE)):
        for file, what in sources.items():
            if output.resolve() in (file, *file.parents):
                raise ParameterError(
                    f"--out {shown(out)}: {shown(output)} would replace {what} ({shown(file)}); "
                    "choose another name"
                )
        if _takes_in(address, output):
            raise ParameterError(
                f"--out {shown(out)}: {shown(output)} lies among the postings of "
                f"{shown_address(address)}, and the next run would read it; choose a place outside"
            )


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
