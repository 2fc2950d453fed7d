"""Schema of every committed table: the contract that a file must keep, and its codebook.

One module a topic, each with its own ``TABLES``; here they become one. ``ANALYSIS`` tables are derived
from upstream files, ``PUBLISHED`` ones are transcribed from the source documents.
"""

from collections.abc import Iterable
from types import ModuleType

from llmexposure.data.schemas import (
    ai_hiring,
    cities,
    claims,
    core,
    documents,
    freelance,
    printed_ai_cities,
    printed_upwork_anthropic,
    published_report,
    simulated,
    upwork,
    usage,
)
from llmexposure.data.schemas.columns import OEWS_YEARS
from llmexposure.report.study import Table

__all__ = ["ANALYSIS", "OEWS_YEARS", "PUBLISHED", "TABLES", "Table"]


def _merged(topics: Iterable[ModuleType]) -> dict[str, Table]:
    return {name: table for topic in topics for name, table in topic.TABLES.items()}


ANALYSIS = _merged(
    [
        core,
        ai_hiring,
        cities,
        freelance,
        simulated,
        upwork,
        usage,
    ]
)
PUBLISHED = _merged(
    [
        documents,
        printed_ai_cities,
        printed_upwork_anthropic,
        published_report,
        claims,
    ]
)
TABLES = ANALYSIS | PUBLISHED
