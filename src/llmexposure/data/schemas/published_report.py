"""What the source report prints about its thirteen categories (part 2): figures and statements.

Indices, shares and changes are fractions: 5 points are 0.05. A statement is an interval, closed at both
ends; an empty end means that nothing bounds it. ``reading`` tells printed figures from ways of reading
the text and from assumptions of our own.
"""

import pandera.pandas as pa

from llmexposure.data.schemas.columns import Table, choice, name_column, number, table, text
from llmexposure.data.taxonomy.categories import BLOCKS

REPORT = "report_2024"
KEY = r"^[a-z0-9_]+$"
RELATIONSHIPS = (
    "recruitment_share",
    "application_share",
    "degree_requirement",
    "experience_requirement",
    "remote_work",
)
READINGS = ("printed", "complete", "closure", "small", "order", "claim")


def _table(name: str, row: str, key: str, columns: dict[str, pa.Column]) -> Table:
    where = {
        "document": text("document, see documents.csv", KEY, REPORT),
        "exhibit": name_column("where in the document", REPORT),
    }
    return table(name, row, (key,), {**columns, **where})


TABLES = {
    t.name: t
    for t in (
        _table(
            "report_exposure",
            "occupation category of the report",
            "category",
            {
                "category": text("category", KEY, REPORT),
                "name_zh": name_column("name as printed", REPORT),
                "place_2022": number("place in the list of 2022", "rank", REPORT, kind=int, low=1, high=13),
                "block": choice("group that the text puts it in for 2022", BLOCKS, REPORT),
                "block_low_2022": number("printed strict lower bound", "index 0-1", REPORT, high=1),
                "block_high_2022": number("printed strict upper bound", "index 0-1", REPORT, high=1),
                "index_2024": number("printed index of 2024", "index 0-1", REPORT, high=1),
                "change_2022_2024": number("printed change", "index 0-1", REPORT, low=-1, high=1),
            },
        ),
        _table(
            "report_statements",
            "statement of the report, or a way of reading it",
            "statement",
            {
                "statement": text("statement", KEY, REPORT),
                "relationship": choice("exposure or a relationship", ("exposure", *RELATIONSHIPS), REPORT),
                "subject": text("category, group, unnamed categories or all", KEY, REPORT),
                "quantity": text("what is bounded", KEY, REPORT),
                "period": name_column("year, or first year and last month", REPORT),
                "lower": number("lower bound", "see unit", REPORT, low=-1, high=1),
                "upper": number("upper bound", "see unit", REPORT, low=-1, high=1),
                "unit": name_column("unit of the bounds", REPORT),
                "reading": choice("printed, a reading of the text, or an assumption", READINGS, REPORT),
                "wording": name_column("what the text says, in our words; empty: it does not", REPORT),
                "rounding": name_column("how the bounds follow from it", REPORT),
            },
        ),
    )
}  # fmt: skip
