"""The index that notebook 01 hands on: the committed one at the default weight, another at another."""

import pandas as pd
import pytest

from llmexposure.analysis import index
from llmexposure.base.files import canonical_frame
from llmexposure.exposure import ratings
from llmexposure.report.tables import load

COMMITTED = {
    name: load(name) for name in ("occupations_onet", "occupations", "sectors", "group_exposures")
}


def handed_on(**weight):
    scored, links = ratings.task_ratings(load("tasks"), **weight), load("task_activities")
    activities = ratings.activity_ratings(load("activities")["dwa_id"], links, scored)
    through = ratings.occupation_index(links, activities).set_index("onet_soc")
    direct = ratings.occupation_task_index(scored).set_index("onet_soc")
    tables = index.handed_on(through, direct, *COMMITTED.values())
    return {"activities": activities} | tables


def test_at_the_default_weight_it_is_the_committed_index():
    for name, table in handed_on().items():
        exact = [column for column in table if column.endswith("_published")]
        pd.testing.assert_frame_equal(canonical_frame(table, exact), load(name), check_exact=True)


def test_another_weight_moves_beta_and_nothing_else():
    for name, table in handed_on(weight_e2=1.0).items():
        committed = load(name)
        for column in table:
            same = canonical_frame(table[[column]]).equals(canonical_frame(committed[[column]]))
            assert same == ("_beta" not in column or column.endswith("_published")), (name, column)
    sectors = handed_on(weight_e2=1.0)["sectors"]
    for rater in ("human", "gpt4"):
        assert sectors[f"{rater}_beta"].tolist() == pytest.approx(
            sectors[f"{rater}_gamma"].tolist()
        )
