"""Observed use: the printed figures from the committed tables, and shares that sum to one."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from llmexposure.analysis import usage
from llmexposure.base.errors import DataError
from llmexposure.derive import usage as tables
from llmexposure.report.tables import load

OCCUPATIONS = load("usage_occupations")


def printed(name):
    return load(name).set_index("item")["value"]


def test_group_shares_are_the_printed_ones_to_their_last_digit():
    share = load("usage_groups").set_index("major_group")["share"]
    for row in load("anthropic_group_shares").itertuples():
        assert round(share[row.group], 3) == row.value
    assert share.idxmax() == "15"
    assert share.idxmin() == "45"


@pytest.mark.parametrize(("x", "item"), [(0.25, "tasks_25"), (0.75, "tasks_75")])
def test_depth_is_the_printed_one_to_its_last_digit(x, item):
    at = usage.depth(OCCUPATIONS["n_used"], OCCUPATIONS["n_tasks"], np.array([x]))
    assert round(at[x], 2) == printed("anthropic_depth")[item]


def test_modes_are_the_printed_ones_only_after_renormalising():
    modes = load("usage_modes")
    totals = modes.groupby("kind")[["share", "share_of_modes"]].sum()
    for kind, value in printed("anthropic_modes").items():
        assert round(totals.loc[kind, "share_of_modes"], 2) == value
        assert round(totals.loc[kind, "share"], 2) != value
    assert printed("anthropic_modes").sum() == pytest.approx(1)


@pytest.mark.parametrize("name", ["usage_occupations", "usage_soc", "usage_groups", "usage_tasks"])
def test_shares_sum_to_one(name):
    assert load(name)["share"].sum() == pytest.approx(1, abs=1e-6)


def test_modes_sum_to_one_without_none():
    modes = load("usage_modes").set_index("mode")
    assert modes["share_of_modes"].sum() == pytest.approx(1)
    assert np.isnan(modes.loc["none", "share_of_modes"])


def test_activities_and_labels_hold_the_matched_conversations_only():
    tasks = load("usage_tasks").query("task != 'none'")
    matched = tasks.loc[tasks["n_labelled"] > 0, "share"].sum() / tasks["share"].sum()
    assert load("usage_activities")["share"].sum() == pytest.approx(matched, abs=0.03)
    assert load("usage_labels")["share"].sum() == pytest.approx(matched)
    assert load("usage_labels")["n_tasks"].sum() == len(load("tasks"))


def test_counts_add_up_across_tables():
    tasks = load("usage_tasks").query("task != 'none'")
    assert tasks["n_statements"].sum() == OCCUPATIONS["n_used"].sum()
    assert load("usage_groups")["n_used"].sum() == OCCUPATIONS["n_used"].sum()
    assert load("usage_soc")["n_tasks"].sum() == pytest.approx(
        OCCUPATIONS["n_tasks"].sum(), rel=0.01
    )
    assert (OCCUPATIONS["n_used_tenfold"] <= OCCUPATIONS["n_used_double"]).all()
    assert (OCCUPATIONS["n_used_double"] <= OCCUPATIONS["n_used"]).all()


def test_most_deeply_used_occupations_are_teachers_with_the_same_statements():
    deep = OCCUPATIONS[OCCUPATIONS["n_used"] / OCCUPATIONS["n_tasks"] >= 0.75]
    assert len(deep) == 40
    assert deep["onet_soc"].str.startswith("25-1").sum() == 30


def test_every_share_is_a_whole_number_of_conversations():
    assert usage.implied_conversations(load("usage_tasks")["share"]) == (767_510, 15)
    with pytest.raises(DataError, match="no whole numbers"):
        usage.implied_conversations(pd.Series([1.0, np.pi, np.e]) / 10)


def statements():
    return pd.DataFrame(
        {
            "onet_soc": ["15-1131.00", "15-1132.00", "27-3043.00", "27-3043.00"],
            "task_id": [1, 2, 3, 4],
            "task": ["Write code. ", "write code.", "Edit text.", "Sing."],
        }
    )


def conversations(code=0.6, edit=0.2):
    share = [code, edit, 1 - code - edit]
    return pd.DataFrame({"task": ["write code.", "edit text.", "none"], "share": share})


def test_a_shared_statement_is_split_equally_and_none_is_left_out():
    found = tables.split_over_statements(conversations(), statements())
    assert found["share"].tolist() == pytest.approx([0.375, 0.375, 0.25, 0])
    assert found["used"].tolist() == [True, True, True, False]
    by_occupation = tables.by_occupation(found).set_index("onet_soc")
    assert by_occupation.loc["27-3043.00", ["n_tasks", "n_used"]].tolist() == [2, 1]
    assert by_occupation["n_used_double"].tolist() == [1, 1, 0]


def test_a_reworded_task_is_found_by_its_id_and_counts_once():
    reworded = statements().assign(task=["Write code.", "Write code.", "Edit copy.", "Sing."])
    plain = tables.split_over_statements(conversations(), reworded)
    found = tables.split_over_statements(conversations(), reworded, statements())
    assert plain["used"].tolist() == [True, True, False, False]
    assert found["used"].tolist() == [True, True, True, False]
    assert found["share"].tolist() == pytest.approx([0.375, 0.375, 0.25, 0])


@settings(max_examples=20)
@given(st.permutations(range(4)), st.floats(0.1, 0.5), st.floats(0.1, 0.4))
def test_order_changes_nothing_and_shares_sum_to_one(order, code, edit):
    usual = tables.split_over_statements(conversations(code, edit), statements())
    moved = tables.split_over_statements(
        conversations(code, edit).iloc[::-1], statements().iloc[list(order)]
    )
    pd.testing.assert_frame_equal(moved.sort_values("task_id", ignore_index=True), usual)
    assert moved["share"].sum() == pytest.approx(1)


def test_an_occupation_that_was_split_gives_each_part_an_equal_share():
    occupations = pd.DataFrame(
        {"onet_soc": ["15-1131.00"], "n_tasks": [4], "n_used": [2], "share": [1.0]}
    )
    walk = pd.DataFrame(
        {"onet_soc_2010": ["15-1131.00"] * 2, "onet_soc_2019": ["15-1251.00", "15-1252.00"]}
    )
    found = tables.by_soc(occupations, walk)
    assert found["share"].tolist() == [0.5, 0.5]
    assert found["n_tasks"].sum() == 4


def test_a_task_of_two_activities_gives_each_half():
    tasks = tables.split_over_statements(conversations(), statements())
    links = pd.DataFrame(
        {
            "onet_soc": ["15-1131.00", "15-1131.00", "27-3043.00"],
            "task_id": [1, 1, 4],
            "dwa_id": ["a", "b", "b"],
        }
    )
    found = tables.by_activity(tasks, links).set_index("dwa_id")
    assert found["share"].tolist() == pytest.approx([0.1875, 0.1875])
    assert found["n_tasks"].tolist() == [1, 2]
    assert found["n_used"].tolist() == [1, 1]


@settings(max_examples=40)
@given(st.lists(st.tuples(st.integers(0, 20), st.integers(1, 20)), min_size=1, max_size=30))
def test_depth_falls_from_one(pairs):
    used = pd.Series([min(u, t) for u, t in pairs])
    tasks = pd.Series([t for _, t in pairs])
    curve = usage.depth(used, tasks, np.linspace(0, 1, 21))
    assert curve.iloc[0] == 1
    assert (np.diff(curve) <= 1e-12).all()
    assert curve.iloc[-1] == pytest.approx((used == tasks).mean())


def test_use_of_groups_by_hand():
    rows = pd.DataFrame(
        {
            "major_group": ["15", "35"],
            "share": [0.6, 0.4],
            "employment": [200.0, 600.0],
            "n_used": [3, 1],
            "n_tasks": [4, 5],
        }
    )
    exposure = pd.DataFrame({"gpt4_beta": [0.7, 0.2]}, index=["15", "35"])
    found = usage.groups_with_use(rows, exposure)
    assert found["employment_share"].tolist() == [0.25, 0.75]
    assert np.exp(found["log_ratio"]).tolist() == pytest.approx([0.6 / 0.25, 0.4 / 0.75])
    assert found["used_share"].tolist() == [0.75, 0.2]
    assert found["gpt4_beta"].tolist() == [0.7, 0.2]


def test_deciles_have_the_same_size_and_rise_with_exposure():
    frame = pd.DataFrame({"e": np.arange(100.0)[::-1], "n_used": 0, "n_tasks": 4})
    frame.loc[frame["e"] >= 50, "n_used"] = 2
    found = usage.use_by_decile(frame, "e")
    assert found["n"].tolist() == [10] * 10
    assert found["any_use"].tolist() == [0.0] * 5 + [1.0] * 5
    assert found["used_share"].iloc[-1] == 0.5
