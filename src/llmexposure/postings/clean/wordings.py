"""Wordings of job sites: signs and numbers spelt one way, each distinct wording looked up once; and counts.

`as_cells` tells a value from the ways in which exports write that there is none, `by_word` applies a rule to
each distinct cell. The simplest rule is here: openings and applications as whole numbers.
"""

import ast
import re
import unicodedata
import warnings
from collections.abc import Callable, Mapping

import polars as pl

from llmexposure.postings.contract import MAX_COUNT

_DIGITS = dict(zip("一二三四五六七八九", range(1, 10), strict=True)) | {"两": 2, "〇": 0, "零": 0}
_NUMERAL = re.compile(
    "[一二两三四五六七八九]?十[一二三四五六七八九]?|[一二两三四五六七八九](?=年|个|到|至|-)"
)
_WORDS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_ENGLISH = dict(zip(_WORDS, range(1, 11), strict=True))
_ENGLISH_NUMERAL = re.compile(rf"\b({'|'.join(_ENGLISH)})\b")
_APOSTROPHES = re.compile("[‘’ʼ＇`´]")
_DASHES = re.compile("[‐‑‒–—―−~～〜]+")
# Traditional characters of what postings ask for and pay, and the simplified ones that the rules know.
_SIMPLIFIED = str.maketrans(
    "學歷經驗碩專職業畢無個內時週萬議資論應屆實習關須於幣國書級優從兩對條達師範證參員團歲間點鐘門總補貼獎約過滿華擔",
    "学历经验硕专职业毕无个内时周万议资论应届实习关须于币国书级优从两对条达师范证参员团岁间点钟门总补贴奖约过满华担",
)
# Cells that hold no value in some common export. 'none' in small letters is a degree.
ABSENT = (
    "", "-", "--", "/", "N/A", "n/a", "NA", "NaN", "nan", "NULL", "null", "None", "\\N", "NaT",
)  # fmt: skip
# A number is not stated; that is no fault.
_SEVERAL = {"若干", "若干人", "若干名", "不限", "多人", "several", "multiple", "招若干人"}
_COUNT = re.compile(
    r"(?:招聘?|over|morethan)?(\d[\d,]*)(?:\.0+)?(?:人|名|个|位|次|份|\+)?"
    r"(?:已?投递|applicants?|applications?|openings?|positions?|vacanc(?:y|ies)|(?:people)?applied)?"
)
_RANGE = re.compile(r"(?:招聘?)?(\d+)(?:人|名)?-\d+(?:人|名|个)?")

# Of objects written as text: names, the ends of a range of pay, and what else may stand with these.
_NAMES = ("libelle", "niveauLibelle", "name", "label")
_ENDS = (("from", "min", "minimum"), ("to", "max", "maximum"))
_OF_RANGE = frozenset({"currency", "gross"}.union(*_ENDS))
_JSON_WORD = re.compile(r"(?<=[:,\[{\s])(?:null|true|false)(?=\s*[,}\]])")
_PYTHON = {"null": "None", "true": "True", "false": "False"}
_LONGEST_OBJECT = 5_000

# Type of a column, as polars takes it.
Kind = pl.DataType | type[pl.DataType]


def spelled(text: str) -> str:
    """Text in NFKC, small letters, single spaces, one kind of dash and apostrophe, simplified characters.

    >>> spelled("３～５年  經驗")
    '3-5年 经验'
    """
    text = unicodedata.normalize("NFKC", _APOSTROPHES.sub("'", text)).casefold()
    text = text.translate(_SIMPLIFIED)
    return " ".join(_DASHES.sub("-", text).split())


def with_digits(text: str) -> str:
    """Chinese and English numerals up to 99 as digits.

    >>> with_digits("一年以上"), with_digits("十五年"), with_digits("three years")
    ('1年以上', '15年', '3 years')
    """
    text = _NUMERAL.sub(lambda found: str(_value(found.group())), text)
    return _ENGLISH_NUMERAL.sub(lambda found: str(_ENGLISH[found.group()]), text)


def _value(numeral: str) -> int:
    tens, ten, ones = numeral.partition("十")
    if not ten:
        return _DIGITS[tens]
    return 10 * _DIGITS.get(tens, 1) + _DIGITS.get(ones, 0)


def as_cells(column: pl.Series) -> pl.Series:
    """Column as trimmed text, missing where the cell says that there is no value.

    Numbers are written without a needless '.0'.
    """
    if column.dtype.is_float() or column.dtype.is_decimal():
        column = _whole(column.cast(pl.Float64).fill_nan(None))
    text = column.cast(pl.String).str.strip_chars().str.strip_chars("\u3000\xa0\ufeff\x00")
    return text.set(text.is_in(ABSENT), None)


def _whole(column: pl.Series) -> pl.Series:
    is_whole = (column == column.round(0)) & (column.abs() < 2**53)
    whole = column.set(~is_whole, None).cast(pl.Int64).cast(pl.String)
    return whole.fill_null(column.cast(pl.String))


def opened(column: pl.Series) -> pl.Series:
    """Column with objects that were written as text, such as "{'name': '3-5年'}", as what they say.

    An object says its name, or a range of pay; what says another thing, or several, stays as it is.

    >>> opened(pl.Series(["{'id': 3, 'name': '3-5年'}", '{"from": 900, "to": null}', "8k"])).to_list()
    ['3-5年', 'from 900', '8k']
    """
    if column.dtype != pl.String or not (within := column.str.contains(r"^\s*\[?\{")).any():
        return column
    says = by_word(column.set(~within, None), lambda word: (_said(word),), {"says": pl.String})
    return says["says"].fill_null(column)


def _said(text: str) -> str | None:
    """What an object written as text says; None where that is not plain."""
    try:
        value = _literal(_JSON_WORD.sub(lambda found: _PYTHON[found[0]], text[:_LONGEST_OBJECT]))
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return None
    value = value[0] if isinstance(value, list) and len(value) == 1 else value
    if not isinstance(value, dict):
        return None
    names = [value[key] for key in _NAMES if isinstance(value.get(key), str)]
    if not names:
        return _range_of(value)
    # Of France Travail, which tells what is asked for (E) from what is wished (S).
    wished = value.get("exigence") == "S"
    return f"{names[0].replace(',', ' /')} souhaité" if wished else names[0]


def _literal(text: str) -> object:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of backslashes in a stranger's text
        return ast.literal_eval(text)


def _range_of(pay: Mapping[object, object]) -> str | None:
    """Wording of a range of pay; None where the object holds more than that."""
    if not pay or not _OF_RANGE.issuperset(map(str, pay)):
        return None
    low, high = (next((pay[key] for key in keys if pay.get(key)), None) for keys in _ENDS)
    if low is None and high is None:
        return "n/a"
    ends = f"from {low}" if high is None else f"up to {high}" if low is None else f"{low} - {high}"
    return f"{ends} {pay.get('currency') or ''}".strip()


def by_word(
    cells: pl.Series, rule: Callable[[str], tuple], names: Mapping[str, Kind]
) -> pl.DataFrame:
    """Apply a rule to each distinct cell.

    Parameters
    ----------
    cells
        Text; missing cells give missing results.
    rule
        From a cell to a tuple of values, one a name.
    names
        Names and types of the results.

    Returns
    -------
    polars.DataFrame
        One row a cell, in the same order.
    """
    words = cells.drop_nulls().unique(maintain_order=True)
    results = [rule(word) for word in words]
    table = pl.DataFrame(results, schema=names, orient="row").insert_column(0, words.alias("word"))
    found = cells.alias("word").to_frame().join(table, on="word", how="left", maintain_order="left")
    return found.drop("word")


def count_of(wording: str) -> tuple[int | None, bool]:
    """Whole number of one wording, and whether it could be read; of a range, the lower end.

    >>> count_of("招3人"), count_of("2-5人"), count_of("若干"), count_of("54 applications")
    ((3, True), (2, True), (None, True), (54, True))
    """
    text = spelled(wording)[:100].replace(" ", "")
    if text in _SEVERAL:
        return None, True
    found = _COUNT.fullmatch(text) or _RANGE.fullmatch(text)
    number = int(found[1].replace(",", "")) if found else -1
    return (number, True) if 0 <= number <= MAX_COUNT else (None, False)


def harmonise_count(column: pl.Series) -> pl.DataFrame:
    """Whole numbers of a column: ``count`` and ``known`` (missing where the cell is empty)."""
    return by_word(as_cells(column), count_of, {"count": pl.Int64, "known": pl.Boolean})
