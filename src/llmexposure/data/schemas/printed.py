"""Figures that the source documents print: transcribed, cited, never derived.

Of the source report: AI hiring (part 1), its thirteen categories (part 2), cities (part 3.1). Shares,
changes and growth are fractions as printed: 35.8% is 0.358, 5.5 points are 0.055. A statement is an interval,
closed at both ends; an empty end means that nothing bounds it. ``reading`` tells printed figures from ways of
reading the text and from assumptions of our own.

Of the Upwork article and the announcement of the Anthropic Economic Index: tables with the same columns,
namely what, of which group, over which period, the value with its unit and how precisely it is stated.
"""

import pandera.pandas as pa

from llmexposure.data.schemas.columns import Table, choice, name_column, number, table, text
from llmexposure.data.taxonomy.categories import BLOCKS

REPORT, ARTICLE, INDEX = "report_2024", "upwork_2024", "anthropic_2025"
KEY = r"^[a-z0-9_]+$"
MONTHS = r"^\d{4}-\d{2}/\d{4}-\d{2}$"
DAYS_OR_MONTHS = r"^\d{4}-\d{2}(-\d{2})?/\d{4}-\d{2}(-\d{2})?$"
COMPONENTS = ("job_share", "patents", "applicant_share", "schools")
RELATIONSHIPS = (
    "recruitment_share",
    "application_share",
    "degree_requirement",
    "experience_requirement",
    "remote_work",
)
READINGS = ("printed", "close", "example", "complete", "closure", "small", "order", "claim")
PRECISION = ("stated", "about", "more than", "direction only")


def _of_report(name: str, row: str, key: tuple[str, ...], columns: dict[str, pa.Column]) -> Table:
    where = {
        "document": text("document, see documents.csv", KEY, REPORT),
        "exhibit": name_column("where in the document", REPORT),
    }
    return table(name, row, key, {**columns, **where})


def _share(what: str, low: float = 0) -> pa.Column:
    return number(what, "fraction", REPORT, low=low, high=1, nullable=False)


def _period(what: str) -> pa.Column:
    return text(f"first and last month {what}", MONTHS, REPORT)


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


def _item(document: str) -> dict[str, pa.Column]:
    period = pa.Column(
        str,
        pa.Check.str_matches(DAYS_OR_MONTHS),
        nullable=True,
        description="first and last day or month; empty: not stated",
        metadata={"unit": "dates", "source": (document,)},
    )
    return {
        "item": text("what is printed", KEY, document),
        "group": name_column("group it is of: all, a category, a direction, an SOC major group", document),
        "period": period,
        "value": number("printed value; empty: only the direction", "see unit", document, low=None),
        "unit": name_column("unit of the value", document),
        "precision": choice("how precisely the document states it", PRECISION, document),
        "document": text("document, see documents.csv", KEY, document),
        "exhibit": name_column("where in the document", document),
    }  # fmt: skip


def _items(name: str, row: str, document: str) -> Table:
    return table(name, row, ("item",), _item(document))


TABLES = {
    t.name: t
    for t in (
        _of_report(
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
        _of_report(
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
        _of_report(
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
        _of_report(
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
        _of_report(
            "ai_role_degrees",
            "AI role and degree asked for",
            ("role", "level"),
            {**_MIX, **_PERIODS},
        ),
        _of_report(
            "ai_role_experience",
            "AI role and years of experience asked for",
            ("role", "level"),
            {**_MIX, **_PERIODS},
        ),
        _of_report(
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
        _of_report(
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
        _items("upwork_postings_change", "category: change of postings since ChatGPT", ARTICLE),
        _items("upwork_pay_change", "category: change of posted hourly pay since ChatGPT", ARTICLE),
        _items("upwork_statements", "number in the text of the article", ARTICLE),
        _items("anthropic_group_shares", "occupation group: share of conversations", INDEX),
        _items("anthropic_depth", "share of occupations with at least x of their tasks used", INDEX),
        _items("anthropic_modes", "kind of interaction: share of conversations", INDEX),
        _items("anthropic_statements", "number in the text of the announcement", INDEX),
        _of_report(
            "report_exposure",
            "occupation category of the report",
            ("category",),
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
        _of_report(
            "report_statements",
            "statement of the report, or a way of reading it",
            ("statement",),
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
