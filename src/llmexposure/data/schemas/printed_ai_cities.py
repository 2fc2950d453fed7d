"""Figures that the source report prints about AI hiring (part 1) and about cities (part 3.1).

Shares, changes and growth are fractions as printed: 35.8% is 0.358, 5.5 points are 0.055.
"""

import pandera.pandas as pa

from llmexposure.data.schemas.columns import Table, choice, name_column, number, table, text

REPORT = "report_2024"
KEY = r"^[a-z0-9_]+$"
PERIOD = r"^\d{4}-\d{2}/\d{4}-\d{2}$"
COMPONENTS = ("job_share", "patents", "applicant_share", "schools")


def _printed(name: str, row: str, key: tuple[str, ...], columns: dict[str, pa.Column]) -> Table:
    where = {
        "document": text("document, see documents.csv", KEY, REPORT),
        "exhibit": name_column("where in the document", REPORT),
    }
    return table(name, row, key, {**columns, **where})


def _share(what: str, low: float = 0) -> pa.Column:
    return number(what, "fraction", REPORT, low=low, high=1, nullable=False)


def _period(what: str) -> pa.Column:
    return text(f"first and last month {what}", PERIOD, REPORT)


def _rank(what: str, last: int) -> pa.Column:
    return number(what, "rank", REPORT, kind=int, low=1, high=last)


_ROLE = {"role": text("AI role", KEY, REPORT)}
_PERIODS = {"period": _period("of the figure"), "base_period": _period("compared with")}
_MIX = {
    **_ROLE,
    "level": text("level that postings ask for", KEY, REPORT),
    "share": _share("share of the role's postings"),
    "change": _share("change since the base period; 0 where the text says unchanged", low=-1),
    "share_decimals": number("decimals of the share in percent", "count", REPORT, kind=int),
    "change_decimals": number("decimals of the change in points; empty: in words", "count", REPORT),
}


TABLES = {
    t.name: t
    for t in (
        _printed(
            "city_index",
            "city among the first 30 of the AI development index",
            ("rank",),
            {
                "rank": _rank("printed rank", 30),
                "city": text("city, in Chinese", r"^\S+$", REPORT),
                "city_en": text("city, in English", r"^[A-Z].*$", REPORT),
                "job_share": _share("share of national AI postings, January to June 2024"),
                "patents": number("AI patent applications, 2023", "count", REPORT, kind=int),
                "applicant_share": _share("share of national AI applicants, January to June 2024"),
                "schools": number("schools with an AI major, 2024", "count", REPORT, kind=int),
            },
        ),
        _printed(
            "city_statements",
            "statement of the text about one component of one city",
            ("city", "component"),
            {
                "city": text("city, in Chinese", r"^\S+$", REPORT),
                "component": choice("component of the index", COMPONENTS, REPORT),
                "stated_rank": _rank("rank stated", 296),
                "stated_value": number("value stated", "as the component", REPORT),
                "relation": choice("how the value is stated", ("equal", "above"), REPORT),
            },
        ),
        _printed(
            "ai_role_growth",
            "AI role: growth of the number of postings",
            ("role",),
            {
                "rank": _rank("printed rank", 5),
                **_ROLE,
                "role_zh": text("role, in Chinese", r"^\S+$", REPORT),
                "field": name_column("field that the text puts it in", REPORT),
                "growth": number("growth of postings over a year", "fraction", REPORT, nullable=False),
                **_PERIODS,
            },
        ),
        _printed(
            "ai_role_pay",
            "AI role: mean pay offered",
            ("role",),
            {
                **_ROLE,
                "pay": number("mean pay offered", "yuan a month", REPORT, nullable=False),
                "growth": number("growth over a year", "fraction", REPORT, nullable=False),
                **_PERIODS,
            },
        ),
        _printed(
            "ai_role_degrees",
            "AI role and degree asked for",
            ("role", "level"),
            {**_MIX, **_PERIODS},
        ),
        _printed(
            "ai_role_experience",
            "AI role and years of experience asked for",
            ("role", "level"),
            {**_MIX, **_PERIODS},
        ),
        _printed(
            "ai_role_skills",
            "AI role and rank of a skill in its top ten",
            ("role", "rank"),
            {
                **_ROLE,
                "rank": _rank("printed rank", 10),
                "skill": text("skill", r"^\S+$", REPORT),
                "period": _period("of the list"),
            },
        ),
        _printed(
            "ai_role_skill_statements",
            "AI role and a skill that the text names",
            ("role", "skill"),
            {
                **_ROLE,
                "skill": text("skill", r"^\S+$", REPORT),
                "stated_kind": choice(
                    "what the text calls it", ("language", "framework", "network"), REPORT
                ),
                "stated_rank": number("rank that the text gives it", "rank", REPORT, low=1, high=10),
            },
        ),
    )
}  # fmt: skip
