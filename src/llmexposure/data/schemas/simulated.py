"""Counts of postings by occupation and month: the committed simulated ones, and a user's own."""

import pandera.pandas as pa

from llmexposure.data.schemas.columns import (
    LABEL_SOURCES,
    MONTH,
    count,
    number,
    optional,
    table,
    text,
)
from llmexposure.exposure.measures import LABELS, RATINGS

_PARTS = {
    "postings": "postings",
    "openings": "people sought, over the postings that say",
    "openings_stated": "postings that say how many people are sought",
    "applications": "applications received, over the postings that say",
    "applications_stated": "postings that say how many applications were received",
    "bachelor": "postings that ask for a bachelor's degree or more",
    "degree_stated": "postings that state a degree, or that none is asked for",
    "three_years": "postings that ask for three years of experience or more",
    "years_stated": "postings that state years of experience",
    "scored": "postings with an exposure",
}


def _sum(what: str) -> pa.Column:
    return number(f"sum over postings: {what}", "postings", *LABEL_SOURCES, nullable=False)


def counts(occupation: str, month: str) -> dict[str, pa.Column]:
    """Columns of counts by occupation and month; the arguments are patterns of the two keys."""
    return {
        "occupation": text("occupation", occupation, *LABEL_SOURCES),
        "month": text("calendar month", month, *LABEL_SOURCES),
        **{k: count(v, *LABEL_SOURCES) for k, v in _PARTS.items()},
        **{r: _sum(f"exposure, {LABELS[r]}") for r in RATINGS},
    }


OWN_COUNTS = table(
    "panel",
    "occupation and month of a user's own postings",
    ("occupation", "month"),
    {
        **counts(r"(?s)^.+$", rf"{MONTH}|^undated$"),
        # Only where exposure was by occupation codes, whose names alone do not tell the occupation.
        "telework": optional(
            number("share of the occupation's work that can be done from home", "share", high=1)
        ),
    },
)
TABLES = {
    "simulated_panel": table(
        "simulated_panel",
        "category and month of simulated postings (evidence: simulated)",
        ("occupation", "month"),
        {
            **counts(r"^[a-z_]+$", MONTH),
            "true_exposure": _sum("exposure that the posting was made with"),
            "remote": _sum("remote work, as simulated"),
        },
    )
}
