"""Sentences that can be read aloud: none over forty words, one parenthesis of numbers at most in each."""

import pytest
from prose import prose, statistics

from llmexposure.base.project import current

LONGEST = 40  # words; a number counts as one, an interval as two
SECTIONS = sorted((current().paper / "sections").glob("*.tex"))


@pytest.mark.parametrize("path", SECTIONS, ids=lambda p: p.stem)
def test_no_sentence_is_longer_than_forty_words(path):
    long = [
        (len(s.split()), s)
        for s in prose(path.read_text(encoding="utf-8"))
        if len(s.split()) > LONGEST
    ]
    assert long == [], "cut it in two, or leave numbers to a table"


@pytest.mark.parametrize("path", SECTIONS, ids=lambda p: p.stem)
def test_a_sentence_has_one_parenthesis_of_numbers_at_most(path):
    crowded = [s for s in prose(path.read_text(encoding="utf-8")) if statistics(s) > 1]
    assert crowded == [], "leave the others to a table, or make two sentences"


def test_a_sentence_is_measured_as_it_is_read():
    text = r"""It \says{fell}{--}{a.b} by \result{a.b} (\resultci{a.b}; $p$ \result{a.p}).
\paragraph{What.}
Then, see \citet{someone_2020} and Table~\ref{tab:x}, it rose (\result{a}).
\papertable{x}{A caption of its own.}
\begin{equation} y = x \end{equation}"""
    assert prose(text) == [
        "It fell by 0 ([0 0]; p 0).", "What.", "Then, see Someone (2020) and Table A1, it rose (0).",
        "A caption of its own.",
    ]  # fmt: skip
    assert statistics("It ([0 0]; p 0) fell 0 [0 0] and (that is all).") == 2
    assert prose(r"A slope of \result{a.b} \resultci{a.b}.") == ["A slope of 0 [0 0]."]
