"""Cells that run for some evidence only."""

from types import SimpleNamespace

import pytest
from IPython.core.inputtransformer2 import TransformerManager

from llmexposure.base.errors import ParameterError
from llmexposure.base.project import current
from llmexposure.publish.steps import code, step
from llmexposure.report.evidence import install, named, runs, shown_by

PANEL = current().notebooks / "17_postings_panel.ipynb"


def given(evidence="open", postings="", exposure="beta"):
    return shown_by({"evidence": evidence, "postings": postings, "exposure": exposure})


def test_open_evidence_shows_the_simulated_panel_and_no_other_does():
    assert given() == {"open", "simulated"}
    assert given("simulated") == {"simulated"}
    assert given("postings", "a.parquet") == {"postings"}
    assert shown_by({"exposure": "beta"}) == frozenset()


@pytest.mark.parametrize(("evidence", "path"), [("open", "a.parquet"), ("postings", "")])
def test_a_path_goes_with_postings(evidence, path):
    with pytest.raises(ParameterError, match="a path goes with evidence 'postings'"):
        given(evidence, path)


def test_a_score_of_occupations_has_no_panel():
    assert given(exposure="aioe") == {"open"}
    with pytest.raises(ParameterError, match="scores occupations, not activities"):
        given("simulated", exposure="lm_aioe")


def test_cells_without_the_comment_always_run():
    assert runs("x = 1", frozenset({"open"}))
    assert runs("# evidence: open\nx = 1", frozenset())
    assert not runs("# evidence: postings\nx = 1", frozenset({"open"}))
    assert named("x = 1  # evidence: open") == frozenset()
    with pytest.raises(ParameterError, match="'opne'"):
        named("# evidence: opne")


def test_a_kernel_skips_and_a_second_start_replaces_the_first():
    manager = TransformerManager()
    shell = SimpleNamespace(input_transformers_cleanup=manager.cleanup_transforms)
    before = len(manager.cleanup_transforms)
    install(shell, given("simulated"))
    cell = "# evidence: open\nraise RuntimeError\n"
    assert "not run" in manager.transform_cell(cell)
    install(shell, given())
    assert manager.transform_cell(cell) == cell
    assert len(manager.cleanup_transforms) == before + 1


def test_the_build_counts_the_cells_that_run():
    assert "own_slopes" in code(PANEL)
    assert "own_slopes" not in code(PANEL, given())
    made = {path.stem for path in step(PANEL).outputs}
    assert "panel_recovery" in made
    assert not made & {"own_slopes", "own_coverage", "own_relationships"}
