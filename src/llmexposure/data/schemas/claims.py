"""The source documents, their claims, and statements that are checked against one another.

The documents are cited, not passed on. Paraphrases are ours. Verdicts are not here: notebook 16 computes
them.
"""

import pandera.pandas as pa

from llmexposure.data.schemas.columns import choice, name_column, number, table, text

DOCUMENTS = ("upwork_2024", "press_2024", "anthropic_2025", "report_2024", "press_2023")
# How results decide a claim and what they can say: see llmexposure.analysis.claims.rules.
RULES = (
    "equals", "adds", "fits", "order", "holds", "sign:+", "sign:-", "settled:+", "settled:-", "needs",
)  # fmt: skip
VERDICTS = (
    "reproduced", "supported", "consistent", "contradicted", "inconsistent", "unidentified", "needs_data",
)  # fmt: skip
# On what a verdict rests: see llmexposure.analysis.claims.ledger.
CLASSES = ("outside", "within", "undecided")
ID = r"^S00[0-4]-[A-Z0-9]+[a-z]*(-[a-z]+)?$"
LANGUAGES = ("zh", "en")
# Documents that checks read besides.
CITED = (
    *DOCUMENTS, "hefei_2020", "hubeidaily_2020", "bbc_2024", "thepaper_2024", "upworkinc_2024",
    "villalobos_2024", "ciw_2025",
)  # fmt: skip


def _words(description: str) -> pa.Column:
    return pa.Column(str, description=description, metadata={"unit": "name", "source": ()})


DOCUMENT_TABLES = {
    "documents": table(
        "documents",
        "printed document",
        ("document",),
        {
            "document": text("id by which tables and results name it", r"^[a-z]+_\d{4}$"),
            "title_en": _words("title in English, as published or translated"),
            "title_original": _words("title of the edition that was read"),
            "language": choice("language of the edition that was read", LANGUAGES),
            "author": name_column("authors; empty: none is named"),
            "publisher": _words("publisher, and of which edition"),
            "date": text("day or year of publication", r"^\d{4}(-\d{2}-\d{2})?$"),
            "kind": _words("what it is"),
            "citation": text("key in paper/references.bib", r"^[a-z]+(_[a-z]+)*_\d{4}$"),
        },
    )
}

TABLES = {
    t.name: t
    for t in (
        table(
            "claims",
            "checkable claim of a source document",
            ("claim_id",),
            {
                "claim_id": text("id: document number, then the claim's", ID),
                "document": choice("document, see documents.csv", DOCUMENTS),
                "series": name_column("claims of one kind that a printed list shows as one; empty: none"),
                "subject": _words("what the claim is about"),
                "paraphrase": _words("the claim in our words"),
                "value": name_column("value as printed; empty: none"),
                "unit": name_column("unit of the value"),
                "period": name_column("period of the value; empty: not stated"),
                "needs": name_column("data that would decide it; empty: decided"),
                "rule": choice("how results decide it, see llmexposure.analysis.claims.rules", RULES),
                "key": name_column("results that decide it, separated by a space; empty: none"),
                "reason": _words("why, in one line"),
            },
        ),
        table(
            "document_statements",
            "statement of a document at one place, as an interval",
            ("document", "item", "place"),
            {
                "document": choice("document, see documents.csv", CITED, *CITED),
                "item": text("what is stated", r"^[a-z0-9_]+$", *CITED),
                "place": text("where, or of which unit", r"^[a-z0-9_]+$", *CITED),
                "low": number("lower end", "see unit", *CITED, nullable=False),
                "high": number("upper end; empty: above the lower end", "see unit", *CITED),
                "unit": name_column("unit of the ends", *CITED),
                "about": name_column("what the statement covers", *CITED),
                "exhibit": name_column("where in the document", *CITED),
            },
        ),
    )
}  # fmt: skip
