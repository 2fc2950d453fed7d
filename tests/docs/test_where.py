"""docs/where.md names a place for each part of the source documents, and the place is there."""

import re

import pytest

from llmexposure.base.project import current
from llmexposure.report import latex, record
from llmexposure.report.tables import load

_ROW = re.compile(
    r"\| (?P<document>[^|`]+?) \| (?P<part>[^|`]+?) \| (?P<where>paper|appendix|notes) "
    r"\| `(?P<section>[^`]+)` \| `(?P<notebook>[^`]+)` \| `(?P<keys>[^`]+)` \|"
)
PAGE = (current().root / "docs/where.md").read_text(encoding="utf-8")
LINES = [line for line in PAGE.splitlines() if line.startswith("| ")][1:]
ROWS = [match.groupdict() for line in LINES if (match := _ROW.fullmatch(line))]
NAMES = {
    "report_2024": "Report 2024",
    "upwork_2024": "Upwork article 2024",
    "anthropic_2025": "Economic index 2025",
    "press_2024": "Press 2024",
    "press_2023": "Press 2023",
}


def labels(document: str) -> set[str]:
    """Labels of one document's own files."""
    text = (current().paper / f"{document}.tex").read_text(encoding="utf-8")
    found = set(latex.LABEL.findall(text))
    for name in re.findall(r"\\input\{(sections/\w+)\}", text):
        path = current().paper / f"{name}.tex"
        found |= set(latex.LABEL.findall(path.read_text(encoding="utf-8")))
    return found


def test_every_line_is_understood():
    assert len(ROWS) == len(LINES) >= 30


@pytest.mark.parametrize("where", ["paper", "appendix", "notes"])
def test_sections_stand_where_the_page_says(where):
    named = {row["section"] for row in ROWS if row["where"] == where}
    assert named
    assert named <= labels(where), f"mend docs/where.md: {sorted(named - labels(where))}"


def test_notebooks_and_keys_are_there():
    keys = [key for key in record.load_all() if not key.startswith("exhibit.")]
    for row in ROWS:
        assert (current().notebooks / f"{row['notebook']}.ipynb").exists(), row
        assert any(key.startswith(row["keys"]) for key in keys), row


def test_every_source_document_has_a_place():
    assert {row["document"] for row in ROWS} == {*NAMES.values(), "all five"}
    assert set(NAMES) <= set(load("documents")["document"])
