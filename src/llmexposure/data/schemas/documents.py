"""The printed documents that figures are transcribed from. They are cited, not passed on."""

import pandera.pandas as pa

from llmexposure.data.schemas.columns import choice, name_column, table, text

LANGUAGES = ("zh", "en")


def _named(description: str) -> pa.Column:
    return pa.Column(str, description=description, metadata={"unit": "name", "source": ()})


TABLES = {
    "documents": table(
        "documents",
        "printed document",
        ("document",),
        {
            "document": text("id by which tables and results name it", r"^[a-z]+_\d{4}$"),
            "title_en": _named("title in English, as published or translated"),
            "title_original": _named("title of the edition that was read"),
            "language": choice("language of the edition that was read", LANGUAGES),
            "author": name_column("authors; empty: none is named"),
            "publisher": _named("publisher, and of which edition"),
            "date": text("day or year of publication", r"^\d{4}(-\d{2}-\d{2})?$"),
            "kind": _named("what it is"),
            "citation": text("key in paper/references.bib", r"^[a-z]+(_[a-z]+)*_\d{4}$"),
        },
    )
}
