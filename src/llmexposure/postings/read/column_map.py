"""Which column of a file is which column of the contract."""

import difflib
import re
import tomllib
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import chain
from pathlib import Path

import pandas as pd
import pandera.pandas as pa

from llmexposure.base.errors import DataError, ParameterError
from llmexposure.base.project import current
from llmexposure.base.tables.schema import read_csv
from llmexposure.postings.contract import READABLE, REQUIRED

POSTING_COLUMNS = "posting_columns"
# Value of posting_id in a mapping that numbers the rows instead of reading an id.
BY_ROW = "@row"
PERIODS = ("hour", "day", "week", "month", "year")
ORDERS = ("dmy", "mdy")
# What each option may be: a pattern, and its words for people.
_OPTIONS = {
    "salary_period": ("|".join(PERIODS), " or ".join(PERIODS)),
    "date_order": ("|".join(ORDERS), " or ".join(ORDERS)),
    "epoch_zone": (r"UTC|[+-](0\d|1[0-4]):[0-5]\d", "UTC or an offset such as +08:00"),
}

POSTING_COLUMNS_SCHEMA = pa.DataFrameSchema(
    {
        "name": pa.Column(str, unique=True),
        "column": pa.Column(str, pa.Check.isin(READABLE)),
        "reason": pa.Column(str),
    },
    strict=True,
)


@dataclass(frozen=True)
class ColumnMap:
    """A user's own mapping, before a file is seen.

    Attributes
    ----------
    names
        ``{ours: theirs}``. An empty name means: do not read this column. ``posting_id`` may be
        ``'@row'``: the rows are numbered.
    salary_period
        What a salary without a stated period is paid for: hour, day, week, month or year.
    date_order
        ``'dmy'`` or ``'mdy'`` for dates such as 03/04/2024; None leaves them missing.
    epoch_zone
        Where the day of seconds or milliseconds since 1970 is taken: ``'UTC'`` or an offset from it
        such as ``'+08:00'``.
    """

    names: dict[str, str] = field(default_factory=dict)
    salary_period: str = "month"
    date_order: str | None = None
    epoch_zone: str = "UTC"


def load_mapping(mapping: Mapping[str, str] | str | Path | ColumnMap | None) -> ColumnMap:
    """Mapping from a TOML file or a dict: lines ``ours = "theirs"``, and the options.

    Raises
    ------
    DataError
        If the file is absent or not TOML.
    ParameterError
        If a key is not of the contract, or a value is not a text or not allowed.

    Examples
    --------
    >>> load_mapping({"title": "岗位", "salary_period": "year"}).names
    {'title': '岗位'}
    """
    if isinstance(mapping, ColumnMap):
        return mapping
    where = f"{mapping}" if isinstance(mapping, str | Path) else "mapping"
    given = _read_toml(Path(mapping)) if isinstance(mapping, str | Path) else dict(mapping or {})
    for key, value in given.items():
        _check_entry(where, key, value)
    options = {key: given.pop(key) for key in _OPTIONS if key in given}
    return ColumnMap(given, **options)


def _read_toml(path: Path) -> dict[str, str]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(f"{path}: the mapping file cannot be read ({error})") from None
    except (ValueError, RecursionError) as error:
        raise DataError(
            f'{path}: not a mapping file ({error}); expected lines such as title = "职位名称"'
        ) from None


def _check_entry(where: str, key: str, value: object) -> None:
    allowed = (*READABLE, *_OPTIONS)
    if key not in allowed:
        raise ParameterError(f"{where}: unknown column '{key}'; expected {', '.join(allowed)}")
    if not isinstance(value, str):
        raise ParameterError(f"{where}: {key} = {value!r}; expected the name of a column in quotes")
    if key in _OPTIONS:
        pattern, words = _OPTIONS[key]
        if not re.fullmatch(pattern, value):
            raise ParameterError(f"{where}: {key} = '{value}'; expected {words}")


def read_posting_columns(path: Path | None = None) -> pd.DataFrame:
    """Read the committed table of common headings: ``name`` (key), ``column``, ``reason``."""
    path = path or current().table_file(POSTING_COLUMNS)
    return read_csv(path, POSTING_COLUMNS_SCHEMA)


def plain(heading: str) -> str:
    """Heading without case, spaces and punctuation: 'Job Title' and 'job_title' are the same.

    >>> plain(" Job Title:")
    'jobtitle'
    """
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", heading).casefold())


@lru_cache(maxsize=1)
def _common_names() -> dict[str, list[str]]:
    """For each column of the contract the headings that mean it, the best first."""
    table = read_posting_columns()
    names = {column: [plain(column)] for column in READABLE}
    for name, column in zip(table["name"], table["column"], strict=True):
        names[column].append(plain(name))
    return names


@lru_cache(maxsize=1)
def _all_common_names() -> frozenset[str]:
    return frozenset(chain.from_iterable(_common_names().values()))


def offers(headings: Iterable[str], mapping: ColumnMap) -> dict[str, list[str]]:
    """Headings that would do for each column, the best first; columns without one are left out.

    The best is the one highest in the table of common headings, or written as in the mapping; of
    headings that differ only in case, spaces and punctuation it is the first.

    >>> offers(["desc", "Title", "description"], ColumnMap())
    {'title': ['Title'], 'description': ['description', 'desc']}
    """
    by_name: dict[str, list[str]] = {}
    for heading in dict.fromkeys(headings):
        by_name.setdefault(plain(heading), []).append(heading)
    found = {}
    for ours in READABLE:
        if ours in mapping.names:
            found[ours] = _mapped(ours, mapping.names[ours], by_name)
        else:
            found[ours] = [each for name in _common_names()[ours] for each in by_name.get(name, ())]
    return {ours: names for ours, names in found.items() if names}


def resolve(headings: Sequence[str], mapping: ColumnMap, source: str) -> dict[str, str]:
    """Columns of one file: the user's own mapping first, then the table of common headings.

    Returns
    -------
    dict
        ``{ours: theirs}`` for the columns that the file has. Where several headings would do,
        the one highest in the table is taken.

    Raises
    ------
    DataError
        If a heading that the mapping names, or a required column, is not there, or if a heading
        that is used stands there twice.

    Examples
    --------
    >>> resolve(["编号", "职位名称", "职位描述"], ColumnMap({"posting_id": "编号"}), "a.csv")
    {'posting_id': '编号', 'title': '职位名称', 'description': '职位描述'}
    """
    found = {ours: names[0] for ours, names in offers(headings, mapping).items()}
    _check_mapped(found, mapping, headings, source)
    _check_required(found, headings, source)
    _check_once(found, headings, source)
    return found


def matched(headings: Sequence[str], mapping: ColumnMap) -> int:
    """Number of contract columns that a heading offers; tells the right delimiter."""
    wanted = {plain(name) for name in mapping.names.values()}
    known = wanted | _all_common_names()
    return sum(plain(heading) in known for heading in headings)


def _mapped(ours: str, theirs: str, by_name: dict[str, list[str]]) -> list[str]:
    if theirs == "":
        return []
    if ours == "posting_id" and theirs == BY_ROW:
        return [BY_ROW]
    same = by_name.get(plain(theirs), [])
    exact = [heading for heading in same if heading == theirs]
    return exact + [heading for heading in same if heading != theirs and plain(theirs)]


def _check_mapped(
    found: dict[str, str], mapping: ColumnMap, headings: Sequence[str], source: str
) -> None:
    for ours in READABLE:
        theirs = mapping.names.get(ours)
        if not theirs or ours in found:
            continue
        near = difflib.get_close_matches(theirs, headings, 1)
        hint = f" Is it '{near[0]}'?" if near else ""
        raise DataError(
            f"{source}: the mapping says {ours} = '{theirs}', but the file has no such column; "
            f"found {_listed(headings)}.{hint}"
        )


def _check_required(found: dict[str, str], headings: Sequence[str], source: str) -> None:
    lacking = [ours for ours in REQUIRED if ours not in found]
    if not lacking:
        return
    by_row = ' (posting_id = "@row" numbers the rows)' if "posting_id" in lacking else ""
    raise DataError(
        f"{source}: no column for {', '.join(lacking)}; the heading reads {_listed(headings)}. "
        f"Add the heading if the file has none, or name the columns in a mapping file{by_row}."
    )


def _check_once(found: dict[str, str], headings: Sequence[str], source: str) -> None:
    for ours, theirs in found.items():
        if list(headings).count(theirs) > 1:
            raise DataError(
                f"{source}: column '{theirs}' ({ours}) appears twice in the heading, expected "
                "once. Rename or remove one of them."
            )


def _listed(headings: Sequence[str]) -> str:
    names = [str(name)[:40] for name in headings[:15]]
    return ", ".join(names) + (f" and {len(headings) - 15} more" if len(headings) > 15 else "")
