"""US postings by minor group: codes that were turned into dates, and the published number of postings."""

from datetime import datetime

import pytest

from llmexposure.data.readers.wfh_map import SHEET, read_us_minor_postings
from llmexposure.report.tables import load

SOURCE = "wfhmap_postings"
CODE = "SOC 2018 3-Digit Minor Group"
HEAD = ["Year", "Month", CODE, "Percent", "N"]


def test_a_code_that_became_a_date_is_turned_back(workbook):
    rows = [HEAD, [2019, "Jan", datetime(2000, 11, 1), 2.5, 40], [2020, "Dec", "15-1200", 10, 9]]
    table = read_us_minor_postings(workbook(rows, SHEET))
    assert table["minor_group"].tolist() == ["11-2000", "15-1200"]
    assert table["month"].dt.strftime("%Y-%m-%d").tolist() == ["2019-01-01", "2020-12-01"]
    assert table["remote_share"].tolist() == [0.025, 0.1]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ([2019, "Jan", datetime(2001, 11, 1), 2.5, 40], "2001-11-01"),  # not one of the three
        ([2019, "Mai", "15-1200", 2.5, 40], "2019-Mai-01"),
        ([2019, "Jan", "15-1200", 100.5, 40], "100.5"),
        ([2019, "Jan", "15-1200", 2.5, 0], "'0'"),
    ],
)
def test_another_value_is_refused_with_its_row(workbook, refusal, row, said):
    message = refusal(read_us_minor_postings, workbook([HEAD, row], SHEET))
    assert "line 2" in message or "row 2" in message
    assert said in message


def test_a_group_that_stands_twice_in_a_month_is_refused(workbook, refusal):
    row = [2019, "Jan", "15-1200", 2.5, 40]
    assert "15-1200" in refusal(read_us_minor_postings, workbook([HEAD, row, row], SHEET))


@pytest.mark.mirror
def test_postings_of_2019_sum_to_31_2_million(folder):
    table = read_us_minor_postings(folder / "remote_work_in_job_ads_public_data.xlsx")
    assert table.shape == (6612, 4)
    assert table["minor_group"].nunique() == 96
    by_year = table.groupby(table["month"].dt.year)["postings"].sum() / 1e6
    assert by_year.round(1).tolist() == [31.2, 31.5, 39.1, 45.4, 36.9, 25.6]


def test_windows_leave_out_one_posting_in_five_hundred_of_2019():
    table = load("us_minor_windows").query("window == '2019'")
    assert len(table) == 91
    assert (table["months"] == 12).all()
    kept = 12 * table["postings"].sum() / 31_220_045
    assert 0.998 < kept < 1
