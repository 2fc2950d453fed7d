"""The postings contract: columns, types, limits, and every reason for which a row or value falls out.

The page for researchers is ``docs/reference/postings.md``; a test keeps the two in agreement.
"""

from datetime import date

import pandas as pd
import pandera.pandas as pa

from llmexposure.data.taxonomy import DEGREES

DEGREE_TYPE = pd.CategoricalDtype(DEGREES, ordered=True)

REQUIRED = ("posting_id", "title", "description")
# Columns of a validated posting, in order.
COLUMNS = (
    *REQUIRED,
    "occupation",
    "city",
    "date",
    "degree",
    "min_years",
    "salary_min",
    "salary_max",
    "openings",
    "applications",
)
# What a posting needs where its exposure is that of its occupation code: no text.
REQUIRED_CODED = ("posting_id", "occupation_code")
# What a file may hold: the same, one column that words the whole salary ('8k-12k'), one that says what
# it is paid for ('HOURLY'), one that says in which money, and an official code of the occupation, which is
# read in place of the occupation where exposure is by occupation.
READABLE = (*COLUMNS, "salary", "salary_period", "salary_currency", "occupation_code")

MAX_ID = 300
MAX_LABEL = 300
MAX_DESCRIPTION = 50_000
# Bytes of one line, and characters of one field: more is an unclosed quotation mark, not a posting.
MAX_LINE = 16 * 2**20
# A batch ends at this many characters even when it has fewer rows than asked for.
BATCH_SIZE = 64 * 2**20
# Raw values of a quarantined row are kept up to this many characters.
MAX_RAW = 200_000

# Fixed, so that the same file gives the same result in any year.
FIRST_DATE = date(2000, 1, 1)
LAST_DATE = date(2039, 12, 31)
MAX_YEARS = 40.0
# More is noted: they may be months.
MANY_YEARS = 15.0
MAX_SALARY = 10_000_000.0
# The same in the money of smallest worth that is known by its name (dong).
MAX_PAY = 5_000 * MAX_SALARY
MAX_COUNT = 10_000_000

# Why a row is quarantined. One reason a row: the first that applies, in this order.
QUARANTINE = {
    "line_too_long": "the line is longer than 16 MiB",
    "bad_encoding": "bytes that are not text in the encoding of the file",
    "bad_quoting": "a quotation mark is never closed, or not doubled within quotes",
    "wrong_field_count": "more or fewer fields than the heading",
    "repeated_heading": "the heading again, from files that were joined",
    "bad_json": "the line is not a JSON value, or has one key twice",
    "not_an_object": "the line is JSON but not an object",
    "nested_value": "a list or an object where one value is expected",
    "empty_row": "every column of the contract is empty",
    "empty_id": "no posting_id",
    "empty_title": "no title is left after cleaning",
    "empty_description": "no description is left after cleaning",
    "duplicate_id": "posting_id was on an earlier usable row",
    "repeated_posting": "title, text, place and pay of an earlier usable row (--repeats drop)",
}
# What is changed, decided or doubted in rows that stay: a fault in a column that need not be there costs no
# row. A row may count under several.
NOTES = {
    "numbered_id": "posting_id is the file and the number of the row: no column states one",
    "long_id": f"posting_id of more than {MAX_ID} characters is kept as a hash of 32 hex digits",
    "cut_id": "posting_id looks cut by a spreadsheet (1.00E+14): ids that differed are the same now",
    "nested_cell": "set missing: a list or an object; one of its parts can be mapped",
    "unknown_degree_word": "degree set missing: wording not in degree_wording.csv nor in a rule",
    "unknown_experience_word": "min_years set missing: wording not in the table nor in a rule",
    "maybe_months": "min_years set missing: most numbers of the file look like months (6, 12, 24); say "
    "experience_unit in the mapping file",
    "many_years": f"kept: min_years is above {MANY_YEARS:.0f}; are they months?",
    "unreadable_salary": "salary set missing: wording not understood",
    "unknown_salary_period": "salary set missing: the column of periods says neither hour nor day, week, "
    "month or year, or another than the heading of the salary",
    "negative_salary": "salary set missing: below 0 (such as -1) is taken as not stated",
    "zero_salary": "salary set missing: 0 is taken as not stated",
    "reversed_salary": "salary set missing: the lowest is above the highest",
    "salary_out_of_range": f"salary set missing: above {MAX_SALARY:,.0f} a month",
    "salary_very_low": "kept: too low for a month; say salary_unit or salary_period in the mapping file?",
    "salary_very_high": "kept: too high for a month; is it a year's? Say salary_period in the mapping file",
    "ends_far_apart": "kept: the highest salary is more than ten times the lowest",
    "salary_disagrees": "kept: numbers and wording of the row state different pay; that with a period, "
    "else the numbers",
    "currency_disagrees": "kept: cell and column of currencies name different money; the cell counts",
    "unreadable_date": "date set missing: not a date, or relative such as '3 days ago'",
    "ambiguous_date": "date set missing: day or month first, or whose month is it (listopad)? No other date "
    "of the file tells; say date_order or date_language in the mapping file",
    "date_order_settled": "day or month first was told by the other dates of the file",
    "date_language_settled": "which month a word names (listopad) was told by the other dates of the file",
    "dates_differ": "several columns of dates say different days: the first that can be read counts; "
    "map date to choose another",
    "date_out_of_range": f"date set missing: before {FIRST_DATE} or after {LAST_DATE}",
    "epoch_date": "date is the day in UTC, or in epoch_zone of the mapping file, of seconds since 1970",
    "serial_date": "date was a spreadsheet's count of days since 1900",
    "unreadable_openings": "openings set missing: not a whole number from 0",
    "unreadable_applications": "applications set missing: not a whole number from 0",
    "html_stripped": "HTML tags or entities taken out of title or description",
    "control_characters_removed": "control characters taken out of title or description",
    "text_truncated": f"title cut at {MAX_LABEL} characters, description at {MAX_DESCRIPTION:,}",
}

_NOT_NEGATIVE = pa.Check.ge(0)
_PAY = pa.Check.in_range(0, MAX_PAY, include_min=False)


def _label(limit: int, nullable: bool) -> pa.Column:
    return pa.Column("str", pa.Check.str_length(1, limit), nullable=nullable)


SCHEMA = pa.DataFrameSchema(
    {
        "posting_id": _label(MAX_ID, nullable=False),
        "title": _label(MAX_LABEL, nullable=False),
        "description": _label(MAX_DESCRIPTION, nullable=False),
        "occupation": _label(MAX_LABEL, nullable=True),
        "city": _label(MAX_LABEL, nullable=True),
        "date": pa.Column(
            "datetime64[us]",
            pa.Check.in_range(pd.Timestamp(FIRST_DATE), pd.Timestamp(LAST_DATE)),
            nullable=True,
        ),
        "degree": pa.Column(DEGREE_TYPE, nullable=True),
        "min_years": pa.Column("float64", pa.Check.in_range(0, MAX_YEARS), nullable=True),
        "salary_min": pa.Column("float64", _PAY, nullable=True),
        "salary_max": pa.Column("float64", _PAY, nullable=True),
        "openings": pa.Column("Int64", _NOT_NEGATIVE, nullable=True),
        "applications": pa.Column("Int64", _NOT_NEGATIVE, nullable=True),
    },
    checks=pa.Check(
        lambda rows: ~(rows["salary_min"] > rows["salary_max"]),
        error="salary_min is not above salary_max",
    ),
    unique=["posting_id"],
    ordered=False,
    strict=False,
)
