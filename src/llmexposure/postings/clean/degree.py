"""Degree asked for: wordings of job sites as one scale.

The table ``data/taxonomy/degree_wording.csv`` gives the level of each plain wording. Around it
four rules apply, in this order, until the table knows what is left:

1. The wording as it stands.
2. Without remarks in brackets, and without words that leave the level as it is: 统招, 全日制 before
   it, 及以上, 以上, 学历, 毕业 after it; in English 'degree', 'required', 'or above' and the like.
3. 'X及以下', 'X or below' is a band, named by its top: the level of X.
4. 'X/Y', 'X或Y', 'X-Y', 'X or Y' accepts several levels: the lowest of them.
"""

import re
from functools import lru_cache
from pathlib import Path

import pandas as pd
import pandera.pandas as pa
import polars as pl

from llmexposure.base.project import current
from llmexposure.base.tables.schema import read_csv
from llmexposure.postings.clean.wordings import as_cells, by_word, spelled
from llmexposure.postings.contract import DEGREES

DEGREE_WORDING = current().taxonomy / "degree_wording.csv"
DEGREE_WORDING_SCHEMA = pa.DataFrameSchema(
    {
        "wording": pa.Column(str, unique=True),
        "value": pa.Column(str, pa.Check.isin(DEGREES), nullable=True),
        "reason": pa.Column(str),
    },
    strict=True,
)

_REMARK = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|【[^【】]*】")
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


@lru_cache(maxsize=1)
def _table() -> dict[str, str | None]:
    rows = read_degree_wording()
    values = rows["value"].astype(object).where(rows["value"].notna(), None)
    return dict(zip(map(spelled, rows["wording"]), values, strict=True))


def read_degree_wording(path: Path = DEGREE_WORDING) -> pd.DataFrame:
    """Read the published table: ``wording`` (key), ``value`` (missing: no level), ``reason``."""
    return read_csv(path, DEGREE_WORDING_SCHEMA)


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
    text = spelled(wording)[:200]
    for form in (text, plain := _without_remarks(text), _bare(plain)):
        if form in _table():
            return _table()[form], True
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
    while before != text and text not in _table():
        before = text
        text = _AFTER.sub("", _BEFORE.sub("", text)).strip()
    return text or before


def harmonise_degree(column: pl.Series) -> pl.DataFrame:
    """Degrees of a column of wordings.

    Returns
    -------
    polars.DataFrame
        ``degree`` (text, missing where not stated or not known) and ``known`` (missing where the
        cell is empty), one row a cell.
    """
    return by_word(as_cells(column), degree_of, {"degree": pl.String, "known": pl.Boolean})
