"""JSON lines in batches: one object a line, nested objects reachable as 'outer.inner'."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

import polars as pl

from llmexposure.errors import DataError
from llmexposure.postings.address import Part
from llmexposure.postings.collect import Fault, Gathered, Read, gather
from llmexposure.postings.delimited import sample_encoding
from llmexposure.postings.lines import Line, read_lines
from llmexposure.postings.opening import open_part, read_sample
from llmexposure.postings.plan import Plan, raw_batch, used, with_folders
from llmexposure.postings.raw import Broken, RawBatch, raw_text

# Deeper objects hold no column, and unfolding them takes time that grows with the square.
_DEEPEST = 8
LONE = re.compile("[\ud800-\udfff]")
_ESCAPED = re.compile(r"\\u[dD][89a-fA-F]")
Values = dict[str, Any]


def read_json_lines(part: Part, plan: Plan) -> Iterator[RawBatch]:
    """Batches of one file of JSON lines.

    A required column is looked for among the keys of the first batch. Keys that come up later are
    read from then on.

    Raises
    ------
    DataError
        If the file cannot be read or is empty, holds one JSON array, or lacks a required column.
    """
    sample = read_sample(part)
    encoding = sample_encoding(sample, plan, part.source)
    _refuse_array(sample, part.source)
    keys: dict[str, None] = {}
    with open_part(part) as stream:
        lines = read_lines(stream, encoding)
        reads = (_read(line) for line in lines if line.text.strip("\ufeff \t\r\n"))
        for batch in gather(reads, plan.batch_rows):
            keys |= dict.fromkeys(key for values in batch.values for key in values)
            yield build_batch(batch, keys, part, plan)


def _refuse_array(sample: bytes, source: str) -> None:
    start = sample.lstrip(b"\xef\xbb\xbf\r\n\t ")
    first = start.partition(b"\n")[0].strip()
    if start.startswith(b"[") and not (first.endswith(b"]") and first != start.strip()):
        raise DataError(
            f"{source}: the file is one JSON array, expected one object a line. "
            "Convert it, for instance with: jq -c '.[]'"
        )


def _read(line: Line) -> Read[Values]:
    text = line.text.lstrip("\ufeff").rstrip("\r\n")
    size = len(text)
    if line.fault:
        return Read(line.number, Fault(line.fault, line.detail, raw_text(text)), size)
    try:
        values = json.loads(text, object_pairs_hook=_once)
    except (ValueError, RecursionError) as error:
        return Read(line.number, Fault("bad_json", _told(error), raw_text(text)), size)
    if not isinstance(values, dict):
        detail = f"a JSON {type(values).__name__}"
        return Read(line.number, Fault("not_an_object", detail, raw_text(text)), size)
    if _ESCAPED.search(text) and LONE.search(json.dumps(values, ensure_ascii=False)):
        detail = "half of a surrogate pair"
        return Read(line.number, Fault("bad_encoding", detail, raw_text(text)), size)
    return Read(line.number, values, size)


def _told(error: Exception) -> str:
    return str(error) if isinstance(error, ValueError) else "nested too deeply"


def _once(pairs: list[tuple[str, Any]]) -> Values:
    values = dict(pairs)
    if len(values) != len(pairs):
        raise ValueError("a key stands there twice")
    return values


def build_batch(
    batch: Gathered[Values], keys: Mapping[str, None], part: Part, plan: Plan
) -> RawBatch:
    """Batch of text columns from rows of values; a row with a list where a value belongs breaks."""
    flat = [flatten(values) for values in batch.values]
    names = list(dict.fromkeys([*keys, *(key for values in flat for key in values)]))
    columns = plan.columns(with_folders(names, part), part.source) if flat else {}
    wanted = [name for name in used(columns, plan.keep) if name in names]
    nested = {i: name for i, values in enumerate(flat) if (name := _nested(values, wanted))}
    # Keys that no column of the contract uses are kept for the raw values of the quarantine.
    rest = [name for name in keys if name not in wanted]
    good = [index for index in range(len(flat)) if index not in nested]
    rows = [flat[index] for index in good]
    frame = pl.DataFrame([_column(name, rows) for name in [*wanted, *rest]])
    number, count, row, line = batch.place()
    faults = [
        Broken(row[i], line[i], "nested_value", f"in '{name}'", raw_text(batch.values[i]))
        for i, name in nested.items()
    ]
    place = number, count, row.gather(good), line.gather(good)
    return raw_batch(part, plan, columns, frame, place, [*batch.broken, *faults])


def _nested(values: Values, wanted: list[str]) -> str | None:
    return next((name for name in wanted if isinstance(values.get(name), dict | list)), None)


def _column(name: str, rows: list[Values]) -> pl.Series:
    return pl.Series(name, [as_text(values.get(name)) for values in rows], pl.String)


def flatten(values: Values, prefix: str = "") -> Values:
    """Values with those of nested objects, to a depth of 8, beside them under dotted keys.

    >>> flatten({"id": 1, "place": {"city": "Wuhan"}})
    {'id': 1, 'place': {'city': 'Wuhan'}, 'place.city': 'Wuhan'}
    """
    flat = {}
    for key, value in values.items():
        flat[prefix + key] = value
        if isinstance(value, dict) and prefix.count(".") < _DEEPEST:
            flat |= flatten(value, f"{prefix}{key}.")
    return flat


def as_text(value: object) -> str | None:
    """A JSON value as a cell of text; whole floats without their '.0'.

    >>> as_text(12.0), as_text(None), as_text([1])
    ('12', None, '[1]')
    """
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, float) and value != value:
        return None
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, bool | dict | list):
        return json.dumps(value, ensure_ascii=False)
    return str(value)
