"""What a run shows and how it names it: whole tables, lines, rows of a table of slopes."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from llmexposure.base.errors import ParameterError
from llmexposure.base.estimate import Estimate


@dataclass(frozen=True)
class Whole:
    """A table that shows every row and whole cells, where pandas cuts both."""

    frame: pd.DataFrame

    def __repr__(self) -> str:
        return self.frame.to_string()

    def _repr_html_(self) -> str:
        with pd.option_context("display.max_colwidth", None):
            return self.frame.to_html()


@dataclass(frozen=True)
class Said:
    """A line that a cell shows as it is."""

    text: str

    def __repr__(self) -> str:
        return self.text


def plain(name: str) -> str:
    """Name of an output; letters, digits and underscores only, so that it stays in its folder."""
    if not re.fullmatch(r"\w+", name, re.ASCII):
        raise ParameterError(f"name {name!r}: expected letters, digits and underscores only")
    return name


def absent(cell: str, entries: Mapping[str, Any], optional: Sequence[str]) -> bool:
    """Whether a cell names a p-value that was not recorded."""
    return cell not in entries and any(f".{name}" in cell for name in optional)


def slope_cells(key: str, p_values: Sequence[str]) -> list[str]:
    """Cells of a row of `Run.slope_table`, as keys: the slope, its intervals, p-values, range and N."""
    scope, quantity = key.rsplit(".", 1)
    suffix = quantity[5:] if quantity.startswith("slope") else f"_{quantity}"
    extra = ("wild:ci", *p_values, "loo_min", "loo_max")
    parts = [name.partition(":") for name in extra]
    others = [f"{scope}.{name}{suffix}{colon}{field}" for name, colon, field in parts]
    return [key, f"{key}:ci", *others, f"{key}:n"]


def value_rows(values: Mapping[str, Any]) -> pd.DataFrame:
    """Values as a table: ``label``, ``value``; of estimates also ``ci_low``, ``ci_high``, ``n``."""
    fields = ("value", "ci_low", "ci_high", "n")
    rows = [
        {"label": name, **{f: getattr(value, f) for f in fields}}
        if isinstance(value, Estimate)
        else {"label": name, "value": value}
        for name, value in values.items()
    ]
    return pd.DataFrame(rows)
