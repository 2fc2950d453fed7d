"""What every reader hands on: rows and batches as they stand in a file, before any value is looked at.

A `Plan` says how a file is to be read, `gather` cuts rows into batches of bounded size, `raw_batch` makes the
batch that validation takes.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import polars as pl

from llmexposure.base.errors import DataError, ParameterError
from llmexposure.postings.contract import BATCH_SIZE, COLUMNS, MAX_ID, MAX_RAW
from llmexposure.postings.read.address import Part
from llmexposure.postings.read.column_map import (
    BY_ROW,
    IDS,
    ColumnMap,
    load_mapping,
    offers,
    resolve,
)
from llmexposure.postings.read.lines import check_encoding

REPEATS = ("keep", "drop")
_MOST_FILES = 1000  # in one batch: each takes some kilobytes more than its rows


@dataclass(frozen=True)
class Plan:
    """How to read, checked once: mapping, encoding, rows in a batch, and further columns to hand on.

    ``repeats`` says whether postings that repeat an earlier one are kept and counted, or dropped.
    """

    mapping: ColumnMap
    encoding: str = "auto"
    batch_rows: int = 50_000
    keep: tuple[str, ...] = ()
    repeats: str = "keep"

    @property
    def coded(self) -> bool:
        """Whether exposure is that of the occupation code, so that a posting needs no text."""
        return self.mapping.coded

    def columns(
        self, headings: Sequence[str], source: str, inside: str | None = None
    ) -> dict[str, str]:
        """Columns of a file as ``{ours: theirs}``; `DataError` if one that is asked for lacks.

        ``headings`` are those of the file and of the folders that it is in; ``inside`` as in `offers`.
        """
        for name in self.keep:
            if name not in headings:
                found = ", ".join(headings[:15])
                raise DataError(f"{source}: no column '{name}' to keep; found {found}")
        return resolve(headings, self.mapping, source, inside)


def make_plan(
    mapping: Mapping[str, str] | str | Path | ColumnMap | None,
    encoding: str,
    batch_rows: int,
    keep: tuple[str, ...] = (),
    *,
    ids: str = "auto",
    repeats: str = "keep",
    coded: bool = False,
) -> Plan:
    """Plan from the arguments of a public function; `ParameterError` for one that cannot be."""
    if batch_rows < 1:
        raise ParameterError(f"batch_rows = {batch_rows}; expected 1 or more")
    for name, value, allowed in (("ids", ids, IDS), ("repeats", repeats, REPEATS)):
        if value not in allowed:
            raise ParameterError(f"{name} = '{value}'; expected {' or '.join(allowed)}")
    for name in keep:
        if name in COLUMNS:
            raise ParameterError(f"keep: '{name}' is a column of the contract already")
    chosen = load_mapping(mapping)
    if ids == "row":
        chosen = replace(chosen, names={**chosen.names, "posting_id": BY_ROW})
    if coded:
        chosen = replace(chosen, coded=True)
    return Plan(chosen, check_encoding(encoding), batch_rows, tuple(keep), repeats)


def with_folders(headings: Iterable[str], part: Part) -> list[str]:
    """Headings of a file, then the columns that only its folders state."""
    own = list(headings)
    return [*own, *(name for name in part.partition if name not in own)]


def used(columns: Mapping[str, str], keep: Iterable[str]) -> list[str]:
    """Headings that validation looks at, each once."""
    return [name for name in dict.fromkeys([*columns.values(), *keep]) if name != BY_ROW]


class Row(NamedTuple):
    """One row as read, or why it could not be read and what it held.

    Attributes
    ----------
    number
        Its place in the file, from 1, the heading not counted.
    line
        Line on which it begins; None unless the file is text.
    reason, detail, raw
        Of a row that could not be read: reason and detail for the quarantine, and what it held.
    values
        Of a row that could be read: its fields, or its values by key.
    size
        Characters that it takes in the file.
    """

    number: int
    line: int | None
    reason: str = ""
    detail: str = ""
    raw: str = ""
    values: Any = None
    size: int = 0

    def broken(self, reason: str, detail: str, held: object) -> "Row":
        """The row with a reason for the quarantine in place of its values."""
        return self._replace(reason=reason, detail=detail, raw=raw_text(held), values=None)


def gather(rows: Iterable[Row], batch_rows: int) -> Iterator[tuple[list[Row], list[Row]]]:
    """Batches of rows: those that could be read, and those that could not.

    A batch ends at ``batch_rows`` rows or at `BATCH_SIZE` characters, whichever is first; none is empty.
    """
    good, broken, size = [], [], 0
    for row in rows:
        (broken if row.reason else good).append(row)
        size += row.size
        if len(good) + len(broken) >= batch_rows or size >= BATCH_SIZE:
            yield good, broken
            good, broken, size = [], [], 0
    if good or broken:
        yield good, broken


class Origin(NamedTuple):
    """A file, or a piece of one, in a batch: address, name, its readable rows and the others."""

    source: str
    name: str
    readable: int
    broken: list[Row]


@dataclass(frozen=True)
class RawBatch:
    """Rows of one file, or of several put together (`together`), as read.

    Attributes
    ----------
    source
        Address of the file.
    plan
        How it was read; what a cell leaves open is read after its mapping (see `ColumnMap`), and the
        columns that it keeps are handed on as text.
    columns
        Which column of the file plays which part: ``{ours: theirs}``.
    frame
        Readable rows under the headings of the file.
    row, line
        Of each row of ``frame``: its number in the file (from 1, without the heading) and, in a
        text file, the line on which it begins.
    broken
        Rows that could not be read.
    instead
        Of JSON lines, further headings from which a column is read, in this order, in rows that have
        no value under the heading in ``columns``.
    unused
        Of JSON lines and tables, what each row states besides, as JSON: a column for each key would take
        rows times keys.
    name
        Name of the file in ids by row and in the quarantine, without the folders that lead to it.
    files
        Where its rows come from, in their order, when they are of several files.
    nested
        Of JSON lines and tables, the key of a list or an object that stands where a value of an
        optional column would, and what it holds; missing in other rows.
    offered
        All headings that would do for a column, the best first.
    told
        What the reader found out about the file, for a person.
    """

    source: str
    plan: Plan
    columns: dict[str, str]
    frame: pl.DataFrame = field(repr=False)
    row: pl.Series = field(repr=False)
    line: pl.Series = field(repr=False)
    broken: list[Row] = field(repr=False, default_factory=list)
    instead: Mapping[str, Sequence[str]] = field(default_factory=dict)
    unused: pl.Series | None = field(repr=False, default=None)
    name: str = ""
    files: tuple[Origin, ...] = field(repr=False, default=())
    nested: pl.Series | None = field(repr=False, default=None)
    offered: Mapping[str, Sequence[str]] = field(repr=False, default_factory=dict)
    told: tuple[str, ...] = ()

    @property
    def rows(self) -> int:
        """Rows read, broken ones included."""
        return self.frame.height + len(self.broken)

    @property
    def origins(self) -> tuple[Origin, ...]:
        """Where the rows come from, in their order."""
        return self.files or (Origin(self.source, self.name, self.frame.height, self.broken),)

    @property
    def names(self) -> pl.Series:
        """Name of the file of each row of ``frame``."""
        known = pl.Series("source", [one.name for one in self.origins], pl.String)
        sizes = [one.readable for one in self.origins]
        return known.gather(np.repeat(np.arange(len(sizes)), sizes))

    @property
    def numbered(self) -> bool:
        """Whether the rows are numbered because no heading states an id, and nobody asked for it."""
        asked = self.plan.mapping.names.get("posting_id") == BY_ROW
        return self.columns.get("posting_id") == BY_ROW and not asked

    def column(self, ours: str) -> pl.Series:
        """Cells that play a part of the contract; all missing where there is no such column."""
        if ours == "posting_id" and self.columns.get(ours) == BY_ROW:
            return self.names + "#" + self.row.cast(pl.String)
        names = self.headings(ours)
        if not names:
            return pl.repeat(None, self.frame.height, dtype=pl.String, eager=True).alias(ours)
        if len(names) == 1:
            return self.frame[names[0]]
        return self.frame.select(pl.coalesce(names)).to_series()

    def headings(self, ours: str) -> list[str]:
        """Columns of ``frame`` from which one of the contract is read, the first that has a value."""
        names = [self.columns.get(ours, ""), *self.instead.get(ours, ())]
        return [name for name in names if name and name in self.frame.columns]


def raw_batch(
    part: Part,
    plan: Plan,
    columns: dict[str, str],
    frame: pl.DataFrame,
    places: tuple[Sequence[int], Sequence[int | None]],
    broken: Sequence[Row] = (),
    instead: Mapping[str, Sequence[str]] | None = None,
    *,
    headings: Iterable[str] | None = None,
    told: tuple[str, ...] = (),
) -> RawBatch:
    """Batch of a part; ``places`` are the number and the line of each row of ``frame``.

    The columns that the folders of the part state are added, unless the file has them. ``headings`` are
    those of the file where ``frame`` has not all of them.
    """
    stated = {key: text for key, text in part.partition.items() if key not in frame.columns}
    if stated:
        frame = frame.with_columns(pl.lit(text, pl.String).alias(k) for k, text in stated.items())
    numbers, lines = (pl.Series(values, dtype=pl.Int64) for values in places)
    row, line = numbers.rename("row"), lines.rename("line")
    return RawBatch(
        part.source,
        plan,
        columns,
        frame,
        row,
        line,
        list(broken),
        instead or {},
        name=part.name or part.source,
        offered=offers(frame.columns if headings is None else headings, plan.mapping),
        told=told,
    )


def together(batches: Iterable[RawBatch], n_rows: int) -> Iterator[RawBatch]:
    """Small batches with the same columns put together, up to so many rows; no result depends on it.

    Validating and scoring a batch takes tens of milliseconds, however few rows it has.
    """
    held: list[RawBatch] = []
    rows = size = 0
    for batch in batches:
        taken = batch.frame.estimated_size()
        full = rows + batch.rows > n_rows or size + taken > BATCH_SIZE or len(held) == _MOST_FILES
        if held and (full or not _alike(held[0], batch)):
            yield _joined(held)
            held, rows, size = [], 0, 0
        # What is nearly full is not held back while the next is read.
        if not held and (2 * batch.rows > n_rows or 4 * taken > BATCH_SIZE):
            yield batch
            continue
        held.append(batch)
        rows, size = rows + batch.rows, size + taken
    if held:
        yield _joined(held)


def _alike(one: RawBatch, other: RawBatch) -> bool:
    return (
        one.frame.schema == other.frame.schema
        and one.columns == other.columns
        and one.instead == other.instead
        and one.plan == other.plan
        and one.offered == other.offered
        and one.told == other.told
        and (one.unused is None) == (other.unused is None)
        and (one.nested is None) == (other.nested is None)
    )


def _joined(batches: list[RawBatch]) -> RawBatch:
    if len(batches) == 1:
        return batches[0]
    unused = [batch.unused for batch in batches if batch.unused is not None]
    nested = [batch.nested for batch in batches if batch.nested is not None]
    return replace(
        batches[0],
        frame=pl.concat([batch.frame for batch in batches]),
        row=pl.concat([batch.row for batch in batches]),
        line=pl.concat([batch.line for batch in batches]),
        broken=[row for batch in batches for row in batch.broken],
        unused=pl.concat(unused) if unused else None,
        nested=pl.concat(nested) if nested else None,
        files=tuple(origin for batch in batches for origin in batch.origins),
    )


def places(rows: Iterable[Row]) -> tuple[list[int], list[int | None]]:
    """Numbers and lines of rows, for `raw_batch`."""
    rows = list(rows)
    return [row.number for row in rows], [row.line for row in rows]


def with_unused(raw: str, unused: str | None) -> str:
    """Raw values of a row with what no column is read from added; cut as `raw_text` cuts.

    >>> with_unused('{"id": 1}', '{"note": "x"}')
    '{"id": 1, "note": "x"}'
    """
    if not unused or not raw.endswith("}"):
        return raw
    text = f"{raw[:-1]}{', ' if len(raw) > 2 else ''}{unused[1:]}"
    return text if len(text) <= MAX_RAW else text[:MAX_RAW] + "…"


def raw_text(values: object) -> str:
    r"""Raw values as one JSON text; what is beyond `MAX_RAW` characters is cut off, marked by '…'.

    Bytes that did not decode are escaped as ``\udc80`` to ``\udcff``, so that they can be had
    again.

    >>> raw_text({"职位": "=1+1"})
    '{"职位": "=1+1"}'
    """
    text = json.dumps(values, ensure_ascii=False, default=str)
    text = text.encode("utf-8", "backslashreplace").decode("utf-8")
    return text if len(text) <= MAX_RAW else text[:MAX_RAW] + "…"


# A number that a spreadsheet wrote in its own way: the last digits are gone.
_CUT = r"^\d(?:[.,]\d+)?[eE]\+\d+$"
# What two rows must have in common to be one posting.
_SAME = ("title", "description", "city", "salary_min", "salary_max")


def kept_ids(stated: pl.Series) -> pl.Series:
    """Ids that fit the contract: those of more than `MAX_ID` characters as 32 hex digits of BLAKE2b.

    Two different ones become the same with a probability of n^2 / 2^129.

    >>> kept_ids(pl.Series(["a", "x" * 1000])).to_list()
    ['a', 'c9b2bd4ff487864c29fb41fab3e8187e']
    """
    long = (stated.str.len_chars() > MAX_ID).fill_null(False).arg_true()
    if not len(long):
        return stated
    hashes = [hashlib.blake2b(text.encode(), digest_size=16).hexdigest() for text in stated[long]]
    return stated.clone().scatter(long, pl.Series(hashes, dtype=pl.String))


def id_notes(batch: RawBatch, stated: pl.Series) -> dict[str, tuple[pl.Series, pl.Series | None]]:
    """What is to be said of the ids of a batch: by note, to which rows it applies, and their cells."""
    everywhere = pl.repeat(batch.numbered, len(stated), dtype=pl.Boolean, eager=True)
    if batch.numbered:
        return {"numbered_id": (everywhere, None)}
    cut = stated.str.contains(_CUT).fill_null(False)
    long = (stated.str.len_chars() > MAX_ID).fill_null(False)
    return {"long_id": (long, None), "cut_id": (cut, stated if cut.any() else None)}


def contents_of(columns: dict[str, pl.Series]) -> pl.Series:
    """64-bit hash of title, text, place and pay of each posting; without text, of its id.

    Many postings without text have title and place in common, and are not one posting for that. Of n
    postings that all differ, two are taken for one with a probability of n^2 / 2^65: one in a
    million for five million.

    >>> rows = {"title": ["Clerk"] * 2, "description": ["Files"] * 2, "city": ["Wuhan", None]}
    >>> cells = {name: pl.Series(values) for name, values in rows.items()}
    >>> pay = {name: pl.Series([3000.0, 3000.0]) for name in ("salary_min", "salary_max")}
    >>> contents_of(cells | pay).n_unique()
    2
    """
    hashes = pl.DataFrame(
        {name: columns[name].hash(seed=place) for place, name in enumerate(_SAME)}
    )
    same = hashes.to_struct("contents").hash(seed=0)
    untold = columns["description"].is_null()
    return columns["posting_id"].hash(seed=0).zip_with(untold, same) if untold.any() else same
