"""The transcribed figures on AI hiring and cities: their own arithmetic, and who else uses them."""

import pandas as pd
import pytest

from llmexposure.analysis import ai_hiring
from llmexposure.analysis.claims.checks import check_skill_statements
from llmexposure.analysis.claims.cities import check_city_statements
from llmexposure.report.tables import load
from llmexposure.simulation.tables import table

COMPONENTS = ["job_share", "patents", "applicant_share", "schools"]


def test_ranks_are_complete_and_national_shares_leave_room_for_the_other_cities():
    cities = load("city_index")
    assert cities["rank"].tolist() == list(range(1, 31))
    assert cities["city"].is_unique
    assert cities["city_en"].is_unique
    for share in ("job_share", "applicant_share"):
        assert 0.85 < cities[share].sum() < 1
        assert ((cities[share] * 1000).round(6) % 1 == 0).all(), "printed with one decimal"


def test_no_city_below_another_is_better_in_all_components():
    cities = load("city_index")[COMPONENTS].to_numpy()
    for above in range(30):
        for below in range(above + 1, 30):
            assert not (cities[below] > cities[above] + 0.001).all()


def test_the_text_agrees_with_the_table_of_cities():
    statements = load("city_statements")
    assert check_city_statements(load("city_index"), statements).all()


def test_a_wrong_rank_or_value_is_noticed():
    cities = load("city_index")
    said = load("city_statements")
    wrong_rank = said.assign(stated_rank=said["stated_rank"] + 1)
    assert not check_city_statements(cities, wrong_rank).any()
    wrong_value = said.dropna(subset="stated_value").assign(stated_value=1e6)
    assert not check_city_statements(cities, wrong_value).any()


def test_growth_is_in_the_printed_order_and_the_first_more_than_doubled():
    growth = load("ai_role_growth").sort_values("rank")
    assert growth["growth"].is_monotonic_decreasing
    assert growth["growth"].iloc[0] > 1


@pytest.mark.parametrize("name", ["ai_role_degrees", "ai_role_experience"])
def test_levels_are_disjoint_so_they_sum_to_at_most_one_in_both_years(name):
    left = ai_hiring.rest(ai_hiring.mix_before(load(name)))
    assert (left["rest"] >= 0).all()
    assert (left["low_before"] >= 0).all()
    assert (left["high_before"] <= 1).all()


def test_printed_sums_of_the_language_role():
    left = ai_hiring.rest(ai_hiring.mix_before(load("ai_role_degrees")))
    language = left.loc["natural_language_processing"]
    assert language["named"] == pytest.approx(0.921)
    assert language["named_before"] == pytest.approx(0.740)
    assert left.loc["deep_learning", "named"] == pytest.approx(0.962)


def test_skill_lists_are_ten_different_skills_and_agree_with_the_text():
    lists = load("ai_role_skills")
    for _, own in lists.groupby("role"):
        assert sorted(own["rank"]) == list(range(1, 11))
        assert own["skill"].is_unique
    statements = load("ai_role_skill_statements")
    assert check_skill_statements(lists, statements).all()
    moved = statements.assign(stated_rank=statements["stated_rank"] + 1)
    assert check_skill_statements(lists, moved).sum() == statements["stated_rank"].isna().sum()


def test_the_simulation_is_calibrated_to_these_figures():
    cities = load("city_index").set_index("city")
    drawn = table("cities").set_index("city").loc[cities.index]
    assert (drawn["ai_posting_share"] == cities["job_share"]).all()
    assert (drawn["ai_applicant_share"] == cities["applicant_share"]).all()
    roles = table("ai_roles").set_index("role")
    growth = load("ai_role_growth").set_index("role")["growth"]
    assert roles["growth"].sort_index().equals(growth.sort_index())
    degrees = load("ai_role_degrees").pivot(index="role", columns="level", values="share")
    found = roles.loc[degrees.index, ["bachelor_2024", "master_2024"]].to_numpy()
    assert found == pytest.approx(degrees[["bachelor", "master_doctor"]].to_numpy())


def test_every_city_has_coordinates_and_they_tell_north_from_south():
    where = load("cities").set_index("city")
    assert set(where.index) == set(load("city_index")["city"])
    north = where["latitude"].sort_values(ascending=False)
    assert north.index[0] == "哈尔滨"
    assert north.index[-1] == "深圳"
    assert where["longitude"].idxmin() == "成都"
    assert not pd.Series(zip(where["longitude"], where["latitude"], strict=True)).duplicated().any()
