"""A batch as it was read, before any value is looked at."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import polars as pl

from llmexposure.postings.contract import MAX_RAW


class Broken(NamedTuple):
    """A row that could not be read: reason and detail for the quarantine, and what it held."""

    row: int
    line: int | None
    reason: str
    detail: str
    raw: str


@dataclass(frozen=True)
class RawBatch:
    """Rows of one file as read.

    Attributes
    ----------
    source
        Address of the file.
    number
        Place of the batch in its file, from 0; the same on every run.
    rows
        Rows read: ``frame.height + len(broken)``.
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
    keep
        Further columns of the file that validation hands on as text.
    salary_period, date_order, epoch_zone
        How to read what a cell leaves open; see `ColumnMap`.
    """

    source: str
    number: int
    rows: int
    columns: dict[str, str]
    frame: pl.DataFrame = field(repr=False)
    row: pl.Series = field(repr=False)
    line: pl.Series = field(repr=False)
    broken: list[Broken] = field(repr=False, default_factory=list)
    keep: tuple[str, ...] = ()
    salary_period: str = "month"
    date_order: str | None = None
    epoch_zone: str = "UTC"
    instead: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def headings(self, ours: str) -> list[str]:
        """Columns of ``frame`` from which one of the contract is read, the first that has a value."""
        names = [self.columns.get(ours), *self.instead.get(ours, ())]
        return [name for name in names if name in self.frame.columns]


def raw_text(values: Mapping[str, object] | Sequence[object] | str) -> str:
    r"""Raw values as one JSON text; what is beyond `MAX_RAW` characters is cut off, marked by '…'.

    Bytes that did not decode are escaped as ``\udc80`` to ``\udcff``, so that they can be had
    again.

    >>> raw_text({"职位": "=1+1"})
    '{"职位": "=1+1"}'
    """
    text = json.dumps(values, ensure_ascii=False, default=str)
    text = text.encode("utf-8", "backslashreplace").decode("utf-8")
    return text if len(text) <= MAX_RAW else text[:MAX_RAW] + "…"
