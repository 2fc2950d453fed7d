"""Salaries as a range per month, in the currency of the posting.

`pay_words` tells what one wording states; here wordings, columns of numbers and a column of periods become
one range a row.

- A cell that states its own period keeps it. Else the column of periods counts, the word of the mapping,
  the heading (annual_salary), or a month. Year / 12; fortnight x 26 / 12; week x 52 / 12; day x 21.75 (days
  paid a month, Chinese labour ministry, 2008); hour x 8 x 21.75. A 13th month is not spread over the year.
- Where a row has numbers and a wording, the wording counts if it states a period and the numbers do not, or
  if the numbers state nothing; else the numbers. Where both state a pay and not the same one, it is noted.
- A number without a unit takes the unit of the other end ('1-1.5万'), unless it is the larger of the
  two as written ('8000-1.2万').
- A comma before groups of three digits parts thousands, and so do points where there are several or a
  decimal comma follows ('1.200,50'). '3.500' without a unit may be read in two ways: unreadable, unless the
  other cells of the file settle it (`settle`) or the mapping says so.
- What cannot be believed is noted and never changed (`_doubts`).
"""

from typing import NamedTuple

import polars as pl

from llmexposure.postings.clean.pay_forms import TWO_WAYS
from llmexposure.postings.clean.pay_words import (
    currency_of,
    period_of,
    stated_pay,
)
from llmexposure.postings.clean.vocabulary import SCALE, SHARED
from llmexposure.postings.clean.wordings import as_cells, by_word
from llmexposure.postings.contract import MAX_SALARY

PER_MONTH = {
    "hour": 8 * 21.75, "day": 21.75, "week": 52 / 12, "fortnight": 26 / 12, "half_month": 2.0, "month": 1.0,
    "year": 1 / 12,
}  # fmt: skip
# Of what is not believed as pay of a month, in money worth about a dollar: less than the first; more than the
# second where a period is stated or the cell is Chinese, than the third where neither is.
LEAST_BELIEVED, MOST_BELIEVED, MOST_UNSTATED = 250.0, 100_000.0, 20_000.0
# Times that the highest salary may be the lowest.
FARTHEST = 10.0
# Notes that leave the salary as it is.
DOUBTS = (
    "salary_very_low",
    "salary_very_high",
    "ends_far_apart",
    "salary_disagrees",
    "currency_disagrees",
)
# For a hint on the whole file: whether nothing says what is paid for.
ASSUMED = "salary_period_assumed"
# Notes on a salary that is lost, or an end of it; the first that applies.
FAULTS = (
    "negative_salary",
    "salary_out_of_range",
    "zero_salary",
    "reversed_salary",
    "unknown_salary_period",
    "unreadable_salary",
)
_STATED = {
    "low": pl.Float64,
    "high": pl.Float64,
    "period": pl.String,
    "united": pl.Boolean,
    "currency": pl.String,
    "of_a_year": pl.Boolean,
    "known": pl.Boolean,
}
# How far two amounts may differ and still be the same, rounded otherwise.
_SAME = 0.02


Headings = tuple[pl.DataFrame | None, pl.DataFrame | None, pl.DataFrame | None]


class Pay(NamedTuple):
    """A range per month; ``fault`` is one of `FAULTS`, or empty."""

    low: float | None = None
    high: float | None = None
    fault: str = ""


class Terms(NamedTuple):
    """How amounts are read that leave something open.

    Attributes
    ----------
    period
        What is paid for where neither a cell nor a column of periods says.
    unit
        What a number without a unit is multiplied by: 1000 for a column 'in thousands'.
    point
        What '3.500' means: ``'decimal'``, ``'thousands'``, or None where that is not known.
    """

    period: str = "month"
    unit: float = 1.0
    point: str | None = None


def pay_of(wording: str, period: str = "month") -> Pay:
    """Range per month of one wording.

    Parameters
    ----------
    wording
        A cell such as '8k-12k'.
    period
        What is paid for where the wording does not say: hour, day, week, month or year.

    Examples
    --------
    >>> pay_of("1.5-2万/月"), pay_of("12-18万/年"), pay_of("面议"), pay_of("20k-10k").fault
    (Pay(low=15000.0, high=20000.0, fault=''), Pay(low=10000.0, high=15000.0, fault=''), \
Pay(low=None, high=None, fault=''), 'reversed_salary')
    """
    none = pl.Series([None], dtype=pl.String)
    table = harmonise_salary(none, none, pl.Series([wording]), Terms(period))
    return Pay(*table.select("low", "high", "fault").row(0))


def harmonise_salary(
    low: pl.Series,
    high: pl.Series,
    worded: pl.Series,
    terms: Terms | None = None,
    periods: pl.Series | None = None,
    chinese: pl.Series | None = None,
    headings: Headings = (None, None, None),
    money: pl.Series | None = None,
) -> pl.DataFrame:
    """Range per month from the columns of salaries, of what is paid for, and of money.

    Parameters
    ----------
    low, high
        Ends of the range as numbers or wordings.
    worded
        The whole range as a wording.
    terms
        What is taken where a cell leaves it open.
    periods
        What each row's pay is for, as a word; missing where it does not say.
    chinese
        Whether each posting is in Chinese, so that an amount without a currency is of yuan.
    headings
        Of ``low``, ``high`` and ``worded``: ``named``, ``unit`` and ``money``, what the heading of each row
        says pay is for, is multiplied by and is of (see `heading_says`); None where none says anything.
    money
        The currency of each row's pay, as a code, name or sign; that of a cell counts before it, but
        for one that several countries share ('$').

    Returns
    -------
    polars.DataFrame
        ``low``, ``high`` (missing where not stated), ``currency``, ``fault`` (one of `FAULTS`, or empty)
        and, for each of `DOUBTS` and for `ASSUMED`, whether it applies; one row a posting.

    Examples
    --------
    >>> cells = [pl.Series(["20"]), pl.Series(["25"]), pl.Series(["$20-25 an hour"])]
    >>> harmonise_salary(*cells).row(0, named=True)["low"]
    3480.0
    """
    terms = terms or Terms()
    chinese = pl.repeat(False, len(worded), eager=True) if chinese is None else chinese
    named = _named(periods, len(worded))
    tables = [_under(named, heading, terms) for heading in headings]
    numbers = _of_numbers(low, high, terms, tables)
    words = as_cells(worded)
    if words.null_count() == len(words):
        pay = numbers.with_columns(salary_disagrees=pl.lit(False))
    else:
        pay = _chosen(numbers, _monthly(_states(words, terms.point), terms, tables[2]))
    return _judged(_in_money(pay, money), chinese)


def _in_money(pay: pl.DataFrame, money: pl.Series | None) -> pl.DataFrame:
    """Pay with the currency of its column where the cells name none or one that countries share."""
    if money is None:
        return pay.with_columns(currency_disagrees=pl.lit(False))
    column = by_word(as_cells(money), lambda word: (currency_of(word),), {"named": pl.String})
    pairs = pay.select(
        pl.concat_str(pl.col("currency").fill_null(""), column["named"], separator="|")
    )
    rule = {"currency": pl.String, "currency_disagrees": pl.Boolean}
    chosen = by_word(pairs.to_series(), _of_both, rule)
    paid = pl.any_horizontal(pl.col("low", "high").is_not_null())
    return pay.with_columns(
        chosen["currency"].fill_null(pay["currency"]),
        currency_disagrees=paid & chosen["currency_disagrees"].fill_null(False),
    )


def _of_both(pair: str) -> tuple[str, bool]:
    """Currency of a cell and its column, as 'EUR|USD', and whether they name different money."""
    own, _, named = pair.partition("|")
    if not own or named in SHARED.get(own, ()):
        return named, False
    return own, own != named and own not in SHARED.get(named, ())


def _named(periods: pl.Series | None, rows: int) -> pl.DataFrame:
    """Period of each row by its own column, and whether the cell holds another word."""
    if periods is None:
        return pl.select(named=pl.repeat(None, rows, dtype=pl.String), odd=pl.repeat(False, rows))
    found = by_word(as_cells(periods), period_of, {"named": pl.String, "known": pl.Boolean})
    return found.select("named", odd=~pl.col("known").fill_null(True))


def _states(cells: pl.Series, point: str | None) -> pl.DataFrame:
    return by_word(cells, lambda word: stated_pay(word, point), _STATED)


def _monthly(stated: pl.DataFrame, terms: Terms, named: pl.DataFrame) -> pl.DataFrame:
    """What cells state, with the ends per month.

    Adds ``told`` (whether a period is stated, by the cell or the column of periods), ``own`` (by the cell)
    and ``odd`` (no period, because that of the column is not known); ``factor`` is what the raw ends
    were multiplied by.
    """
    unit = pl.when(pl.col("united").fill_null(False)).then(1.0).otherwise("unit")
    period = pl.coalesce("period", "named", pl.lit(terms.period))
    own = pl.col("period").is_not_null()
    return (
        pl.concat([stated, named], how="horizontal")
        .with_columns(
            pl.col("low", "high") * unit,
            currency=pl.coalesce("currency", "money"),
            factor=period.replace_strict(PER_MONTH, return_dtype=pl.Float64),
            own=own,
            told=own | pl.col("named").is_not_null(),
            odd=pl.col("odd") & ~own & pl.any_horizontal(pl.col("low", "high").is_not_null()),
            lost=~pl.col("known").fill_null(True),
        )
        .with_columns(pl.col("low", "high") * pl.col("factor"))
    )


def _under(named: pl.DataFrame, heading: pl.DataFrame | None, terms: Terms) -> pl.DataFrame:
    """Periods and units of rows: the column of periods and the mapping first, then the heading.

    Where the column says another period than the heading, as HOURLY beside 'salary_yearly', neither counts.
    """
    if heading is None:
        return named.with_columns(unit=pl.lit(terms.unit), money=pl.lit(None, pl.String))
    unit = terms.unit if terms.unit != 1.0 else heading["unit"].fill_null(1.0)
    # The mapping's word, if it is not the one that is taken by default, is the user's own.
    period = heading["named"] if terms.period == "month" else pl.lit(None, pl.String)
    other = (pl.col("named") != heading["named"]).fill_null(False)
    return named.with_columns(
        pl.coalesce("named", period), unit=unit, money=heading["money"], odd=pl.col("odd") | other
    )


def _of_numbers(
    low: pl.Series, high: pl.Series, terms: Terms, named: list[pl.DataFrame]
) -> pl.DataFrame:
    """`_monthly` of the two columns of ends."""
    first = _end(low, "low", terms, named[0])
    last = _end(high, "high", terms, named[1])
    return pl.DataFrame(
        {
            "low": first["low"],
            "high": last["high"],
            "currency": pl.select(pl.coalesce(first["currency"], last["currency"])).to_series(),
            "factor": first["factor"].zip_with(first["low"].is_not_null(), last["factor"]),
            **{
                name: first[name] | last[name]
                for name in ("own", "told", "odd", "lost", "of_a_year")
            },
        }
    )


def _end(column: pl.Series, name: str, terms: Terms, named: pl.DataFrame) -> pl.DataFrame:
    """`_monthly` of one column of ends: numbers at once, wordings one by one."""
    cells = as_cells(column)
    number = cells.cast(pl.Float64, strict=False)
    number = number.set(~number.is_finite(), None)
    if column.dtype == pl.String and terms.point != "decimal":
        number = number.set(cells.str.contains(f"^{TWO_WAYS}$"), None)
    stated = _states(cells.set(number.is_not_null(), None), terms.point)
    ends = stated.with_columns(pl.coalesce(number, name).alias(name), of_a_year=_false("of_a_year"))
    return _monthly(ends, terms, named)


def _false(name: str) -> pl.Expr:
    return pl.col(name).fill_null(False)


def _chosen(numbers: pl.DataFrame, words: pl.DataFrame) -> pl.DataFrame:
    """Of each row the numbers or the wording, and whether they state different pay."""
    other = words.select(pl.all().name.prefix("w_"))
    table = pl.concat([numbers, other], how="horizontal")
    nothing = ~pl.any_horizontal(pl.col("low", "high") > 0).fill_null(False)
    blank = pl.all_horizontal(pl.col("low", "high").is_null()) & ~pl.col("lost")
    stated = pl.any_horizontal(pl.col("w_low", "w_high").is_not_null()) & ~pl.col("w_odd")
    by_words = blank | (stated & (nothing | (pl.col("w_own") & ~pl.col("told"))))
    names = ("low", "high", "currency", "told", "odd", "lost", "of_a_year")
    return table.select(
        *(pl.when(by_words).then(f"w_{name}").otherwise(name).alias(name) for name in names),
        salary_disagrees=stated & ~nothing & ~_same(),
    ).with_columns(_false("of_a_year"))


def _same() -> pl.Expr:
    """Whether both state the same: per month, or as they stand, for the period of the wording."""

    def alike(end: str, other: str, factor: str | float) -> pl.Expr:
        ours = pl.col(end) / (pl.col(factor) if isinstance(factor, str) else factor)
        theirs = pl.col(other) / (pl.col(f"w_{factor}") if isinstance(factor, str) else factor)
        return ((ours - theirs).abs() <= _SAME * theirs.abs()).fill_null(True) | (
            ours <= 0
        ).fill_null(False)

    ends = (("low", "w_low"), ("high", "w_high"))
    return pl.any_horizontal(
        pl.all_horizontal(alike(*pair, 1.0) for pair in ends),
        pl.all_horizontal(alike(*pair, "factor") for pair in ends),
    )


def _judged(pay: pl.DataFrame, chinese: pl.Series) -> pl.DataFrame:
    """Ranges with what is lost of them and what is doubtful about them."""
    scale = pl.col("currency").replace_strict(SCALE, default=1.0, return_dtype=pl.Float64)
    yuan = pl.col("currency").is_in(["元", "CNY"])
    table = pay.with_columns(scale=scale.fill_null(1.0), yuan=yuan.fill_null(chinese))
    low, high = pl.col("low"), pl.col("high")
    least, most = pl.min_horizontal(low, high), pl.max_horizontal(low, high)
    applies = {
        "negative_salary": least < 0,
        "salary_out_of_range": most > MAX_SALARY * pl.col("scale"),
        "zero_salary": least == 0,
        "reversed_salary": low > high,
        "unknown_salary_period": pl.col("odd"),
        "unreadable_salary": pl.col("lost"),
    }
    fault = pl.coalesce(*(pl.when(applies[name]).then(pl.lit(name)) for name in FAULTS), pl.lit(""))
    gone = ("salary_out_of_range", "reversed_salary", "unknown_salary_period")
    kept = [
        pl.when(pl.col("fault").is_in(gone) | (end <= 0)).then(None).otherwise(end).name.keep()
        for end in (low, high)
    ]
    table = table.with_columns(fault=fault).with_columns(kept)
    return table.select("low", "high", "currency", "fault", *_doubts())


def _doubts() -> list[pl.Expr]:
    """What is not believed of a range that stays: amounts and ends that no month's pay has."""
    least, most = pl.min_horizontal("low", "high"), pl.max_horizontal("low", "high")
    believed = pl.when(pl.col("told") | pl.col("yuan")).then(MOST_BELIEVED).otherwise(MOST_UNSTATED)
    of_a_year = pl.col("of_a_year") & ~pl.col("told") & most.is_not_null()
    doubts = {
        "salary_very_low": least < LEAST_BELIEVED * pl.col("scale"),
        "salary_very_high": (most > believed * pl.col("scale")) | of_a_year,
        "ends_far_apart": pl.col("high") > FARTHEST * pl.col("low"),
        "salary_disagrees": pl.col("salary_disagrees"),
        "currency_disagrees": pl.col("currency_disagrees"),
    }
    # A file that says a period nowhere: right where pay is of a month, and else wrong in silence. Amounts
    # of yuan are of a month by custom; what is too high or too low for one is told as such.
    told = pl.col("told") | pl.col("yuan") | doubts["salary_very_low"] | doubts["salary_very_high"]
    doubts[ASSUMED] = ~told.fill_null(False) & most.is_not_null()
    return [doubts[name].fill_null(False).alias(name) for name in (*DOUBTS, ASSUMED)]
