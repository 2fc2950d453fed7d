"""Job postings brought under one contract: read in batches, harmonised, every row accounted for.

`read_batches` reads any address, `validate_batch` splits a batch into usable postings and
quarantined rows, `validated_batches` does both, `validate_file` sums up. The contract for
researchers is in ``docs/reference/postings.md``.

The names are imported when they are first used, so that the command line starts quickly.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from llmexposure.base.files import SafeCsv, escape_formulas
    from llmexposure.postings.clean.summary import Summary, validate_file
    from llmexposure.postings.clean.validation import (
        Checked,
        check_batch,
        validate_batch,
        validated_batches,
    )
    from llmexposure.postings.contract import COLUMNS, DEGREE_TYPE, DEGREES, REQUIRED, SCHEMA
    from llmexposure.postings.read.address import Part, list_parts
    from llmexposure.postings.read.batches import SeenIds, read_batches
    from llmexposure.postings.read.column_map import ColumnMap, load_mapping
    from llmexposure.postings.read.parquet import from_frame
    from llmexposure.postings.read.raw import RawBatch

_HOMES = {
    "postings.read.address": ("Part", "list_parts"),
    "postings.read.batches": ("SeenIds", "read_batches"),
    "postings.read.column_map": ("ColumnMap", "load_mapping"),
    "postings.contract": ("COLUMNS", "DEGREES", "DEGREE_TYPE", "REQUIRED", "SCHEMA"),
    "postings.read.parquet": ("from_frame",),
    "postings.read.raw": ("RawBatch",),
    "base.files": ("SafeCsv", "escape_formulas"),
    "postings.clean.summary": ("Summary", "validate_file"),
    "postings.clean.validation": (
        "Checked",
        "check_batch",
        "validate_batch",
        "validated_batches",
    ),
}
_HOME = {name: home for home, names in _HOMES.items() for name in names}

__all__ = [
    "COLUMNS",
    "DEGREES",
    "DEGREE_TYPE",
    "REQUIRED",
    "SCHEMA",
    "Checked",
    "ColumnMap",
    "Part",
    "RawBatch",
    "SafeCsv",
    "SeenIds",
    "Summary",
    "check_batch",
    "escape_formulas",
    "from_frame",
    "list_parts",
    "load_mapping",
    "read_batches",
    "validate_batch",
    "validate_file",
    "validated_batches",
]


def __getattr__(name: str) -> object:
    """Public name from the module that defines it."""
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"llmexposure.{_HOME[name]}"), name)
