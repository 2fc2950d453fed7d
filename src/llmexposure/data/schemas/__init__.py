"""Schema of every committed table: the contract that a file must keep, and its codebook.

One module a topic. ``ANALYSIS`` tables are derived from upstream files, ``PUBLISHED`` ones are transcribed
from the source documents; they stand in the order of the codebooks.
"""

from llmexposure.data.schemas import (
    adverts,
    ai_hiring,
    cities,
    claims,
    core,
    employees,
    freelance,
    japan,
    printed,
    requirements,
    simulated,
    us_minor,
    usage,
)
from llmexposure.data.schemas.columns import OEWS_YEARS
from llmexposure.report.tables import Table

__all__ = ["ANALYSIS", "OEWS_YEARS", "PUBLISHED", "TABLES", "Table"]

ANALYSIS: dict[str, Table] = (
    core.TABLES
    | ai_hiring.TABLES
    | cities.TABLES
    | requirements.TABLES
    | freelance.TABLES
    | simulated.TABLES
    | freelance.APPLICATIONS
    | usage.TABLES
    | us_minor.TABLES
    | adverts.TABLES
    | japan.TABLES
    | employees.TABLES
)
PUBLISHED: dict[str, Table] = claims.DOCUMENT_TABLES | printed.TABLES | claims.TABLES
TABLES = ANALYSIS | PUBLISHED
