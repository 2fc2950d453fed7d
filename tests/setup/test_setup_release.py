"""One version, one title, the same authors and words wherever the release is described."""

import json
import re
import tomllib

import yaml

from llmexposure import __version__
from llmexposure.base.project import current

ROOT = current().root
CITED = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
ZENODO = json.loads((ROOT / ".zenodo.json").read_text(encoding="utf-8"))
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def test_the_version_is_one():
    newest = re.search(r"^## (\d\S*) \(", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.M)
    stated = {PROJECT["version"], CITED["version"], ZENODO["version"], newest and newest[1]}
    assert stated == {__version__}


def test_the_archive_is_described_as_the_citation():
    assert ZENODO["title"] == CITED["title"]
    assert ZENODO["publication_date"] == str(CITED["date-released"])
    assert ZENODO["license"] == CITED["license"]
    assert ZENODO["keywords"] == CITED["keywords"]
    assert [c["name"] for c in ZENODO["creators"]] == [a["name"] for a in CITED["authors"]]


def test_readme_and_pdf_have_the_same_title():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert readme.startswith(f"# {CITED['title']}\n")
    assert f"pdftitle={{{CITED['title']}}}" in (ROOT / "paper/paper.tex").read_text(
        encoding="utf-8"
    )
