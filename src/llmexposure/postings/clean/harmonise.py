"""All columns of a batch in the terms of the contract, with what had to be changed."""

from dataclasses import dataclass, field

import polars as pl

from llmexposure.postings.clean.counts import harmonise_count
from llmexposure.postings.clean.dates import harmonise_date
from llmexposure.postings.clean.degree import harmonise_degree
from llmexposure.postings.clean.experience import harmonise_experience
from llmexposure.postings.clean.salary import harmonise_salary
from llmexposure.postings.clean.text import clean_text
from llmexposure.postings.clean.wordings import as_cells
from llmexposure.postings.contract import MAX_DESCRIPTION, MAX_LABEL
from llmexposure.postings.read.column_map import BY_ROW
from llmexposure.postings.read.raw import RawBatch


@dataclass
class Harmonised:
    """Columns of the contract, notes on single cells, and faults of single rows.

    Attributes
    ----------
    columns
        ``{name: values}``, each as long as the batch.
    notes
        ``{note: whether it applies}`` a row.
    words
        ``{note: the cells that it is about}``, for notes that apply to some row.
    salary_fault
        For each row ``negative_salary``, ``reversed_salary`` or another text.
    """

    columns: dict[str, pl.Series] = field(default_factory=dict)
    notes: dict[str, pl.Series] = field(default_factory=dict)
    words: dict[str, pl.Series] = field(default_factory=dict)
    salary_fault: pl.Series = field(default_factory=lambda: pl.Series([], dtype=pl.String))


def harmonise(batch: RawBatch) -> Harmonised:
    """Each column of a batch by its own rule; no row is judged yet."""
    done = Harmonised()
    _texts(batch, done)
    _labels(batch, done)
    _wordings(batch, done)
    _salary(batch, done)
    _dates(batch, done)
    _counts(batch, done)
    return done


def raw_column(batch: RawBatch, ours: str) -> pl.Series:
    """Column of the file that plays this part; all missing where there is none."""
    if ours == "posting_id" and batch.columns.get(ours) == BY_ROW:
        return (batch.source + "#") + batch.row.cast(pl.String)
    names = batch.headings(ours)
    if not names:
        return pl.repeat(None, batch.frame.height, dtype=pl.String, eager=True).alias(ours)
    return (
        batch.frame[names[0]]
        if len(names) == 1
        else batch.frame.select(pl.coalesce(names)).to_series()
    )


def _texts(batch: RawBatch, done: Harmonised) -> None:
    limits = {"title": (MAX_LABEL, True), "description": (MAX_DESCRIPTION, False)}
    found = {
        name: clean_text(_filled(raw_column(batch, name)), limit, one_line=one_line)
        for name, (limit, one_line) in limits.items()
    }
    done.columns |= {name: table["text"] for name, table in found.items()}
    title, description = found["title"], found["description"]
    done.notes["html_stripped"] = title["html"] | description["html"]
    done.notes["control_characters_removed"] = title["control"] | description["control"]
    done.notes["text_truncated"] = title["cut"] | description["cut"]


def _filled(column: pl.Series) -> pl.Series:
    """Text, missing where the cell says that there is none."""
    text = column.cast(pl.String)
    short = (text.str.len_bytes() < 8).arg_true()
    none = short.filter(as_cells(text.gather(short)).is_null())
    return text.clone().scatter(none, None) if len(none) else text


def _labels(batch: RawBatch, done: Harmonised) -> None:
    done.columns["posting_id"] = as_cells(raw_column(batch, "posting_id"))
    for name in ("occupation", "city"):
        cells = as_cells(raw_column(batch, name))
        done.columns[name] = clean_text(cells, MAX_LABEL, one_line=True)["text"]


def _wordings(batch: RawBatch, done: Harmonised) -> None:
    for name, rule, note in (
        ("degree", harmonise_degree, "unknown_degree_word"),
        ("min_years", harmonise_experience, "unknown_experience_word"),
    ):
        column = raw_column(batch, name)
        table = rule(column)
        done.columns[name] = table[name]
        _note(done, note, ~table["known"].fill_null(True), column)


def _note(done: Harmonised, note: str, where: pl.Series, *columns: pl.Series) -> None:
    """Record a note, and the cells that it is about when it applies to some row."""
    done.notes[note] = where
    if where.any():
        cells = [as_cells(column) for column in columns]
        joined = pl.concat_str(cells, separator=" to ", ignore_nulls=True)
        done.words[note] = pl.select(joined).to_series()


def _salary(batch: RawBatch, done: Harmonised) -> None:
    low, high, worded = (raw_column(batch, n) for n in ("salary_min", "salary_max", "salary"))
    table = harmonise_salary(low, high, worded, batch.salary_period)
    done.columns |= {"salary_min": table["low"], "salary_max": table["high"]}
    done.salary_fault = table["fault"]
    for note in ("unreadable_salary", "zero_salary", "salary_out_of_range"):
        _note(done, note, table["fault"] == note, worded, low, high)


def _dates(batch: RawBatch, done: Harmonised) -> None:
    column = raw_column(batch, "date")
    table = harmonise_date(column, batch.date_order, batch.epoch_zone)
    done.columns["date"] = table["date"]
    for note in ("unreadable_date", "ambiguous_date", "date_out_of_range"):
        _note(done, note, table["fault"] == note, column)
    # Counted only: these cells are readable, so none needs to be shown.
    done.notes["epoch_date"] = table["fault"] == "epoch_date"


def _counts(batch: RawBatch, done: Harmonised) -> None:
    for name in ("openings", "applications"):
        column = raw_column(batch, name)
        table = harmonise_count(column)
        done.columns[name] = table["count"]
        _note(done, f"unreadable_{name}", ~table["known"].fill_null(True), column)
