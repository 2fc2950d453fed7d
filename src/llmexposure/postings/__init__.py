"""Job postings brought under one contract: read in batches, harmonised, every row accounted for.

`read_batches` reads any address, `validate_batch` splits a batch into usable postings and
quarantined rows, `validated_batches` does both, `validate_file` sums up. The contract for
researchers is in ``docs/postings.md``.

The names are imported when they are first used, so that the command line starts quickly.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from llmexposure.postings.address import Listing, Part, list_parts
    from llmexposure.postings.batches import read_batches
    from llmexposure.postings.column_map import ColumnMap, load_mapping
    from llmexposure.postings.contract import COLUMNS, DEGREE_TYPE, DEGREES, REQUIRED, SCHEMA
    from llmexposure.postings.files import validate_file
    from llmexposure.postings.frames import from_frame
    from llmexposure.postings.raw import RawBatch
    from llmexposure.postings.safe_csv import SafeCsv, escape_formulas
    from llmexposure.postings.seen import SeenIds
    from llmexposure.postings.summary import Summary
    from llmexposure.postings.validation import (
        Checked,
        check_batch,
        validate_batch,
        validated_batches,
    )

_HOMES = {
    "address": ("Listing", "Part", "list_parts"),
    "batches": ("read_batches",),
    "column_map": ("ColumnMap", "load_mapping"),
    "contract": ("COLUMNS", "DEGREES", "DEGREE_TYPE", "REQUIRED", "SCHEMA"),
    "files": ("validate_file",),
    "frames": ("from_frame",),
    "raw": ("RawBatch",),
    "safe_csv": ("SafeCsv", "escape_formulas"),
    "seen": ("SeenIds",),
    "summary": ("Summary",),
    "validation": ("Checked", "check_batch", "validate_batch", "validated_batches"),
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
    "Listing",
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
    return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
