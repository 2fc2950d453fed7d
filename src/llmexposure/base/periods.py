"""Months and periods: as parameters name them, compared like with like, and means over them.

A span is a month (``2022-11``), a half-year (``2024-H1``), a year (``2022``), two months and what lies
between (``2022-01:2022-06``), or ``auto``.
"""

import re
from collections.abc import Sequence

import numpy as np
import pandas as pd

from llmexposure.base.errors import DataError, ParameterError


def months_between(first: str, last: str) -> list[str]:
    """Months from ``first`` to ``last``, both included.

    Examples
    --------
    >>> months_between("2022-11", "2023-01")
    ['2022-11', '2022-12', '2023-01']
    """
    return [str(m) for m in pd.period_range(first, last, freq="M")]


def period_mean(wide: pd.DataFrame, first: str, last: str) -> pd.Series:
    """Mean index of each unit over the months; missing where any month is.

    Raises
    ------
    DataError
        When a month is not in the table.
    """
    months = months_between(first, last)
    absent = [m for m in months if m not in wide.columns]
    if absent or not months:
        raise DataError(
            f"period {first} to {last}: {', '.join(absent) or 'no month'} not in the data; "
            f"expected months from {wide.columns.min()} to {wide.columns.max()}"
        )
    return wide[months].mean(axis=1, skipna=False)


def period_change(
    wide: pd.DataFrame, baseline: tuple[str, str], comparison: tuple[str, str]
) -> pd.Series:
    """Log change of the mean index between two periods, each given by its first and last month.

    Examples
    --------
    >>> wide = pd.DataFrame([[1.0, 3.0, 4.0]], columns=["2022-01", "2022-02", "2022-03"])
    >>> period_change(wide, ("2022-01", "2022-02"), ("2022-03", "2022-03")).round(3).tolist()
    [0.693]
    """
    change = np.log(period_mean(wide, *comparison)) - np.log(period_mean(wide, *baseline))
    return change.dropna().rename("change")


def year_to(month: str) -> tuple[str, str]:
    """First and last month of the twelve that end with a month.

    Examples
    --------
    >>> year_to("2022-11")
    ('2021-12', '2022-11')
    """
    return str(pd.Period(month, "M") - 11), month


def quarters(wide: pd.DataFrame, event: str, before: int, last: str) -> pd.DataFrame:
    """Log mean index by quarter, counted from the event so that one quarter ends with its month.

    Parameters
    ----------
    event
        Last month of the base quarter.
    before
        Quarters before the base quarter.
    last
        No quarter ends after this month.

    Returns
    -------
    pandas.DataFrame
        Units that miss no month, by quarters named after their last month.
    """
    end = pd.Period(event, "M")
    count = (pd.Period(last, "M") - end).n // 3
    ends = [end + 3 * k for k in range(-before, count + 1)]
    means = {str(e): period_mean(wide, str(e - 2), str(e)) for e in ends}
    return np.log(pd.DataFrame(means)).dropna()


def half_year_changes(wide: pd.DataFrame, first: str) -> dict[str, pd.Series]:
    """Log change of every half-year's mean to that of the same half a year later.

    Parameters
    ----------
    first
        First month of the earliest half-year, a January or a July.

    Returns
    -------
    dict
        Name such as ``h1_2022_h1_2023`` to the changes, as far as the data go.
    """
    last = pd.Period(wide.columns.max(), "M")
    found = {}
    start = pd.Period(first, "M")
    while start + 17 <= last:
        pairs = [(str(s), str(s + 5)) for s in (start, start + 12)]
        names = [f"h{1 if start.month == 1 else 2}_{year}" for year in (start.year, start.year + 1)]
        found["_".join(names)] = period_change(wide, *pairs)
        start += 6
    return found


AUTO = "auto"
# Month of the postings without a date.
UNDATED = "undated"
MONTH = r"\d{4}-(?:0[1-9]|1[0-2])"
SPAN = re.compile(rf"{AUTO}|\d{{4}}|\d{{4}}-H[12]|{MONTH}|{MONTH}:{MONTH}")
_HALVES = {"H1": ("01", "06"), "H2": ("07", "12")}
SHORTEST = 3  # months that a comparison should have


def months_of(span: str) -> list[str]:
    """Months of a span, in order.

    Raises
    ------
    ParameterError
        When it is no span, or ends before it begins.

    Examples
    --------
    >>> months_of("2024-H1")[0], months_of("2024-H1")[-1], len(months_of("2022"))
    ('2024-01', '2024-06', 12)
    """
    if not SPAN.fullmatch(span) or span == AUTO:
        raise ParameterError(
            f"period {span!r}: expected a year (2022), a half-year (2024-H1), a month (2022-11) or two "
            "months (2022-01:2022-06)"
        )
    first, _, last = span.partition(":")
    year, _, part = first.partition("-")
    if not part:
        first, last = f"{year}-01", f"{year}-12"
    elif part in _HALVES:
        first, last = (f"{year}-{month}" for month in _HALVES[part])
    found = months_between(first, last or first)
    if not found:
        raise ParameterError(f"period {span!r} ends before it begins")
    return found


def span_of(first: str, last: str) -> str:
    """Shortest name of the months from ``first`` to ``last``.

    Examples
    --------
    >>> span_of("2024-01", "2024-06"), span_of("2022-03", "2022-03"), span_of("2022-11", "2023-01")
    ('2024-H1', '2022-03', '2022-11:2023-01')
    """
    year = first[:4]
    ends = (first, last)
    for name, months in {
        year: ("01", "12"),
        **{f"{year}-{h}": m for h, m in _HALVES.items()},
    }.items():
        if ends == tuple(f"{year}-{month}" for month in months):
            return name
    return first if first == last else f"{first}:{last}"


def auto_spans(months: Sequence[str]) -> tuple[str, str | None]:
    """Baseline and comparison for data of these months: the same calendar months, as far apart as can be.

    As many whole years apart as leaves three months or more that the data have in both years, up to
    twelve; failing that any such months; failing that the first and the second half of the data, whose
    seasons differ. One month has no comparison.

    Examples
    --------
    >>> auto_spans(months_between("2022-01", "2024-06"))
    ('2022-H1', '2024-H1')
    >>> auto_spans(months_between("2023-03", "2023-06"))
    ('2023-03:2023-04', '2023-05:2023-06')
    """
    have = sorted(set(months))
    if len(have) < 2:
        return have[0], None
    most = int(have[-1][:4]) - int(have[0][:4])
    alike = {y: [m for m in have if _years_on(m, y) in have] for y in range(most, 0, -1)}
    for least in (SHORTEST, 1):
        for years, found in alike.items():
            if len(found) >= least:
                last = min(found[-1], _year_from(found[0]))
                ends = [(found[0], last), (_years_on(found[0], years), _years_on(last, years))]
                return span_of(*ends[0]), span_of(*ends[1])
    middle = len(have) // 2
    return span_of(have[0], have[middle - 1]), span_of(have[middle], have[-1])


def _years_on(month: str, years: int) -> str:
    return f"{int(month[:4]) + years}{month[4:]}"


def _year_from(month: str) -> str:
    """Twelfth month of the year that begins with a month."""
    return str(pd.Period(month, "M") + 11)
