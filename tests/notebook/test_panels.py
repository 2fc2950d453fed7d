"""What the panel part of a notebook records: like with like, whatever stray postings there are."""

import pandas as pd
import pytest

from llmexposure.datasets import load
from llmexposure.notebook import panels
from llmexposure.notebook.run import Run
from llmexposure.outcomes.occupation_panel import relationships

SCOPE = "remote_work.{}.panel"
CHANGE = "remote_work.simulated.panel.remote_index_change"


def simulated(counts, baseline="auto", comparison="auto"):
    return relationships(counts, "gpt4_beta", baseline, comparison, evidence="simulated")


@pytest.fixture
def change(tmp_path):
    """Change of the remote-work index that is recorded for a panel."""

    def recorded(found):
        run = Run("06_remote_work", {}, tmp_path)
        panels.comovement(run, SCOPE, found)
        return run.entries[CHANGE]["value"]

    return recorded


def index_of(counts, months, units):
    """Remote-work index of these months, by hand."""
    rows = counts[counts["month"].isin(months) & counts["occupation"].isin(units.index)]
    sums = rows.groupby("occupation")["postings"].sum()
    return (sums * units["remote"]).sum() / sums.sum()


def test_the_remote_work_index_is_compared_between_the_spans(change):
    counts = load("simulated_panel")
    found = simulated(counts, "2022-H2", "2023-H2")
    spans = [[f"{year}-{month:02d}" for month in range(7, 13)] for year in (2022, 2023)]
    before, after = (index_of(counts, months, found.units) for months in spans)
    assert change(found) == pytest.approx(after - before, abs=1e-6)
    assert abs(change(simulated(counts, "2022-H1", "2024-H1")) - change(found)) > 0.01


def test_a_stray_month_moves_no_index(change):
    counts = load("simulated_panel")
    stray = counts[counts["month"] == "2022-01"].head(1).assign(month="2015-03", postings=1)
    more = pd.concat([counts, stray.assign(remote=1.0)], ignore_index=True)
    # The posting still counts in its occupation's level of remote work, one in thousands.
    assert change(simulated(more)) == pytest.approx(change(simulated(counts)), abs=1e-4)


def test_one_period_has_no_change_of_the_index(tmp_path):
    counts = load("simulated_panel")
    run = Run("06_remote_work", {}, tmp_path)
    said = panels.comovement(run, SCOPE, simulated(counts[counts["month"] == "2022-01"]))
    assert said == "the postings cover one period, so nothing changes"
    assert list(run.entries) == ["remote_work.simulated.panel.unavailable_trend"]
