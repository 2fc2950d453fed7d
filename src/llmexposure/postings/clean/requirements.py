"""What postings ask for: wordings of degrees as one scale, wordings of experience as a minimum in years.

Two published tables give the plain wordings: ``data/taxonomy/degree_wording.csv`` their level,
``data/taxonomy/experience_wording.csv`` their years (不限, 应届生, 'entry level'). Around them stand rules.

Degrees: four rules, in this order, until the table knows what is left.

1. The wording as it stands.
2. Without remarks in brackets, and without words that leave the level as it is: 统招, 全日制 before
   it, 及以上, 以上, 学历, 毕业 after it; in English 'degree', 'required', 'or above' and the like.
3. 'X及以下', 'X or below' is a band, named by its top: the level of X.
4. 'X/Y', 'X或Y', 'X-Y', 'X or Y' accepts several levels: the lowest of them.

Experience: wordings with a number, after remarks in brackets and words such as 经验, 工作, 'experience',
'at least' are taken out and numerals are written as digits.

========================================  ===================
wording                                   minimum
========================================  ===================
'N-M年', 'N to M years'                    N
'N年以上', 'N年及以上', 'N+ years', 'N年', 'N'  N
'N年以下', 'N年以内', 'less than N years'     0
'N个月', 'N months' (also in the above)     N / 12
'N个月-M年', 'N months - M years'            N / 12
'N年半'; '半年'                             N + 0.5; 0.5
========================================  ===================

A minimum above 40 years is not believed.
"""

import re
from functools import lru_cache
from pathlib import Path

import pandas as pd
import pandera.pandas as pa
import polars as pl

from llmexposure.base.project import current
from llmexposure.base.tables.schema import read_csv
from llmexposure.postings.clean.wordings import as_cells, by_word, spelled, with_digits
from llmexposure.postings.contract import DEGREES, MAX_YEARS

DEGREE_WORDING = "degree_wording"
EXPERIENCE_WORDING = "experience_wording"


def _wordings(value: pa.Column) -> pa.DataFrameSchema:
    columns = {"wording": pa.Column(str, unique=True), "value": value, "reason": pa.Column(str)}
    return pa.DataFrameSchema(columns, strict=True)


DEGREE_WORDING_SCHEMA = _wordings(pa.Column(str, pa.Check.isin(DEGREES), nullable=True))
EXPERIENCE_WORDING_SCHEMA = _wordings(
    pa.Column(float, pa.Check.in_range(0, MAX_YEARS), nullable=True)
)

_REMARK = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|【[^【】]*】")
_LONGEST = 200
_BEFORE = re.compile(
    "^(学历|学历要求|最低学历|要求|国家统招|统招|统分|全日制|非全日制|普通高校|普通高等教育|正规|国家承认|公办|"
    "教育部认可|第一学历|至少|最低|具有|具备|需|需要|须|211|985|双一流|重点|一本|二本|三本|海外|国内外|"
    "a|an|at least|minimum|min|completed|completion of|hold|holds|holding|relevant|related|"
    r"possess|full-time|university|education level|education)[\s:.]*"
)
_AFTER = re.compile(
    r"[\s:.,+]*(或?及?其?以上|或更高|起|起步|均可|即可|优先|优先考虑|为佳|学历|学位|文凭|毕业|毕业生|毕业证|程度|水平|生|层次|"
    "要求|者|学生|在读|统招|全日制|"
    "degree|degrees|diploma|level|required|preferred|desired|education|graduate|holder|holders|"
    "or above|and above|or higher|and higher|or equivalent|or better|or related|equivalent|"
    r"minimum|plus)[\s:.,+]*$"
)
_BELOW = re.compile(r"(或?及?其?以下|or below|and below|or less|or lower)$")
_EITHER = re.compile(r"\s*(?:[/、,;|]|或者|或|至|到|\band\b|\bor\b|\bto\b|-)\s*")

_FILLER = re.compile(
    "相关|同岗位|同行业|行业|工作|从业|经验|经历|要求|具有|具备|至少|最少|不少于|不低于|需要?|最低|满|优先|的|"
    r"\bof\b|\bexperience\b|\bexp\b|\bwork\b|\bworking\b|\brelevant\b|\brelated\b|\bat least\b|"
    r"\bminimum\b|\bmin\b|\brequired\b|\bpreferred\b|\bprofessional\b|[:.,]+$|'"
)
_NUMBER = r"(\d+(?:\.\d+)?)"
_YEAR = r"(?:年|years?|yrs?|y)"
_MONTH = r"(?:个?月|months?|mos?)"
_LEAST = r"(?:\+|或?及?以上|起|or more|and above|or above|and up|plus)?"
_MOST = r"(?:或?及?以下|以内|内|之内|or less|and below|or below)"
_RANGE = re.compile(
    rf"{_NUMBER}({_YEAR}|{_MONTH})?(?:-|到|至|to){_NUMBER}({_YEAR}|{_MONTH})?{_LEAST}"
)
_SINGLE = re.compile(rf"(?:>=?|over|morethan)?{_NUMBER}({_YEAR}|{_MONTH})?{_LEAST}({_YEAR})?")
_UNDER = re.compile(
    rf"(?:<=?|lessthan|under|upto|不超过|不到|少于){_NUMBER}(?:{_YEAR}|{_MONTH})|"
    rf"{_NUMBER}(?:{_YEAR}|{_MONTH}){_MOST}"
)
_NO_SPACE = str.maketrans("", "", " ")


def read_degree_wording(path: Path | None = None) -> pd.DataFrame:
    """Read the published table: ``wording`` (key), ``value`` (missing: no level), ``reason``."""
    path = path or current().table_file(DEGREE_WORDING)
    return read_csv(path, DEGREE_WORDING_SCHEMA)


def read_experience_wording(path: Path | None = None) -> pd.DataFrame:
    """Read the published table: ``wording`` (key), ``value`` (years, or missing), ``reason``."""
    path = path or current().table_file(EXPERIENCE_WORDING)
    return read_csv(path, EXPERIENCE_WORDING_SCHEMA)


def _known(rows: pd.DataFrame) -> dict:
    """Value of each wording as `spelled`; None where the wording states none."""
    values = rows["value"].astype(object).where(rows["value"].notna(), None)
    return dict(zip(map(spelled, rows["wording"]), values, strict=True))


@lru_cache(maxsize=1)
def _levels() -> dict[str, str | None]:
    return _known(read_degree_wording())


@lru_cache(maxsize=1)
def _years() -> dict[str, float | None]:
    return _known(read_experience_wording())


def harmonise_degree(column: pl.Series) -> pl.DataFrame:
    """Degrees of a column of wordings.

    Returns
    -------
    polars.DataFrame
        ``degree`` (text, missing where not stated or not known) and ``known`` (missing where the
        cell is empty), one row a cell.
    """
    return by_word(as_cells(column), degree_of, {"degree": pl.String, "known": pl.Boolean})


@lru_cache(maxsize=100_000)
def degree_of(wording: str) -> tuple[str | None, bool]:
    """Level of one wording, and whether the wording is known.

    Returns
    -------
    tuple
        A level of `DEGREES`, or None where the wording states none; True where the table or a
        rule knows the wording.

    Examples
    --------
    >>> degree_of("统招本科及以上"), degree_of("大专/本科"), degree_of("其他"), degree_of("道士")
    (('bachelor', True), ('college', True), (None, True), (None, False))
    """
    text = spelled(wording)[:_LONGEST]
    for form in (text, plain := _without_remarks(text), _bare(plain)):
        if form in _levels():
            return _levels()[form], True
    if (band := _BELOW.sub("", plain)) != plain:
        return degree_of(band)
    return _lowest(_EITHER.split(_bare(plain)))


def _lowest(parts: list[str]) -> tuple[str | None, bool]:
    if len(parts) < 2:
        return None, False
    levels = [degree_of(part) for part in parts if part]
    if not levels or not all(known and level for level, known in levels):
        return None, False
    return min((level for level, _ in levels), key=DEGREES.index), True


def _without_remarks(text: str) -> str:
    return _REMARK.sub("", text).strip(" .。,;:!")


def _bare(text: str) -> str:
    """Wording without the words that leave the level as it is."""
    before = ""
    while before != text and text not in _levels():
        before = text
        text = _AFTER.sub("", _BEFORE.sub("", text)).strip()
    return text or before


def harmonise_experience(column: pl.Series) -> pl.DataFrame:
    """Minimum years of a column of wordings or numbers.

    Returns
    -------
    polars.DataFrame
        ``min_years`` (missing where not stated or not known) and ``known`` (missing where the cell
        is empty), one row a cell.
    """
    return by_word(as_cells(column), years_of, {"min_years": pl.Float64, "known": pl.Boolean})


@lru_cache(maxsize=100_000)
def years_of(wording: str) -> tuple[float | None, bool]:
    """Minimum years of one wording, and whether the wording is known.

    Examples
    --------
    >>> years_of("3-5年"), years_of("一年以上"), years_of("应届生"), years_of("半年以上")
    ((3.0, True), (1.0, True), (0.0, True), (0.5, True))
    >>> years_of("看缘分")
    (None, False)
    """
    text = spelled(wording)[:_LONGEST]
    for form in (text, bare := _without_filler(text)):
        if form in _years():
            return _years()[form], True
    years = _by_rule(bare)
    return (None, False) if years is None or years > MAX_YEARS else (years, True)


def _without_filler(text: str) -> str:
    return " ".join(_FILLER.sub(" ", _REMARK.sub(" ", text)).split())


def _by_rule(text: str) -> float | None:
    text = with_digits(text).translate(_NO_SPACE)
    text = re.sub(r"(\d+)年半", r"\1.5年", text).replace("半年", "0.5年")
    if _UNDER.fullmatch(text):
        return 0.0
    if found := _RANGE.fullmatch(text):
        low, high = _in_years(found[1], found[2] or found[4]), _in_years(found[3], found[4])
        return low if low <= high else None
    if found := _SINGLE.fullmatch(text):
        return _in_years(found[1], found[2])
    return None


def _in_years(number: str, unit: str | None) -> float:
    months = unit is not None and re.fullmatch(_MONTH, unit) is not None
    return float(number) / 12 if months else float(number)
