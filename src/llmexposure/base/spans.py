"""Spans of months as parameters name them.

A span is a month (``2022-11``), a half-year (``2024-H1``), a year (``2022``), two months and what lies
between (``2022-01:2022-06``), or ``auto``.
"""

import re
from collections.abc import Sequence

from llmexposure.base.errors import ParameterError

AUTO = "auto"
# Month of the postings without a date.
UNDATED = "undated"
MONTH = r"\d{4}-(?:0[1-9]|1[0-2])"
SPAN = re.compile(rf"{AUTO}|\d{{4}}|\d{{4}}-H[12]|{MONTH}|{MONTH}:{MONTH}")
_HALVES = {"H1": ("01", "06"), "H2": ("07", "12")}
SHORTEST = 3  # months that a comparison should have


def months_between(first: str, last: str) -> list[str]:
    """Months from ``first`` to ``last``, both included.

    Examples
    --------
    >>> months_between("2022-11", "2023-01")
    ['2022-11', '2022-12', '2023-01']
    """
    return [_month(n) for n in range(_number(first), _number(last) + 1)]


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
    return _month(_number(month) + 11)


def _number(month: str) -> int:
    """Months since the year 0."""
    return 12 * int(month[:4]) + int(month[5:]) - 1


def _month(number: int) -> str:
    return f"{number // 12:04d}-{number % 12 + 1:02d}"
