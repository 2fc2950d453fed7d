"""A table in memory as a batch, so that it goes through the same gate as a file."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd

from llmexposure.postings.read.address import Part
from llmexposure.postings.read.collect import Fault, Gathered, Read
from llmexposure.postings.read.column_map import ColumnMap
from llmexposure.postings.read.json_lines import LONE, build_batch, flatten
from llmexposure.postings.read.plan import make_plan
from llmexposure.postings.read.raw import RawBatch, raw_text


def from_frame(
    frame: pd.DataFrame,
    mapping: Mapping[str, str] | str | Path | ColumnMap | None = None,
    *,
    source: str = "table",
    keep: tuple[str, ...] = (),
) -> RawBatch:
    """Batch from a table, for `validate_batch`.

    Parameters
    ----------
    frame
        One row a posting, unique column names.
    mapping
        As in `read_batches`.
    source
        Name of the table in messages and in the quarantine.
    keep
        Further columns to hand on as text.

    Raises
    ------
    DataError
        If a required column is missing.

    Examples
    --------
    >>> table = pd.DataFrame({"id": [1], "title": ["Clerk"], "description": ["Files letters"]})
    >>> from_frame(table).rows
    1
    """
    plan = make_plan(mapping, "auto", max(len(frame), 1), keep)
    part = Part(source, None, source, "table")
    names = [str(name) for name in frame.columns]
    columns = plan.columns(names, source)
    cells = [[_cell(value) for value in frame.iloc[:, place]] for place in range(len(names))]
    batch: Gathered[dict[str, object]] = Gathered(0)
    for number, values in enumerate(zip(*cells, strict=True), start=1):
        batch.add(number, Read(None, _read(dict(zip(names, values, strict=True))), 0))
    choices = {ours: [theirs] for ours, theirs in columns.items()}
    flat = [flatten(values) for values in batch.values]
    return build_batch(batch, flat, names, choices, part, plan)


def _cell(value: object) -> object:
    """A cell as JSON would have it."""
    if isinstance(value, dict | list | str):
        return value
    if isinstance(value, np.ndarray | tuple | set):
        return list(value)
    if pd.isna(value):
        return None
    if isinstance(value, date):
        return value.isoformat()
    return value.item() if isinstance(value, np.generic) else value


def _read(values: dict[str, object]) -> dict[str, object] | Fault:
    for value in values.values():
        if isinstance(value, str) and LONE.search(value):
            return Fault("bad_encoding", "half of a surrogate pair", raw_text(values))
    return values
