"""How to read: what the caller asked for, checked once."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from llmexposure.base.errors import DataError, ParameterError
from llmexposure.postings.contract import COLUMNS
from llmexposure.postings.read.address import Part
from llmexposure.postings.read.column_map import BY_ROW, ColumnMap, load_mapping, resolve
from llmexposure.postings.read.encoding import check_encoding
from llmexposure.postings.read.raw import Broken, RawBatch


@dataclass(frozen=True)
class Plan:
    """Mapping, encoding, rows in a batch, and further columns to hand on."""

    mapping: ColumnMap
    encoding: str = "auto"
    batch_rows: int = 50_000
    keep: tuple[str, ...] = ()

    def columns(self, headings: list[str], source: str) -> dict[str, str]:
        """Columns of a file as ``{ours: theirs}``; `DataError` if one that is asked for lacks.

        ``headings`` are those of the file and of the folders that it is in.
        """
        for name in self.keep:
            if name not in headings:
                found = ", ".join(headings[:15])
                raise DataError(f"{source}: no column '{name}' to keep; found {found}")
        return resolve(headings, self.mapping, source)


def make_plan(
    mapping: Mapping[str, str] | str | Path | ColumnMap | None,
    encoding: str,
    batch_rows: int,
    keep: tuple[str, ...],
) -> Plan:
    """Plan from the arguments of a public function; `ParameterError` for one that cannot be."""
    if batch_rows < 1:
        raise ParameterError(f"batch_rows = {batch_rows}; expected 1 or more")
    for name in keep:
        if name in COLUMNS:
            raise ParameterError(f"keep: '{name}' is a column of the contract already")
    return Plan(load_mapping(mapping), check_encoding(encoding), batch_rows, tuple(keep))


def with_folders(headings: Iterable[str], part: Part) -> list[str]:
    """Headings of a file, then the columns that only its folders state."""
    own = list(headings)
    return [*own, *(name for name in part.partition if name not in own)]


def used(columns: dict[str, str], keep: tuple[str, ...]) -> list[str]:
    """Headings that validation looks at, each once."""
    return [name for name in dict.fromkeys([*columns.values(), *keep]) if name != BY_ROW]


def raw_batch(
    part: Part,
    plan: Plan,
    columns: dict[str, str],
    frame: pl.DataFrame,
    place: tuple[int, int, pl.Series, pl.Series],
    broken: list[Broken],
    instead: Mapping[str, Sequence[str]] | None = None,
) -> RawBatch:
    """Batch of a part; ``place`` is batch number, rows read, and row and line of each row.

    The columns that the folders of the part state are added, unless the file has them.
    """
    stated = {key: text for key, text in part.partition.items() if key not in frame.columns}
    frame = frame.with_columns(pl.lit(text, pl.String).alias(key) for key, text in stated.items())
    number, rows, row, line = place
    mapping = plan.mapping
    options = (plan.keep, mapping.salary_period, mapping.date_order, mapping.epoch_zone)
    return RawBatch(
        part.source, number, rows, columns, frame, row, line, broken, *options, instead or {}
    )
