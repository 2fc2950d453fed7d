"""Postings of any address as a stream of batches, and the ids seen in it: the whole is never in memory."""

import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import numpy as np
import polars as pl
import pyarrow.parquet as pq

from llmexposure.postings.read.address import Part, guarded, list_parts
from llmexposure.postings.read.column_map import ColumnMap
from llmexposure.postings.read.delimited import read_delimited
from llmexposure.postings.read.json_lines import read_json_lines
from llmexposure.postings.read.parquet import read_parquet
from llmexposure.postings.read.raw import Plan, RawBatch, make_plan

# Ids kept in memory before they go to a file: 8 bytes each, 64 MB.
_IN_MEMORY = 8_000_000
_READERS: dict[str, Callable[[Part, Plan], Iterator[RawBatch]]] = {
    "csv": read_delimited,
    "jsonl": read_json_lines,
    "parquet": read_parquet,
}


def read_batches(
    address: str | Path | Part,
    mapping: Mapping[str, str] | str | Path | ColumnMap | None = None,
    encoding: str = "auto",
    batch_rows: int = 50_000,
    *,
    keep: tuple[str, ...] = (),
    ids: str = "auto",
    repeats: str = "keep",
) -> Iterator[RawBatch]:
    """Read postings in batches, as they stand in the file.

    Parameters
    ----------
    address
        A file, folder, pattern or fsspec address (see `list_parts`), or one `Part` of a listing,
        so that the files of a folder can be shared among workers.
    mapping
        Columns as ``{ours: theirs}``, or a TOML file of such lines. Columns that it does not name
        are found by the table of common headings.
    encoding
        ``auto`` (UTF-8, UTF-16 or GB18030, told from the bytes) or a codec of Python. Text only.
    batch_rows
        Rows in a batch. A batch has fewer at the end of a file, or when its rows are very long.
    keep
        Headings of further columns that validation is to hand on as text.
    ids
        ``auto``: the column that states ids, and where there is none the file and the number of the row;
        ``row``: the latter in any case.
    repeats
        ``keep`` or ``drop`` postings of which an earlier one has title, text, place and pay.

    Returns
    -------
    iterator of RawBatch
        In a fixed order: files by path, rows as in the file. No batch is empty, none spans files.

    Raises
    ------
    DataError, ParameterError
        At once if the address or an argument is wrong; on the way if a file cannot be read.

    Examples
    --------
    >>> for batch in read_batches("postings/*.csv.gz"):  # doctest: +SKIP
    ...     valid, quarantined = validate_batch(batch)
    """
    plan = make_plan(mapping, encoding, batch_rows, keep, ids=ids, repeats=repeats)
    parts = [address] if isinstance(address, Part) else list_parts(address)[0]
    return (batch for part in parts for batch in read_part(part, plan))


def read_part(part: Part, plan: Plan) -> Iterator[RawBatch]:
    """Batches of one part. Guarded step by step, so that errors of the caller pass through untouched."""
    batches = _READERS[part.format](part, plan)
    while True:
        with guarded(part):
            batch = next(batches, None)
        if batch is None:
            return
        yield batch


def stated_rows(parts: list[Part]) -> int | None:
    """Rows of the input where the files tell without being read, which only Parquet does."""
    if any(part.format != "parquet" for part in parts):
        return None
    total = 0
    for part in parts:
        with guarded(part), part.fs.open(part.path, "rb") as stream:
            total += pq.read_metadata(stream).num_rows
    return total


class SeenIds:
    """Ids seen so far, as 64-bit hashes: sorted runs in memory, then in temporary files.

    Two different ids are taken for one with a probability of n^2 / 2^65: 1 in a million for five
    million postings.

    Examples
    --------
    >>> seen = SeenIds()
    >>> seen.repeated(pl.Series(["a", "b"])).to_list(), seen.repeated(pl.Series(["b"])).to_list()
    ([False, False], [True])
    """

    def __init__(self, in_memory: int = _IN_MEMORY) -> None:
        self._in_memory = in_memory
        self._runs: list[np.ndarray] = []
        self._files: list[np.ndarray] = []
        self._folder: tempfile.TemporaryDirectory | None = None

    def repeated(self, ids: pl.Series) -> pl.Series:
        """Whether each id came up before, in this or an earlier call; then remember it."""
        hashes = ids.hash(seed=0).to_numpy()
        repeats = ~ids.is_first_distinct().to_numpy()
        for run in [*self._runs, *self._files]:
            repeats |= _within(run, hashes)
        self._remember(np.sort(hashes[~repeats]))
        return pl.Series("repeated", repeats)

    def _remember(self, run: np.ndarray) -> None:
        """Add a run; runs of similar length are merged, so that there are never many."""
        while self._runs and len(self._runs[-1]) <= 2 * len(run):
            # No hash is in two runs, and a stable sort merges runs that are in order.
            run = np.sort(np.concatenate([self._runs.pop(), run]), kind="stable")
        if len(run) < self._in_memory:
            self._runs.append(run)
            return
        self._folder = self._folder or tempfile.TemporaryDirectory(prefix="posting-ids-")
        path = Path(self._folder.name) / f"{len(self._files)}.npy"
        np.save(path, run)
        self._files.append(np.load(path, mmap_mode="r"))


def _within(run: np.ndarray, hashes: np.ndarray) -> np.ndarray:
    if not len(run):
        return np.zeros(len(hashes), dtype=bool)
    place = np.minimum(np.searchsorted(run, hashes), len(run) - 1)
    return run[place] == hashes
