"""Texts of the register in README.md and docs/replication.md are shown, never markup."""

import re

import pytest

from llmexposure.base.sources.registry import Source
from llmexposure.publish.forms.readme import fill
from llmexposure.publish.forms.replication import computing_section, sources_section
from llmexposure.report.markdown import address, plain

TEXTS = [
    "<script>alert(1)</script>",
    '<img src=x onerror="alert(1)">',
    "<!-- end sources -->",
    "</td></table><h1>x",
    "[click](javascript:alert(1))",
    "![x](http://127.0.0.1/a.png)",
    "[x][y]",
    "a | b | c",
    r"a \| b",
    "a\n| b |",
    "a\r\n\n# heading",
    "`code` ``x``",
    "a\u202eb",
    "a\x1b[31mb",
]
PAGES = [
    "https://x/)<script>alert(1)</script>",
    "https://x/ (javascript:alert)",
    "https://x/|a|",
    "https://x/\n# h",
    'https://x/"onclick="a',
    "javascript:alert(1)",
    "data:text/html,x",
    "https://x/`a`",
]


def source(title="t", page="https://example.org"):
    return {"a": Source("a", title, page, title, title, True, "n", {})}


def written(registry, measured):
    return {
        "sources": sources_section(registry),
        "computing": computing_section({"build": measured}),
    }


@pytest.mark.parametrize("text", TEXTS)
def test_text_is_one_cell_without_markup(text):
    calm = written(source(), {"t": "t"})
    for name, made in written(source(title=text), {text: text}).items():
        assert "<" not in made, name
        lines = made.splitlines()
        assert len(lines) == len(calm[name].splitlines()), name
        bars = [len(re.findall(r"(?<!\\)\|", line)) for line in lines]
        assert bars == [len(re.findall(r"(?<!\\)\|", line)) for line in calm[name].splitlines()]


@pytest.mark.parametrize("text", TEXTS)
def test_no_link_and_no_code_is_left(text):
    shown = plain(text)
    assert shown.isprintable()
    assert not re.search(r"(?<!\\)\][(\[]", shown)
    assert not re.search(r"(?<!\\)`", shown)


@pytest.mark.parametrize("page", PAGES)
def test_page_cannot_leave_its_link(page):
    row = sources_section(source(page=page)).rstrip().splitlines()[-1]
    link = re.match(r"\| \[`a`\]\(([^()<>|`\"\s]*)\) \| 0 \| 0.0 \| t \| yes \| t \|$", row)
    assert link
    assert link[1] == "" or link[1].startswith("https://x/")
    assert address(page) == link[1]


@pytest.mark.parametrize("text", TEXTS)
def test_label_in_the_findings(text):
    entries = {"a.open.b.c": {"value": text, "unit": "label", "digits": 0}}
    assert fill("x {{a.open.b.c}} y", entries) == f"x {plain(text)} y"
