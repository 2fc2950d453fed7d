"""Rows of a batch judged: usable postings on one side, quarantined rows with a reason on the other.

Each column is brought into the terms of the contract by its own rule, with a note where a cell had to be
changed (`harmonise`); then each row is judged (`check_batch`).
"""

from bisect import bisect
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import accumulate
from pathlib import Path

import pandas as pd
import polars as pl

from llmexposure.postings.clean.dates import READ_SO, harmonise_date
from llmexposure.postings.clean.pay_words import heading_money, heading_says
from llmexposure.postings.clean.requirements import harmonise_degree, harmonise_experience
from llmexposure.postings.clean.salary import ASSUMED, DOUBTS, FAULTS, Terms, harmonise_salary
from llmexposure.postings.clean.settle import BARE, settled_part
from llmexposure.postings.clean.text import clean_text
from llmexposure.postings.clean.wordings import as_cells, by_word, harmonise_count, opened
from llmexposure.postings.contract import (
    COLUMNS,
    DEGREE_TYPE,
    MANY_YEARS,
    MAX_DESCRIPTION,
    MAX_LABEL,
    REQUIRED,
)
from llmexposure.postings.read.address import Part, list_parts
from llmexposure.postings.read.batches import SeenIds
from llmexposure.postings.read.column_map import ColumnMap, offers
from llmexposure.postings.read.raw import (
    RawBatch,
    contents_of,
    id_notes,
    kept_ids,
    make_plan,
    raw_text,
    with_unused,
)

QUARANTINE_COLUMNS = ("source", "row", "line", "reason", "detail", "raw")
# Columns of the contract by name.
Columns = dict[str, pl.Series]
# By note, whether it applies to each row, and the cells that it is about; None: counted only.
Notes = dict[str, tuple[pl.Series, pl.Series | None]]
# Cells that a row is about, by reason: shown as the detail.
_SHOWN = {"duplicate_id": ("posting_id",), "repeated_posting": ("posting_id",)}


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
    usable
        Whether each row of ``batch.frame`` is usable.
    contents
        Hash of title, text, place and pay of each usable row (`contents_of`).
    repeated
        Usable rows of which an earlier usable row had the contents.
    currencies
        Usable rows with pay by the currency that it is stated in; '' for none.
    assumed
        Usable rows with pay of which nothing says what it is paid for.
    """

    batch: RawBatch = field(repr=False)
    valid: pd.DataFrame = field(repr=False)
    quarantined: pd.DataFrame = field(repr=False)
    notes: dict[str, int]
    words: dict[str, Counter[str]]
    usable: pl.Series = field(repr=False)
    contents: pl.Series = field(repr=False)
    repeated: int
    currencies: dict[str, int]
    assumed: int


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


def check_batch(
    batch: RawBatch, seen: SeenIds | None = None, same: SeenIds | None = None
) -> Checked:
    """`validate_batch` with the counts that a summary needs.

    Parameters
    ----------
    batch, seen
        As there.
    same
        Contents of earlier batches, as `contents_of` hashes them; updated.
    """
    columns, noted = harmonise(batch)
    reason = _repeats(columns["posting_id"], _reasons(batch, columns), seen or SeenIds())
    contents = contents_of(columns)
    again = _again(contents, reason, same or SeenIds())
    if batch.plan.repeats == "drop":
        reason = reason.clone().scatter(again.arg_true(), "repeated_posting")
    usable = reason == ""
    notes = {note: int((where & usable).sum()) for note, (where, _) in noted.items()}
    assumed = notes.pop(ASSUMED)
    words = {
        note: Counter(dict(cells.filter(where & usable).value_counts().iter_rows()))
        for note, (where, cells) in noted.items()
        if notes.get(note) and cells is not None
    }
    valid = _valid(batch, columns, usable)
    quarantined = _quarantined(batch, columns, reason)
    same_again = int((again & usable).sum())
    hashes = contents.filter(usable)
    money = _money(columns, usable)
    return Checked(
        batch, valid, quarantined, notes, words, usable, hashes, same_again, money, assumed
    )


def _money(columns: Columns, usable: pl.Series) -> dict[str, int]:
    """Usable rows with pay by currency."""
    paid = columns["salary_min"].is_not_null() | columns["salary_max"].is_not_null()
    named = columns["salary_currency"].filter(usable & paid).fill_null("")
    return dict(named.value_counts().iter_rows())


def validated_batches(
    address: str | Path | Part,
    mapping: Mapping[str, str] | str | Path | ColumnMap | None = None,
    encoding: str = "auto",
    batch_rows: int = 50_000,
    *,
    keep: tuple[str, ...] = (),
    ids: str = "auto",
    repeats: str = "keep",
) -> Iterator[Checked]:
    """Read and validate an address batch by batch; repeated ids and postings are found across all of it.

    Parameters and errors are those of `read_batches`. What a cell leaves open is settled by the other
    cells of its file (`settle`).
    """
    seen, same = SeenIds(), SeenIds()
    plan = make_plan(mapping, encoding, batch_rows, keep, ids=ids, repeats=repeats)
    for part in [address] if isinstance(address, Part) else list_parts(address)[0]:
        for batch in settled_part(part, plan):
            yield check_batch(batch, seen, same)


def harmonise(batch: RawBatch) -> tuple[Columns, Notes]:
    """Each column of a batch by its own rule, and what had to be changed; no row is judged yet."""
    columns, notes = {}, {}
    for rule in (_texts, _labels, _wordings, _salary, _dates, _counts):
        found, noted = rule(batch)
        columns |= found
        notes |= noted
    return columns, notes


def _texts(batch: RawBatch) -> tuple[Columns, Notes]:
    title = clean_text(_filled(batch.column("title")), MAX_LABEL, one_line=True)
    text = clean_text(_filled(batch.column("description")), MAX_DESCRIPTION, one_line=False)
    notes = {
        "html": "html_stripped",
        "control": "control_characters_removed",
        "cut": "text_truncated",
    }
    noted: Notes = {note: (title[what] | text[what], None) for what, note in notes.items()}
    return {"title": title["text"], "description": text["text"]}, noted


def _filled(column: pl.Series) -> pl.Series:
    """Text, missing where the cell says that there is none."""
    text = column.cast(pl.String)
    short = (text.str.len_bytes() < 8).arg_true()
    none = short.filter(as_cells(text.gather(short)).is_null())
    return text.clone().scatter(none, None) if len(none) else text


def _labels(batch: RawBatch) -> tuple[Columns, Notes]:
    stated = as_cells(batch.column("posting_id"))
    columns = {"posting_id": kept_ids(stated)}
    occupation = "occupation_code" if batch.plan.coded else "occupation"
    for name, read in (("occupation", occupation), ("city", "city")):
        cells = as_cells(batch.column(read))
        columns[name] = clean_text(cells, MAX_LABEL, one_line=True)["text"]
    notes = id_notes(batch, stated)
    if batch.nested is not None:
        notes["nested_cell"] = (batch.nested.is_not_null(), batch.nested)
    return columns, notes


def _wordings(batch: RawBatch) -> tuple[Columns, Notes]:
    degree = opened(batch.column("degree"))
    years = [opened(cells) for cells in _alternatives(batch, "min_years")]
    levels, unit = harmonise_degree(degree), batch.plan.mapping.experience_unit
    stated = [_in_words(cells, unit) for cells in years]
    least, _ = _first_read([harmonise_experience(cells) for cells in stated], "min_years")
    unknown = ~least["known"].fill_null(True)
    months = pl.repeat(False, len(unknown), dtype=pl.Boolean, eager=True)
    for cells, read in zip(years, stated, strict=True):
        months |= as_cells(cells).is_not_null() & read.is_null() & least["min_years"].is_null()
    return {"degree": levels["degree"], "min_years": least["min_years"]}, {
        "unknown_degree_word": _note(~levels["known"].fill_null(True), degree),
        "unknown_experience_word": _note(unknown, *years),
        "maybe_months": _note(months, *years),
        "many_years": _note((least["min_years"] > MANY_YEARS).fill_null(False), *years),
    }


def _alternatives(batch: RawBatch, ours: str) -> list[pl.Series]:
    """Columns that play a part of the contract, the best heading first; one at least."""
    names = offers(batch.frame.columns, batch.plan.mapping).get(ours, [])
    return [batch.frame[name] for name in names] or [batch.column(ours)]


def _in_words(column: pl.Series, unit: str | None) -> pl.Series:
    """Cells of years; numbers without a unit are said to be months, or missing where they may be.

    The mapping counts first, then a heading such as 'experience_in_months'.
    """
    cells, said = as_cells(column), heading_says(column.name)[0]
    unit = unit if unit in ("month", "year") else said if said in ("month", "year") else unit
    if unit not in ("month", "open"):
        return cells
    bare = cells.set(cells.str.contains(BARE), None)
    return bare.fill_null(cells + " months") if unit == "month" else bare


def _first_read(tables: list[pl.DataFrame], value: str) -> tuple[pl.DataFrame, list[pl.Series]]:
    """Of each row the first table that has a value, else the first that is not silent; and all values."""
    best = tables[0]
    told = best.columns[1]
    for table in tables[1:]:
        silent = best[told].is_null() if best[told].dtype == pl.Boolean else best[told] == ""
        better = best[value].is_null() & (table[value].is_not_null() | silent)
        best = best.select(table[name].zip_with(better, best[name]) for name in best.columns)
    return best, [table[value] for table in tables]


def _note(where: pl.Series, *columns: pl.Series) -> tuple[pl.Series, pl.Series | None]:
    """A note with the cells that it is about, which are not put together when it applies nowhere."""
    if not where.any():
        return where, None
    cells = [as_cells(column) for column in columns]
    joined = pl.concat_str(cells, separator=" to ", ignore_nulls=True)
    return where, pl.select(joined).to_series()


def _salary(batch: RawBatch) -> tuple[Columns, Notes]:
    names = ("salary_min", "salary_max", "salary")
    low, high, worded = (opened(batch.column(name)) for name in names)
    mapping = batch.plan.mapping
    terms = Terms(mapping.salary_period, mapping.salary_unit, mapping.salary_point)
    periods = batch.column("salary_period") if batch.headings("salary_period") else None
    money = batch.column("salary_currency") if batch.headings("salary_currency") else None
    chinese = batch.column("title").cast(pl.String).str.contains("[一-鿿]").fill_null(False)
    said = (_said(batch, "salary_min"), _said(batch, "salary_max"), _said(batch, "salary"))
    table = harmonise_salary(low, high, worded, terms, periods, chinese, said, money)
    cells = [worded, low, high, *(each for each in (periods, money) if each is not None)]
    noted = {note: _note(table["fault"] == note, *cells) for note in FAULTS}
    noted |= {note: _note(table[note], *cells) for note in DOUBTS}
    # For a hint, and not where the mapping says that it is a month's: these cells are readable.
    noted[ASSUMED] = table[ASSUMED] & (not mapping.says_period), None
    ours = {"salary_min": "low", "salary_max": "high", "salary_currency": "currency"}
    return {name: table[read] for name, read in ours.items()}, noted


def _said(batch: RawBatch, ours: str) -> pl.DataFrame | None:
    """What the heading from which each row is read says of its numbers; None where none says anything."""
    names = batch.headings(ours)
    told = {name: (*heading_says(name), heading_money(name)) for name in names}
    if not any(any(each) for each in told.values()):
        return None
    first = [pl.when(pl.col(name).is_not_null()).then(pl.lit(name)) for name in names]
    heading = batch.frame.select(pl.coalesce(first)).to_series()
    return by_word(
        heading, told.__getitem__, {"named": pl.String, "unit": pl.Float64, "money": pl.String}
    )


def _dates(batch: RawBatch) -> tuple[Columns, Notes]:
    columns, mapping = _alternatives(batch, "date"), batch.plan.mapping
    options = mapping.date_order, mapping.epoch_zone, mapping.date_language
    tables = [harmonise_date(column, *options, settled=mapping.settled) for column in columns]
    table, days = _first_read(tables, "date")
    notes = ("unreadable_date", "ambiguous_date", "date_out_of_range")
    noted = {note: _note(table["fault"] == note, *columns) for note in notes}
    differ = pl.repeat(False, len(days[0]), eager=True)
    for one in days[1:]:
        differ |= (one != table["date"]).fill_null(False)
    # Counted only: these cells are readable, so none needs to be shown.
    noted |= {note: (table["fault"] == note, None) for note in READ_SO}
    return {"date": table["date"]}, {**noted, "dates_differ": _note(differ, *columns)}


def _counts(batch: RawBatch) -> tuple[Columns, Notes]:
    columns, noted = {}, {}
    for name in ("openings", "applications"):
        column = batch.column(name)
        table = harmonise_count(column)
        columns[name] = table["count"]
        noted[f"unreadable_{name}"] = _note(~table["known"].fill_null(True), column)
    return columns, noted


def _reasons(batch: RawBatch, columns: Columns) -> pl.Series:
    """First reason of each row, in the order of the contract; empty where there is none."""
    text = pl.DataFrame({name: columns[name] for name in REQUIRED})
    posting_id, title, description = (pl.col(name) for name in REQUIRED)
    wanted = pl.lit(not batch.plan.coded)
    return (
        text.with_columns(empty=_empty(batch))
        .select(
            reason=pl.when("empty")
            .then(pl.lit("empty_row"))
            .when(posting_id.is_null())
            .then(pl.lit("empty_id"))
            .when(wanted & title.is_null())
            .then(pl.lit("empty_title"))
            .when(wanted & description.is_null())
            .then(pl.lit("empty_description"))
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


def _again(contents: pl.Series, reason: pl.Series, same: SeenIds) -> pl.Series:
    """Rows without a reason whose contents came up before; contents of the other rows are not remembered."""
    usable = (reason == "").arg_true()
    repeated = same.repeated(contents.gather(usable))
    everywhere = pl.repeat(False, len(reason), dtype=pl.Boolean, eager=True)
    return everywhere.scatter(usable.filter(repeated), True)


def _valid(batch: RawBatch, columns: Columns, usable: pl.Series) -> pd.DataFrame:
    table = pl.DataFrame({name: columns[name] for name in COLUMNS})
    kept = {name: batch.frame[name].cast(pl.String) for name in batch.plan.keep}
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


def _quarantined(batch: RawBatch, columns: Columns, reason: pl.Series) -> pd.DataFrame:
    files = batch.origins
    ends = list(accumulate(file.readable for file in files))
    found = [
        (
            bisect(ends, i),
            batch.row[i],
            batch.line[i],
            reason[i],
            _detail(columns, reason[i], i),
            raw,
        )
        for i, raw in raw_values(batch, (reason != "").arg_true())
    ]
    found += [
        (place, row.number, row.line, row.reason, row.detail, row.raw)
        for place, file in enumerate(files)
        for row in file.broken
    ]
    found.sort(key=lambda row: row[:2])
    rows = [(files[place].name, *rest) for place, *rest in found]
    columned = zip(*rows, strict=True) if rows else [()] * len(QUARANTINE_COLUMNS)
    cells = dict(zip(QUARANTINE_COLUMNS, map(list, columned), strict=True))
    types = {name: "Int64" if name in ("row", "line") else "str" for name in cells}
    return pd.DataFrame({name: pd.Series(cells[name], dtype=types[name]) for name in cells})


def raw_values(batch: RawBatch, places: pl.Series) -> Iterator[tuple[int, str]]:
    """Raw values of rows as JSON, without cells that the file does not have."""
    rows = batch.frame[places].iter_rows(named=True)
    for place, values in zip(places, rows, strict=True):
        known = {name: value for name, value in values.items() if value is not None}
        unused = None if batch.unused is None else batch.unused[place]
        yield place, with_unused(raw_text(known), unused)


def _detail(columns: Columns, reason: str, index: int) -> str:
    values = [columns[name][index] for name in _SHOWN.get(reason, ())]
    return " to ".join("?" if value is None else str(value) for value in values)
