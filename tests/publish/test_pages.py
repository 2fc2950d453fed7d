"""Pages of executed notebooks: each number under its key, in the cell that made it."""

import nbformat
import pytest

from llmexposure.base.project import Project
from llmexposure.publish.pages import page
from llmexposure.publish.paper import pages_address
from llmexposure.report.record import entry

V4 = nbformat.v4
KEY = "small.open.us.slope"


@pytest.fixture(scope="module")
def text():
    item = entry(KEY, -0.71, "slope", 2, ci_low=-1.02, ci_high=-0.41, n=46, cell="slope")
    many = {f"small.open.us.a_{i}": entry(KEY, i, "count", 0, cell="many") for i in range(20)}
    cells = [
        V4.new_markdown_cell("With $b < 0$ and\n\n$$y = a + b x$$\n\nas in `$HOME`.", id="text"),
        V4.new_code_cell("regress('y ~ x')", id="slope"),
        V4.new_code_cell("many()", id="many"),
    ]
    return page(V4.new_notebook(cells=cells), {KEY: item, **many}, "01_small")


def test_a_number_stands_as_printed_below_the_cell_that_made_it(text):
    before, after = text.split('data-cell="slope"')
    cell = after.split('data-cell="many"')[0]
    assert KEY not in before
    assert f'<tr id="{KEY}"><td>{KEY}</td><td>−0.71</td><td>[−1.02, −0.41]</td>' in cell
    assert "<td>46</td>" in cell


def test_few_numbers_are_open_and_many_are_folded(text):
    assert '<details class="record" open><summary>In the record from this cell: 1<' in text
    assert '<details class="record"><summary>In the record from this cell: 20<' in text


def test_equations_are_drawn_and_code_is_left_alone(text):
    assert text.count("<math ") == 2
    assert "<code>$HOME</code>" in text


def test_a_page_asks_nothing_of_other_hosts(text):
    assert not [
        part for part in text.split('"') if part.startswith("http") and "w3.org" not in part
    ]


@pytest.mark.parametrize(
    ("citation", "expected"),
    [
        (None, "../build/html/"),
        ("title: Paper\n", "../build/html/"),
        ('url: "https://example.org/paper/"\n', "https://example.org/paper/notebooks/"),
    ],
)
def test_links_lead_to_the_site_once_there_is_one(tmp_path, citation, expected):
    if citation is not None:
        (tmp_path / "CITATION.cff").write_text(citation)
    assert pages_address(Project(tmp_path)) == expected
