"""Publication dates in mixed formats as days.

Understood: 2024-01-05, 2024/1/5, 2024. 1. 5., 2024年1月5日; 20240105; 2024-01, 2024年1月, 202401 and January
2024 (the first of the month); 05 Jan 2024, 05-Jan-24, January 5th, 2024, 5 января 2024, 2024. január 5.;
seconds, milli-, micro- or nanoseconds since 1970, also as 1.7133975e+12; a spreadsheet's count of days
(45418); 13/01/2024, 13. 1. 2024 and 01/13/2024. Each also with a time, a zone, a day of the week or 'posted
on' around it.

03/04/2024 and 24/04/03 may be several days. They are read where ``date_order`` is given or the other dates
of the file tell it (`settle`), and are missing otherwise. So is 3 listopada 2024, which is in October in
Croatian and in November in Polish: ``date_language`` or the other dates tell.

The day is taken as written: a zone does not move it. Seconds since 1970 state no day of a place: theirs is
the day in UTC, or in the ``epoch_zone`` that is given, and they are noted. Relative dates (3天前,
'yesterday') are unreadable without the day of collection, and are left missing.
"""

import re
import unicodedata
from collections.abc import Collection
from datetime import UTC, date, datetime, timedelta, tzinfo
from decimal import Decimal

import polars as pl

from llmexposure.postings.clean.vocabulary import (
    LETTERS,
    MONTH_NAMES,
    MONTHS_BY_LANGUAGE,
    WEEKDAYS,
)
from llmexposure.postings.clean.wordings import as_cells, by_word, spelled
from llmexposure.postings.contract import FIRST_DATE, LAST_DATE

_LONGEST = 200
# Notes on cells that are readable.
READ_SO = ("epoch_date", "serial_date", "date_order_settled", "date_language_settled")
# A time and a zone, such as 'T17:48:16.5+08:00' or ' 9:10 am', after which nothing may follow.
_TIME = r"(?:[\sT日_]+\d{1,2}[:时]\d{1,2}[^/]*)?"
_YMD = rf"^(\d{{4}})[-/.年](\d{{1,2}})[-/.月](\d{{1,2}})日?号?{_TIME}$"
_SLASHED = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4}|\d{2})")
# The same with whatever may stand around it, for whole columns.
SLASHED = r"(?:^|[^\d/.-])\d{1,2}(?:[-/.]|\. )\d{1,2}(?:[-/.]|\. )(?:\d{4}|\d{2})(?:\.?$|[^\d/.-])"

# What stands before a day: 'posted on', or how long ago that was.
_BEFORE = re.compile(
    r"(?:date )?(?:re)?(?:posted|published|listed|created|updated)(?: date)?(?: on)?\s*:?\s+|date\s*:\s*|"
    r"(?:publi[ée]+e?s? le|actualis[ée]+e? le|publicad[oa] (?:el|em)|veröffentlicht(?: am)?|erschienen am|"
    r"pubblicat[oa](?: il)?|geplaatst op|опубликован[оа]?|размещен[оа]?|opublikowan[oay]+|zveřejněno|"
    r"objavljeno)\s*:?\s+|\d+\+? \w+ (?:ago|назад) (?=\d{4}[-/.]\d)|"
    "(?:首次|最近|最后)?(?:发布|更新|刷新|刊登|掲載|公開|登録|등록|게시|발행)(?:日期|时间|于|日|일)?[::]?\\s*"
)
_BEHIND = re.compile(r"\s*(?:发布|更新|刷新|刊登|掲載|등록|게시)$")
_WEEKDAY = re.compile(
    r"(?<![a-z])(?:mon|tue|tues|wed|wednes|thu|thur|thurs|fri|sat|satur|sun)(?:day)?(?![a-z])\.?,?|"
    r"\(?(?:星期|周|礼拜)[一二三四五六日天]\)?|\([月火水木金土日월화수목금토일]\)|[上下]午|午[前后]|오[전후]"
)
_LONG_WORD = re.compile(f"[{LETTERS}]{{4}}")
_WEEKDAY_ELSEWHERE = re.compile(
    rf"(?<![{LETTERS}-])(?:{'|'.join(WEEKDAYS.split())})(?![{LETTERS}-])\.?,?"
)
_POINT_SPACE = re.compile(r"(?<=\d)\. ?(?=\d)")
_LAST_POINT = re.compile(r"(?<=\d)\.$")
_CLOCK = re.compile(
    r"(?<=[\s_t日])\d{1,2}[:时]\d{1,2}(?:[:分]\d{1,2}(?:[.,]\d+)?)?[分秒]?\s*(?:[ap]\.?m\.?)?\s*"
    r"(?:\(?(?:utc|gmt|z|uhr|[a-z]{1,2}[sd]t)\)?)?\s*(?:[+-]\d{2}:?\d{2})?\s*(?:\([a-z ]*\))?(?=\s|$)"
)
_MONTH = re.compile(r"(\d{4})[-/.年](\d{1,2})月?")
_EPOCH = re.compile(r"\d{9,10}|\d{12,13}|\d{16}|\d{19}|0")
_DECIMAL_EPOCH = re.compile(r"(\d{9,10}|\d{12,13})\.\d+")
_POWER = re.compile(r"\d(?:\.(\d+))?e\+?(\d+)")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})(?:t?\d{4}(?:\d{2})?z?)?")
_COMPACT_MONTH = re.compile(r"(\d{4})(\d{2})")
_SERIAL = re.compile(r"(\d{5})(?:\.\d+)?")
# Day 0 of a spreadsheet, which holds 1900 for a leap year.
_SERIAL_ZERO = date(1899, 12, 30)
# 201205 is May 2012 or 5 December 2020: only from this year on a month can be no year of two digits.
_SURE_MONTH = 2013
_SEPT = re.compile(r"\bsept\b")
_ORDINAL = re.compile(r"(?<=\d)(?:st|nd|rd|th)\b")
# 'of the year', as Slavic languages put it behind.
_YEAR_BEHIND = re.compile(r"(?<=\d{4}) ?(?:г\.?|года|року|р\.|r\.|roku)$")
_FIRST_OF = re.compile(r"^1(?:er|o|\.o)(?= )")
# Days with the name of a month in other languages, and where numbers stand before their words.
_NAMED = re.compile(
    rf"(?:(?P<d>\d{{1,2}})(?:\.? ?|-))?(?:de |d')?(?P<m>[{LETTERS}]+)(?:\.?,? (?:del? )?|[.-])(?P<y>\d{{4}})|"
    rf"(?P<year>\d{{4}})\.? (?P<month>[{LETTERS}]+)\.? (?P<day>\d{{1,2}})|"
    rf"(?P<first>[{LETTERS}]+)\.? (?P<second>\d{{1,2}}),? (?P<third>\d{{4}})"
)
_COUNTED = re.compile(
    r"(?P<y>\d{4})년 ?(?P<m>\d{1,2})월(?: ?(?P<d>\d{1,2})일)?|"
    r"(?:ngày )?(?P<day>\d{1,2}) tháng (?P<month>\d{1,2}),? (?:năm )?(?P<year>\d{4})"
)
# Letters that lose their mark otherwise than by taking an accent off.
_BARRED = str.maketrans("łıđø", "lido")


def unaccented(word: str) -> str:
    """Word as exports that lose accents write it.

    >>> unaccented("września"), unaccented("kasım")
    ('wrzesnia', 'kasim')
    """
    parts = unicodedata.normalize("NFD", word.translate(_BARRED))
    return "".join(part for part in parts if not unicodedata.combining(part))


def _by_language() -> dict[str, dict[str, int]]:
    """Months that a word names, by language; '' for one that names the same in all."""
    found: dict[str, dict[str, int]] = {}
    tables = {"": MONTH_NAMES, **MONTHS_BY_LANGUAGE}
    for language, months in tables.items():
        for month, words in months.items():
            for word in words.split():
                found.setdefault(unaccented(word), {})[language] = month
    return found


_MONTHS = _by_language()
# Words that name different months, and for each word of a language that has such the languages that know it.
TWO_MONTHS = frozenset(word for word, months in _MONTHS.items() if len(set(months.values())) > 1)
LANGUAGES_OF = {
    word: frozenset(months) - {""} for word, months in _MONTHS.items() if frozenset(months) - {""}
}
_ENGLISH = ("%d %b %Y", "%d %B %Y", "%b %d %Y", "%B %d %Y", "%d %b %y", "%d %B %y", "%Y %b %d")
_ENGLISH_MONTH = ("%b %Y", "%B %Y")


def harmonise_date(
    column: pl.Series,
    order: str | None = None,
    epoch_zone: str = "UTC",
    language: str | None = None,
    *,
    settled: Collection[str] = (),
) -> pl.DataFrame:
    """Days of a column of dates.

    Parameters
    ----------
    column
        Text, dates, timestamps or whole numbers.
    order
        ``'dmy'``, ``'mdy'``, ``'ymd'`` or None; see `ColumnMap`.
    epoch_zone
        ``'UTC'`` or an offset such as ``'+08:00'``: where the day of a number of seconds is taken.
    language
        A key of `MONTHS_BY_LANGUAGE`, or None: whose months the words are that two languages share.
    settled
        Of ``'date_order'`` and ``'date_language'`` those that the file told, which is noted, not the user.

    Returns
    -------
    polars.DataFrame
        ``date`` (missing where not stated, not readable or out of range) and ``fault`` (a note, or
        empty; one of `READ_SO` beside a date that can be read), one row a cell.

    Examples
    --------
    >>> harmonise_date(pl.Series(["06-May-24", "03/04/2024"]))["fault"].to_list()
    ['', 'ambiguous_date']
    """
    if column.dtype.is_temporal():
        days, faults = _wall_day(column), pl.repeat("", len(column), eager=True)
    else:
        days, faults = _from_text(as_cells(column), order, _zone(epoch_zone), language)
    for option in {"date_order", "date_language"}.difference(settled):
        faults = faults.replace(f"{option}_settled", "")
    outside = ~days.is_between(FIRST_DATE, LAST_DATE)
    table = pl.DataFrame({"date": days, "fault": faults, "outside": outside.fill_null(False)})
    return table.select(
        date=pl.when("outside").then(None).otherwise("date"),
        fault=pl.when("outside").then(pl.lit("date_out_of_range")).otherwise("fault"),
    )


def possible_orders(cell: str) -> frozenset[str]:
    """Orders of day, month and year in which a date such as 03/04/2024 can be read; of other cells none.

    >>> sorted(possible_orders("03/04/2024")), sorted(possible_orders("5/13/24"))
    (['dmy', 'mdy'], ['mdy'])
    """
    found = _SLASHED.fullmatch(_bare(spelled(cell[:_LONGEST])))
    return frozenset(_readings(*found.groups())) if found else frozenset()


def possible_languages(words: pl.Series) -> tuple[bool, frozenset[str]]:
    """Whether dates have a word that names different months, and the languages that know all their months.

    >>> possible_languages(pl.Series(["3. listopada 2024.", "5. srpnja 2024."]))
    (True, frozenset({'hr'}))
    """
    found = words.str.extract_all(r"\pL{3,}").explode().drop_nulls().unique()
    months = {unaccented(spelled(word)) for word in found} & LANGUAGES_OF.keys()
    known = [LANGUAGES_OF[word] for word in months]
    return not TWO_MONTHS.isdisjoint(months), frozenset(MONTHS_BY_LANGUAGE).intersection(*known)


def _wall_day(column: pl.Series) -> pl.Series:
    if isinstance(column.dtype, pl.Datetime) and column.dtype.time_zone:
        column = column.dt.replace_time_zone(None)
    return column.cast(pl.Date)


def _zone(offset: str) -> tzinfo:
    return UTC if offset == "UTC" else datetime.strptime(offset, "%z").tzinfo or UTC


def _from_text(
    cells: pl.Series, order: str | None, zone: tzinfo, language: str | None
) -> tuple[pl.Series, pl.Series]:
    """The one common form for the whole column at once, what is left word by word."""
    groups = cells.str.extract_groups(_YMD).struct.unnest()
    year, month, day = (groups[name] for name in groups.columns)
    iso = year + "-" + month.str.zfill(2) + "-" + day.str.zfill(2)
    days = iso.str.to_date("%Y-%m-%d", strict=False)
    rest = by_word(
        cells.set(days.is_not_null(), None),
        lambda word: _day(word, order, zone, language),
        {"date": pl.Date, "fault": pl.String},
    )
    return days.fill_null(rest["date"]), rest["fault"].fill_null("")


_Day = tuple[date | None, str]
_UNREADABLE: _Day = (None, "unreadable_date")


def _day(word: str, order: str | None, zone: tzinfo, language: str | None) -> _Day:
    """Day of one cell, and a note where there is none or something else decides it."""
    text = _bare(spelled(word[:_LONGEST]))
    if re.fullmatch(r"[\d.e+t z]+", text) and (found := _number(text, zone)):
        return found
    if found := _MONTH.fullmatch(text):
        return _made(found[1], found[2], "1")
    if found := re.fullmatch(_YMD, text):
        return _made(*found.groups())
    if found := _SLASHED.fullmatch(text):
        return _slashed(found.groups(), order)
    if found := _COUNTED.fullmatch(text):
        year, month, day = found["y"] or found["year"], found["m"] or found["month"], found["d"]
        return _made(year, month, day or found["day"] or 1)
    if (found := _NAMED.fullmatch(text)) and (known := _MONTHS.get(_word_of(found))):
        return _named(found, known, language)
    return _english(text)


def _word_of(found: re.Match[str]) -> str:
    return unaccented(found["m"] or found["month"] or found["first"])


def _named(found: re.Match[str], known: dict[str, int], language: str | None) -> _Day:
    """Day of a date with the name of a month, which may be another month in another language."""
    year = found["y"] or found["year"] or found["third"]
    day = found["d"] or found["day"] or found["second"] or 1
    months = set(known.values())
    if len(months) == 1:
        return _made(year, months.pop(), day)
    if language not in known:
        return None, "ambiguous_date"
    made = _made(year, known[language], day)[0]
    return (made, "date_language_settled") if made else _UNREADABLE


def _bare(text: str) -> str:
    """Date without a time, a zone, a day of the week and words such as 'posted on'."""
    if before := _BEFORE.match(text):
        text = text[before.end() :]
    if not text.isascii():
        text = _BEHIND.sub("", text.replace("\u0307", ""))
    text = _WEEKDAY.sub(" ", text)
    if _LONG_WORD.search(text):
        text = _WEEKDAY_ELSEWHERE.sub(" ", text)
    text = " ".join(_CLOCK.sub(" ", text.strip(" ,")).strip(" ,_t").split())
    if not text[-1:].isdecimal():
        text = _LAST_POINT.sub("", _YEAR_BEHIND.sub("", text))
    if ". " in text:
        text = _POINT_SPACE.sub(".", text)
    return _FIRST_OF.sub("1", text) if text[:1] == "1" else text


def _number(text: str, zone: tzinfo) -> _Day | None:
    """Day of a cell that is one number."""
    if (found := _COMPACT.fullmatch(text)) and (day := _made(*found.groups()))[0]:
        return day
    if _EPOCH.fullmatch(text) or _DECIMAL_EPOCH.fullmatch(text):
        return _moment(Decimal(text), zone)
    if found := _POWER.fullmatch(text):
        # The last digit must tell the hour: a spreadsheet shows 1.71E+12, which is any day of a season.
        power = int(found[2]) if len(found[2]) < 4 else 0
        last = Decimal(10) ** (power - len(found[1] or ""))
        known = power in (9, 12) and last * 1000 ** (power == 9) <= 3_600_000
        return _moment(Decimal(text), zone) if known else _UNREADABLE
    if found := _SERIAL.fullmatch(text):
        return _SERIAL_ZERO + timedelta(days=int(found[1])), "serial_date"
    if found := _COMPACT_MONTH.fullmatch(text):
        return _made(*found.groups(), "1") if int(found[1]) >= _SURE_MONTH else _UNREADABLE
    return _UNREADABLE if _COMPACT.fullmatch(text) else None


def _moment(number: Decimal, zone: tzinfo) -> _Day:
    """Day of seconds since 1970, or of thousandths, millionths and so on of them."""
    digits = len(str(int(number)))
    seconds = number / 1000 ** max(0, (digits - 8) // 3 if digits > 10 else 0)
    return datetime.fromtimestamp(float(seconds), zone).date(), "epoch_date"


def _made(year: str, month: int | str, day: int | str) -> _Day:
    try:
        return date(int(year), int(month), int(day)), ""
    except ValueError:
        return _UNREADABLE


def _readings(first: str, second: str, third: str) -> dict[str, date]:
    """Days that three numbers can be, by the order in which they are read."""
    year = third if len(third) == 4 else f"20{third}"
    tried = {"dmy": (year, second, first), "mdy": (year, first, second)}
    if len(third) == 2 and len(first) == 2:
        tried["ymd"] = (f"20{first}", second, third)
    found = {order: _made(*parts)[0] for order, parts in tried.items()}
    return {order: day for order, day in found.items() if day and _plausible(day, third)}


def _plausible(day: date, third: str) -> bool:
    return len(third) == 4 or day <= LAST_DATE


def _slashed(parts: tuple[str, ...], order: str | None) -> _Day:
    readings = _readings(*parts)
    days = set(readings.values())
    if order in readings:
        return readings[order], "date_order_settled" if len(days) > 1 else ""
    # What can only have the year first is rather a day that there is not, such as 31/02/24.
    if order or not days or set(readings) == {"ymd"}:
        return _UNREADABLE
    return (days.pop(), "") if len(days) == 1 else (None, "ambiguous_date")


def _english(text: str) -> _Day:
    text = _ORDINAL.sub("", _SEPT.sub("sep", text)).replace(" of ", " ")
    text = " ".join(re.sub(r"[-/.,'_]", " ", text).split())
    for form in _ENGLISH:
        try:
            return datetime.strptime(text, form).replace(tzinfo=UTC).date(), ""
        except ValueError:
            continue
    for form in _ENGLISH_MONTH:
        try:
            return datetime.strptime(text, form).replace(tzinfo=UTC).date(), ""
        except ValueError:
            continue
    return _UNREADABLE
