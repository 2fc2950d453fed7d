"""Ids of what can be cited as the source of a number: upstream files and printed documents."""

from llmexposure.base.sources import load_registry
from llmexposure.report.tables import load


def document_citations() -> dict[str, str]:
    """Key in the bibliography of every printed document, by its id.

    Examples
    --------
    >>> document_citations()["report_2024"]
    'pku_zhaopin_2024'
    """
    documents = load("documents")
    return dict(zip(documents["document"], documents["citation"], strict=True))


def citations() -> dict[str, str]:
    """Key in the bibliography of every source: an upstream source's is its own id.

    Examples
    --------
    >>> citations()["onet_29_3"]
    'onet_29_3'
    """
    return {**{source: source for source in load_registry()}, **document_citations()}
