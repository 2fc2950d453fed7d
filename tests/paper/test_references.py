"""Every reference has a year and a place where it can be found; the paper names its version."""

import re

from llmexposure.base.project import current

ENTRIES = {
    text.split("{", 1)[1].split(",", 1)[0]: text
    for text in re.split(
        r"^@", (current().paper / "references.bib").read_text(encoding="utf-8"), flags=re.M
    )
    if "{" in text
}
# Newspapers and newsletters without an address of their own: dated to the day instead.
DATED = {"hubeidaily_2020", "ciw_2025", "press_2023"}


def _has(text: str, *fields: str) -> bool:
    return any(re.search(rf"\b{field}\s*=\s*\{{[^}}\s]", text) for field in fields)


def test_every_reference_has_a_year():
    assert [key for key, text in ENTRIES.items() if not _has(text, "year")] == []


def test_every_reference_has_a_doi_or_an_address():
    found = {key for key, text in ENTRIES.items() if not _has(text, "doi", "url", "isbn")}
    assert found == DATED
    assert all(re.search(r"note = \{[^}]*\d{1,2} \w+", ENTRIES[key]) for key in DATED)


def test_the_documents_name_the_version_of_the_citation_file():
    version = re.search(r"^version: (\S+)", (current().root / "CITATION.cff").read_text(), re.M)
    assert version
    assert f"version {version[1]}" in (current().paper / "paper.tex").read_text(encoding="utf-8")
