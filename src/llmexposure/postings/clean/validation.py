"""Rows of a batch judged: usable postings on one side, quarantined rows with a reason on the other."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd
import polars as pl

from llmexposure.postings.clean.harmonise import Harmonised, harmonise
from llmexposure.postings.clean.seen import SeenIds
from llmexposure.postings.clean.wordings import as_cells
from llmexposure.postings.contract import COLUMNS, DEGREE_TYPE, MAX_ID
from llmexposure.postings.read.address import Part
from llmexposure.postings.read.batches import read_batches
from llmexposure.postings.read.column_map import ColumnMap
from llmexposure.postings.read.raw import RawBatch, raw_text

QUARANTINE_COLUMNS = ("source", "row", "line", "reason", "detail", "raw")
# Cells that a row is about, by reason: shown as the detail.
_SHOWN = {
    "duplicate_id": ("posting_id",),
    "negative_salary": ("salary_min", "salary_max"),
    "reversed_salary": ("salary_min", "salary_max"),
}


@dataclass(frozen=True)
class Checked:
    """A validated batch.

    Attributes
    ----------
    batch
        What was read.
    valid
        Usable postings: `COLUMNS` of the contract, then the columns that were kept as text.
    quarantined
        `QUARANTINE_COLUMNS`, one row for each row that is not usable, in the order of the file.
    notes
        Of the usable rows, how many had a cell changed, by note.
    words
        Wordings that a note is about, and how often each came up in usable rows.
    """

    batch: RawBatch = field(repr=False)
    valid: pd.DataFrame = field(repr=False)
    quarantined: pd.DataFrame = field(repr=False)
    notes: dict[str, int]
    words: dict[str, Counter[str]]


def validate_batch(
    batch: RawBatch, seen: SeenIds | None = None
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Usable postings and quarantined rows of a batch; together they are all its rows.

    Parameters
    ----------
    batch
        From `read_batches`, or from a table by `from_frame`.
    seen
        Ids of earlier batches; updated. Without it, only repeats within the batch are found.

    Returns
    -------
    valid : pandas.DataFrame
        Obeys `SCHEMA` by construction (the tests check it). Salaries per month; ``degree`` an
        ordered category; missing stays missing.
    quarantined : pandas.DataFrame
        ``source``, ``row`` (from 1), ``line`` (missing unless text), ``reason`` (see
        ``contract.QUARANTINE``), ``detail``, ``raw`` (values as read, JSON).
    """
    checked = check_batch(batch, seen)
    return checked.valid, checked.quarantined


def check_batch(batch: RawBatch, seen: SeenIds | None = None) -> Checked:
    """`validate_batch` with the counts that a summary needs."""
    done = harmonise(batch)
    reason = _reasons(batch, done)
    reason = _repeats(done.columns["posting_id"], reason, seen or SeenIds())
    usable = reason == ""
    notes = {note: int((mask & usable).sum()) for note, mask in done.notes.items()}
    words = {
        note: Counter(dict(cells.filter(done.notes[note] & usable).value_counts().iter_rows()))
        for note, cells in done.words.items()
        if notes[note]
    }
    valid = _valid(batch, done, usable)
    return Checked(batch, valid, _quarantined(batch, done, reason), notes, words)


def validated_batches(
    address: str | Path | Part,
    mapping: Mapping[str, str] | str | Path | ColumnMap | None = None,
    encoding: str = "auto",
    batch_rows: int = 50_000,
    *,
    keep: tuple[str, ...] = (),
) -> Iterator[Checked]:
    """Read and validate an address batch by batch; repeated ids are found across all of it.

    Parameters and errors are those of `read_batches`.
    """
    seen = SeenIds()
    for batch in read_batches(address, mapping, encoding, batch_rows, keep=keep):
        yield check_batch(batch, seen)


def _reasons(batch: RawBatch, done: Harmonised) -> pl.Series:
    """First reason of each row, in the order of the contract; empty where there is none."""
    text = pl.DataFrame(
        {name: done.columns[name] for name in ("posting_id", "title", "description")}
    )
    posting_id, title, description = pl.col("posting_id"), pl.col("title"), pl.col("description")
    return (
        text.with_columns(salary=done.salary_fault, empty=_empty(batch))
        .select(
            reason=pl.when("empty")
            .then(pl.lit("empty_row"))
            .when(posting_id.is_null())
            .then(pl.lit("empty_id"))
            .when(posting_id.str.len_chars() > MAX_ID)
            .then(pl.lit("id_too_long"))
            .when(title.is_null())
            .then(pl.lit("empty_title"))
            .when(description.is_null())
            .then(pl.lit("empty_description"))
            .when(pl.col("salary").is_in(["negative_salary", "reversed_salary"]))
            .then("salary")
            .otherwise(pl.lit(""))
        )
        .to_series()
    )


def _empty(batch: RawBatch) -> pl.Series:
    """Rows without a value in any column of the contract."""
    suspects = [batch.frame[name] for ours in batch.columns for name in batch.headings(ours)]
    empty = pl.repeat(True, batch.frame.height, eager=True)
    for column in suspects:
        if not empty.any():
            break
        empty &= as_cells(column).is_null()
    return empty


def _repeats(ids: pl.Series, reason: pl.Series, seen: SeenIds) -> pl.Series:
    """Reasons with repeated ids added; only usable rows are remembered."""
    usable = (reason == "").arg_true()
    repeated = seen.repeated(ids.gather(usable))
    return reason.clone().scatter(usable.filter(repeated), "duplicate_id")


def _valid(batch: RawBatch, done: Harmonised, usable: pl.Series) -> pd.DataFrame:
    table = pl.DataFrame({name: done.columns[name] for name in COLUMNS})
    kept = {name: batch.frame[name].cast(pl.String) for name in batch.keep}
    rows = table.with_columns(**kept).filter(usable)
    text = [name for name, kind in rows.schema.items() if kind == pl.String and name != "degree"]
    return pd.DataFrame({name: _pandas(rows[name], name, name in text) for name in rows.columns})


def _pandas(column: pl.Series, name: str, is_text: bool) -> pd.Series:
    if is_text:
        return pd.Series(column.to_arrow(), dtype="str")
    if name == "degree":
        return pd.Series(column.to_list(), dtype=DEGREE_TYPE)
    if name == "date":
        return pd.Series(column.cast(pl.Datetime("us")).to_numpy(), dtype="datetime64[us]")
    if column.dtype == pl.Int64:
        return pd.Series(column.to_arrow().to_pandas(integer_object_nulls=True), dtype="Int64")
    return pd.Series(column.to_numpy(), dtype="float64")


def _quarantined(batch: RawBatch, done: Harmonised, reason: pl.Series) -> pd.DataFrame:
    rows = [
        (batch.source, batch.row[i], batch.line[i], reason[i], _detail(done, reason[i], i), raw)
        for i, raw in _raw(batch, (reason != "").arg_true())
    ]
    rows += [(batch.source, *broken) for broken in batch.broken]
    rows.sort(key=lambda row: row[1])
    columns = zip(*rows, strict=True) if rows else [()] * len(QUARANTINE_COLUMNS)
    cells = dict(zip(QUARANTINE_COLUMNS, map(list, columns), strict=True))
    types = {name: "Int64" if name in ("row", "line") else "str" for name in cells}
    return pd.DataFrame({name: pd.Series(cells[name], dtype=types[name]) for name in cells})


def _raw(batch: RawBatch, places: pl.Series) -> Iterator[tuple[int, str]]:
    """Raw values of rows as JSON, without cells that the file does not have."""
    rows = batch.frame[places].iter_rows(named=True)
    for place, values in zip(places, rows, strict=True):
        known = {name: value for name, value in values.items() if value is not None}
        yield place, raw_text(known)


def _detail(done: Harmonised, reason: str, index: int) -> str:
    values = [done.columns[name][index] for name in _SHOWN.get(reason, ())]
    return " to ".join("?" if value is None else str(value) for value in values)
