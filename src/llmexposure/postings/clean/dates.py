"""Publication dates in mixed formats as days.

Understood: 2024-01-05, 2024/1/5, 2024.1.5, 2024年1月5日, each also with a time and a zone behind;
20240105; 2024-01 and 2024年1月 (the first of the month); 05 Jan 2024, January 5, 2024; seconds or
milliseconds since 1970; 13/01/2024 and 01/13/2024, and 03/04/2024 where ``date_order`` is given.

The day is taken as written: a zone does not move it. Seconds since 1970 state no day of a place:
theirs is the day in UTC, or in the ``epoch_zone`` that is given, and they are noted. Relative dates
(3天前, 'yesterday') are unreadable without the day of collection, and are left missing.
"""

import re
from datetime import UTC, date, datetime, tzinfo

import polars as pl

from llmexposure.postings.clean.wordings import as_cells, by_word, spelled
from llmexposure.postings.contract import FIRST_DATE, LAST_DATE

# A time and a zone, such as 'T17:48:16.5+08:00' or ' 9:10 am', after which nothing may follow.
_TIME = r"(?:[\sT日]+\d{1,2}[:时]\d{1,2}[^/]*)?"
_YMD = rf"^(\d{{4}})[-/.年](\d{{1,2}})[-/.月](\d{{1,2}})日?号?{_TIME}$"
_MONTH = re.compile(r"(\d{4})[-/.年](\d{1,2})月?")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_EPOCH = re.compile(r"\d{9,10}|\d{12,13}|0")
_SLASHED = re.compile(rf"(\d{{1,2}})[-/.](\d{{1,2}})[-/.](\d{{4}}){_TIME}")
_SEPT = re.compile(r"\bsept\b")
_ENGLISH = ("%d %b %Y", "%d %B %Y", "%b %d %Y", "%B %d %Y")


def harmonise_date(
    column: pl.Series, order: str | None = None, epoch_zone: str = "UTC"
) -> pl.DataFrame:
    """Days of a column of dates.

    Parameters
    ----------
    column
        Text, dates, timestamps or whole numbers.
    order
        ``'dmy'``, ``'mdy'`` or None; see `ColumnMap`.
    epoch_zone
        ``'UTC'`` or an offset such as ``'+08:00'``: where the day of a number of seconds is taken.

    Returns
    -------
    polars.DataFrame
        ``date`` (missing where not stated, not readable or out of range) and ``fault`` (a note, or
        empty; ``epoch_date`` beside a date that was a number of seconds), one row a cell.
    """
    if column.dtype.is_temporal():
        days, faults = _wall_day(column), pl.repeat("", len(column), eager=True)
    else:
        days, faults = _from_text(as_cells(column), order, _zone(epoch_zone))
    outside = ~days.is_between(FIRST_DATE, LAST_DATE)
    table = pl.DataFrame({"date": days, "fault": faults, "outside": outside.fill_null(False)})
    return table.select(
        date=pl.when("outside").then(None).otherwise("date"),
        fault=pl.when("outside").then(pl.lit("date_out_of_range")).otherwise("fault"),
    )


def _wall_day(column: pl.Series) -> pl.Series:
    if isinstance(column.dtype, pl.Datetime) and column.dtype.time_zone:
        column = column.dt.replace_time_zone(None)
    return column.cast(pl.Date)


def _zone(offset: str) -> tzinfo:
    return UTC if offset == "UTC" else datetime.strptime(offset, "%z").tzinfo or UTC


def _from_text(cells: pl.Series, order: str | None, zone: tzinfo) -> tuple[pl.Series, pl.Series]:
    """The one common form for the whole column at once, what is left word by word."""
    groups = cells.str.extract_groups(_YMD).struct.unnest()
    year, month, day = (groups[name] for name in groups.columns)
    iso = year + "-" + month.str.zfill(2) + "-" + day.str.zfill(2)
    days = iso.str.to_date("%Y-%m-%d", strict=False)
    rest = by_word(
        cells.set(days.is_not_null(), None),
        lambda word: _day(word, order, zone),
        {"date": pl.Date, "fault": pl.String},
    )
    return days.fill_null(rest["date"]), rest["fault"].fill_null("")


def _day(word: str, order: str | None, zone: tzinfo) -> tuple[date | None, str]:
    """Day of one cell, and a note where there is none or the zone decides it."""
    text = _SEPT.sub("sep", spelled(word).replace(",", " ")).strip()
    if found := _MONTH.fullmatch(text):
        return _made(found[1], found[2], "1")
    if found := _EPOCH.fullmatch(text):
        seconds = int(text) / (1000 if len(text) > 10 else 1)
        return datetime.fromtimestamp(seconds, zone).date(), "epoch_date"
    if found := _COMPACT.fullmatch(text):
        return _made(*found.groups())
    if found := _SLASHED.fullmatch(text):
        return _slashed(int(found[1]), int(found[2]), found[3], order)
    return _english(" ".join(text.replace(".", " ").split()))


def _made(year: str, month: int | str, day: int | str) -> tuple[date | None, str]:
    try:
        return date(int(year), int(month), int(day)), ""
    except ValueError:
        return None, "unreadable_date"


def _slashed(first: int, second: int, year: str, order: str | None) -> tuple[date | None, str]:
    if order is None and first <= 12 and second <= 12 and first != second:
        return None, "ambiguous_date"
    month_first = order == "mdy" if order else second > 12
    month, day = (first, second) if month_first else (second, first)
    return _made(year, month, day)


def _english(text: str) -> tuple[date | None, str]:
    for form in _ENGLISH:
        try:
            return datetime.strptime(text, form).replace(tzinfo=UTC).date(), ""
        except ValueError:
            continue
    return None, "unreadable_date"
