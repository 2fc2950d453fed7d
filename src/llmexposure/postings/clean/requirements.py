"""What postings ask for: wordings of degrees as one scale, wordings of experience as a minimum in years.

Two published tables give the plain wordings: ``data/taxonomy/degree_wording.csv`` their level,
``data/taxonomy/experience_wording.csv`` their years (不限, 应届生). Around them stand rules.

What is only welcome is not asked for: 'X优先' and 'X preferred' ask for nothing, and next to a requirement
they are left out. A cell may state years and a degree ('3-5年,本科'): each is read from it.

Degrees, until the table knows what is left:

1. The wording as it stands.
2. Without remarks in brackets, and without words that leave the level as it is: 统招, 全日制 before
   it, 及以上, 以上, 学历, 毕业 after it; in English 'degree', 'required', 'or above', 'in X' and the like.
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
'Junior (N-M years)'                      N
========================================  ===================

A level of career ('Entry level', 资深) states no years: missing. A minimum above 40 years is not believed.
"""

import re
from functools import lru_cache
from pathlib import Path

import pandas as pd
import pandera.pandas as pa
import polars as pl

from llmexposure.base.project import current
from llmexposure.base.tables.schema import read_csv
from llmexposure.postings.clean.vocabulary import (
    EXPERIENCE_OVER,
    EXPERIENCE_TO,
    EXPERIENCE_UNDER,
    EXPERIENCE_WORDS,
    LETTERS,
    MONTH_WORDS,
    WELCOME,
    YEAR_WORDS,
)
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
# A vocational school of upper secondary level in Taiwan; 高职 on the mainland is a college.
_TAIWAN = re.compile("高中職|高職")
_BEFORE = re.compile(
    "^(?:学历|学历要求|最低学历|要求|国家统招|统招|统分|全日制|非全日制|普通高校|普通高等教育|正规|国家承认|公办|"
    "教育部认可|第一学历|至少|最低|具有|具备|需|需要|须|211|985|双一流|重点|一本|二本|三本|海外|国内外|"
    "(?:an?|any|at least|minimum|min|completed|completion of|hold|holds|holding|relevant|related|"
    "minimal|lulusan|tốt nghiệp|niveau|diplôme|mínimo|título de|pendidikan|"
    "(?:candidates? )?must (?:have|hold|possess)|possess|full-time|university|education level|education)"
    r"(?![a-z]))[\s:.]*"
)
_AFTER = re.compile(
    r"[\s:.,+]*(或?及?其?以上|或更高|起|起步|均可|即可|学历|学位|文凭|毕业|毕业生|毕业证|程度|水平|生|层次|"
    "要求|者|学生|在读|统招|全日制|"
    "degree|degrees|level|required|education|qualification|qualifications|holder|holders|"
    # Behind a word of the same level; behind a comma or 'or' they are a level of their own.
    r"(?<=[a-z'] )(?<!or )(?<!and )(?<!/ )(?:diploma|graduate)|"
    "or above|and above|or higher|and higher|or equivalent|or better|or related|equivalent|"
    "이상|졸업|↑|trở lên|et plus|ou équivalents?|et équivalents?|o superior|ou superior|sederajat|ขึ้นไป|"
    "образование|освіта|oder höher|ve üzeri|nebo vyšší|lub wyższe|или выше|mezunu|"
    r"minimum|plus)[\s:.,+]*$"
)
_BELOW = re.compile(r"(或?及?其?以下|or below|and below|or less|or lower)$")
_EITHER = re.compile(r"\s*(?:[/、,;|]|或者|或|至|到|\band\b|\bor\b|\bto\b|-)\s*")

_FILLER = re.compile(
    "相关|同岗位|同行业|行业|工作|从业|经验|经历|年资|要求|具有|具备|至少|最少|不少于|不低于|需要?|最低|满|的|"
    r"\bof\b|\bexperience\b|\bexp\b|\bwork\b|\bworking\b|\brelevant\b|\brelated\b|\bat least\b|"
    r"\bminimum\b|\bminimal\b|\bmin\b\.?|\brequired\b|\bprofessional\b|\bexp\.|\btotal\b|[:.,]+$|'|"
    + EXPERIENCE_WORDS
)
# What is welcome and not asked for.
_WELCOME = re.compile(
    "优先(?:考虑)?|[为更]佳|加分项?|(?:is |are )?(?:strongly |highly )?(?:preferred|preferable|desirable|"
    "desired|advantageous|welcome)|nice to have|"
    r"(?:is |would be |will be )?an? (?:added |additional |big |definite |distinct )?"
    r"(?:plus|advantage|asset|bonus)\b|"
    r"(?:will |shall )?(?:get|have|be given) (?:the |an? )?(?:first )?(?:preference|priority)\b|"
    + WELCOME
)
_ASIDE = re.compile(r"[\s,.:;()\[\]【】者]*")
# A remark that takes the requirement back.
_WAIVED = re.compile(
    r"\((?:[^()]* )?(?:not (?:required|necessary|needed|mandatory)|optional)\)|\(非必[须需]\)|\(不要求\)"
)
# A remark that a site or a limit has cut.
_OPEN = re.compile(r"[(\[【]")
_CUT_REMARK = re.compile(r"(?<=\S)\s*[(\[【][^()\[\]【】]*$")
# A sentence ends behind a whole word: 'B. Sc.' and 'Ph. D.' go on.
_CLAUSE = re.compile(r"\s*[,;。|]\s*|(?<=[a-z]{4})\.\s+")
# Short names of degrees. As parts of a field of study ('MS Office') they count only behind 'or' and the like.
_SHORT = (
    r"(?:[bm]\.?\s?(?:sc?|a|e|com|tech|eng|ed|b\.?a|phil|arch|pharm)|[bm]ca|ll[bm]|ph\.?\s?d|[hsj]\.?s\.?c|diploma|"
    r"(?:post\s?)?graduat\w*|[ao][- ']*levels?)(?![a-z])"
)
# 'Bachelor of Fine Arts' is a bachelor's degree, whatever it is of.
_OF_FIELD = re.compile(
    r"\b(bachelor|master|doctor|associate)(?:'?s)?(?: degree)? of "
    r"(?!.*\b(?:bachelor|master|doctor|associate|diploma|degree|graduat))[a-z][a-z &.-]*"
)
# What makes a wish a demand: 'minimum graduate, MBA will be an advantage'.
_DEMANDED = re.compile(r"\b(?:minimum|at least|must|required)\b|至少|最低")
# A field of study or a university, up to the next degree.
_FIELD = re.compile(
    r"\s+(?:in|from)(?:$|\s+(?:(?!\b(?:bachelor|master|associate|doctor|ph\.?d|diploma|[bm]\.?\s?tech|mba|pgdm|[bm]\.?e\b|"
    r"[bm]\.?sc|[bm]\.?com\b|high school|any (?:post)?\s?graduat|post\s?grad|pg:)|"
    rf"(?:\bor\b|\band\b|[/,;|&])\s*{_SHORT}).)*)"
)
# 'B. Sc.' is 'B.Sc.'.
_SPACED = re.compile(r"\b([bm]|ph)\. (?=(?:sc|a|s|e|com|tech|ed|d)\b)")
# What says only that it is a degree, so that a remark in brackets tells which.
_GENERIC = {"degree", "a degree", "any degree", "university degree", "college degree", "degrees"}
_NO_LEVEL = re.compile(
    r"(?!.*(?:本科|大专|专科|硕士|博士|高中|中专|bachelor|master|associate|diploma|degree|doctor|ph\.?d|school))(?:"
    r"专业不限|不限专业|.*专业|(?:an? )?(?:related|relevant|similar|other|equivalent)\b.*|"
    r".*\b(?:fields?|disciplines?|specialization|experience|training))"
)
# Words that may speak of experience as well as of a degree.
_EITHER_OF_BOTH = {"不限", "不拘", "无", "无要求", "不要求", "不限制", "any", "none"}
_UNDERGRADUATE = re.compile(r"^ug\s*:\s*(.*?)\s*(?:pg\s*:.*)?$")
# Years within a cell that states a degree too.
_YEARS_WITHIN = re.compile(
    r"(?:经验|工作经验)?\s*(?:\d+(?:\.\d+)?\s*(?:年|个月|years?|yrs?)?\s*(?:-|至|到|to)\s*)?"
    r"(?:\d+(?:\.\d+)?\+?|[一二两三四五六七八九十]+)\s*(?:年|个月|(?:years?|yrs?)\b)(?:或?及?以[上下内])?"
    r"(?:工作)?(?:经验|经历|\s*(?:of )?(?:work )?experience)?|(?:工作)?经[验历](?:不限|不拘)|不限经验|无经验|"
    "在校生?[/、]应届(?:毕业)?生?|应届(?:毕业)?生?|在校生?"
)
# A part of a cell that may speak of a degree.
_OF_DEGREE = re.compile(
    r"[专科士学]|degree|bachelor|master|diploma|graduat|school|level|\b[hs]\.?s\.?c|\b[bm]\.?\s?(?:sc|a|s)\b"
)
_BETWEEN = re.compile(r"[\s,;/|·、。:+]+")

_NUMBER = r"(\d+(?:\.\d+)?)"
_YEAR = rf"(?:{YEAR_WORDS})(?![{LETTERS}]*old)"
_MONTH = rf"(?:{MONTH_WORDS})"
_LEAST = (
    r"(?:\+|或?及?以上|起|이상|↑|ormore|andabove|orabove|andup|plus|trởlên|ymás|oumais|иболее)?"
)
_MOST = r"(?:或?及?以下|以内|内|之内|이하|미만|orless|andbelow|orbelow)"
_RANGE = re.compile(
    rf"{_NUMBER}\+?({_YEAR}|{_MONTH})?(?:-|到|至|to){_NUMBER}({_YEAR}|{_MONTH})?{_LEAST}"
)
_SINGLE = re.compile(rf"(?:>=?|{EXPERIENCE_OVER})?{_NUMBER}({_YEAR}|{_MONTH})?{_LEAST}({_YEAR})?")
_UNDER = re.compile(
    rf"(?:<=?|atmost|{EXPERIENCE_UNDER}){_NUMBER}(?:{_YEAR}|{_MONTH})|"
    rf"{_NUMBER}(?:{_YEAR}|{_MONTH}){_MOST}"
)
# Of what the years are to be: '3年以上销售经验', '5 years of sales experience', '2 years in sales'.
_OF_WHAT = re.compile(
    r"(年(?:及?以上)?)(?!或?及?以?[下内里])[^\d,()年上]{1,10}(?:经验|经历)$|((?:years?|yrs?)\b)[^\d,()]{1,60}?\bexp(?:erience)?\b.*$|"
    r"((?:years?|yrs?)\b)\s+in\b[^\d]*$|"
    # '1 An(s) - sur poste similaire'
    rf"((?:{YEAR_WORDS}|{MONTH_WORDS})(?:\(s\))?) - "
    r"(?!.*(?:max|less|below|under|moins|менее|以[下内]))[^\d]+$"
)
# A wording without a number, and what is said of it: 'débutant accepté - en cuisine'.
_LEVEL_DASH = re.compile(r"([^\d-]+?) - [^\d]+")
_TO_NUMBER = re.compile(rf"\s(?:{EXPERIENCE_TO})\s+(?=\d)")
_PARTS = re.compile(r"\s*[,|/;·]\s*")
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
    text = spelled(_TAIWAN.sub("中專", wording))[:_LONGEST]
    if _OPEN.search(text) and (cut := _CUT_REMARK.search(text)):
        if _OF_DEGREE.search(cut[0]):  # it may name a lower one, of which the rest is lost
            return None, False
        text = text[: cut.start()]
    return _degree(_SPACED.sub(r"\1.", text))


@lru_cache(maxsize=100_000)
def _degree(text: str) -> tuple[str | None, bool]:
    if "(" in text and _WAIVED.search(text):
        return None, False
    if (found := _with_brackets(text) or _as_it_stands(text)) is not None:
        return found
    if (asked := _asked(text)) is not None and asked != text:
        if asked:
            return _degree(asked)
        rest = _degree(_WELCOME.sub("", _unbracketed(text)))
        if _DEMANDED.search(text):
            return None, False
        return ("none", True) if rest[0] else (None, False)
    plain = _without_remarks(_UNDERGRADUATE.sub(r"\1", text))
    plain = _FIELD.sub(" / ", plain).strip(" /")
    if " of " in plain:
        plain = _OF_FIELD.sub(r"\1", plain)
    if (found := _as_it_stands(plain)) is not None:
        return found
    if (band := _BELOW.sub("", plain)) != plain:
        return _degree(band)
    for form in (plain, _bare(plain)):
        if (found := _lowest(_EITHER.split(form)))[1]:
            return found
    return _beside_years(plain)


def _with_brackets(text: str) -> tuple[str | None, bool] | None:
    """Lowest level of a wording and its remarks, as 'Degree (BSc or Diploma)'; None: they name none.

    In Chinese a remark is of another kind: '硕士(本科985)' tells where the first degree is from.
    """
    remarks = _REMARK.findall(text) if text.isascii() and text not in _levels() else []
    # A bracket may be open at the end, where a site cut the text: then nothing is left to take out.
    if not any(remark.startswith("(") for remark in remarks):
        return None
    parts = [_degree(remark[1:-1])[0] for remark in remarks]
    inner = [level for level in parts if level not in (None, "none")]
    outer = " ".join(_REMARK.sub(" ", text).split())
    if outer not in _GENERIC:
        inner += [level for level in [_degree(outer)[0]] if inner and level]
        inner = inner if len(inner) > 1 else []
    return (min(inner, key=DEGREES.index), True) if inner else None


def _as_it_stands(text: str) -> tuple[str | None, bool] | None:
    """Level of a wording that the table knows, with or without words that leave it as it is."""
    for form in (text, plain := _without_remarks(text), _bare(plain)):
        if form in _levels() and not (form != text and _WELCOME.search(text)):
            return _levels()[form], True
    return None


def _asked(text: str) -> str | None:
    """Wording without what is only welcome, empty where that is all; None where nothing is."""
    if not _WELCOME.search(text):
        return None
    for remark in _REMARK.findall(text):
        if _WELCOME.search(remark) and not _ASIDE.fullmatch(_WELCOME.sub("", remark)):
            text = text.replace(remark, "")
    return ",".join(part for part in _clauses(text) if not _WELCOME.search(part))


def _clauses(text: str) -> list[str]:
    """Clauses of a wording; 'preferred' alone belongs to the one before it."""
    found: list[str] = []
    for part in filter(None, _CLAUSE.split(text)):
        if found and _WELCOME.search(part) and _ASIDE.fullmatch(_WELCOME.sub("", part)):
            found[-1] += f" {part}"
        else:
            found.append(part)
    return found


def _unbracketed(text: str) -> str:
    return re.sub(r"[()\[\]【】]", " ", text)


def _beside_years(text: str) -> tuple[str | None, bool]:
    """Level in a cell that states years of experience too."""
    rest = _YEARS_WITHIN.sub(",", text)
    parts = [part for part in _BETWEEN.split(rest) if part]
    if rest == text or not parts:
        return None, False
    named = [part for part in parts if _as_it_stands(part) or _OF_DEGREE.search(part)]
    return _as_it_stands(named[0]) or (None, False) if len(named) == 1 else _lowest(parts)


def _lowest(parts: list[str]) -> tuple[str | None, bool]:
    parts = [part for part in parts if part and not _NO_LEVEL.fullmatch(part)]
    if not parts or _EITHER_OF_BOTH.intersection(parts):
        return None, False
    levels = []
    for part in parts:
        level = (_degree(part) if len(parts) > 1 else _as_it_stands(part) or (None, False))[0]
        if level is None:
            return None, False
        levels.append(level)
    return min(levels, key=DEGREES.index), True


def _without_remarks(text: str) -> str:
    return _REMARK.sub("", text).strip(" .。,;:!/")


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
    return _least(spelled(wording)[:_LONGEST])


def _least(text: str) -> tuple[float | None, bool]:
    if text in _years():
        return _years()[text], True
    if (
        (found := _LEVEL_DASH.fullmatch(text))
        and found[1] in _years()
        and not _WELCOME.search(text)
    ):
        return _years()[found[1]], True
    if (asked := _asked(text)) is not None and asked != text:
        if asked:
            return _least(asked)
        rest = _unbracketed(_WELCOME.sub("", text)).strip(" ,.:;-")
        return (0.0, True) if not rest or _least(rest)[1] else (None, False)
    text = text.strip(" /|,;:。")
    bare = _without_filler(_OF_WHAT.sub(r"\1\2\3\4", text))
    years = _by_rule(bare)
    if years is None:
        years = _in_brackets(text)
    if years is not None:
        return (None, False) if years > MAX_YEARS else (years, True)
    if bare in _years():
        return _years()[bare], True
    return _beside_degree(text)


def _in_brackets(text: str) -> float | None:
    """Years in brackets behind a level: 'Junior (1-3 years)'."""
    remarks = [remark[1:-1] for remark in _REMARK.findall(text)]
    # A number alone may be a grade.
    if len(remarks) != 1 or not re.search(rf"\d\+?\s*(?:{_YEAR}|{_MONTH})", remarks[0]):
        return None
    return _by_rule(_without_filler(remarks[0]))


def _beside_degree(text: str) -> tuple[float | None, bool]:
    """Years in a cell that states a degree or a level too."""
    stated = [found[0].strip() for found in _YEARS_WITHIN.finditer(text)]
    rest = [part for part in _BETWEEN.split(_YEARS_WITHIN.sub(",", text)) if part]
    if not stated:
        parts = [part for part in _BETWEEN.split(text) if part]
        stated = [part for part in parts if part in _years()]
        rest = [part for part in parts if part not in _years()]
    beside = " ".join(rest) in _years() or all(_as_it_stands(part) for part in rest)
    if len(stated) != 1 or not rest or not beside or stated[0] == text:
        years = _one_part(text)
        return years, years is not None
    return (0.0, True) if _is_none(" ".join(rest)) else _least(stated[0])


def _is_none(text: str) -> bool:
    """Whether a wording surely asks for no years: '应届'; a bare 不限 may be of a degree or a place."""
    return _years().get(text) == 0 and text not in _EITHER_OF_BOTH


def _one_part(text: str) -> float | None:
    """Years of a cell of several parts of which one alone is a number of years: '北京 | 3-5年 | 本科'."""
    parts = [_without_filler(part) for part in _PARTS.split(text)]
    if any(part.isdecimal() for part in parts):  # '1/2 year' may be a half, or one or two
        return None
    years = [_by_rule(part) for part in parts if re.search(rf"\d\s*{_YEAR}", part)]
    known = [each for each in years if each is not None and each <= MAX_YEARS]
    if known and any(map(_is_none, parts)):  # '应届/1-3年' takes both
        return 0.0
    return known[0] if len(parts) > 1 and len(years) == len(known) == 1 else None


def _without_filler(text: str) -> str:
    return " ".join(_FILLER.sub(" ", _REMARK.sub(" ", text)).split())


def _by_rule(text: str) -> float | None:
    text = _TO_NUMBER.sub("-", with_digits(text)).translate(_NO_SPACE)
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
