"""The one table of this study: its key, its columns, what they count."""

import pandera.pandas as pa

from llmexposure.report.tables import Study, Table

SOURCE = ("mhlw_hello_work",)


def column(kind: type, description: str, unit: str, check: pa.Check) -> pa.Column:
    """Column that says what it holds; nothing in it is missing."""
    return pa.Column(
        kind, check, description=description, metadata={"unit": unit, "source": SOURCE}
    )


PLACE = column(str, "prefecture of Japan (ISO 3166-2)", "id", pa.Check.str_matches(r"^JP-\d\d$"))
YEAR = column(int, "fiscal year, from April", "year", pa.Check.ge(2023))
OPENINGS = column(int, "positions newly notified", "count", pa.Check.gt(0))
APPLICATIONS = column(int, "job seekers newly registered", "count", pa.Check.gt(0))

COLUMNS = {"place": PLACE, "year": YEAR, "openings": OPENINGS, "applications": APPLICATIONS}
KEY = ("place", "year")
SCHEMA = pa.DataFrameSchema(COLUMNS, strict=True, ordered=True, coerce=True, unique=list(KEY))
STUDY = Study(tables={"prefectures": Table("prefectures", "prefecture and year", KEY, SCHEMA)})
