"""Columns that the schemas are made of: each says what it is, in which unit, from which sources."""

import pandera.pandas as pa

from llmexposure.exposure.measures import LABELS, RATINGS
from llmexposure.report.tables import Table

ONET_SOC = r"^\d{2}-\d{4}\.\d{2}$"
SOC = r"^\d{2}-\d{4}$"
DWA = r"^4\.A\.\d\.[a-z]\.\d\.I\d{2}\.D\d{2}$"
MONTH = r"^\d{4}-(0[1-9]|1[0-2])$"
OEWS_YEARS = range(2018, 2026)

LABEL_SOURCES = ["eloundou_gpts_are_gpts", "onet_29_3"]
INDEED_US = ["indeed_hiring_lab_fred_mirror"]
INDEED = [*INDEED_US, "indeed_hiring_lab", "indeed_japan_2023"]
POSTINGS = "postings_cn"
MATCH = ["onet_29_3"]
PLATFORM = r"^[a-z0-9_]+$"


def text(description: str, pattern: str, *source: str) -> pa.Column:
    """Text column that matches a pattern: ids, codes, months; never missing."""
    check = pa.Check.str_matches(pattern)
    return pa.Column(str, check, description=description, metadata={"unit": "id", "source": source})


def number(
    description: str,
    unit: str,
    *source: str,
    low: float | None = 0,
    high: float | None = None,
    kind: type = float,
    nullable: bool = True,
    exact: bool = False,
) -> pa.Column:
    """Number between two bounds; may be missing unless it is whole or ``nullable`` is False.

    ``exact`` keeps every digit of an upstream file, where other numbers are rounded to eight.
    """
    checks = [pa.Check.ge(low)] if low is not None else []
    checks += [pa.Check.le(high)] if high is not None else []
    return pa.Column(
        kind,
        checks,
        nullable=nullable and kind is float,
        description=description,
        metadata={"unit": unit, "source": source, "exact": exact},
    )


def count(description: str, *source: str) -> pa.Column:
    """Whole number from 0; never missing."""
    return number(description, "count", *source, kind=int)


def ratings(
    what: str, suffix: str = "", source: list[str] | None = None, *, exact: bool = False
) -> dict[str, pa.Column]:
    """One column a rating: people and GPT-4, alpha, beta and gamma."""
    return {
        f"{r}{suffix}": number(
            f"{what}: {LABELS[r]}", "index 0-1", *(source or LABEL_SOURCES), high=1, exact=exact
        )
        for r in RATINGS
    }


def table(name: str, row: str, key: tuple[str, ...], columns: dict[str, pa.Column]) -> Table:
    """Schema whose key is unique; columns are exactly these, in this order."""
    schema = pa.DataFrameSchema(columns, strict=True, ordered=True, coerce=True, unique=list(key))
    return Table(name, row, key, schema)


def optional(column: pa.Column) -> pa.Column:
    """The column, which a table need not have."""
    column.required = False
    return column


def choice(description: str, values: tuple[str, ...], *source: str) -> pa.Column:
    """One of several names; may be missing."""
    check = pa.Check.isin(values)
    about = {"unit": "name", "source": source}
    return pa.Column(str, check, nullable=True, description=description, metadata=about)


def name_column(description: str, *source: str) -> pa.Column:
    """Free text that names something; may be missing."""
    about = {"unit": "name", "source": source}
    return pa.Column(str, nullable=True, description=description, metadata=about)
