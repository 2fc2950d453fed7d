"""The deck: every number is in the record, no letter of a figure is under 16 pt, and it can be typeset."""

import re
import shutil

import pytest
from matplotlib.text import Text
from staff import deck, figures

from llmexposure.base.project import current
from llmexposure.report.record import load_all


def test_every_number_of_the_deck_is_in_the_record():
    text = re.sub(r"%.*", "", deck.SOURCE.read_text(encoding="utf-8"))
    keys = re.findall(r"\\(?:result(?:\[\w+\])?|withci|resultci)\{([^#}]+)\}", text)
    known = load_all()
    assert len(set(keys)) > 10
    assert set(keys) <= known.keys()
    assert [k for k in keys if known[k]["evidence"] != "open"] == []


def test_figures_are_wide_and_their_letters_large():
    names = []
    for name, figure in figures.drawn(current()):
        names.append(name)
        figure.draw_without_rendering()
        texts = [t for t in figure.findobj(Text) if t.get_visible() and t.get_text().strip()]
        assert len(texts) > 5, name
        assert min(t.get_size() for t in texts) >= 16, name
        width, height = figure.get_size_inches()
        assert width / height == pytest.approx(16 / 9)
    assert {f"\\deckfigure{{{name}}}" in deck.SOURCE.read_text() for name in names} == {True}


@pytest.mark.skipif(not shutil.which("latexmk"), reason="no TeX: make tex")
def test_the_deck_is_typeset_with_the_numbers_of_the_record():
    made = deck.build(current())
    assert made.read_bytes().startswith(b"%PDF")
    log = made.with_suffix(".log").read_text(errors="replace")
    assert "Overfull \\hbox" not in log
