"""Units of the record, and how a number is printed."""

import math

UNITS = {
    "share": "fraction of a whole, printed as a percentage",
    "growth": "relative change, 1 = doubled, printed as a percentage",
    "share_change": "change of a share, printed in percentage points",
    "log_points": "natural-log change",
    "slope": "units of the outcome per unit of exposure",
    "ratio": "quotient of two numbers in one unit",
    "correlation": "between -1 and 1",
    "kappa": "agreement beyond chance, at most 1",
    "p": "probability value",
    "count": "whole number",
    "years": "years",
    "index": "index between 0 and 1",
    "statistic": "test statistic",
    "rank": "position in an order, 1 = first",
    "label": "a name, not a number",
    "month": "calendar month, YYYY-MM",
    "date": "calendar day, YYYY-MM-DD",
    "months": "months",
    "dollars": "US dollars",
    "yuan": "yuan a month",
    "yuan_year": "yuan a year",
}


def printed(value: float | int | str | None, unit: str, digits: int) -> str:
    """Value as it stands in the paper: sign as a minus, shares as percentages, small p as a bound.

    Examples
    --------
    >>> printed(0.372, "share", 1)
    '37.2%'
    >>> printed(0.00001, "p", 3)
    '<0.001'
    >>> printed(18495, "count", 0)
    '18,495'
    """
    if value is None:
        return "n/a"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str):
        return value
    if math.isinf(value):
        return "∞" if value > 0 else "−∞"
    if unit == "p" and value < 10**-digits:
        return f"<{10**-digits:.{digits}f}"
    if unit in ("share", "growth"):
        return f"{_signed(100 * value, digits)}%"
    if unit == "share_change":
        return f"{_signed(100 * value, digits)} pp"
    return f"{value:,.0f}" if unit in ("count", "yuan", "yuan_year") else _signed(value, digits)


def _signed(value: float, digits: int) -> str:
    text = f"{value:.{digits}f}"
    negative = text.startswith("-") and float(text) != 0
    return ("−" if negative else "") + text.lstrip("-")
