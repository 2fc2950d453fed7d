"""Which column of a file is which column of the contract."""

import difflib
import json
import re
import tomllib
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import chain
from pathlib import Path
from typing import Any

import pandas as pd
import pandera.pandas as pa

from llmexposure.base.errors import DataError, ParameterError
from llmexposure.base.project import current
from llmexposure.base.tables.schema import read_csv
from llmexposure.postings.contract import READABLE, REQUIRED, REQUIRED_CODED

POSTING_COLUMNS = "posting_columns"
# Value of posting_id in a mapping that numbers the rows instead of reading an id.
BY_ROW = "@row"
CODE = "occupation_code"
# Where ids come from: the column that states them, else the rows are numbered; or numbered in any case.
IDS = ("auto", "row")
PERIODS = ("hour", "day", "week", "month", "year")
ORDERS = ("dmy", "mdy", "ymd")
# Of which one word names another month than in the others ('listopad'): Croatian, Polish, Czech.
LANGUAGES = ("hr", "pl", "cs")
POINTS = ("decimal", "thousands")
# What each option may be: a pattern, and its words for people. `salary_period` may name a column instead.
_OPTIONS = {
    "date_order": ("|".join(ORDERS), " or ".join(ORDERS)),
    "date_language": ("|".join(LANGUAGES), " or ".join(LANGUAGES)),
    "salary_point": ("|".join(POINTS), " or ".join(POINTS)),
    "salary_unit": (r"1(0{0,7})", "1, 10, 100 and so on to 10000000"),
    "experience_unit": ("month|year", "month or year"),
    "records": (r"[^.]+(?:\.[^.]+)*", "the keys that lead to a list, such as jobs or data.jobs"),
    "epoch_zone": (r"UTC|[+-](0\d|1[0-4]):[0-5]\d", "UTC or an offset such as +08:00"),
}

# Characters of headings, traditional and simplified.
_SIMPLIFIED = str.maketrans(
    "職務編號稱內學歷經驗薪資點發佈開數間時類別徵應聯絡縣區業單範圍專需責詳說項標準級識條件總額給種紹",
    "职务编号称内学历经验薪资点发布开数间时类别征应联络县区业单范围专需责详说项标准级识条件总额给种绍",
)
_RELATIVE = re.compile(
    r"\bago\b|前$|^(?:just now|just posted|today|yesterday|刚刚|今天|昨天)|天前|小时前",
    re.IGNORECASE,
)
# What stands before the name of a column and says nothing more: 'job_salary_period', 'vacancy_date'.
_OF_JOBS = re.compile("^(?:job(?:offer|posting)?|vacancy|posting|offer|advert)(?=.{3})")
_REMARK = re.compile(r"[(\[（【].*?[)\]）】]")
# Columns whose headings may say periods and units, and the words for them that `heading_says` knows.
_IN_TERMS = ("salary", "salary_min", "salary_max", "min_years")
_TERMS = re.compile(
    "annual(?:ly)?|yearly|years?|yr|monthly|months?|weekly|week|daily|day|hourly|hour|per|in|k|lpa|lakhs?|lacs|"
    "thousands?|usd|eur|gbp|inr|cad|aud|sgd"
)
_EMPLOYER = re.compile("company|employer|organi[sz]ation|arbeitgeber|entreprise|empresa")
# Objects that are looked into, and headings and their characters that a guess looks at: files of
# a stranger may have any number.
_MOST_OBJECTS = 50
_MOST_GUESSED, _LONGEST_GUESSED = 100, 60
# From here on a heading is near enough to a common one to be proposed.
_LIKELY = 0.82

POSTING_COLUMNS_SCHEMA = pa.DataFrameSchema(
    {
        "name": pa.Column(str),
        "column": pa.Column(str, pa.Check.isin(READABLE)),
        "reason": pa.Column(str),
    },
    unique=["name", "column"],
    strict=True,
)


@dataclass(frozen=True)
class ColumnMap:
    """A user's own mapping, before a file is seen.

    Attributes
    ----------
    names
        ``{ours: theirs}``. An empty name means: do not read this column. ``posting_id`` may be
        ``'@row'``: the rows are numbered. Two columns may be read from one heading.
    salary_period
        What a salary without a stated period is paid for: hour, day, week, month or year.
    date_order
        ``'dmy'`` or ``'mdy'`` for dates such as 03/04/2024, also ``'ymd'`` for 24/04/03; None: the other
        dates of the file tell, or they are missing.
    date_language
        ``'hr'``, ``'pl'`` or ``'cs'``: whose months the words are that two of these languages share, as
        'listopad'; None: the other dates of the file tell, or they are missing.
    epoch_zone
        Where the day of seconds or milliseconds since 1970 is taken: ``'UTC'`` or an offset from it
        such as ``'+08:00'``.
    salary_unit
        What a salary without a unit is multiplied by: 1000 for a column in thousands.
    salary_point
        What the point in '3.500' is: ``'decimal'`` or ``'thousands'``; None: the other salaries of the
        file tell, or it is missing.
    experience_unit
        What a number without a unit in the column of experience counts: ``'month'`` or ``'year'``; None: the
        heading tells, or it counts years; ``'open'``: the file's numbers look like months.
    records
        Of a JSON document, the keys that lead to the list of postings; '': the largest list of them.
    settled
        Options that the file told (see `postings.clean.settle`), not the user.
    coded
        Whether exposure is that of the occupation code, which a posting then needs in place of text. It is
        read from the column of occupations where none is headed as a code.
    says_period
        Whether the mapping says itself what pay is for, be it a month.
    """

    names: dict[str, str] = field(default_factory=dict)
    salary_period: str = "month"
    date_order: str | None = None
    epoch_zone: str = "UTC"
    salary_unit: float = 1.0
    salary_point: str | None = None
    experience_unit: str | None = None
    date_language: str | None = None
    records: str = ""
    settled: tuple[str, ...] = ()
    coded: bool = False
    says_period: bool = field(default=False, compare=False)

    @property
    def required(self) -> tuple[str, ...]:
        """Columns that a file must have."""
        return REQUIRED_CODED if self.coded else REQUIRED

    def readable(self) -> tuple[str, ...]:
        """Columns that are read: codes only where exposure is by them."""
        return READABLE if self.coded else tuple(name for name in READABLE if name != CODE)


class LackingColumnsError(DataError):
    """A file of which required columns were not found.

    Attributes
    ----------
    mapping
        Text of the mapping file that would name them, with guesses where a heading is near.
    """

    def __init__(self, message: str, mapping: str = "") -> None:
        super().__init__(message)
        self.mapping = mapping


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
    options: dict[str, Any] = {key: given.pop(key) for key in _OPTIONS if key in given}
    if "salary_unit" in options:
        options["salary_unit"] = float(options["salary_unit"])
    if given.get("salary_period") in PERIODS:
        options |= {"salary_period": given.pop("salary_period"), "says_period": True}
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
    allowed = dict.fromkeys((*READABLE, *_OPTIONS))
    if key not in allowed:
        raise ParameterError(f"{where}: unknown column '{key}'; expected {', '.join(allowed)}")
    if key == "salary_unit" and type(value) is int:
        value = str(value)
    if not isinstance(value, str):
        raise ParameterError(f"{where}: {key} = {value!r}; expected the name of a column in quotes")
    if key in _OPTIONS:
        pattern, words = _OPTIONS[key]
        if not re.fullmatch(pattern, value):
            raise ParameterError(f"{where}: {key} = '{value}'; expected {words}")


def read_posting_columns(path: Path | None = None) -> pd.DataFrame:
    """Read the committed table of common headings: ``name`` and ``column`` (key), ``reason``.

    A heading stands there twice where its cells state two things, as 经验学历 ('3-5年,本科').
    """
    path = path or current().table_file(POSTING_COLUMNS)
    return read_csv(path, POSTING_COLUMNS_SCHEMA)


def plain(heading: str) -> str:
    """Heading without case, spaces and punctuation: 'Job Title' and 'job_title' are the same.

    Traditional characters are taken for simplified ones.

    >>> plain(" Job Title:"), plain("職位名稱")
    ('jobtitle', '职位名称')
    """
    text = unicodedata.normalize("NFKC", heading).casefold().translate(_SIMPLIFIED)
    return re.sub(r"[\W_]+", "", text)


@lru_cache(maxsize=1)
def _common_names() -> dict[str, list[str]]:
    """For each column of the contract the headings that mean it, the best first."""
    table = read_posting_columns()
    names = {column: [plain(column)] for column in READABLE}
    for name, column in zip(table["name"], table["column"], strict=True):
        names[column].append(plain(name))
    return names


@lru_cache(maxsize=1)
def _ranks() -> dict[str, dict[str, int]]:
    """For each column of the contract the place of each heading that means it, 0 for the best."""
    return {
        column: {name: place for place, name in enumerate(dict.fromkeys(names))}
        for column, names in _common_names().items()
    }


@lru_cache(maxsize=1)
def _all_common_names() -> frozenset[str]:
    return frozenset(chain.from_iterable(_common_names().values()))


def offers(
    headings: Iterable[str], mapping: ColumnMap, inside: str | None = None
) -> dict[str, list[str]]:
    """Headings that would do for each column, the best first; columns without one are left out.

    ``inside`` is the object that holds what a posting states (`within`); None: told from the headings.

    The best is the one highest in the table of common headings, or written as in the mapping; of
    headings that differ only in case, spaces and punctuation it is the first.

    >>> offers(["desc", "Title", "description"], ColumnMap())
    {'title': ['Title'], 'description': ['description', 'desc']}
    """
    names = list(dict.fromkeys(headings))
    found = _offered({name: name for name in names}, mapping)
    prefix = within(names, mapping) if inside is None else inside
    inner = _offered(_inside(names, prefix), mapping) if prefix else {}
    both = {**inner, **found}
    said = "occupation" in mapping.names and CODE not in mapping.names
    if mapping.coded and "occupation" in both and (said or CODE not in both):
        found[CODE] = both["occupation"]
    return {ours: found.get(ours) or inner[ours] for ours in READABLE if ours in {**found, **inner}}


def within(headings: Sequence[str], mapping: ColumnMap) -> str:
    """The object that holds all that a posting states, where no title stands outside; '' for none.

    >>> within(["_id", "_source.title", "_source.description"], ColumnMap())
    '_source'
    """
    found = _offered({name: name for name in headings}, mapping)
    if "title" in found:
        return ""
    prefixes = dict.fromkeys(name.rpartition(".")[0] for name in headings if "." in name)
    for prefix in list(prefixes)[:_MOST_OBJECTS]:
        inner = _offered(_inside(headings, prefix), mapping)
        if "title" in inner and (mapping.coded or "description" in {**inner, **found}):
            return prefix
    return ""


def _inside(headings: Sequence[str], prefix: str) -> dict[str, str]:
    """Headings of the parts of an object, by what they are called in it."""
    start = f"{prefix}."
    return {name.removeprefix(start): name for name in headings if name.startswith(start)}


def _offered(headings: Mapping[str, str], mapping: ColumnMap) -> dict[str, list[str]]:
    """`offers` of headings by what they are called: ``{called: heading}``."""
    by_name: dict[str, list[str]] = {}
    by_rest: dict[str, list[str]] = {}
    by_terms: dict[str, list[str]] = {}
    for called, heading in headings.items():
        by_name.setdefault(name := plain(called), []).append(heading)
        if name not in _all_common_names() and (rest := _rest_of(called)) != name:
            by_rest.setdefault(rest, []).append(heading)
        if name not in _all_common_names() and (rest := _without_terms(called)):
            by_terms.setdefault(rest, []).append(heading)
    found = {}
    for ours in mapping.readable():
        if ours in mapping.names:
            found[ours] = _mapped(ours, mapping.names[ours], by_name)
        else:
            ranks = _ranks()[ours]
            tables = [by_name, by_rest, *([by_terms] if ours in _IN_TERMS else ())]
            known = [sorted(by.keys() & ranks.keys(), key=ranks.__getitem__) for by in tables]
            pairs = zip(tables, known, strict=True)
            every = (each for by, names in pairs for name in names for each in by[name])
            found[ours] = list(dict.fromkeys(every))
    if not found.get("title") and "title" not in mapping.names:
        found["title"] = _less_plain_title(by_name)
        found["description"] = [each for each in found["description"] if each not in found["title"]]
    return {ours: names for ours, names in found.items() if names}


def _rest_of(heading: str) -> str:
    """Heading without a remark in brackets and a word for a job: 'job_salary (USD)' as 'salary'."""
    return _OF_JOBS.sub("", plain(_REMARK.sub("", heading)))


def _without_terms(heading: str) -> str:
    """Heading without what it says of periods and units, which numbers are read by; '' where it says none.

    >>> _without_terms("min_salary_yearly"), _without_terms("Experience (months)"), _without_terms("salary")
    ('minsalary', 'experience', '')
    """
    words = re.sub(r"(?<=[a-z])(?=[A-Z])|[\W_]+", " ", heading).casefold().split()
    kept = [word for word in words if not _TERMS.fullmatch(word)]
    return _OF_JOBS.sub("", plain("".join(kept))) if len(kept) < len(words) else ""


def _less_plain_title(by_name: Mapping[str, list[str]]) -> list[str]:
    """Headings of the title where none is called so: 'name' beside an employer (hh.ru), 'text' of Lever."""
    if "descriptionplain" in by_name:
        return by_name.get("text", [])
    employer = any(_EMPLOYER.search(name) for name in by_name)
    return by_name.get("name", []) if employer else []


def relative_dates(cells: Mapping[str, Iterable[str | None]]) -> set[str]:
    """Headings under which most cells are relative to the day of collection, such as '3 days ago' or 3天前.

    They are no dates: another heading is read before them.

    >>> relative_dates({"posted": ["22 hours ago", None], "created": ["2024-05-06"]})
    {'posted'}
    """
    stated = {name: [cell for cell in column if cell] for name, column in cells.items()}
    return {
        name
        for name, column in stated.items()
        if column and 2 * sum(bool(_RELATIVE.search(cell)) for cell in column) > len(column)
    }


# Columns that cleaning reads under a further heading where the first cannot tell.
SPARE = ("date", "min_years")


def spare(headings: Iterable[str], mapping: ColumnMap) -> list[str]:
    """Further headings of the columns in `SPARE`.

    >>> spare(["id", "posted_at", "created"], ColumnMap())
    ['created']
    """
    found = offers(headings, mapping)
    return [name for ours in SPARE for name in found.get(ours, ())[1:]]


def resolve(
    headings: Sequence[str], mapping: ColumnMap, source: str, inside: str | None = None
) -> dict[str, str]:
    """Columns of one file: the user's own mapping first, then the table of common headings.

    Returns
    -------
    dict
        ``{ours: theirs}`` for the columns that the file has. Where several headings would do,
        the one highest in the table is taken. ``posting_id`` is `BY_ROW` where no heading states it.
        ``occupation_code`` is there only where the mapping is ``coded``.

    Raises
    ------
    LackingColumnsError
        If a required column is not there.
    DataError
        If a heading that the mapping names is not there, or one that is used stands there twice.

    Examples
    --------
    >>> resolve(["编号", "职位名称", "职位描述"], ColumnMap({"posting_id": "编号"}), "a.csv")
    {'posting_id': '编号', 'title': '职位名称', 'description': '职位描述'}
    """
    found = {ours: names[0] for ours, names in offers(headings, mapping, inside).items()}
    _check_mapped(found, mapping, headings, source)
    found.setdefault("posting_id", BY_ROW)
    _check_required(found, headings, mapping, source)
    _check_once(found, headings, source)
    return found


def matched(headings: Sequence[str], mapping: ColumnMap) -> int:
    """Number of contract columns that a heading offers; tells the right delimiter."""
    wanted = {plain(name) for name in mapping.names.values()}
    known = wanted | _all_common_names()
    return sum(plain(each) in known or _rest_of(each) in known for each in headings)


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
    for ours in mapping.readable():
        theirs = mapping.names.get(ours)
        if not theirs or ours in found:
            continue
        near = difflib.get_close_matches(theirs, headings, 1)
        hint = f" Is it '{near[0]}'?" if near else ""
        raise DataError(
            f"{source}: the mapping says {ours} = '{theirs}', but the file has no such column; "
            f"found {_listed(headings)}.{hint}"
        )


def _check_required(
    found: dict[str, str], headings: Sequence[str], mapping: ColumnMap, source: str
) -> None:
    required = mapping.required
    lacking = [ours for ours in required if ours not in found]
    if not lacking:
        return
    named = {ours: found.get(ours) for ours in required if found.get(ours) != BY_ROW}
    text = mapping_text({**named, **guesses(headings, mapping)})
    raise LackingColumnsError(
        f"{source}: no column for {', '.join(lacking)}; the heading reads {_listed(headings)}. "
        "Add the heading if the file has none, or name the columns in a mapping file (--columns) "
        f"such as:\n{text}",
        text,
    )


def guesses(headings: Sequence[str], mapping: ColumnMap) -> dict[str, str]:
    """Headings near to a common one, for columns that no heading offers: ``{ours: theirs}``.

    >>> guesses(["job_tile", "Job Descr", "x"], ColumnMap())
    {'title': 'job_tile', 'description': 'Job Descr'}
    """
    known = offers(headings, mapping)
    taken = set(chain.from_iterable(known.values()))
    free = [name for name in headings if name not in taken][:_MOST_GUESSED]
    near = {}
    for ours in mapping.readable():
        if ours in known or ours in mapping.names:
            continue
        likely = [(_likeness(name, ours), name) for name in free]
        score, name = max(likely, default=(0.0, ""), key=lambda pair: pair[0])
        if score >= _LIKELY:
            near[ours] = name
            free.remove(name)
    return near


def _likeness(heading: str, ours: str) -> float:
    """From 0 to 1, how near a heading is to the nearest common one of a column."""
    written = plain(heading[:_LONGEST_GUESSED])
    likes = (difflib.SequenceMatcher(None, written, name) for name in _common_names()[ours])
    return max((one.ratio() for one in likes if one.real_quick_ratio() >= _LIKELY), default=0.0)


def mapping_text(
    columns: Mapping[str, str | None], remarks: Mapping[str, str] | None = None
) -> str:
    """Lines of a mapping file, in the order of the contract; what is not known stands as a comment.

    Parameters
    ----------
    columns
        ``{ours: theirs}``; None where a person must say the heading.
    remarks
        What to say behind a line, by column.

    Examples
    --------
    >>> print(mapping_text({"title": "岗位", "description": None}), end="")
    title = "岗位"
    # description = "?"
    """
    said = {ours: f"  # {' '.join(text.split())}" for ours, text in (remarks or {}).items()}
    lines = []
    for ours in READABLE:
        if ours in columns:
            name = columns[ours]
            line = f'# {ours} = "?"' if name is None else f"{ours} = {_quoted(name)}"
            lines.append(f"{line}{said.get(ours, '')}\n")
    return "".join(lines)


def _quoted(name: str) -> str:
    """Text as TOML writes it."""
    return json.dumps(name, ensure_ascii=False).replace("\x7f", "\\u007f")


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
