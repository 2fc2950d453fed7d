"""Tables of AI hiring: Indeed's tracker by month, and skills counted in postings (no text)."""

import pandera.pandas as pa

from llmexposure.data.schemas.columns import (
    LABEL_SOURCES,
    MONTH,
    POSTINGS,
    Table,
    name_column,
    number,
    table,
    text,
)

TRACKER = "indeed_ai_tracker"


def _skills(name: str, row: str, *source: str) -> Table:
    columns: dict[str, pa.Column] = {
        "role": text("role, by terms of data/taxonomy/ai_role_terms.csv", r"^[a-z_]+$", *source),
        "skill": name_column("skill of data/taxonomy/ai_skills.csv", *source),
        "n": number("postings of the role that name it", "count", *source, kind=int, low=1),
        "n_postings": number("postings of the role", "count", *source, kind=int, low=1),
    }
    return table(name, row, ("role", "skill"), columns)


TABLES = {
    t.name: t
    for t in (
        table(
            "ai_postings",
            "country and month",
            ("country", "month"),
            {
                "country": text("country", r"^[A-Z]{2}$", TRACKER),
                "month": text("calendar month", MONTH, TRACKER),
                "ai_share": number(
                    "postings that mention artificial intelligence", "share", TRACKER, high=1,
                    nullable=False,
                ),
                "n_days": number("days in the mean", "count", TRACKER, kind=int, low=1, high=31),
            },
        ),
        _skills("skills_cn", "role and skill in real Chinese postings", POSTINGS),
        _skills("skills_simulated", "role and skill in simulated postings", "report_2024", *LABEL_SOURCES),
    )
}  # fmt: skip
