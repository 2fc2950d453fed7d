"""Checks of documents against themselves: hand-made examples and planted contradictions."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from llmexposure.analysis.claims import checks, cities
from llmexposure.analysis.claims.checks import agree, total, within
from llmexposure.estimation.bounds.scaling import Intervals, scaled
from llmexposure.report.tables import load

SAID = load("document_statements")
CITIES = load("city_index").sort_values("rank")
CATEGORIES = load("report_exposure")


def statements(**rows):
    frame = pd.DataFrame(rows)
    return frame.assign(document="d", item="i", about=rows.get("about", "posts"))


@pytest.mark.parametrize(
    ("low", "high", "about", "expected"),
    [
        ([2.0, 1.0], [np.nan, 1.0], ["posts", "posts"], False),
        ([2.0, 3.0], [np.nan, 3.0], ["posts", "posts"], True),
        ([0.4, 0.4], [0.4, 0.4], ["posts", "tasks"], False),
        ([0.1, 0.1], [0.2, 0.1], ["posts", "posts"], True),
    ],
)
def test_places_agree_on_a_common_number_of_the_same_thing(low, high, about, expected):
    said = statements(place=["a", "b"], low=low, high=high, about=about)
    assert agree(said, "d", "i") is expected


def test_open_intervals_exclude_their_end():
    said = statements(place=["a", "b", "c"], low=[0.0, 0.0, 1.0], high=[np.nan, np.nan, 1.0])
    found = within(said, "d", "i", pd.Series({"a": 0.0, "b": 0.1, "c": 1.0}))
    assert found == {"a": False, "b": True, "c": True}


def test_the_documents_contradict_themselves_where_the_paper_says_so():
    pairs = (
        ("press_2024", "white_collar_40"),
        ("anthropic_2025", "conversations"), ("anthropic_2025", "augmentation"),
    )  # fmt: skip
    assert [agree(SAID, *pair) for pair in pairs] == [False] * 3
    assert total(SAID, "press_2024", "institute_staff") == pytest.approx(1)
    assert total(SAID, "press_2024", "vendors_named") == total(SAID, "press_2024", "vendors")


@pytest.mark.parametrize(
    ("document", "item", "place", "by", "planted"),
    [
        ("villalobos_2024", "data_exhausted", "text", "press_2024", 2033),
        ("hubeidaily_2020", "pilot_zone_month", "wuhan", "report_2024", 202010),
    ],
)
def test_a_document_checks_what_another_says(document, item, place, by, planted):
    said = checks.stated(SAID, by, item)
    assert within(SAID, document, item, said) == {place: True}
    assert within(SAID, document, item, said + (planted - said[place])) == {place: False}


def printed_order(share_half):
    columns = ["job_share", "patents", "applicant_share", "schools"]
    half = pd.Series({c: share_half if "share" in c else 0.0 for c in columns})
    return scaled(CITIES[columns].astype(float), half, "min_max")


def test_city_ranks_are_printed_ones_within_rounding_and_not_without():
    weights = np.array([0.3, 0.3, 0.3, 0.1])
    assert cities.ranks_within_rounding(printed_order(0.0005), weights).tolist() == list(
        range(1, 31)
    )
    exact = cities.ranks_within_rounding(printed_order(0.0), weights)
    assert (exact != np.arange(1, 31)).any()
    other = cities.ranks_within_rounding(printed_order(0.0005), np.full(4, 0.25))
    assert (other != np.arange(1, 31)).sum() > 10


@settings(max_examples=40, deadline=None)
@given(st.lists(st.floats(0, 1), min_size=3, max_size=8, unique=True))
def test_exact_values_keep_their_own_order(values):
    x = np.round(np.array(values), 3)[:, None]
    if len(np.unique(x)) < len(x):
        return
    ranks = cities.ranks_within_rounding(Intervals(x, x), np.ones(1))
    assert ranks.tolist() == pd.Series(x[:, 0]).rank(ascending=False).astype(int).tolist()


def test_wide_rounding_allows_any_order():
    x = np.arange(5.0)[:, None]
    ranks = cities.ranks_within_rounding(Intervals(x - 9, x + 9), np.ones(1))
    assert ranks.tolist() == [1, 2, 3, 4, 5]


def test_city_emphasis():
    schools = cities.above_mean(CITIES, "schools")
    assert schools["wuhan"]
    assert not schools["shenzhen"]
    led = cities.led_by(CITIES, ["job_share", "applicant_share"], ["patents", "schools"])
    assert led["suzhou"]
    assert not led["hangzhou"]
    mixed = pd.DataFrame({"city_en": ["X", "Y"], "a": [2, 1], "b": [1, 2], "c": [1, 2]})
    assert not cities.led_by(mixed, ["a", "b"], ["c"]).any()
    leading = CITIES["city"].isin([*cities.FIRST_TIER, *cities.CAPITALS])
    assert not cities.mainly_leading(CITIES[~leading])
    assert cities.mainly_leading(CITIES)
    assert len(set(cities.CAPITALS)) == 27


def test_a_planted_contradiction_of_the_index_is_found():
    assert checks.order_possible(CATEGORIES)
    assert checks.blocks_apart(CATEGORIES)
    assert set(checks.in_block(CATEGORIES).values()) == {True}
    low = CATEGORIES["category"] == "customer_service_operations"
    planted = CATEGORIES.assign(index_2024=CATEGORIES["index_2024"].mask(low, 0.65))
    assert not checks.in_block(planted)["customer_service_operations"]
    assert not checks.order_possible(planted)
    planted = CATEGORIES.assign(block_high_2022=CATEGORIES["block_high_2022"] + 0.3)
    assert not checks.blocks_apart(planted)


def test_highest_of_2024():
    assert checks.highest_2024(CATEGORIES, "editing_translation") == "unsettled"
    assert checks.highest_2024(CATEGORIES, "hr_admin_finance_legal") == "negative"
    known = CATEGORIES.dropna(subset=["index_2024"])
    assert checks.highest_2024(known, "editing_translation") == "positive"


def test_use_of_occupations():
    groups = pd.DataFrame({"major_group": ["15", "27", "45"], "share": [0.5, 0.3, 0.2]})
    assert checks.group_places(groups).to_dict() == {"15": 1, "27": 2, "45": 3}
    table = pd.DataFrame({"n_used": [3, 2], "n_tasks": [3, 3]})
    assert checks.fully_used(table) == 1
    shares = pd.DataFrame({"soc": list("abcd"), "share": [0.1, 0.15, 0.2, 0.55]})
    assert (checks.rare(shares, "b"), checks.above_median(shares, "b")) == (False, False)
    assert checks.above_median(shares, "c")
    many = pd.DataFrame({"soc": [f"{i}" for i in range(100)], "share": np.arange(100.0)})
    assert checks.frequent(many, ["99", "96"])
    assert not checks.frequent(many, ["99", "90"])
    assert checks.rare(many, "24")
    assert not checks.rare(many, "25")
