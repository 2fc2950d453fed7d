"""The slopes of a panel: like with like, whatever stray postings there are, and what is not to be had."""

import numpy as np
import pandas as pd
import pytest

from llmexposure.analysis.panel.relationships import relationships
from llmexposure.analysis.panel.slopes import ADJUSTED, CHANGES, Panel, read_panel, recovery_rows
from llmexposure.base.errors import DataError
from llmexposure.base.files import to_csv_text
from llmexposure.estimation.regression.ols import cross_section
from llmexposure.report.notes import Cells
from llmexposure.report.run import Run
from llmexposure.report.tables import load

CHANGE = "remote_work.simulated.panel.remote_index_change"
COUNTS = load("simulated_panel")


def simulated(counts, baseline="auto", comparison="auto"):
    return Panel(relationships(counts, "gpt4_beta", baseline, comparison, evidence="simulated"))


def change(panel):
    """Change of the remote-work index of a panel."""
    return panel.comovement().changes[CHANGE]


def index_of(counts, months, units):
    """Remote-work index of these months, by hand."""
    rows = counts[counts["month"].isin(months) & counts["occupation"].isin(units.index)]
    sums = rows.groupby("occupation")["postings"].sum()
    return (sums * units["remote"]).sum() / sums.sum()


def test_the_remote_work_index_is_compared_between_the_spans():
    found = simulated(COUNTS, "2022-H2", "2023-H2")
    spans = [[f"{year}-{month:02d}" for month in range(7, 13)] for year in (2022, 2023)]
    before, after = (index_of(COUNTS, months, found.found.units) for months in spans)
    assert change(found) == pytest.approx(after - before, abs=1e-6)
    assert abs(change(simulated(COUNTS, "2022-H1", "2024-H1")) - change(found)) > 0.01


def test_a_stray_month_moves_no_index():
    stray = COUNTS[COUNTS["month"] == "2022-01"].head(1).assign(month="2015-03", postings=1)
    more = pd.concat([COUNTS, stray.assign(remote=1.0)], ignore_index=True)
    # The posting still counts in its occupation's level of remote work, one in thousands.
    assert change(simulated(more)) == pytest.approx(change(simulated(COUNTS)), abs=1e-4)


def test_one_period_has_no_change_of_the_index():
    trend = simulated(COUNTS[COUNTS["month"] == "2022-01"]).comovement()
    said = "the postings cover one period, so nothing changes"
    assert trend.unavailable == {"remote_work.simulated.panel.unavailable_trend": said}
    assert trend.changes == {}


FAMILY = {"draws": 999, "seed": 3}


def family_of(panel):
    """P-values of all slopes that a panel gives."""
    return panel.family(panel.slopes(*panel.outcomes(), **FAMILY).slopes, **FAMILY)


def test_the_five_slopes_are_one_family():
    panel = simulated(COUNTS)
    found = family_of(panel)
    plain = {
        panel.scope_of(name): cross_section(panel.found.units, name, "exposure", **FAMILY).wild.p
        for name in CHANGES
    }
    assert sorted(found.index) == sorted(plain)
    # Benjamini-Hochberg by hand: p times k over its rank, never above that of a larger p.
    order = sorted(plain, key=plain.get)
    scaled = [plain[scope] * 5 / rank for rank, scope in enumerate(order, 1)]
    by_hand = dict(zip(order, np.minimum.accumulate(scaled[::-1])[::-1], strict=True))
    for scope, row in found.iterrows():
        assert plain[scope] - 1e-6 <= row["p_romano_wolf"] <= 5 * plain[scope]
        assert row["p_benjamini_hochberg"] == pytest.approx(by_hand[scope], abs=1e-6)
    assert any(found["p_romano_wolf"] > pd.Series(plain)[found.index] + 1e-6)


def test_the_family_is_what_the_panel_gives():
    counts = COUNTS.assign(applications=0, applications_stated=0, bachelor=0)
    # No posting states applications, and a share of degrees that is zero throughout has no slope.
    assert family_of(simulated(counts)).index.tolist() == [
        "recruitment_share.simulated.panel",
        "experience_requirement.simulated.panel",
        "remote_work.simulated.panel",
    ]
    month = counts[counts["month"] == "2022-01"].assign(three_years=0, remote=0.0)
    assert family_of(simulated(month)).empty


def test_one_period_has_a_family_of_levels():
    assert family_of(simulated(COUNTS[COUNTS["month"] == "2022-01"])).index.tolist() == [
        "degree_requirement.simulated.panel_level",
        "experience_requirement.simulated.panel_level",
        "remote_work.simulated.panel",
    ]


def test_what_is_not_to_be_had_has_a_reason_and_no_slope():
    panel = simulated(COUNTS.assign(applications=0, applications_stated=0, bachelor=0))
    fits = panel.slopes("application_share_change", "bachelor_change", "share_change", **FAMILY)
    assert list(fits.slopes) == ["recruitment_share.simulated.panel.slope"]
    why = fits.unavailable["application_share.simulated.panel.unavailable"]
    assert why == "no posting states applications"
    assert "does not vary" in fits.unavailable["degree_requirement.simulated.panel.unavailable"]
    assert panel.availability()["application_share_change"] == why
    with pytest.raises(DataError, match="none of the relationships.*no posting states a degree"):
        simulated(
            COUNTS[COUNTS["month"] == "2022-01"]
            .assign(degree_stated=0, years_stated=0)
            .drop(columns="remote")
        ).outcomes()


def test_a_simulated_panel_knows_its_coefficients_and_an_own_one_does_not(tmp_path):
    onet = load("occupations_onet")
    path = tmp_path / "panel.csv"
    path.write_text(to_csv_text(COUNTS.drop(columns=["true_exposure", "remote"])))
    made, own = (read_panel(address, COUNTS, onet, "gpt4_beta") for address in ("", str(path)))
    fits = {panel.evidence: panel.slopes("bachelor_change", **FAMILY) for panel in (made, own)}
    assert fits["simulated"].known == {"degree_requirement.simulated.known.slope": 0.045}
    assert fits["postings"].known == {}
    assert list(fits["postings"].slopes) == ["degree_requirement.postings.panel.slope"]
    slopes = [fit.slopes[f"degree_requirement.{evidence}.panel.slope"].estimate.value
              for evidence, fit in fits.items()]  # fmt: skip
    assert slopes[0] == pytest.approx(slopes[1])
    named = {cell.partition(":")[0] for row in recovery_rows() for cell in row[1:]}
    assert {*fits["simulated"].slopes, *fits["simulated"].known} <= named


def test_a_table_of_slopes_leaves_blank_the_p_values_that_are_not_there(tmp_path):
    panel = simulated(COUNTS)
    run = Run("17_postings_panel", {}, tmp_path, ["onet_29_3"])
    fits = panel.slopes("share_change", "clr_change", **FAMILY)
    run.slopes("{}", fits.slopes)
    for scope, row in panel.family(fits.slopes, **FAMILY).iterrows():
        run.records(f"{scope}.{{}}", {k: row[f"p_{k}"] for k in ADJUSTED.values()}, "p", 3)
    # Rows may come from the records of earlier notebooks, their permutation p-values too.
    recorded, run.cells = run.entries, Cells()
    run._earlier = {k: recorded.pop(k) for k in list(recorded) if "permutation_p" in k}
    for key, entry in recorded.items():
        run.cells.add(key, entry)
    about = {"n": 13, "of": "categories", "evidence": "simulated"}
    rows = panel.slope_rows(fits.slopes)
    shown = run.slope_table("own_slopes", rows, adjusted=ADJUSTED, **about).set_index("")
    assert (shown["Perm. p"] != "").all()
    for head in ADJUSTED:
        assert shown.loc["Share of postings, change", head].startswith("0.")
        assert shown.loc["... log-ratio", head] == ""
