"""Patterns in the language of browsers."""

import pytest

from llmexposure.postings.score.browser import js_pattern, text_rules


@pytest.mark.parametrize(
    ("pattern", "source", "flags"),
    [
        (r"(?i)a.b", r"a[^\n]b", "giu"),
        (r"(?s)a.b", "a.b", "gsu"),
        (r"\d[\d、]", r"\p{Nd}[\p{Nd}、]", "gu"),
        (r"[^（(【\[)\]]", r"[^（(【\[)\]]", "gu"),
        (r"[\x{85}\x{2028}]", r"[\u{85}\u{2028}]", "gu"),
        (r"(?P<a>^|\n)\p{Han}", r"(?<a>^|\n)\p{Script=Han}", "gu"),
        (r"walk\-in", "walk-in", "gu"),
    ],
)
def test_a_pattern_is_written_anew(pattern, source, flags):
    assert js_pattern(pattern) == {"source": source, "flags": flags}


def test_flags_within_a_pattern_are_refused():
    with pytest.raises(ValueError, match="flags within"):
        js_pattern(r"a|(?i)b")


def test_all_rules_have_a_form():
    rules = text_rules()
    assert len(rules["traditional"]["from"]) == len(rules["traditional"]["to"]) > 3000
    assert rules["duties"]["zh"]["kinds"]["岗位职责"] == "duty"
