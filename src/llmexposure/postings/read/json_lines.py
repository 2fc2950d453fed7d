"""JSON in batches: one object a line, or rows of a document; nested objects reachable as 'outer.inner'."""

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain
from typing import Any, NamedTuple

import polars as pl

from llmexposure.base.errors import DataError
from llmexposure.postings.contract import BATCH_SIZE, MAX_RAW, REQUIRED
from llmexposure.postings.read.address import Part, open_part, read_sample
from llmexposure.postings.read.column_map import BY_ROW, ColumnMap, offers, relative_dates, within
from llmexposure.postings.read.json_values import (
    Path,
    Value,
    largest_first,
    lists_of,
    once,
    path_of,
    read_values,
)
from llmexposure.postings.read.lines import Line, read_lines, sample_encoding
from llmexposure.postings.read.raw import Plan, RawBatch, Row, gather, places, raw_batch

# Deeper objects hold no column, and unfolding them takes time that grows with the square.
_DEEPEST = 8
# Keys remembered of a file for the message that a column lacks, beside those that some column is read from.
_REMEMBERED = 1000
# Rows from which it is told whether a file states ids.
_HEAD = 100
_NESTED = (dict, list)
_BLANK = "\ufeff \t\r\n"
# Commas of a row up to which it counts as its text where rows are gathered, and what each more counts:
# what Python holds of a key or an item.
_FEW, _PER_ITEM = 100, 64
LONE = re.compile("[\ud800-\udfff]")
_ESCAPED = re.compile(r"\\u[dD][89a-fA-F]")
Values = dict[str, Any]


class _First(NamedTuple):
    """What the first rows tell of a file.

    Whether to number the rows, which headings have relative dates, the object that holds what a posting
    states, and what to say.
    """

    by_row: bool
    relative: set[str]
    inside: str
    told: tuple[str, ...]


def read_json_lines(part: Part, plan: Plan) -> Iterator[RawBatch]:
    """Batches of one file of JSON: objects a line each, over several lines, in an array or in a list within.

    Each row is read on its own: a column has the value under the best heading (see `offers`) for
    which the row states one, else what the folders of the file state. Whether a column lacks is
    known at the end of the file only, so that nothing depends on where batches end. Whether rows have
    ids of their own is told from the first of them (`_HEAD`).

    Raises
    ------
    DataError
        If the file cannot be read or is empty, or is a document that breaks off or breaks the rules of
        JSON; at its end, if no row has a required column or one that the mapping names.
    """
    sample = read_sample(part)
    encoding = sample_encoding(sample, plan.encoding, part.source)
    path, told = _records(sample, encoding, part, plan)
    # Keys in the order of the file, which decides between those that mean the same.
    keys: dict[str, None] = {}
    with open_part(part) as stream:
        if path is None:
            lines = (one for one in read_lines(stream, encoding) if one.text.strip(_BLANK))
            rows = (_read(number, line) for number, line in enumerate(lines, start=1))
        else:
            values = read_values(stream, encoding or "utf-8", path, part.source)
            rows = (_row_of(number, value) for number, value in enumerate(values, start=1))
        head = _head(rows)
        first = _first(head, part, plan, told)
        for good, broken in gather(chain(head, rows), plan.batch_rows):
            yield _batch((good, broken), keys, part, plan, first)
    if keys:
        plan.columns(list(keys), part.source, first.inside)
    elif not head and plan.mapping.records:
        raise DataError(
            f"{part.source}: the mapping says records = '{plan.mapping.records}', but the file has no "
            "list of objects there."
        )


def _records(
    sample: bytes, encoding: str | None, part: Part, plan: Plan
) -> tuple[Path | None, tuple]:
    """Path to the list of postings that the mapping names, else to the largest; and what to say of lists."""
    codec, is_row = encoding or "utf-8", _is_posting(plan.mapping)
    if plan.mapping.records:
        return tuple(plan.mapping.records.split(".")), ()
    path = path_of(sample.decode(codec, "replace"), is_row)
    if not path:
        return path, ()
    with open_part(part) as stream:
        found = lists_of(stream, codec, part.source, is_row) or {path: 0}
    path, *others = largest_first(found)
    left = [
        f"the {found[one]:,} item(s) of '{'.'.join(one)}' are not read: say records in the mapping file"
        for one in others
    ]
    return path, (f"the rows are the items of '{'.'.join(path)}'", *left)


def _head(rows: Iterator[Row]) -> list[Row]:
    """The first rows, so few that they take no more memory than a batch."""
    head: list[Row] = []
    for row in rows:
        head.append(row)
        if len(head) == _HEAD or sum(one.size for one in head) > BATCH_SIZE // 8:
            break
    return head


def _first(head: list[Row], part: Part, plan: Plan, told: tuple[str, ...]) -> _First:
    flat = [flatten(row.values) for row in head if not row.reason]
    keys = [*dict.fromkeys(key for values in flat for key in values), *part.partition]
    inside = within(keys, plan.mapping)
    names = offers(keys, plan.mapping, inside)
    dates = {name: [_cell(row.get(name)) for row in flat] for name in names.get("date", ())}
    asked = plan.mapping.names.get("posting_id")
    return _First(
        bool(flat) and not asked and "posting_id" not in names, relative_dates(dates), inside, told
    )


def _is_posting(mapping: ColumnMap) -> Callable[[Values], bool]:
    """Whether an object is a posting, and not something around postings."""

    def with_title(values: Values) -> bool:
        return "title" in offers(flatten(values), mapping)

    return with_title


def _batch(
    rows: tuple[list[Row], list[Row]],
    keys: dict[str, None],
    part: Part,
    plan: Plan,
    first: _First,
) -> RawBatch:
    """Batch of the next rows of a file, whose keys are added to those seen before."""
    flat = [_with_folders(flatten(row.values), part) for row in rows[0]]
    present = dict.fromkeys(key for values in flat for key in values)
    read = {*plan.keep, *chain.from_iterable(offers(present, plan.mapping, first.inside).values())}
    keys |= {key: None for key in present if key in read or len(keys) < _REMEMBERED}
    choices = offers([key for key in keys if key in present], plan.mapping, first.inside)
    if first.by_row:
        choices["posting_id"] = [BY_ROW]
    if "date" in choices:
        choices["date"].sort(key=first.relative.__contains__)
    return replace(build_batch(rows, flat, choices, part, plan), told=first.told)


def _with_folders(values: Values, part: Part) -> Values:
    stated = {key: text for key, text in part.partition.items() if not _states(values.get(key))}
    return values | stated


def _read(number: int, line: Line) -> Row:
    text = line.text.lstrip("\ufeff").rstrip("\r\n")
    row = _sized(number, line.number, text)
    if line.fault:
        return row.broken(line.fault, line.detail, text)
    try:
        values = json.loads(text, object_pairs_hook=once)
    except (ValueError, RecursionError) as error:
        return row.broken("bad_json", _told(error), text)
    return _judged(row, values, text)


def _row_of(number: int, value: Value) -> Row:
    """A value of a document as a row."""
    row = _sized(number, value.line, value.text)
    if value.fault:
        return row.broken("bad_json", value.fault, value.text)
    if LONE.search(value.text):
        return row.broken("bad_encoding", "bytes that are not text", value.text)
    return _judged(row, value.value, value.text)


def _sized(number: int, line: int, text: str) -> Row:
    return Row(number, line, size=len(text) + _PER_ITEM * max(0, text.count(",") - _FEW))


def _judged(row: Row, values: object, text: str) -> Row:
    if not isinstance(values, dict):
        return row.broken("not_an_object", f"a JSON {type(values).__name__}", text)
    if _ESCAPED.search(text) and LONE.search(json.dumps(values, ensure_ascii=False)):
        return row.broken("bad_encoding", "half of a surrogate pair", text)
    return row._replace(values=values)


def _told(error: Exception) -> str:
    return str(error) if isinstance(error, ValueError) else "nested too deeply"


def build_batch(
    rows: tuple[list[Row], list[Row]],
    flat: list[Values],
    choices: Mapping[str, Sequence[str]],
    part: Part,
    plan: Plan,
) -> RawBatch:
    """Batch of text columns from rows of values; a list or an object is no value.

    A row breaks where that leaves it without a required column; an optional one is missing then, and
    stands in ``nested``.

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
    wells = {**choices, **{f"keep {name}": [name] for name in plan.keep}}
    wanted = list(dict.fromkeys(name for name in chain(*wells.values()) if name != BY_ROW))
    mixed = [i for i, values in enumerate(flat) if _holds_nested(values, wanted)]
    nested = {i: found for i in mixed if (found := _nested(flat[i], wells))}
    lost = {i: name for i, found in nested.items() if (name := _required(found, plan))}
    faults = [
        read[i].broken("nested_value", f"in '{name}'", read[i].values) for i, name in lost.items()
    ]
    good = [index for index in range(len(flat)) if index not in lost]
    cells = [flat[index] for index in good]
    cell = _cell if mixed else as_text  # two looks at each cell would take a tenth of the time
    frame = pl.DataFrame([_column(name, cells, cell) for name in wanted or [""]])
    used = {ours: names for ours in choices if (names := _used(frame, choices[ours]))}
    columns = {ours: names[0] for ours, names in used.items()}
    instead = {ours: names[1:] for ours, names in used.items() if names[1:]}
    kept = places(read[index] for index in good)
    batch = raw_batch(part, plan, columns, frame, kept, [*broken, *faults], instead)
    rest = [_unused(read[index].values, wanted) for index in good]
    told = [_parts(nested[i], flat[i]) if i in nested else None for i in good]
    return replace(
        batch,
        unused=pl.Series(rest, dtype=pl.String),
        nested=pl.Series(told, dtype=pl.String),
        offered=choices,
    )


def _unused(values: Values, wanted: Sequence[str]) -> str | None:
    """What a row states that no column is read from, as JSON, for the raw values of the quarantine."""
    rest = {
        key: text
        for key, value in values.items()
        if (key not in wanted or isinstance(value, _NESTED)) and (text := as_text(value))
    }
    return json.dumps(rest, ensure_ascii=False)[: 2 * MAX_RAW] if rest else None


def _holds_nested(values: Values, wanted: Sequence[str]) -> bool:
    return any(isinstance(values.get(name), _NESTED) for name in wanted)


def _nested(values: Values, wells: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Columns for which a row has a list or an object and no value: ``{ours: key}``."""
    stated = {ours: [n for n in names if _states(values.get(n))] for ours, names in wells.items()}
    return {
        ours: names[0]
        for ours, names in stated.items()
        if names and all(isinstance(values[name], _NESTED) for name in names)
    }


def _required(nested: Mapping[str, str], plan: Plan) -> str | None:
    """Key in place of whose value a row without text cannot do."""
    return next((nested[ours] for ours in REQUIRED if ours in nested and not plan.coded), None)


def _parts(nested: Mapping[str, str], values: Values) -> str | None:
    """Keys that hold more than one value, each with a part that can be mapped."""
    told = []
    for key in dict.fromkeys(nested.values()):
        inner = (name for name in values if name.startswith(f"{key}."))
        part = next((name for name in inner if not isinstance(values[name], dict | list)), None)
        told.append(f"{key} (has '{part}')" if part else f"{key} (a list)")
    return ", ".join(told) or None


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


def _column(name: str, rows: list[Values], cell: Callable[[object], str | None]) -> pl.Series:
    return pl.Series(name, [cell(values.get(name)) for values in rows], pl.String)


def _cell(value: object) -> str | None:
    return None if isinstance(value, _NESTED) else as_text(value)


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
