"""Postings of any address as a stream of batches: the whole is never in memory."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pyarrow.parquet as pq

from llmexposure.postings.read.address import Part, guarded, list_parts
from llmexposure.postings.read.column_map import ColumnMap
from llmexposure.postings.read.delimited import read_delimited
from llmexposure.postings.read.json_lines import read_json_lines
from llmexposure.postings.read.parquet import read_parquet
from llmexposure.postings.read.raw import Plan, RawBatch, make_plan

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
