"""Adverts by occupation: codes, months, and totals that the publishers give."""

import pandas as pd
import pytest

from llmexposure.data.readers import adverts, indeed
from llmexposure.report.tables import load

SUPPRESSED = ["2025-06", "2025-07", "2025-08", "2025-09"]


def test_englands_unit_groups_sum_to_the_national_series_but_where_months_are_suppressed():
    table = load("england_adverts").pivot(index="group", columns="month", values="adverts")
    assert len(table) == 414
    assert (table.columns[0], table.columns[-1]) == ("2021-01", "2025-11")
    gap = table.drop("total").sum() - table.loc["total"]
    assert gap.index[gap.abs() > 0.5].tolist() == SUPPRESSED
    assert gap["2025-07"] == pytest.approx(709_997 - 559_866, abs=1)


def test_australias_48_groups_sum_to_277_122_in_november_2022():
    table = load("australia_adverts").query("month == '2022-11'").set_index("group")
    month = table["seasonally_adjusted"]
    assert len(month) == 49
    assert round(month.drop("total").sum()) == 277_122
    assert round(month["total"]) == 277_741


def test_a_file_that_r_did_not_save_is_refused_in_words(write, refusal):
    message = refusal(adverts.read_england_total, write("no table", "x.rds"))
    assert message.startswith("x.rds: cannot be read as a table saved by R")


@pytest.mark.mirror
def test_the_later_vintage_has_five_sectors_to_february_2026(mirror):
    file = mirror / "indeed_hiring_lab" / "indeed_raw_5sectors_to_2026-02.json"
    table = indeed.read_recent_us_sectors(file)
    assert sorted(table["sector"].unique()) == [
        "accounting", "banking_finance", "marketing", "media_communications", "software_development",
    ]  # fmt: skip
    assert table["date"].max() == pd.Timestamp("2026-02-20")
    assert len(table) == 5 * table["date"].nunique()


@pytest.mark.parametrize("content", ["[]", '{"sectors": {"A": {}}}', "no json", '{"sectors": 3}'])
def test_json_of_another_shape_is_refused_in_words(write, refusal, content):
    message = refusal(indeed.read_recent_us_sectors, write(content, "x.json"))
    assert "expected JSON with 'sectors'" in message
