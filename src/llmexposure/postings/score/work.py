"""What a worker does with a unit: score it, find repeated ids, give memory back.

Tables that come and go on several threads leave gaps in what allocators hold back for later. Over five
million postings a run grew by half, though it held no more than at first.
"""

import ctypes
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import pandas as pd
import polars as pl
import pyarrow as pa

from llmexposure.postings.clean.seen import SeenIds
from llmexposure.postings.clean.validation import QUARANTINE_COLUMNS, check_batch
from llmexposure.postings.read.raw import RawBatch, raw_text
from llmexposure.postings.score.scorer import Scorer, score_rows
from llmexposure.postings.score.units import Unit, open_unit

try:
    _trim = ctypes.CDLL(None).malloc_trim
except (AttributeError, OSError, TypeError):  # another C library than glibc
    _trim = None


@contextmanager
def one_allocator() -> Iterator[None]:
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


def split_repeated(scored: pl.DataFrame, seen: SeenIds) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Rows with a new id, and ``row`` and ``posting_id`` of the others; ``seen`` is updated.

    Examples
    --------
    >>> table = pl.DataFrame({"row": [1, 2], "posting_id": ["a", "b"]})
    >>> seen = SeenIds()
    >>> _ = seen.repeated(pl.Series(["b"]))
    >>> split_repeated(table, seen)[1].rows()
    [(2, 'b')]
    """
    if scored.is_empty():
        return scored, pl.DataFrame(schema={"row": pl.Int64, "posting_id": pl.String})
    repeated = seen.repeated(scored["posting_id"])
    return scored.filter(~repeated), scored.filter(repeated).select("row", "posting_id")


# Rows matched at a time: the features of a text take ten times its own memory.
SLICE = 4_000
QUARANTINE_TYPES = {
    "source": pl.String,
    "row": pl.Int64,
    "line": pl.Int64,
    "reason": pl.String,
    "detail": pl.String,
    "raw": pl.String,
}


@dataclass(frozen=True)
class Scored:
    """Result of a unit.

    Attributes
    ----------
    rows
        Rows read: ``len(scored) + len(quarantined)``.
    scored
        ``row`` (number in the file) and the columns of `score_rows`.
    quarantined
        Rows that are not usable, with ``postings.clean.validation.QUARANTINE_COLUMNS``.
    """

    rows: int
    scored: pl.DataFrame = field(repr=False)
    quarantined: pl.DataFrame = field(repr=False)


def score_unit(unit: Unit, scorer: Scorer) -> Scored:
    """Validate and score the rows of a unit; repeated ids are found within it only."""
    seen, read = SeenIds(), 0
    scored, quarantined = [], []
    for batch in open_unit(unit):
        checked = check_batch(batch, seen)
        read += batch.rows
        bad = as_quarantine(checked.quarantined)
        good = batch.row.filter(~batch.row.is_in(bad["row"].implode()))
        table = pl.concat([score_rows(rows, scorer) for rows in _slices(checked.valid)])
        scored.append(table.insert_column(0, good.rename("row")))
        quarantined.append(bad)
    if not scored:
        return Scored(0, pl.DataFrame(), pl.DataFrame(schema=QUARANTINE_TYPES))
    return Scored(read, pl.concat(scored), pl.concat(quarantined))


def _slices(postings: pd.DataFrame) -> list[pd.DataFrame]:
    """Rows a few thousand at a time; one empty table for none."""
    starts = range(0, max(len(postings), 1), SLICE)
    return [postings.iloc[start : start + SLICE] for start in starts]


def duplicate_rows(unit: Unit, repeated: pl.DataFrame) -> pl.DataFrame:
    """Quarantine rows of postings whose id was on an earlier unit.

    Parameters
    ----------
    repeated
        ``row`` and ``posting_id``.
    """
    found = [_duplicates(batch, repeated) for batch in open_unit(unit)]
    return pl.concat([pl.DataFrame(schema=QUARANTINE_TYPES), *found])


def _duplicates(batch: RawBatch, repeated: pl.DataFrame) -> pl.DataFrame:
    ids = dict(repeated.iter_rows())
    places = batch.row.is_in(repeated["row"].implode()).arg_true()
    rows = []
    for place, values in zip(places, batch.frame[places].iter_rows(named=True), strict=True):
        row = batch.row[place]
        raw = raw_text({name: value for name, value in values.items() if value is not None})
        rows.append((batch.source, row, batch.line[place], "duplicate_id", ids[row], raw))
    return pl.DataFrame(rows, schema=QUARANTINE_TYPES, orient="row")


def as_quarantine(table: pd.DataFrame) -> pl.DataFrame:
    """Quarantined rows of a validated batch as polars."""
    cells = {name: table[name].astype(object).where(table[name].notna(), None) for name in table}
    return pl.DataFrame(
        {n: pl.Series(n, cells[n].tolist(), QUARANTINE_TYPES[n]) for n in QUARANTINE_COLUMNS}
    )


def reasons(quarantined: pl.DataFrame) -> Counter[str]:
    """Quarantined rows by reason."""
    return Counter(quarantined["reason"].to_list())
