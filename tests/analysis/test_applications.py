"""Public cross-sections near applications: exact shares from ranges, and the map of Upwork's categories."""

import numpy as np
import pandas as pd
import pytest

from llmexposure.analysis.applications import MIDPOINTS, crowding, share_change
from llmexposure.data.readers.upwork import PROPOSALS
from llmexposure.data.taxonomy.upwork import read_upwork_categories
from llmexposure.derive.freelance import upwork_proposals
from llmexposure.report.tables import load


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
