"""JSON lines in batches: one object a line, nested objects reachable as 'outer.inner'."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain
from typing import Any

import polars as pl

from llmexposure.base.errors import DataError
from llmexposure.postings.contract import MAX_RAW
from llmexposure.postings.read.address import Part, open_part, read_sample
from llmexposure.postings.read.column_map import BY_ROW, offers
from llmexposure.postings.read.lines import Line, read_lines, sample_encoding
from llmexposure.postings.read.raw import Plan, RawBatch, Row, gather, places, raw_batch

# Deeper objects hold no column, and unfolding them takes time that grows with the square.
_DEEPEST = 8
# Keys remembered of a file for the message that a column lacks, beside those that some column is read from.
_REMEMBERED = 1000
# Commas of a row up to which it counts as its text where rows are gathered, and what each more counts:
# what Python holds of a key or an item.
_FEW, _PER_ITEM = 100, 64
LONE = re.compile("[\ud800-\udfff]")
_ESCAPED = re.compile(r"\\u[dD][89a-fA-F]")
Values = dict[str, Any]


def read_json_lines(part: Part, plan: Plan) -> Iterator[RawBatch]:
    """Batches of one file of JSON lines.

    Each row is read on its own: a column has the value under the best heading (see `offers`) for
    which the row states one, else what the folders of the file state. Whether a column lacks is
    known at the end of the file only, so that nothing depends on where batches end.

    Raises
    ------
    DataError
        If the file cannot be read or is empty, or holds one JSON array; at its end, if no row has
        a required column or one that the mapping names.
    """
    sample = read_sample(part)
    encoding = sample_encoding(sample, plan.encoding, part.source)
    _refuse_array(sample, part.source)
    # Keys in the order of the file, which decides between those that mean the same.
    keys: dict[str, None] = {}
    with open_part(part) as stream:
        lines = (line for line in read_lines(stream, encoding) if line.text.strip("\ufeff \t\r\n"))
        rows = (_read(number, line) for number, line in enumerate(lines, start=1))
        for good, broken in gather(rows, plan.batch_rows):
            yield _batch(good, broken, keys, part, plan)
    if keys:
        plan.columns(list(keys), part.source)


def _batch(
    rows: list[Row], broken: list[Row], keys: dict[str, None], part: Part, plan: Plan
) -> RawBatch:
    """Batch of the next rows of a file, whose keys are added to those seen before."""
    flat = [_with_folders(flatten(row.values), part) for row in rows]
    present = dict.fromkeys(key for values in flat for key in values)
    read = {*plan.keep, *chain.from_iterable(offers(present, plan.mapping).values())}
    keys |= {key: None for key in present if key in read or len(keys) < _REMEMBERED}
    names = [key for key in keys if key in present]
    return build_batch((rows, broken), flat, offers(names, plan.mapping), part, plan)


def _with_folders(values: Values, part: Part) -> Values:
    stated = {key: text for key, text in part.partition.items() if not _states(values.get(key))}
    return values | stated


def _refuse_array(sample: bytes, source: str) -> None:
    start = sample.lstrip(b"\xef\xbb\xbf\r\n\t ")
    first = start.partition(b"\n")[0].strip()
    if start.startswith(b"[") and not (first.endswith(b"]") and first != start.strip()):
        raise DataError(
            f"{source}: the file is one JSON array, expected one object a line. "
            "Convert it, for instance with: jq -c '.[]'"
        )


def _read(number: int, line: Line) -> Row:
    text = line.text.lstrip("\ufeff").rstrip("\r\n")
    row = Row(number, line.number, size=len(text) + _PER_ITEM * max(0, text.count(",") - _FEW))
    if line.fault:
        return row.broken(line.fault, line.detail, text)
    try:
        values = json.loads(text, object_pairs_hook=_once)
    except (ValueError, RecursionError) as error:
        return row.broken("bad_json", _told(error), text)
    if not isinstance(values, dict):
        return row.broken("not_an_object", f"a JSON {type(values).__name__}", text)
    if _ESCAPED.search(text) and LONE.search(json.dumps(values, ensure_ascii=False)):
        return row.broken("bad_encoding", "half of a surrogate pair", text)
    return row._replace(values=values)


def _told(error: Exception) -> str:
    return str(error) if isinstance(error, ValueError) else "nested too deeply"


def _once(pairs: list[tuple[str, Any]]) -> Values:
    values = dict(pairs)
    if len(values) != len(pairs):
        raise ValueError("a key stands there twice")
    return values


def build_batch(
    rows: tuple[list[Row], list[Row]],
    flat: list[Values],
    choices: Mapping[str, Sequence[str]],
    part: Part,
    plan: Plan,
) -> RawBatch:
    """Batch of text columns from rows of values; a row with a list where a value belongs breaks.

    Parameters
    ----------
    rows
        Those that could be read, and those that could not.
    flat
        The values of each readable row as from `flatten`.
    choices
        For each column of the contract the keys from which it is read, the best first.
    """
    read, broken = rows
    wells = [*choices.values(), *([name] for name in plan.keep)]
    wanted = list(dict.fromkeys(name for names in wells for name in names if name != BY_ROW))
    nested = {i: name for i, values in enumerate(flat) if (name := _nested(values, wanted, wells))}
    faults = [
        read[i].broken("nested_value", f"in '{name}'", read[i].values) for i, name in nested.items()
    ]
    good = [index for index in range(len(flat)) if index not in nested]
    cells = [flat[index] for index in good]
    frame = pl.DataFrame([_column(name, cells) for name in wanted or [""]])
    used = {ours: names for ours in choices if (names := _used(frame, choices[ours]))}
    columns = {ours: names[0] for ours, names in used.items()}
    instead = {ours: names[1:] for ours, names in used.items() if names[1:]}
    kept = places(read[index] for index in good)
    batch = raw_batch(part, plan, columns, frame, kept, [*broken, *faults], instead)
    rest = [_unused(read[index].values, wanted) for index in good]
    return replace(batch, unused=pl.Series(rest, dtype=pl.String))


def _unused(values: Values, wanted: Sequence[str]) -> str | None:
    """What a row states that no column is read from, as JSON, for the raw values of the quarantine."""
    rest = {key: text for key in values if key not in wanted and (text := as_text(values[key]))}
    return json.dumps(rest, ensure_ascii=False)[: 2 * MAX_RAW] if rest else None


def _nested(values: Values, wanted: list[str], wells: list[Sequence[str]]) -> str | None:
    """Key with a list or an object that would be read as a value."""
    if not any(isinstance(values.get(name), dict | list) for name in wanted):
        return None
    read = (next((n for n in names if _states(values.get(n))), "") for names in wells)
    return next((name for name in read if isinstance(values.get(name), dict | list)), None)


def _states(value: object) -> bool:
    return value is not None and value == value  # NaN is not itself


def _used(frame: pl.DataFrame, names: Sequence[str]) -> list[str]:
    """The names from which some row has its value."""
    if BY_ROW in names:
        return [BY_ROW]
    used, left = [], pl.repeat(True, frame.height, eager=True)
    for name in names:
        has = left & frame[name].is_not_null()
        if has.any():
            used.append(name)
            left &= ~has
    return used


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
