"""Job postings brought under one contract: read in batches, harmonised, every row accounted for.

`read_batches` reads any address, `validate_batch` splits a batch into usable postings and
quarantined rows, `validated_batches` does both, `validate_file` sums up. The contract for
researchers is in ``docs/postings.md``.
"""

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
from llmexposure.postings.validation import Checked, check_batch, validate_batch, validated_batches

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
