"""The five relationships on counts: known coefficients, invariants, and what a file cannot give."""

import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from llmexposure.analysis.panel.relationships import OUTCOMES, relationships, unit_telework
from llmexposure.base.errors import DataError, ParameterError
from llmexposure.base.spans import UNDATED
from llmexposure.data.schemas.simulated import OWN_COUNTS
from llmexposure.data.taxonomy.categories import UNKNOWN
from llmexposure.estimation.regression.ols import cross_section
from llmexposure.exposure.measures import RATINGS
from llmexposure.postings.count import count_postings, one_wording
from llmexposure.report.tables import load
from llmexposure.simulation.levels import known_levels
from llmexposure.simulation.parameters import Parameters

COEFFICIENTS = {
    "share_change": "recruitment_share",
    "application_share_change": "application_share",
    "bachelor_change": "degree",
    "three_years_change": "experience",
    "remote": "remote",
}
KNOWN = Parameters(recruitment_share=-0.10, application_share=-0.02, degree=0.03, experience=0.06)


def known_counts(size: float = 1e7) -> pd.DataFrame:
    """Counts with exactly the known levels: one month of the base period and one of the other."""
    levels = known_levels(KNOWN)
    parts = []
    for year, month in (("2022", "2022-03"), ("2024", "2024-03")):
        postings = levels[f"share_{year}"] * size
        part = pd.DataFrame({"occupation": levels.index, "month": month, "postings": postings})
        part["openings"] = part["openings_stated"] = part["scored"] = postings
        part["degree_stated"] = part["years_stated"] = part["applications_stated"] = postings
        part["applications"] = levels[f"application_share_{year}"] * size
        part["bachelor"] = levels[f"bachelor_{year}"] * postings
        part["three_years"] = levels[f"three_years_{year}"] * postings
        part["gpt4_beta"] = levels[f"exposure_{year}"] * postings
        part["remote"] = levels["remote"] * postings
        parts.append(part)
    return pd.concat(parts, ignore_index=True)


COUNTED = known_counts()


def found(counts=COUNTED, baseline="auto", comparison="auto", **options):
    options = {"evidence": "simulated", "smallest": 1, **options}
    return relationships(counts, "gpt4_beta", baseline, comparison, **options)


@pytest.mark.parametrize(("outcome", "name"), COEFFICIENTS.items())
def test_known_coefficients_are_recovered(outcome, name):
    units = found(baseline="2022", comparison="2024-H1").units
    slope = cross_section(units, outcome, "exposure", draws=99, seed=1).estimate
    assert slope.value == pytest.approx(getattr(KNOWN, name), abs=1e-6)


@pytest.mark.parametrize(("outcome", "name"), COEFFICIENTS.items())
def test_simulated_postings_through_the_whole_pipeline_give_them_back(outcome, name):
    table = load("simulated_panel")
    units = relationships(table, "gpt4_beta", evidence="simulated").units
    slope = cross_section(units, outcome, "exposure", draws=99, seed=1).estimate
    truth = getattr(Parameters(), name)
    assert slope.ci_low < truth < slope.ci_high
    assert np.sign(slope.value) == np.sign(truth)


def test_scored_exposure_stands_close_to_the_true_one():
    table = load("simulated_panel")
    scored = relationships(table, "gpt4_beta", evidence="simulated").units["exposure"]
    true = relationships(table, "true_exposure", evidence="simulated").units["exposure"]
    assert scored.corr(true) > 0.99
    assert table["postings"].sum() == 300_000


def test_shares_add_to_one_and_changes_to_nothing():
    units = found().units
    assert units["share_base"].sum() == pytest.approx(1)
    for outcome in ("share_change", "application_share_change", "clr_change"):
        assert units[outcome].sum() == pytest.approx(0, abs=1e-12)


@settings(max_examples=10)
@given(st.floats(0.01, 100), st.floats(0.01, 100))
def test_the_volume_of_a_period_is_of_no_account(before, after):
    scale = np.where(COUNTED["month"] == "2022-03", before, after)
    counts = COUNTED.copy()
    columns = [c for c in counts if c not in ("occupation", "month")]
    counts[columns] = counts[columns].mul(scale, axis=0)
    scaled = found(counts, "2022-03", "2024-03").units
    pd.testing.assert_frame_equal(scaled[list(OUTCOMES)], found().units[list(OUTCOMES)], atol=1e-9)


def test_exposure_is_frozen_at_the_base_period():
    counts = COUNTED.copy()
    later = counts["month"] == "2024-03"
    counts.loc[later, "gpt4_beta"] = 0.0
    assert found(counts).units["exposure"].equals(found().units["exposure"])
    counts.loc[~later, "gpt4_beta"] *= 0.5
    assert (found(counts).units["exposure"] / found().units["exposure"]).round(9).eq(0.5).all()


def test_residual_rows_take_part_in_no_share_but_are_counted():
    extra = COUNTED.head(1).assign(occupation=UNKNOWN, postings=5e6)
    more = found(pd.concat([COUNTED, extra, extra.assign(occupation="other")]))
    pd.testing.assert_frame_equal(more.units, found().units)
    assert more.coverage["no_occupation"] == 10_000_000
    assert more.coverage["postings"] == pytest.approx(30_000_000, abs=2)


def test_small_occupations_go_after_shares_were_taken():
    counts = COUNTED.copy()
    small = counts["occupation"] == "editing_translation"
    counts.loc[small, "postings"] = 5
    kept = found(counts, smallest=10).units
    assert "editing_translation" not in kept.index
    assert kept["share_base"].sum() < 1


def test_missing_applications_are_named_and_nothing_is_made_up():
    counts = COUNTED.assign(applications=0, applications_stated=0)
    out = found(counts)
    assert out.reasons == {"application_share_change": "no posting states applications"}
    assert out.units["application_share_change"].isna().all()


def test_one_period_gives_levels_only():
    out = found(COUNTED[COUNTED["month"] == "2022-03"])
    assert out.comparison is None
    changes = {name for name in OUTCOMES if name.endswith("_change")}
    assert set(out.reasons) == changes
    assert all("one period" in why for why in out.reasons.values())
    assert out.units["bachelor_base"].notna().all()


def test_undated_postings_make_one_period_and_dated_ones_leave_them_out():
    undated = COUNTED[COUNTED["month"] == "2022-03"].assign(month=UNDATED)
    assert found(undated).baseline == UNDATED
    both = found(pd.concat([COUNTED, undated]))
    assert both.baseline == "2022-03"
    assert both.coverage["undated"] == pytest.approx(10_000_000, abs=2)


def test_a_few_postings_with_old_dates_make_no_period():
    old = COUNTED[COUNTED["month"] == "2022-03"].assign(month="2019-03")
    columns = [c for c in old if c not in ("occupation", "month")]
    counts = pd.concat([COUNTED, old.assign(**(old[columns] / 1000))])
    assert found(counts).baseline == "2022-03"


def test_three_occupations_are_too_few():
    counts = COUNTED[COUNTED["occupation"].isin(COUNTED["occupation"].unique()[:3])]
    assert found(counts).reasons["share_change"] == "3 occupation(s) have it, at least 4 are needed"


def test_periods_without_postings_are_refused():
    with pytest.raises(ParameterError, match="2021 has no postings; the data cover 2022-03"):
        found(baseline="2021", comparison="2024-H1")
    with pytest.raises(ParameterError, match="give both"):
        found(baseline="2022")
    with pytest.raises(DataError, match="no occupation has 100000000 postings"):
        found(smallest=10**8)


ROWS = pl.DataFrame(
    {
        "occupation": ["clerk", "clerk", "编辑/翻译", None, "clerk", "clerk"] * 50,
        "date": [None, "2022-01-05", "2022-01-31", "2022-02-01", "2024-03-03", "2022-01-09"] * 50,
        "degree": ["none", "bachelor", None, "doctor", "college", "master"] * 50,
        "min_years": [0.0, 3.0, None, 5.0, 2.5, 10.0] * 50,
        "openings": [None, 2, 1, 1, 3, None] * 50,
        "applications": [10, None, 0, 4, 5, 6] * 50,
        "gpt4_beta": [0.123457, None, 0.333333, 0.1, 0.7, 0.999999] * 50,
    }
).with_columns(pl.col("date").str.to_date())


@settings(max_examples=10)
@given(st.randoms(use_true_random=False))
def test_the_order_of_the_rows_changes_no_digit(random):
    order = list(range(len(ROWS)))
    random.shuffle(order)
    assert count_postings(ROWS[order].lazy(), ["gpt4_beta"]).equals(
        count_postings(ROWS.lazy(), ["gpt4_beta"])
    )


def test_counts_agree_with_a_plain_count():
    table = count_postings(ROWS.lazy(), ["gpt4_beta"]).to_pandas()
    others = ["telework", *(name for name in RATINGS if name != "gpt4_beta")]
    assert table.columns.tolist() == [c for c in OWN_COUNTS.schema.columns if c not in others]
    rows = ROWS.to_pandas()
    rows["occupation"] = (
        rows["occupation"].replace("编辑/翻译", "editing_translation").fillna(UNKNOWN)
    )
    rows["month"] = pd.to_datetime(rows["date"]).dt.strftime("%Y-%m").fillna(UNDATED)
    plain = rows.groupby(["occupation", "month"]).agg(
        postings=("month", "size"),
        openings=("openings", "sum"),
        applications_stated=("applications", "count"),
        bachelor=("degree", lambda d: d.isin(["bachelor", "master", "doctor"]).sum()),
        degree_stated=("degree", "count"),
        three_years=("min_years", lambda y: (y >= 3).sum()),
        scored=("gpt4_beta", "count"),
        gpt4_beta=("gpt4_beta", "sum"),
    )
    ours = table.set_index(["occupation", "month"])[plain.columns]
    pd.testing.assert_frame_equal(ours, plain, check_dtype=False)


def test_two_wordings_of_an_occupation_are_never_mixed():
    scores = pl.LazyFrame(
        {"occupation": ["文员", "software_hardware_rd"], "occupation_coded": [False, True]}
    )
    assert one_wording(scores).collect()["occupation"].to_list() == ["文员", None]


@pytest.mark.parametrize(
    ("coded", "kept"),
    [
        (["15-0000", "15-0000", "software_hardware_rd", "other"], [0, 1, 3]),
        (["15-0000", "manufacturing", "software_hardware_rd", "other"], [1, 2, 3]),
        (["15-0000", "manufacturing", None], [1]),
    ],
)
def test_of_the_coders_two_wordings_the_more_frequent_stays(coded, kept):
    scores = pl.LazyFrame({"occupation": coded, "occupation_coded": True})
    found = one_wording(scores).collect()["occupation"].to_list()
    assert found == [name if row in kept else None for row, name in enumerate(coded)]


def test_telework_is_known_for_categories_and_codes_only():
    onet = load("occupations_onet")
    scores = unit_telework(pd.Index(["life_services", "15-1252", "文员"]), onet)
    assert 0 <= scores["life_services"] < 0.3
    assert scores["15-1252"] == 1
    groups = unit_telework(pd.Index(["15-0000", "15-1250", "15-1252.00"]), onet)
    inside = onet["onet_soc"].str.startswith("15-")
    assert groups["15-0000"] == onet.loc[inside, "teleworkable"].mean()
    assert (
        groups["15-1250"] == onet.loc[onet["onet_soc"].str[:6] == "15-125", "teleworkable"].mean()
    )
    assert groups["15-1252.00"] == 1
    assert np.isnan(scores["文员"])


def test_the_committed_panel_has_all_ratings():
    assert set(RATINGS) < set(load("simulated_panel").columns)


def test_what_is_not_stated_takes_no_part():
    half = {name: COUNTED[name] / 2 for name in ("bachelor", "degree_stated", "openings")}
    units = found(COUNTED.assign(**half)).units
    pd.testing.assert_frame_equal(units, found().units)
