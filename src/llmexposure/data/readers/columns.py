"""Columns that many upstream tables share, as pandera columns."""

import pandera.pandas as pa

_ONET_SOC = r"^\d{2}-\d{4}\.\d{2}$"
_SOC = r"^\d{2}-\d{4}$"
_COUNTRY = r"^[A-Z]{2}$"


def text(*checks: pa.Check, nullable: bool = False) -> pa.Column:
    """Text, present in every row unless ``nullable``."""
    return pa.Column(str, list(checks), nullable=nullable)


def onet_soc() -> pa.Column:
    """O*NET-SOC code, such as 15-1252.00."""
    return text(pa.Check.str_matches(_ONET_SOC))


def soc() -> pa.Column:
    """Code of the Standard Occupational Classification, such as 15-1252."""
    return text(pa.Check.str_matches(_SOC))


def country() -> pa.Column:
    """Two-letter country code in capitals."""
    return text(pa.Check.str_matches(_COUNTRY))


def date() -> pa.Column:
    """Day or, for a month, its first day."""
    return pa.Column("datetime64[ns]")


def whole(low: int, high: int | None = None) -> pa.Column:
    """Whole number from ``low`` to ``high``."""
    return pa.Column("int64", [pa.Check.ge(low)] + ([] if high is None else [pa.Check.le(high)]))


def number(
    low: float | None = None, high: float | None = None, *, nullable: bool = False
) -> pa.Column:
    """Real number from ``low`` to ``high``, both included where given."""
    checks = [] if low is None else [pa.Check.ge(low)]
    checks += [] if high is None else [pa.Check.le(high)]
    return pa.Column("float64", checks, nullable=nullable)


def positive() -> pa.Column:
    """Real number above zero, such as an index."""
    return pa.Column("float64", pa.Check.gt(0))
