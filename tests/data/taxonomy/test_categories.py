"""The 13 categories: what the report prints, and the rules of the coder as a table."""

import pytest

from llmexposure.base.errors import DataError
from llmexposure.data.taxonomy.categories import (
    OTHER,
    category_keys,
    read_category_terms,
    read_report_categories,
)


def test_thirteen_categories_in_three_blocks_in_printed_order():
    table = read_report_categories()
    assert table["order_2022"].tolist() == list(range(1, 14))
    assert table["block"].tolist() == ["top5"] * 5 + ["next5"] * 5 + ["bottom3"] * 3
    assert table["name_zh"].tolist()[:2] == ["编辑/翻译", "客服/运营"]
    assert OTHER not in category_keys()


def test_bounds_are_those_printed_and_nothing_else_is_filled_in():
    table = read_report_categories().set_index("block")
    assert (table.loc["top5", "printed_lower_2022"] == 0.73).all()
    assert (table.loc["next5", "printed_lower_2022"] == 0.60).all()
    assert (table.loc["bottom3", "printed_upper_2022"] == 0.40).all()
    assert table.loc[["top5", "next5"], "printed_upper_2022"].isna().all()
    assert table.loc["bottom3", "printed_lower_2022"].isna().all()


def test_exact_values_are_the_printed_level_less_the_printed_change():
    table = read_report_categories()
    exact = table.dropna(subset=["exposure_2022"])
    assert len(exact) == 4
    assert exact[["exposure_2024", "change"]].notna().all(axis=None)
    assert exact["exposure_2022"].to_numpy() == pytest.approx(
        (exact["exposure_2024"] - exact["change"]).to_numpy()
    )
    assert (exact["exposure_2022"] > exact["printed_lower_2022"]).all()
    assert exact["exposure_2022"].is_monotonic_decreasing


def test_every_category_has_rules_for_the_title_and_for_the_text():
    terms = read_category_terms()
    for where in ("title", "text"):
        found = set(terms.loc[terms["where"] == where, "category"])
        assert found == {*category_keys(), OTHER}


def test_terms_are_short_words_not_sentences():
    assert read_category_terms()["term"].str.len().max() <= 25


def test_a_term_in_two_categories_is_refused(tmp_path):
    path = tmp_path / "terms.csv"
    path.write_text(
        "category,term,weight,where,reason\n"
        "manufacturing,焊工,4,title,names the job\n"
        "life_services,焊工,4,title,names the job\n",
        encoding="utf-8",
    )
    with pytest.raises(DataError, match="焊工"):
        read_category_terms(path)
