"""A whole address validated: the summary, the quarantine, nothing kept in memory."""

from collections.abc import Iterator, Mapping
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path

import pandas as pd

from llmexposure.base.errors import ParameterError
from llmexposure.base.safe_csv import SafeCsv
from llmexposure.postings.clean.seen import SeenIds
from llmexposure.postings.clean.summary import Summary
from llmexposure.postings.clean.validation import QUARANTINE_COLUMNS, check_batch
from llmexposure.postings.read.address import Part, list_parts, shown_address
from llmexposure.postings.read.batches import read_batches
from llmexposure.postings.read.column_map import ColumnMap, load_mapping
from llmexposure.postings.read.raw import RawBatch


def validate_file(
    address: str | Path,
    mapping: Mapping[str, str] | str | Path | ColumnMap | None = None,
    encoding: str = "auto",
    *,
    quarantine: str | Path | None = None,
    sample: int | None = None,
    batch_rows: int = 50_000,
) -> Summary:
    """Check postings against the contract and account for every row.

    Parameters
    ----------
    address, mapping, encoding, batch_rows
        As in `read_batches`.
    quarantine
        CSV to write, with the rows that are not usable: source, row, line, reason, detail, raw
        values. It appears only when all has been read.
    sample
        Check only the first rows of each file, this many.

    Returns
    -------
    Summary
        ``rows == valid + quarantined``, and ``by_reason`` sums to ``quarantined``.

    Raises
    ------
    DataError, ParameterError
        If a file cannot be read to its end, or lacks a required column; see `read_batches`. If
        ``quarantine`` is a file of postings or the mapping file: nothing is written then.
    """
    if sample is not None and sample < 1:
        raise ParameterError(f"sample = {sample}; expected 1 or more")
    listing, chosen = list_parts(address), load_mapping(mapping)
    if quarantine:
        _check_apart(Path(quarantine), listing.parts, mapping)
    summary = Summary(shown_address(address), ignored=listing.ignored, complete=sample is None)
    seen = SeenIds()
    with SafeCsv(Path(quarantine)) if quarantine else nullcontext() as out:
        if out:
            out.write(pd.DataFrame(columns=list(QUARANTINE_COLUMNS)))
        for part in listing.parts:
            summary.files[part.source] = 0
            batches = read_batches(part, chosen, encoding, min(batch_rows, sample or batch_rows))
            for batch in first_rows(batches, sample):
                checked = check_batch(batch, seen)
                summary.add(checked)
                if out and len(checked.quarantined):
                    out.write(checked.quarantined)
    return summary


def _check_apart(out: Path, parts: list[Part], mapping: object) -> None:
    """Refuse to write over what is read, whatever name or link leads to it."""
    read = {Path(part.path): "a file of the postings" for part in parts}
    if isinstance(mapping, str | Path):
        read[Path(mapping)] = "the mapping file"
    for path, what in read.items():
        # A path that is not there is on another file system than this machine's.
        if path.exists() and (path.resolve() == out.resolve() or _same_file(path, out)):
            raise ParameterError(
                f"quarantine = {out}: is {what} and would be replaced. Name another file."
            )


def _same_file(path: Path, out: Path) -> bool:
    return out.exists() and path.samefile(out)


def first_rows(batches: Iterator[RawBatch], rows: int | None) -> Iterator[RawBatch]:
    """Batches up to a number of rows of a file; all of them for None."""
    left = rows
    for batch in batches:
        if left is None:
            yield batch
            continue
        yield _cut(batch, left)
        left -= batch.rows
        if left <= 0:
            return


def _cut(batch: RawBatch, rows: int) -> RawBatch:
    """First rows of a batch, broken ones counted."""
    if batch.rows <= rows:
        return batch
    numbers = sorted([*batch.row, *(broken.row for broken in batch.broken)])
    last = numbers[rows - 1]
    within = batch.row <= last
    return replace(
        batch,
        rows=rows,
        frame=batch.frame.filter(within),
        row=batch.row.filter(within),
        line=batch.line.filter(within),
        broken=[broken for broken in batch.broken if broken.row <= last],
    )
