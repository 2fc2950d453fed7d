"""Pieces of work: which rows are read together, by whom, and what a worker does with them.

Small files of a folder are read by the workers, several at a time. A large text file can only be read from
its beginning, so the coordinator reads it and hands out the batches; on one machine it does the same with a
large Parquet file. On a cluster workers read the row groups of Parquet files themselves. No result depends on
the cut.

Tables that come and go on several threads leave gaps in what allocators hold back for later. Over five
million postings a run grew by half, though it held no more than at first: `one_allocator`, `give_back`.
"""

import ctypes
from collections import Counter
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

import pandas as pd
import polars as pl
import pyarrow as pa

from llmexposure.base.errors import DataError
from llmexposure.postings.clean.settle import settled_part
from llmexposure.postings.clean.validation import (
    QUARANTINE_COLUMNS,
    check_batch,
    raw_values,
)
from llmexposure.postings.read.address import Part, guarded
from llmexposure.postings.read.batches import SeenIds
from llmexposure.postings.read.parquet import pieces
from llmexposure.postings.read.raw import Plan, RawBatch, together
from llmexposure.postings.score.scorer import CodeScorer, Scorer, score_rows

# Bytes of a file up to which one worker reads it whole, batch by batch: text, and packed text or
# Parquet. Larger on a cluster, where one reader for all would hold up many workers.
SMALL = (64 * 2**20, 16 * 2**20)
SMALL_ON_CLUSTER = (256 * 2**20, 64 * 2**20)
# Rows matched at a time: the features of a text take ten times its own memory.
SLICE = 4_000
QUARANTINE_TYPES = {
    name: pl.Int64 if name in ("row", "line") else pl.String for name in QUARANTINE_COLUMNS
}

# Small files are put together up to a sixteenth of that, and to so many.
FILES = 200
# Rows that the coordinator has read, or files, or row groups of one, that a worker reads.
Unit = RawBatch | tuple[Part, ...]
_REPEATED = {
    "source": pl.String,
    "row": pl.Int64,
    "posting_id": pl.String,
    "reason": pl.String,
}
# Column of scored rows that is not written: what tells postings that repeat another.
CONTENT = "content"

try:
    _trim = ctypes.CDLL(None).malloc_trim
except (AttributeError, OSError, TypeError):  # another C library than glibc
    _trim = None


def list_units(parts: list[Part], plan: Plan, *, cluster: bool) -> Iterator[Unit]:
    """Units of an input, always the same ones in the same order; they are made when asked for.

    Raises
    ------
    DataError
        If a file cannot be read or lacks a required column.
    """
    limits = SMALL_ON_CLUSTER if cluster else SMALL
    small: list[Part] = []
    filled = 0.0
    for part in parts:
        share = _share(part, limits) if len(parts) > 1 else 2
        if small and (filled + 16 * share > 1 or len(small) == FILES):
            yield tuple(small)
            small, filled = [], 0
        if share <= 1:
            small.append(part)
            filled += 16 * share
        elif cluster and part.format == "parquet":
            yield from ((piece,) for piece in pieces(part, plan))
        else:
            yield from settled_part(part, plan)
    if small:
        yield tuple(small)


def _share(part: Part, limits: tuple[int, int]) -> float:
    """Size of a file, one being the largest that one worker reads whole."""
    packed = part.compression is not None or part.format == "parquet"
    with guarded(part):
        return part.fs.size(part.path) / limits[packed]


def open_unit(unit: Unit, plan: Plan) -> Iterator[RawBatch]:
    """Batches of a unit, each of one file."""
    if isinstance(unit, RawBatch):
        return iter([unit])
    return (batch for part in unit for batch in settled_part(part, plan))


def score_unit(
    unit: Unit, plan: Plan, scorer: Scorer | CodeScorer
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Validate and score the rows of a unit; repeated ids are found within it only, repeated postings not.

    Returns
    -------
    scored : polars.DataFrame
        ``source`` (name of the file), ``row`` (number in it), ``content`` (hash of title, text, place
        and pay) and the columns of `score_rows`; no columns without batches.
    quarantined : polars.DataFrame
        Rows that are not usable, with ``postings.clean.validation.QUARANTINE_COLUMNS``.
    """
    seen = SeenIds()
    batches = together(open_unit(unit, plan), plan.batch_rows)
    results = [score_batch(batch, seen, scorer) for batch in batches]
    if not results:
        return pl.DataFrame(), pl.DataFrame(schema=QUARANTINE_TYPES)
    scored, quarantined = zip(*results, strict=True)
    return pl.concat(scored), pl.concat(quarantined)


def score_batch(
    batch: RawBatch, seen: SeenIds, scorer: Scorer | CodeScorer
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Scored and quarantined rows of one batch, as `score_unit` returns them: together all its rows.

    Raises
    ------
    DataError
        If they are not all, which would be a fault of this program.
    """
    # Which of two equal postings is the first is known only where all units come together.
    kept = replace(batch, plan=replace(batch.plan, repeats="keep"))
    checked = check_batch(kept, seen)
    quarantined = _as_quarantine(checked.quarantined)
    row, source = (cells.filter(checked.usable) for cells in (batch.row, batch.names))
    slices = [score_rows(rows, scorer) for rows in _slices(checked.valid)]
    scored = pl.concat(slices)
    if not len(scored) == len(row) == batch.rows - len(quarantined):
        raise DataError(
            f"{batch.source}: {batch.rows} rows read, but {len(scored)} scored and "
            f"{len(quarantined)} in quarantine. This is a fault of the program: report it."
        )
    places = (source, row.rename("row"), checked.contents.rename(CONTENT))
    return scored.select(*places, pl.all()), quarantined


def _slices(postings: pd.DataFrame) -> list[pd.DataFrame]:
    """Rows a few thousand at a time; one empty table for none."""
    starts = range(0, max(len(postings), 1), SLICE)
    return [postings.iloc[start : start + SLICE] for start in starts]


def _as_quarantine(table: pd.DataFrame) -> pl.DataFrame:
    cells = {name: table[name].astype(object).where(table[name].notna(), None) for name in table}
    return pl.DataFrame(
        {n: pl.Series(n, cells[n].tolist(), QUARANTINE_TYPES[n]) for n in QUARANTINE_COLUMNS}
    )


@dataclass
class Seen:
    """What the units before had: ids, and contents of postings.

    ``drop`` says whether a posting with the contents of an earlier one goes.
    """

    drop: bool = False
    ids: SeenIds = field(default_factory=SeenIds)
    contents: SeenIds = field(default_factory=SeenIds)


def split_repeated(scored: pl.DataFrame, seen: Seen) -> tuple[pl.DataFrame, pl.DataFrame, int]:
    """Rows with a new id, and with new contents where others are dropped; ``seen`` is updated.

    Returns
    -------
    kept, repeated : polars.DataFrame
        Rows to keep; of the others ``source``, ``row``, ``posting_id`` and ``reason``.
    n_again : int
        How many of the kept have contents that came up before.

    Examples
    --------
    >>> rows = {"source": ["x", "x"], "row": [1, 2], "content": [7, 7], "posting_id": ["a", "b"]}
    >>> split_repeated(pl.DataFrame(rows), Seen(drop=True))[1].rows()
    [('x', 2, 'b', 'repeated_posting')]
    """
    if scored.is_empty():
        return scored, pl.DataFrame(schema=_REPEATED), 0
    twice = seen.ids.repeated(scored["posting_id"])
    new = scored.filter(~twice)
    again = seen.contents.repeated(new[CONTENT])
    gone = [_gone(scored.filter(twice), "duplicate_id")]
    if seen.drop:
        gone.append(_gone(new.filter(again), "repeated_posting"))
        return new.filter(~again), pl.concat(gone).sort("source", "row", maintain_order=True), 0
    return new, gone[0], int(again.sum())


def _gone(rows: pl.DataFrame, reason: str) -> pl.DataFrame:
    return rows.select("source", "row", "posting_id", reason=pl.lit(reason, pl.String))


def duplicate_rows(unit: Unit, plan: Plan, repeated: pl.DataFrame) -> pl.DataFrame:
    """Quarantine rows of postings that earlier ones repeat.

    Parameters
    ----------
    repeated
        As `split_repeated` returns it.
    """
    found = [_duplicates(batch, repeated) for batch in open_unit(unit, plan)]
    return pl.concat([pl.DataFrame(schema=QUARANTINE_TYPES), *found])


def _duplicates(batch: RawBatch, repeated: pl.DataFrame) -> pl.DataFrame:
    found = {row: why for _, row, *why in repeated.filter(source=batch.name).iter_rows()}
    places = batch.row.is_in(list(found)).arg_true()
    rows = [
        (batch.name, batch.row[i], batch.line[i], *reversed(found[batch.row[i]]), raw)
        for i, raw in raw_values(batch, places)
    ]
    return pl.DataFrame(rows, schema=QUARANTINE_TYPES, orient="row")


def reasons(quarantined: pl.DataFrame) -> Counter[str]:
    """Quarantined rows by reason."""
    return Counter(quarantined["reason"].to_list())


@contextmanager
def one_allocator() -> Generator[None]:
    """Have Arrow take its memory from the system's allocator, so that `give_back` reaches it."""
    before = pa.default_memory_pool()
    pa.set_memory_pool(pa.system_memory_pool())
    try:
        yield
    finally:
        pa.set_memory_pool(before)


def give_back() -> None:
    """Return unused memory to the system, where the C library can (glibc)."""
    if _trim is not None:
        _trim(0)
