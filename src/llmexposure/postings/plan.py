"""How to read: what the caller asked for, checked once."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from llmexposure.errors import DataError, ParameterError
from llmexposure.postings.column_map import BY_ROW, ColumnMap, load_mapping, resolve
from llmexposure.postings.contract import COLUMNS
from llmexposure.postings.encoding import check_encoding


@dataclass(frozen=True)
class Plan:
    """Mapping, encoding, rows in a batch, and further columns to hand on."""

    mapping: ColumnMap
    encoding: str = "auto"
    batch_rows: int = 50_000
    keep: tuple[str, ...] = ()

    def columns(self, headings: list[str], source: str) -> dict[str, str]:
        """Columns of a file as ``{ours: theirs}``; `DataError` if one that is asked for lacks."""
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


def used(columns: dict[str, str], keep: tuple[str, ...]) -> list[str]:
    """Headings that validation looks at, each once."""
    return [name for name in dict.fromkeys([*columns.values(), *keep]) if name != BY_ROW]
