"""Ratings on a world small enough to check by hand, and invariants."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmexposure.base.errors import DataError, ParameterError
from llmexposure.base.files import canonical_frame
from llmexposure.exposure import measures, ratings
from llmexposure.exposure.groups import group_means, weighted_share
from llmexposure.exposure.requirements import requirements
from llmexposure.report.tables import load

LABELS = pd.DataFrame(
    {
        "onet_soc": ["11-1011.00", "11-1011.00", "15-1252.00", "15-1252.00"],
        "task_id": [1, 2, 3, 4],
        "task_type": ["Core", "Supplemental", "Core", None],
        "human": ["E0", "E1", "E2", "E1"],
        "gpt4": ["E0", "E2", "E1", "E1"],
    }
)
LINKS = pd.DataFrame(
    {
        "onet_soc": ["11-1011.00", "11-1011.00", "15-1252.00", "15-1252.00"],
        "task_id": [1, 2, 3, 4],
        "dwa_id": ["a", "b", "b", "c"],
    }
)
ACTIVITIES = pd.Series(["a", "b", "c", "d"])


def activities(links=LINKS):
    return ratings.activity_ratings(ACTIVITIES, links, ratings.task_ratings(LABELS))


def test_scores_of_labels():
    tasks = ratings.task_ratings(LABELS).set_index("task_id")
    assert tasks["human_alpha"].tolist() == [0, 1, 0, 1]
    assert tasks["human_beta"].tolist() == [0, 1, 0.5, 1]
    assert tasks["gpt4_gamma"].tolist() == [0, 1, 1, 1]


def test_activity_rating_is_the_mean_over_its_tasks():
    table = activities().set_index("dwa_id")
    assert table.loc["b", "gpt4_beta"] == pytest.approx((0.5 + 1) / 2)
    assert table.loc["b", ["n_tasks", "n_occupations"]].tolist() == [2, 2]


def test_an_activity_without_tasks_is_missing_not_zero():
    row = activities().set_index("dwa_id").loc["d"]
    assert row["n_tasks"] == 0
    assert row[measures.RATINGS].isna().all()


def test_occupation_index_through_activities():
    index = ratings.occupation_index(LINKS, activities()).set_index("onet_soc")
    assert index.loc["11-1011.00", "gpt4_beta"] == pytest.approx((0 + 0.75) / 2)


def test_task_index_counts_tasks_that_are_not_core_half():
    index = ratings.occupation_task_index(ratings.task_ratings(LABELS)).set_index("onet_soc")
    assert index.loc["11-1011.00", "gpt4_beta"] == pytest.approx(0.5 * 0.5 / 1.5)
    assert index.loc["15-1252.00", "human_beta"] == pytest.approx((0.5 + 0.5 * 1) / 1.5)


def test_a_task_without_a_rating_counts_neither_as_zero_nor_in_the_mean():
    labels = pd.DataFrame(
        {
            "onet_soc": ["a", "a", "a", "b"],
            "task_id": [1, 2, 3, 4],
            "task_type": ["Core", "Supplemental", "Core", "Core"],
            "human": ["E1", "E2", None, None],
            "gpt4": ["E1", "E2", "E0", "E1"],
        }
    )
    index = ratings.occupation_task_index(ratings.task_ratings(labels)).set_index("onet_soc")
    assert index.loc["a", "human_beta"] == pytest.approx((1 + 0.5 * 0.5) / 1.5)
    assert index.loc["a", "gpt4_beta"] == pytest.approx((1 + 0.5 * 0.5 + 0) / 2.5)
    assert np.isnan(index.loc["b", "human_beta"])
    assert index.loc["b", "gpt4_beta"] == 1


@given(st.permutations(range(4)))
def test_row_order_changes_nothing(order):
    shuffled = LINKS.iloc[list(order)]
    pd.testing.assert_frame_equal(activities(shuffled), activities())
    pd.testing.assert_frame_equal(
        ratings.occupation_index(shuffled, activities()),
        ratings.occupation_index(LINKS, activities()),
    )


def test_the_published_file_is_reproduced_from_the_labels_for_all_six_ratings():
    index = ratings.occupation_task_index(ratings.task_ratings(load("tasks"))).set_index("onet_soc")
    published = load("occupations_onet").set_index("onet_soc")
    for name in measures.RATINGS:
        gap = (index[name] - published[f"{name}_published"]).abs()
        assert gap.notna().all()
        assert gap.max() < 1e-12


def test_committed_activities_and_occupations_are_those_of_the_committed_tasks_and_links():
    links, committed = load("task_activities"), load("activities")
    found = ratings.activity_ratings(
        committed["dwa_id"], links, ratings.task_ratings(load("tasks"))
    )
    pd.testing.assert_frame_equal(canonical_frame(found), committed)
    through = canonical_frame(ratings.occupation_index(links, found))
    pd.testing.assert_frame_equal(through, load("occupations_onet")[through.columns])


def test_label_counts_add_up():
    counts = ratings.label_counts(LABELS)
    assert counts["n_tasks"].sum() == len(LABELS)


def test_unknown_measure_names_the_choices():
    with pytest.raises(ParameterError, match="expected one of alpha, beta, gamma"):
        measures.column("delta")


def answers(**percent):
    return pd.DataFrame(
        [
            {"onet_soc": "a", "scale_id": scale, "category": c, "percent": p}
            for scale, values in percent.items()
            for c, p in values.items()
        ]
    )


def test_requirements_by_hand():
    table = requirements(answers(RL={2: 30.0, 6: 50.0, 8: 20.0}, RW={1: 50.0, 7: 25.0, 8: 25.0}))
    row = table.iloc[0]
    assert row["bachelor_share"] == pytest.approx(0.7)
    assert row["experience_over2_share"] == pytest.approx(0.5)
    assert row["experience_over4_share"] == pytest.approx(0.25)
    assert row["experience_years"] == pytest.approx(0.25 * 3 + 0.25 * 5)


def test_group_means_and_weights():
    frame = pd.DataFrame({"g": ["x", "x", "y"], "v": [0.0, 1.0, np.nan], "w": [1.0, 3.0, 1.0]})
    assert group_means(frame, "g", ["v"], "w")["v"].to_dict() == {"x": 0.75}
    with pytest.raises(DataError, match="must not be negative"):
        group_means(frame.assign(w=-1.0), "g", ["v"], "w")


def test_weighted_share_ignores_rows_with_a_gap():
    frame = pd.DataFrame({"t": [1.0, 0.0, 1.0], "w": [2.0, 2.0, np.nan]})
    assert weighted_share(frame, "t", frame["w"]) == 0.5
