"""The page for researchers says what the program does."""

import re

from llmexposure.base import project
from llmexposure.postings.contract import NOTES, QUARANTINE, READABLE
from llmexposure.postings.read.column_map import load_mapping

PAGE = (project.current().root / "docs" / "reference" / "postings.md").read_text(encoding="utf-8")


def test_every_column_reason_and_note_is_on_the_page():
    for name in (*READABLE, *QUARANTINE, *NOTES):
        assert f"`{name}`" in PAGE, name


def test_mappings_on_the_page_are_mappings(tmp_path):
    blocks = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)
    assert len(blocks) >= 2
    for number, block in enumerate(blocks):
        path = tmp_path / f"{number}.toml"
        path.write_text(block, encoding="utf-8")
        assert load_mapping(path).names
