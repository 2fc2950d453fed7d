"""The data editor's forms: complete, and equal to what the record gives now."""

import re

import pytest

from llmexposure.base.project import current
from llmexposure.publish import forms
from llmexposure.publish.forms.code_check import code_check
from llmexposure.report import record
from llmexposure.report.markdown import markdown_table

ENTRIES = {
    "a.open.b.slope": {
        "value": -0.5, "ci_low": -0.7, "ci_high": -0.3, "unit": "slope", "digits": 2, "n": 46,
        "evidence": "open", "notebook": "02_x", "cell": "main",
    },
    "exhibit.open.picture.figure": {
        "value": 46, "unit": "count", "digits": 0, "of": "sectors", "evidence": "open",
        "notebook": "02_x", "cell": "figure-main", "shows": ["printed: 27%"],
    },
}  # fmt: skip


@pytest.fixture
def section(tmp_path):
    path = tmp_path / "01.tex"
    path.write_text(
        "First \\result{a.open.b.slope} (\\resultci{a.open.b.slope}).\n"
        "% \\result{a.open.b.slope} in a comment\n"
        "\\paperfigure[width=2cm]{picture}{Caption with \\result[n]{a.open.b.slope}.}\n"
    )
    return path


def test_every_number_and_exhibit_has_a_row(section):
    table = code_check([section], ENTRIES)
    rows = set(table[["what", "name", "printed", "line"]].itertuples(index=False, name=None))
    assert rows == {
        ("number", "a.open.b.slope", "−0.50", 1),
        ("number", "a.open.b.slope:ci_low", "−0.70", 1),
        ("number", "a.open.b.slope:ci_high", "−0.30", 1),
        ("number", "a.open.b.slope:n", "46", 3),
        ("figure", "picture", "N = 46 sectors", 3),
        ("in figure", "picture", "printed: 27%", 3),
    }
    assert set(table["cell"]) == {"main", "figure-main"}


def test_the_paper_s_code_check_misses_nothing():
    files = [
        *sorted((current().paper / "sections").glob("*.tex")),
        *sorted((current().generated / "tables").glob("*")),
    ]
    table = code_check(files, record.load_all())
    text = "\n".join(re.sub(r"(?<!\\)%.*", "", p.read_text(encoding="utf-8")) for p in files)
    singles = len(re.findall(r"\\result[\[{]", text))
    intervals = len(re.findall(r"\\resultci\{", text))
    assert (table["what"] == "number").sum() == singles + 2 * intervals > 200
    assert table[["notebook", "cell", "printed"]].notna().all(axis=None)


def test_the_committed_forms_are_up_to_date():
    fresh = forms.texts(current())
    kept = {p: t for p, t in fresh.items() if p.name in ("code_check.csv", "replication.md")}
    stale = [p.name for p, text in kept.items() if p.read_text(encoding="utf-8") != text]
    assert stale == [], "run `llmexposure forms` and commit the result"


def test_the_form_has_the_template_s_sections():
    text = (current().root / "docs" / "replication.md").read_text(encoding="utf-8")
    for head in (
        "Data availability and rights", "Computational requirements", "Controlled randomness",
        "Instructions", "Exhibits and programs",
    ):  # fmt: skip
        assert re.search(rf"^##+ {head}$", text, re.M), head


def test_a_pipe_does_not_break_a_table():
    assert markdown_table(["a", "b"], [["x|y", 1]]).splitlines()[-1] == r"| x\|y | 1 |"
