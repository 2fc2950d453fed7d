"""The Upwork comparison: the mapping, the arithmetic of the article, and what is done with missing."""

import numpy as np
import pandas as pd
import pytest

from llmexposure.analysis import freelance
from llmexposure.data.taxonomy.sectors import read_sector_occupations, read_sectors
from llmexposure.data.taxonomy.upwork import read_upwork_indeed
from llmexposure.derive import freelance as tables
from llmexposure.report.tables import load

PRINTED = load("upwork_postings_change").set_index("item")
STATED = load("upwork_statements").set_index("item")
CATEGORIES = read_upwork_indeed().set_index("category")


def test_the_nearest_sector_is_the_one_of_the_nearest_occupation():
    sector = read_sector_occupations().set_index("soc")
    known = CATEGORIES.dropna(subset="soc")
    assert known["sector"].tolist() == sector.loc[known["soc"], "sector"].tolist()
    assert set(known["sector"]) <= set(read_sectors()["sector"])
    assert CATEGORIES["fit"].value_counts().to_dict() == {"core": 7, "wide": 3, "none": 2}


def test_the_map_says_core_only_where_the_occupation_map_does():
    fit = read_sector_occupations().set_index("soc")["fit"]
    core = CATEGORIES[CATEGORIES["fit"] == "core"]
    assert (fit[core["soc"]] == "core").all()


def test_every_printed_category_is_in_the_map():
    assert set(PRINTED.index) <= set(CATEGORIES.index)
    assert set(load("upwork_pay_change")["item"]) <= set(CATEGORIES.index)


@pytest.mark.parametrize("name", ["upwork_postings_change", "upwork_pay_change"])
def test_signs_agree_with_the_stated_direction(name):
    table = load(name).dropna(subset="value")
    falling = table["group"] == "falling"
    assert (table.loc[falling, "value"] < 0).all()
    assert (table.loc[~falling, "value"] > 0).all()
    assert not table.empty


def test_the_article_counts_its_own_categories_correctly():
    falling = (PRINTED["value"] < 0).sum()
    assert falling == STATED.loc["categories_falling", "value"] == 3
    assert len(PRINTED) == 8 < STATED.loc["categories", "value"]


def test_the_article_against_the_calendar():
    begin, end = (pd.Timestamp(d) for d in STATED.loc["average_window", "period"].split("/"))
    assert (end - begin).days == 470
    window = STATED.loc["average_window", "value"]
    assert window / (365.25 / 12) == pytest.approx(2.76, abs=0.005)
    assert round(window / (365.25 / 12)) == STATED.loc["average_window_months", "value"]
    # "Nearly ten months after ChatGPT" is said of August 2023, which is eight to nine months after.
    release = pd.Timestamp("2022-11-30")
    months = [
        (pd.Timestamp(d) - release).days / (365.25 / 12) for d in ("2023-08-01", "2023-08-31")
    ]
    assert [round(m) for m in months] == [8, 9]
    assert months[1] < STATED.loc["acceleration_after_chatgpt", "value"]
    assert 1 + STATED.loc["chatbot_development_growth", "value"] == 21


def test_what_has_no_sector_has_no_change():
    printed = pd.DataFrame({"item": ["writing", "data_annotation"], "value": [-0.33, 0.1]})
    change = pd.Series(
        {"media_communications": np.log(0.5), "sales": np.log(0.8), "x": np.log(0.9)}
    )
    beside = freelance.beside_sectors(
        printed, CATEGORIES.reset_index(), change, pd.Series({"27-3043": 0.7})
    )
    assert beside.index.tolist() == ["writing", "data_annotation"]
    row = beside.loc["writing"]
    assert row["sector_change"] == pytest.approx(-0.5)
    assert row["relative_change"] == pytest.approx(0.5 / 0.8 - 1)
    assert row["log_printed"] == pytest.approx(np.log(0.67))
    assert beside.loc["data_annotation", ["sector_change", "exposure"]].isna().all()


def test_agreement_counts_signs_and_leaves_out_what_is_missing():
    frame = pd.DataFrame(
        {"a": [-3, -2, -1, 1, 2, np.nan], "b": [-9, -8, -7, -6, 5, -1.0]}, index=list("abcdef")
    )
    found = freelance.agreement(frame, "a", "b")
    assert (found.same_sign, found.n) == (4, 5)
    assert found.rank.value == pytest.approx(1)
    assert found.exact_p == pytest.approx(2 / 120)


def test_growth_of_wages_is_the_mean_of_three_months():
    wages = pd.DataFrame(
        {
            "sector": ["a", "b"] * 2,
            "month": ["2022-11"] * 2 + ["2023-11"] * 2,
            "growth_yoy": [0.9, 0.8, 0.7, 0.6],
            "growth_yoy_3mo": [0.05, 0.04, 0.03, np.nan],
        }
    )
    found = freelance.wage_growth(wages, {"after": "2023-11", "before": "2022-11"})
    assert found.columns.tolist() == ["after", "before"]
    assert found.loc["a"].tolist() == [0.03, 0.05]
    assert np.isnan(found.loc["b", "after"])


def test_snapshot_rate_by_hand():
    times = pd.date_range("2023-01-01", periods=1001, freq="min")
    found = tables.upwork_snapshots({"s": pd.DataFrame({"published_on": times})}).iloc[0]
    assert found["postings_per_day"] == pytest.approx(1440, rel=0.002)


def test_daily_index_has_no_gap_and_every_us_sector():
    table = load("sector_postings_daily")
    sectors = read_sectors().query("in_us == 1")["sector"]
    assert table.notna().all().all()
    assert sorted(sectors) == table.columns[1:].tolist()
    assert len(pd.date_range(table["date"].iloc[0], table["date"].iloc[-1])) == len(table)


def test_monthly_means_of_the_daily_table_are_the_monthly_table():
    daily = load("sector_postings_daily").set_index("date")
    monthly = daily.groupby(daily.index.str[:7]).mean()["software_development"]
    table = load("sector_postings").query("country == 'US' and sector == 'software_development'")
    theirs = table.set_index("month")["postings_index"].reindex(monthly.index)
    assert monthly.to_numpy() == pytest.approx(theirs.to_numpy())


@pytest.mark.mirror
def test_one_feed_row_counts_in_one_category(mirror):
    from llmexposure.data.readers.upwork import read_postings

    path = mirror / "upwork_jan2023" / "1_1_2023_general.csv"
    found = tables.upwork_week_levels(read_postings([path]), CATEGORIES.reset_index())
    assert found["n_postings"].sum() < 5_000
    assert (found["n_hourly"] <= found["n_postings"]).all()
