"""The printed pages: how many, how full, how small their letters, measured from the PDFs themselves."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

import numpy as np
import pypdfium2
import pypdfium2.raw as pdfium
import pytest

from llmexposure.base.project import current
from llmexposure.report import record

MOST_PAGES = 25  # of the paper, before its references
SMALLEST = 8.0  # points, of any word
FULL = 0.70  # of the text block, every page but the last
MARGIN = 25 / 25.4 * 72  # points
BODY = 10.5  # points: what is larger is no exhibit, ledger or reference to one
WHITE = 40  # points: more than this between two lines is white space
EDGE = 3  # points that a letter may stand out
SHORTEST_ALT = 40  # letters
# Share of pages; the appendix has as many exhibits as pages. The ledger is no float.
FLOATS_ONLY = {"paper": 0.15, "appendix": 0.45, "notes": 0.10}
DOCUMENTS = tuple(FLOATS_ONLY)


@dataclass(frozen=True)
class Page:
    """Attributes: text; words with their size in points; where ink is, a cell a point."""

    text: str
    words: list[tuple[str, float]]
    ink: np.ndarray

    @property
    def block(self) -> np.ndarray:
        """Rows of the text block that hold ink."""
        return self.ink[round(MARGIN) : -round(MARGIN)].any(axis=1)


def letters(page: pypdfium2.PdfPage) -> Iterator[tuple[str, float]]:
    """Every letter of a page with its size in points."""
    text, matrix = page.get_textpage(), pdfium.FS_MATRIX()
    before, scale = 0.0, 1.0
    for place in range(text.count_chars()):
        size = pdfium.FPDFText_GetFontSize(text, place)
        if size != before:  # the scale of a figure or a table goes with a change of size
            pdfium.FPDFText_GetMatrix(text, place, matrix)
            before, scale = size, float(np.hypot(matrix.c, matrix.d))
        yield chr(pdfium.FPDFText_GetUnicode(text, place)), size * scale


def words(found: Sequence[tuple[str, float]]) -> Iterator[tuple[str, float]]:
    """Words with the size of their largest letter: superscripts do not count."""
    for space, part in groupby(found, key=lambda one: one[0].isspace()):
        if not space:
            word = list(part)
            yield "".join(letter for letter, _ in word), max(size for _, size in word)


def read(path: Path) -> list[Page]:
    """Every page of a PDF."""
    pages = []
    for page in pypdfium2.PdfDocument(path):
        ink = page.render(scale=1, grayscale=True).to_numpy() < 250
        found = list(letters(page))
        pages.append(Page("".join(letter for letter, _ in found), list(words(found)), ink))
    return pages


@pytest.fixture(scope="module")
def documents() -> dict[str, list[Page]]:
    return {name: read(current().paper / f"{name}.pdf") for name in DOCUMENTS}


def filled(page: Page) -> float:
    """Share of the height of the text block that is not white: from its first line over what has no gap."""
    rows = np.flatnonzero(page.block)
    if not len(rows):
        return 0.0
    gaps = np.diff(np.concatenate([[0], rows, [len(page.block)]]))
    return 1 - gaps[gaps > WHITE].sum() / len(page.block)


def before_references(pages: list[Page]) -> int:
    """Pages up to the heading of the references, its own page counted when something stands above it."""
    for number, page in enumerate(pages):
        if heading := re.search(r"^References\s*$", page.text, re.M):
            return number + bool(page.text[: heading.start()].strip())
    raise AssertionError("no heading 'References'")


def test_the_paper_is_short(documents):
    assert before_references(documents["paper"]) <= MOST_PAGES


@pytest.mark.parametrize("name", ["summary", "summary_zh"])
def test_a_summary_is_one_page(name):
    assert len(pypdfium2.PdfDocument(current().paper / f"{name}.pdf")) == 1


@pytest.mark.parametrize("name", DOCUMENTS)
def test_no_letters_are_small(documents, name):
    small = {
        (number, word, round(size, 1))
        for number, page in enumerate(documents[name], 1)
        for word, size in page.words
        if size < SMALLEST - 0.06 and len(word) > 1
    }
    assert not small, sorted(small)[:20]


@pytest.mark.parametrize("name", DOCUMENTS)
def test_pages_are_full(documents, name):
    shares = {n: round(filled(page), 2) for n, page in enumerate(documents[name][:-1], 1)}
    assert not {n: share for n, share in shares.items() if share < FULL}


@pytest.mark.parametrize("name", DOCUMENTS)
def test_few_pages_hold_floats_only(documents, name):
    pages = documents[name]
    bare = [
        number
        for number, page in enumerate(pages, 1)
        # The number of the page is the one word of text on a page of exhibits.
        if sum(size > BODY for _, size in page.words) <= 1
        and re.search(r"^(Figure|Table) \w+:", page.text, re.M)
    ]
    assert len(bare) <= FLOATS_ONLY[name] * len(pages), bare


@pytest.mark.parametrize("name", DOCUMENTS)
def test_nothing_stands_in_the_margins(documents, name):
    edge = round(MARGIN) - EDGE
    out = [
        number
        for number, page in enumerate(documents[name], 1)
        if page.ink[:, :edge].any() or page.ink[:, -edge:].any() or page.ink[:edge].any()
    ]
    assert not out


@pytest.mark.parametrize("name", DOCUMENTS)
def test_nothing_is_a_question_mark(documents, name):
    assert not [n for n, p in enumerate(documents[name], 1) if re.search(r"\?\?|\(\?\)", p.text)]


@pytest.mark.parametrize("name", DOCUMENTS)
def test_the_file_says_what_it_is(name):
    document = pypdfium2.PdfDocument(current().paper / f"{name}.pdf")
    about = document.get_metadata_dict()
    assert about["Title"].startswith("Exposure to large language models")
    assert about["Author"]
    assert pdfium.FPDFCatalog_GetLanguage(document, None, 0) > len("en")
    assert len(list(document.get_toc())) >= 5


def test_every_figure_is_told_in_words():
    figures = {
        key: item.get("alt", "")
        for key, item in record.load_all().items()
        if re.fullmatch(r"exhibit\..*\.figure", key)
    }
    assert len(figures) > 50
    assert not {key for key, alt in figures.items() if len(alt) < SHORTEST_ALT}
    assert len({*figures.values()}) == len(figures)
