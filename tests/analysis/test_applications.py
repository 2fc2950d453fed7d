"""Japan's market by occupation and place; exact shares from ranges, and the map of Upwork's categories."""

import numpy as np
import pandas as pd
import pytest

from llmexposure.analysis.applications import (
    MIDPOINTS,
    crowding,
    filled_shares,
    market_changes,
    prefecture_cells,
    prefecture_slopes,
    share_change,
    within,
)
from llmexposure.base.errors import DataError
from llmexposure.data.readers.upwork import PROPOSALS
from llmexposure.data.taxonomy.japan import GROUPS
from llmexposure.data.taxonomy.upwork import read_upwork_categories
from llmexposure.derive.freelance import upwork_proposals
from llmexposure.estimation.regression.ols import cross_section
from llmexposure.report.tables import load

EXPOSURE = pd.Series([0.1, 0.4, 0.7], ["01", "02", "03"])
# Two prefectures, three groups, two years; applications, then openings.
APPLICATIONS = {"JP-01": [[10, 20, 30], [12, 18, 24]], "JP-02": [[40, 10, 0], [44, 11, 5]]}


@pytest.fixture(scope="module")
def counts() -> pd.DataFrame:
    rows = [
        (place, group, "all", year, 5.0 if year == 2023 else 10.0, value)
        for place, years in APPLICATIONS.items()
        for year, values in zip((2023, 2025), years, strict=True)
        for group, value in zip(EXPOSURE.index, values, strict=True)
    ]
    columns = ["place", "group", "kind", "year", "openings", "applications"]
    places = pd.DataFrame(rows, columns=columns)
    nation = places.groupby(["group", "kind", "year"], as_index=False)[columns[4:]].sum()
    return pd.concat([nation.assign(place="JP-00"), places])


def totals(unclassified: dict[str, tuple[int, int]]) -> pd.DataFrame:
    rows = [
        (place, year, missing, sum(APPLICATIONS[place][k]) + missing)
        for place, pair in unclassified.items()
        for k, (year, missing) in enumerate(zip((2023, 2025), pair, strict=True))
    ]
    return pd.DataFrame(rows, columns=["place", "year", "unclassified", "applications"])


def test_changes_of_the_market_are_those_of_counts(counts):
    found = market_changes(counts, 2023, 2025)
    assert found["base"].tolist() == [50, 30, 30]
    assert found["share_change"].tolist() == pytest.approx(
        [56 / 114 - 50 / 110, 29 / 114 - 30 / 110, 29 / 114 - 30 / 110]
    )
    assert found["log_change"].tolist() == pytest.approx(np.log([56 / 50, 29 / 30, 29 / 30]))
    assert found["per_opening_change"].tolist() == pytest.approx(found["log_change"] - np.log(2))
    assert found["per_opening"].tolist() == pytest.approx(np.log([5, 3, 3]))
    with pytest.raises(DataError, match="fiscal year 2022"):
        market_changes(counts, 2022, 2025)


def test_a_cell_with_a_zero_has_no_logarithm_but_counts(counts):
    cells = prefecture_cells(counts, 2023, 2025)
    assert len(cells) == 6
    assert cells.loc[cells["log_change"].isna(), ["before", "after"]].to_numpy().tolist() == [
        [0, 5]
    ]


def test_differences_from_means_give_the_slope_with_effects(counts):
    cells = prefecture_cells(counts, 2023, 2025).join(EXPOSURE.rename("x"), on="group")
    noise = np.random.default_rng(2).normal(size=(20, len(cells)))
    frame = pd.concat(
        [cells.assign(log_change=cells["log_change"] + row) for row in noise], ignore_index=True
    )
    net = within(frame, ["log_change", "x"], "place")
    plain = cross_section(net, "log_change", "x", draws=99, seed=1)
    effect = frame.assign(second=(frame["place"] == "JP-02").astype(float))
    whole = cross_section(effect, "log_change", "x", ["second"], draws=99, seed=1)
    assert plain.estimate.value == pytest.approx(whole.estimate.value)


def test_prefectures_have_the_slopes_of_their_own_shares(counts):
    cells = prefecture_cells(counts, 2023, 2025)
    found = prefecture_slopes(
        cells, totals({"JP-01": (0, 6), "JP-02": (50, 0)}), EXPOSURE, 2023, 2025
    )
    for place, (early, late) in APPLICATIONS.items():
        change = np.array(late) / sum(late) - np.array(early) / sum(early)
        assert found.loc[place, "share_slope"] == pytest.approx(np.polyfit(EXPOSURE, change, 1)[0])
    assert found["unclassified_change"].tolist() == pytest.approx([6 / 60, -50 / 100])


def test_filling_up_leaves_shares_alone_where_every_place_leaves_out_the_same_fraction(counts):
    cells = prefecture_cells(counts, 2023, 2025)
    even = filled_shares(cells, totals({"JP-01": (60, 54), "JP-02": (50, 60)}), 2023, 2025)
    expected = market_changes(counts, 2023, 2025)["share_change"]
    assert even.tolist() == pytest.approx(expected.tolist())
    # A place that leaves out much in the second year counts for more once it is filled up.
    more = filled_shares(cells, totals({"JP-01": (0, 540), "JP-02": (0, 0)}), 2023, 2025)
    assert more["03"] > expected["03"]


def test_every_group_of_japan_has_an_english_name_and_all_but_the_armed_forces_an_exposure():
    groups = load("japan_groups")
    assert list(GROUPS) == groups["group"].tolist()
    scores = load("group_exposures").query("scheme == 'japan' and coding == 'adopted'")
    assert scores["group"].tolist() == groups["group"].tolist()
    assert scores.loc[scores["gpt4_beta"].isna(), "group"].tolist() == ["43"]


def test_the_share_over_twenty_is_exact_and_the_midpoint_mean_a_lower_bound_at_the_top():
    bids = np.array([0, 4, 7, 12, 19, 21, 49, 60, 400])
    edges = np.digitize(bids, [5, 10, 15, 20, 50])
    counts = pd.DataFrame([np.bincount(edges, minlength=6)], columns=list(MIDPOINTS))
    out = crowding(counts.assign(n_postings=len(bids))).iloc[0]
    assert out["over20_share"] == pytest.approx((bids >= 20).mean())
    assert out["midpoint_mean"] < bids.mean()


def test_every_category_has_jobs_and_an_exposure():
    table = load("upwork_proposals")
    assert set(table["category"]) == set(read_upwork_categories()["category"])
    assert (table[list(MIDPOINTS)].sum(axis=1) == table["n_postings"]).all()
    assert table["n_postings"].sum() == 14_719
    assert table.notna().all().all()


def test_categories_take_the_plain_mean_of_their_occupations():
    jobs = pd.DataFrame({"category": ["Legal"] * 3, "proposals_tier": ["50+", "50+", PROPOSALS[0]]})
    categories = read_upwork_categories().query("category == 'legal'")
    occupations = load("occupations")
    row = upwork_proposals(jobs, categories, occupations).iloc[0]
    assert (row["under_5"], row["over_50"], row["n_postings"]) == (1, 2, 3)
    wanted = occupations.loc[occupations["soc"].isin(categories["soc"]), "gpt4_beta"].mean()
    assert row["gpt4_beta"] == pytest.approx(wanted)


def test_employment_shares_close_and_missing_years_are_left_out():
    table = pd.DataFrame(
        {"g": ["a", "a", "b", "b"], "t0": [1.0, 5.0, 3.0, 1.0], "t1": [2.0, np.nan, 3.0, 1.0]}
    )
    out = share_change(table, "g", "t0", "t1")
    assert out["base"].tolist() == [1, 4]
    assert out["share_change"].tolist() == pytest.approx([2 / 6 - 1 / 5, 4 / 6 - 4 / 5])
    assert out["clr_change"].sum() == pytest.approx(0)
