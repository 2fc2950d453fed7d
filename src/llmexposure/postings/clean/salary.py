"""Salary wordings as a range per month, in the currency of the posting.

Understood, after spaces, currency signs and '·13薪' are taken out: '8k-12k', '8-12k', '1.5-2万/月',
'8千-1.2万', '10-15万/年', '200元/天', '25元/小时', '8000以上', '2万以下', '$80,000 - $100,000 a year'.

- A number without a unit takes the unit of the other end ('1-1.5万'), unless it is the larger of the
  two as written ('8000-1.2万').
- A comma before groups of three digits parts thousands, and so do points where there are several or a
  decimal comma follows ('1.200,50'). '3.500' without a unit and '1,5' may be read in two ways: unreadable.
- Year / 12; week x 52 / 12; day x 21.75 (days paid a month, Chinese labour ministry, 2008);
  hour x 8 x 21.75. A 13th month of pay is not spread over the year.
- 面议, 'negotiable' and the like state no salary: missing, and not counted as unreadable.
"""

import math
import re
from functools import lru_cache
from typing import NamedTuple

import polars as pl

from llmexposure.postings.clean.wordings import as_cells, by_word, spelled
from llmexposure.postings.contract import MAX_SALARY

PER_MONTH = {"hour": 8 * 21.75, "day": 21.75, "week": 52 / 12, "month": 1.0, "year": 1 / 12}
_UNITS = {"k": 1e3, "千": 1e3, "w": 1e4, "万": 1e4, "百": 1e2, "": 1.0}

_NOT_STATED = re.compile(
    ".*(面议|面谈|详谈|另议|保密|待定|不限|negotiable|competitive|tobedisclosed|doe|tbd|notspecified"
    "|undisclosed|not disclosed|confidential).*"
)
_PERIODS = {
    "hour": re.compile(r"/?(每?小时|时薪|/时|per hour|an hour|/hour|/hr|/h\b|hourly)"),
    "day": re.compile(r"/?(每天|天|日薪|每日|/日|日结|per day|a day|/day|daily)"),
    "week": re.compile(r"/?(每?周薪?|per week|a week|/week|/wk|weekly)"),
    "year": re.compile(
        r"/?(每年|年薪|年|per year|a year|per annum|/year|/yr|/annum|annually|p\.a\.|pa$)"
    ),
    "month": re.compile(r"/?(每?个?月薪?|per month|a month|/month|/mo\b|monthly)"),
}
_MONTHS_PAID = re.compile(r"[·*x×+]?\s*\d+(\.\d+)?\s*薪")
# Thousands parted by commas, also as in India ('1,20,000'), and by points.
_COMMAS = re.compile(r"(?<![\d.,])(?:\d{1,3}(?:,\d{3})+|\d{1,2}(?:,\d{2})+,\d{3})(?!,?\d)")
_POINTS = re.compile(
    r"(?<![\d.,])(?:(\d{1,3}(?:\.\d{3})+),(\d{1,2})|\d{1,3}(?:\.\d{3}){2,})(?![.,]?\d)"
)
_COMMA_LEFT = re.compile(r"\d\s*,\s*\d")
# Three and a half, or three thousand five hundred.
_TWO_WAYS = r"-?[1-9]\d{0,2}\.\d{3}"
_NOISE = re.compile(r"[¥￥$€£,\s]|rmb|cny|usd|eur|gbp|元|人民币|税前|税后|薪资|工资|底薪|约|综合")
_NUMBER = r"(-?\d+(?:\.\d+)?)(k|千|w|万|百)?"
_RANGE = re.compile(rf"{_NUMBER}(?:-|到|至|to){_NUMBER}")
_LEAST = re.compile(
    rf"(?:from|>=?|至少)?{_NUMBER}(?:\+|及?以上|起|andabove|ormore)|(?:from|>=?|至少){_NUMBER}"
)
_MOST = re.compile(rf"{_NUMBER}(?:及?以下|以内)|(?:upto|<=?|最高){_NUMBER}")
_SINGLE = re.compile(_NUMBER)
_RESULT = {"low": pl.Float64, "high": pl.Float64, "fault": pl.String}


class Pay(NamedTuple):
    """A range per month; ``fault`` is a reason for quarantine or a note, or empty."""

    low: float | None = None
    high: float | None = None
    fault: str = ""


@lru_cache(maxsize=200_000)
def pay_of(wording: str, period: str = "month") -> Pay:
    """Range per month of one wording.

    Parameters
    ----------
    wording
        A cell such as '8k-12k'.
    period
        What is paid for where the wording does not say: hour, day, week, month or year.

    Returns
    -------
    Pay
        Lowest and highest, None where open; ``fault`` as in `judged`, or ``unreadable_salary``.

    Examples
    --------
    >>> pay_of("1.5-2万/月"), pay_of("12-18万/年"), pay_of("面议"), pay_of("20k-10k").fault
    (Pay(low=15000.0, high=20000.0, fault=''), Pay(low=10000.0, high=15000.0, fault=''), \
Pay(low=None, high=None, fault=''), 'reversed_salary')
    """
    text = spelled(wording)[:200]
    if _NOT_STATED.fullmatch(text.replace(" ", "")):
        return Pay()
    stated, text = _period(text)
    ends = _ends(_plain(text))
    if ends is None or math.nan in ends:
        return Pay(fault="unreadable_salary")
    factor = PER_MONTH[stated or period]
    low, high = (None if end is None else end * factor for end in ends)
    return judged(low, high)


def judged(low: float | None, high: float | None) -> Pay:
    """A range per month with its fault: negative, reversed, out of range, or zero.

    Zero is taken as not stated; the other end of the range stays.
    """
    ends = [end for end in (low, high) if end is not None]
    if any(end < 0 for end in ends):
        return Pay(low, high, "negative_salary")
    if any(end > MAX_SALARY for end in ends):
        return Pay(fault="salary_out_of_range")
    if 0 in ends:
        return Pay(low or None, high or None, "zero_salary")
    if len(ends) == 2 and ends[0] > ends[1]:
        return Pay(low, high, "reversed_salary")
    return Pay(low, high)


def _period(text: str) -> tuple[str | None, str]:
    """Stated period, and the text without it."""
    for name, words in _PERIODS.items():
        if words.search(text):
            return name, words.sub("", text)
    return None, text


def _plain(text: str) -> str:
    """Text without what is no number, unit or bound; numbers with a point for decimals, no more."""
    text = _COMMAS.sub(lambda found: found[0].replace(",", ""), _MONTHS_PAID.sub("", text))
    text = _POINTS.sub(_without_points, text)
    # A comma between digits that parts no thousands stays, and makes the text unreadable.
    return text if _COMMA_LEFT.search(text) else _NOISE.sub("", text).rstrip("/.。")


def _without_points(found: re.Match[str]) -> str:
    whole, cents = (found[1], found[2]) if found[1] else (found[0], "0")
    return f"{whole.replace('.', '')}.{cents}"


def _ends(text: str) -> tuple[float | None, float | None] | None:
    """Lowest and highest, None where open, NaN where to be read in two ways."""
    if found := _RANGE.fullmatch(text):
        first, unit, second, last_unit = found.groups(default="")
        if not unit and float(first) <= float(second):
            unit = last_unit
        return _amount(first, unit), _amount(second, last_unit or unit)
    if found := _LEAST.fullmatch(text):
        return _amount(found[1] or found[3], found[2] or found[4]), None
    if found := _MOST.fullmatch(text):
        return None, _amount(found[1] or found[3], found[2] or found[4])
    if found := _SINGLE.fullmatch(text):
        amount = _amount(found[1], found[2])
        return amount, amount
    return None


def _amount(number: str, unit: str | None) -> float:
    if not unit and re.fullmatch(_TWO_WAYS, number):
        return math.nan
    # Rounded to a hundredth: 1.1 x 10,000 is 11000.000000000002 in floating point.
    return round(float(number) * _UNITS[unit or ""], 2)


def harmonise_salary(
    low: pl.Series, high: pl.Series, worded: pl.Series, period: str
) -> pl.DataFrame:
    """Range per month from the columns salary_min, salary_max and salary.

    Parameters
    ----------
    low, high
        Ends of the range as numbers or wordings.
    worded
        The whole range as a wording; used only where both ends are missing.
    period
        What is paid for where a cell does not say.

    Returns
    -------
    polars.DataFrame
        ``low``, ``high`` (missing where not stated), ``fault`` (empty where all is well); one row
        a posting.
    """
    words = as_cells(worded)
    ends = [_end(low, "low", period), _end(high, "high", period)]
    pair = pl.DataFrame({"low": ends[0]["end"], "high": ends[1]["end"]})
    lost = pl.select(pl.max_horizontal(*(end["lost"] for end in ends))).to_series()
    both = _judge(pair, lost)
    whole = by_word(words, lambda word: pay_of(word, period), _RESULT)
    empty = as_cells(low).is_null() & as_cells(high).is_null() & words.is_not_null()
    chosen = [whole[name].zip_with(empty, both[name]) for name in _RESULT]
    return pl.DataFrame(chosen).with_columns(pl.col("fault").fill_null(""))


def _end(column: pl.Series, name: str, period: str) -> pl.DataFrame:
    """One end of the range, and whether it could not be read."""

    def rule(word: str) -> tuple[float | None, bool]:
        pay = pay_of(word, period)
        end = pay.low if name == "low" else pay.high
        if pay.fault in ("zero_salary", "salary_out_of_range"):
            end = 0.0 if pay.fault == "zero_salary" else MAX_SALARY + 1
        return end, pay.fault == "unreadable_salary"

    cells = as_cells(column)
    number = cells.cast(pl.Float64, strict=False) * PER_MONTH[period]
    number = number.set(~number.is_finite(), None)
    if column.dtype == pl.String:
        number = number.set(cells.str.contains(f"^{_TWO_WAYS}$"), None)
    worded = by_word(
        cells.set(number.is_not_null(), None), rule, {"end": pl.Float64, "lost": pl.Boolean}
    )
    return worded.with_columns(
        end=pl.coalesce(number, worded["end"]), lost=worded["lost"].fill_null(False)
    )


def _judge(pair: pl.DataFrame, lost: pl.Series) -> pl.DataFrame:
    """`judged` for whole columns."""
    low, high = pl.col("low"), pl.col("high")
    least, most = pl.min_horizontal(low, high), pl.max_horizontal(low, high)
    fault = (
        pl.when(least < 0)
        .then(pl.lit("negative_salary"))
        .when(most > MAX_SALARY)
        .then(pl.lit("salary_out_of_range"))
        .when(least == 0)
        .then(pl.lit("zero_salary"))
        .when(low > high)
        .then(pl.lit("reversed_salary"))
        .when(lost)
        .then(pl.lit("unreadable_salary"))
        .otherwise(pl.lit(""))
    )
    gone = pl.col("fault") == "salary_out_of_range"
    kept = [pl.when(gone | (end == 0)).then(None).otherwise(end).name.keep() for end in (low, high)]
    return pair.with_columns(fault=fault).with_columns(kept)
