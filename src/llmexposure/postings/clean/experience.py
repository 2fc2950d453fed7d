"""Years of experience asked for: wordings of job sites as a minimum in years.

The table ``data/taxonomy/experience_wording.csv`` gives the minimum of wordings without a number
(不限, 应届生, 'entry level'). Wordings with a number follow rules, after remarks in brackets and
words such as 经验, 工作, 'experience', 'at least' are taken out and numerals are written as digits:

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
from llmexposure.postings.contract import MAX_YEARS

EXPERIENCE_WORDING = current().taxonomy / "experience_wording.csv"
EXPERIENCE_WORDING_SCHEMA = pa.DataFrameSchema(
    {
        "wording": pa.Column(str, unique=True),
        "value": pa.Column(float, pa.Check.in_range(0, MAX_YEARS), nullable=True),
        "reason": pa.Column(str),
    },
    strict=True,
)

_REMARK = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|【[^【】]*】")
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


def read_experience_wording(path: Path = EXPERIENCE_WORDING) -> pd.DataFrame:
    """Read the published table: ``wording`` (key), ``value`` (years, or missing), ``reason``."""
    return read_csv(path, EXPERIENCE_WORDING_SCHEMA)


@lru_cache(maxsize=1)
def _table() -> dict[str, float | None]:
    rows = read_experience_wording()
    values = rows["value"].astype(object).where(rows["value"].notna(), None)
    return dict(zip(map(spelled, rows["wording"]), values, strict=True))


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
    text = spelled(wording)[:200]
    for form in (text, bare := _bare(text)):
        if form in _table():
            return _table()[form], True
    years = _by_rule(bare)
    return (None, False) if years is None or years > MAX_YEARS else (years, True)


def _bare(text: str) -> str:
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


def harmonise_experience(column: pl.Series) -> pl.DataFrame:
    """Minimum years of a column of wordings or numbers.

    Returns
    -------
    polars.DataFrame
        ``min_years`` (missing where not stated or not known) and ``known`` (missing where the cell
        is empty), one row a cell.
    """
    return by_word(as_cells(column), years_of, {"min_years": pl.Float64, "known": pl.Boolean})
