"""What the panel part of a notebook records: like with like, whatever stray postings there are."""

import numpy as np
import pandas as pd
import pytest

from llmexposure.analysis.panel import record
from llmexposure.analysis.panel.relationships import relationships
from llmexposure.estimation.regression.ols import cross_section
from llmexposure.report.run import Run
from llmexposure.report.tables import load

SCOPE = "remote_work.{}.panel"
CHANGE = "remote_work.simulated.panel.remote_index_change"


def simulated(counts, baseline="auto", comparison="auto"):
    return relationships(counts, "gpt4_beta", baseline, comparison, evidence="simulated")


@pytest.fixture
def change(tmp_path):
    """Change of the remote-work index that is recorded for a panel."""

    def recorded(found):
        run = Run("06_remote_work", {}, tmp_path)
        record.comovement(run, SCOPE, found)
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
    said = record.comovement(run, SCOPE, simulated(counts[counts["month"] == "2022-01"]))
    assert said == "the postings cover one period, so nothing changes"
    assert list(run.entries) == ["remote_work.simulated.panel.unavailable_trend"]


FAMILY = {"draws": 999, "seed": 3}


def adjusted(run):
    """Recorded p-values by relationship and scope: Romano-Wolf, Benjamini-Hochberg."""
    names = ("romano_wolf", "benjamini_hochberg")
    scopes = sorted({key.rpartition(".")[0] for key in run.entries if key.endswith(names)})
    return {scope: [run.entries[f"{scope}.{name}"]["value"] for name in names] for scope in scopes}


def test_the_five_slopes_are_one_family(tmp_path):
    run, found = Run("17_postings_panel", {}, tmp_path), simulated(load("simulated_panel"))
    record.family_p(run, found, **FAMILY)
    plain = {
        record.SCOPES[name].format("simulated"): cross_section(
            found.units, name, "exposure", **FAMILY
        ).wild.p
        for name in record.CHANGES
    }
    recorded = adjusted(run)
    assert sorted(recorded) == sorted(plain)
    # Benjamini-Hochberg by hand: p times k over its rank, never above that of a larger p.
    order = sorted(plain, key=plain.get)
    scaled = [plain[scope] * 5 / rank for rank, scope in enumerate(order, 1)]
    by_hand = dict(zip(order, np.minimum.accumulate(scaled[::-1])[::-1], strict=True))
    for scope, (romano_wolf, hochberg) in recorded.items():
        assert plain[scope] - 1e-6 <= romano_wolf <= 5 * plain[scope]
        assert hochberg == pytest.approx(by_hand[scope], abs=1e-6)
    assert any(p[0] > plain[scope] + 1e-6 for scope, p in recorded.items())


def test_the_family_is_what_the_panel_gives(tmp_path):
    counts = load("simulated_panel").assign(applications=0, applications_stated=0, bachelor=0)
    run = Run("17_postings_panel", {}, tmp_path)
    # No posting states applications, and a share of degrees that is zero throughout has no slope.
    assert record.family_p(run, simulated(counts), **FAMILY).index.tolist() == [
        "share_change", "three_years_change", "remote",
    ]  # fmt: skip
    assert not [scope for scope in adjusted(run) if "application" in scope or "degree" in scope]
    month = counts[counts["month"] == "2022-01"].assign(three_years=0, remote=0.0)
    assert record.family_p(run, simulated(month), **FAMILY).empty


def test_one_period_has_a_family_of_levels(tmp_path):
    counts = load("simulated_panel")
    run = Run("17_postings_panel", {}, tmp_path)
    record.family_p(run, simulated(counts[counts["month"] == "2022-01"]), **FAMILY)
    assert list(adjusted(run)) == [
        "degree_requirement.simulated.panel_level",
        "experience_requirement.simulated.panel_level",
        "remote_work.simulated.panel",
    ]


def test_a_table_of_slopes_leaves_blank_the_p_values_that_are_not_there(tmp_path):
    run, found = Run("17_postings_panel", {}, tmp_path), simulated(load("simulated_panel"))
    record.slope(run, "recruitment_share.{}.panel.slope", found, "share_change", **FAMILY)
    record.slope(run, "recruitment_share.{}.panel_clr.slope", found, "clr_change", **FAMILY)
    record.family_p(run, found, **FAMILY)
    # Rows may come from the records of earlier notebooks, their permutation p-values too.
    run._earlier = {k: run.entries.pop(k) for k in list(run.entries) if "permutation_p" in k}
    rows = {name: f"recruitment_share.simulated.{name}.slope" for name in ("panel", "panel_clr")}
    about = {"n": 13, "of": "categories", "source": record.SOURCE, "evidence": "simulated"}
    shown = run.slope_table("own_slopes", rows, adjusted=record.ADJUSTED, **about).set_index("")
    assert (shown["Perm. p"] != "").all()
    for head in record.ADJUSTED:
        assert shown.loc["panel", head].startswith("0.")
        assert shown.loc["panel_clr", head] == ""
