"""Figures printed in the Upwork article and in the announcement of the Anthropic Economic Index.

All tables have the same columns: what, of which group, over which period, the value with its unit and how
precisely it is stated, and the document and exhibit that print it.
"""

import pandera.pandas as pa

from llmexposure.data.schemas.columns import Table, choice, name_column, number, table, text

PRECISION = ("stated", "about", "more than", "direction only")
ARTICLE, INDEX = "upwork_2024", "anthropic_2025"
PERIOD = r"^\d{4}-\d{2}(-\d{2})?/\d{4}-\d{2}(-\d{2})?$"


def _columns(document: str) -> dict[str, pa.Column]:
    period = pa.Column(
        str,
        pa.Check.str_matches(PERIOD),
        nullable=True,
        description="first and last day or month; empty: not stated",
        metadata={"unit": "dates", "source": (document,)},
    )
    return {
        "item": text("what is printed", r"^[a-z0-9_]+$", document),
        "group": name_column("group it is of: all, a category, a direction, an SOC major group", document),
        "period": period,
        "value": number("printed value; empty: only the direction", "see unit", document, low=None),
        "unit": name_column("unit of the value", document),
        "precision": choice("how precisely the document states it", PRECISION, document),
        "document": text("document, see documents.csv", r"^[a-z0-9_]+$", document),
        "exhibit": name_column("where in the document", document),
    }  # fmt: skip


def _printed(name: str, row: str, document: str) -> Table:
    return table(name, row, ("item",), _columns(document))


TABLES = {
    t.name: t
    for t in (
        _printed("upwork_postings_change", "category: change of postings since ChatGPT", ARTICLE),
        _printed("upwork_pay_change", "category: change of posted hourly pay since ChatGPT", ARTICLE),
        _printed("upwork_statements", "number in the text of the article", ARTICLE),
        _printed("anthropic_group_shares", "occupation group: share of conversations", INDEX),
        _printed("anthropic_depth", "share of occupations with at least x of their tasks used", INDEX),
        _printed("anthropic_modes", "kind of interaction: share of conversations", INDEX),
        _printed("anthropic_statements", "number in the text of the announcement", INDEX),
    )
}  # fmt: skip
