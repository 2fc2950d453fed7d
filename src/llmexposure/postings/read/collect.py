"""Rows of a text file gathered into batches of bounded size."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Generic, NamedTuple, TypeVar

import polars as pl

from llmexposure.postings.contract import BATCH_SIZE
from llmexposure.postings.read.raw import Broken

T = TypeVar("T")


class Fault(NamedTuple):
    """Why a row could not be read, and what it held."""

    reason: str
    detail: str
    raw: str


class Read(NamedTuple, Generic[T]):
    """One row: its line if it comes from text, its values or its fault, its size in characters."""

    line: int | None
    values: T | Fault
    size: int


@dataclass
class Gathered(Generic[T]):
    """Rows of one batch so far."""

    number: int
    values: list[T] = field(default_factory=list)
    row: list[int] = field(default_factory=list)
    line: list[int | None] = field(default_factory=list)
    broken: list[Broken] = field(default_factory=list)
    size: int = 0

    @property
    def rows(self) -> int:
        """Rows read, broken ones included."""
        return len(self.values) + len(self.broken)

    def add(self, number: int, read: Read[T]) -> None:
        """Add the row with this number in its file."""
        self.size += read.size
        if isinstance(read.values, Fault):
            self.broken.append(Broken(number, read.line, *read.values))
        else:
            self.values.append(read.values)
            self.row.append(number)
            self.line.append(read.line)

    def place(self) -> tuple[int, int, pl.Series, pl.Series]:
        """Number of the batch, rows read, and row and line number of each readable row."""
        row, line = pl.Series("row", self.row, pl.Int64), pl.Series("line", self.line, pl.Int64)
        return self.number, self.rows, row, line


def gather(rows: Iterator[Read[T]], batch_rows: int) -> Iterator[Gathered[T]]:
    """Batches of rows, none empty; rows are numbered from 1.

    A batch ends at ``batch_rows`` rows or at `BATCH_SIZE` characters, whichever is first.
    """
    batch: Gathered[T] = Gathered(0)
    for number, read in enumerate(rows, start=1):
        batch.add(number, read)
        if batch.rows >= batch_rows or batch.size >= BATCH_SIZE:
            yield batch
            batch = Gathered(batch.number + 1)
    if batch.rows:
        yield batch
