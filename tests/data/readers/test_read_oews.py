"""OEWS: published totals of every year, and the marks in its number columns."""

from pathlib import Path

import pytest

from llmexposure.base.errors import DataError
from llmexposure.data.readers import oews

TOTALS = {
    2018: 144_733_270,
    2019: 146_875_480,
    2020: 139_099_570,
    2021: 140_886_310,
    2022: 147_886_000,
    2023: 151_853_870,
    2024: 154_187_380,
    2025: 155_495_730,
}
ROWS = {
    2018: 1379,
    2019: 1329,
    2020: 1329,
    2021: 1403,
    2022: 1402,
    2023: 1403,
    2024: 1403,
    2025: 1401,
}
DETAILED = {2018: 808, 2019: 789, 2020: 789, 2021: 831, 2022: 830, 2023: 831, 2024: 831, 2025: 830}
TOP_CODED = {2018: 7, 2019: 7, 2020: 9, 2021: 20, 2022: 12, 2023: 17, 2024: 19, 2025: 0}
TWICE = {2018: 6, 2019: 13, 2020: 13, 2021: 7, 2022: 7, 2023: 7, 2024: 7, 2025: 7}
HEADING = "AREA,I_GROUP,OCC_CODE,OCC_TITLE,O_GROUP,TOT_EMP,A_MEAN,A_MEDIAN,H_MEAN\n"


def file_of(year: int, mirror: Path) -> Path:
    name = "oews_national_2024.csv" if year == 2024 else f"national_M{year}_dl.xlsx"
    return mirror / "bls_oews" / name


@pytest.mark.mirror
@pytest.mark.parametrize("year", oews.YEARS)
def test_every_year_has_its_published_total(mirror: Path, year):
    table = oews.read_oews(file_of(year, mirror), year)
    assert len(table) == ROWS[year]
    by_group = table.groupby("group")["employment"]
    assert by_group.size()["detailed"] == DETAILED[year]
    assert by_group.sum()["total"] == TOTALS[year]
    for group in ("major", "detailed"):
        assert by_group.sum()[group] == pytest.approx(TOTALS[year], rel=1e-4)
    assert table["wage_top_coded"].sum() == TOP_CODED[year]
    assert table.loc[table["wage_top_coded"], "wage_median"].isna().all()
    assert table["employment"].isna().sum() == (year == 2020)


@pytest.mark.mirror
@pytest.mark.parametrize("year", oews.YEARS)
def test_codes_that_stand_twice_are_a_broad_and_a_detailed_row_with_the_same_figures(mirror, year):
    table = oews.read_oews(file_of(year, mirror), year)
    twice = table[table.duplicated("occ_code", keep=False)]
    assert len(twice) == 2 * TWICE[year]
    assert set(twice["group"]) == {"broad", "detailed"}
    figures = twice.drop(columns="group").drop_duplicates()
    assert len(figures) == TWICE[year]


@pytest.mark.mirror
def test_workbook_and_its_saved_csv_say_the_same(mirror: Path):
    csv = mirror / "eloundou_gpts_are_gpts" / "national_May2021_dl.csv"
    table = oews.read_oews(csv, 2021)
    assert table.equals(oews.read_oews(file_of(2021, mirror), 2021))


def test_commas_marks_and_the_byte_order_mark(write):
    content = (
        f"\ufeff{HEADING}"
        '99,cross-industry,00-0000,All,total,"1,234,560","58,260","45,760",28.01\n'
        "99,cross-industry,27-2011,Actors,detailed,**,*,*,*\n"
        '99,cross-industry,29-1210,Physicians,Detailed,"5,000","300,000",#,#\n'
    )
    table = oews.read_oews(write(content), 2021)
    assert table["group"].tolist() == ["total", "detailed", "detailed"]
    assert table["employment"].fillna(-1).tolist() == [1_234_560, -1, 5_000]
    assert table["wage_mean"].fillna(-1).tolist() == [58_260, -1, 300_000]
    assert table["wage_median"].fillna(-1).tolist() == [45_760, -1, -1]
    assert table["wage_hourly"].fillna(-1).tolist() == [28.01, -1, -1]
    assert table["wage_top_coded"].tolist() == [False, False, True]


def test_only_the_whole_country_and_all_industries(write):
    content = HEADING + (
        "99,cross-industry,00-0000,All,total,10,1,1,1\n"
        "01,cross-industry,00-0000,All,total,5,1,1,1\n"
        "99,sector,00-0000,All,total,4,1,1,1\n"
    )
    assert oews.read_oews(write(content), 2023)["employment"].tolist() == [10]


@pytest.mark.parametrize(("year", "group"), [(2018, "OCC_GROUP"), (2019, "o_group")])
def test_headings_of_older_years(workbook, year, group):
    rows = [["occ_code", group, "tot_emp", "a_mean", "a_median", "h_mean"]]
    rows += [["00-0000", "total", 10, 2, 1, 1]]
    assert oews.read_oews(workbook(rows), year)["employment"].tolist() == [10]


def test_file_of_another_year_is_found_out_by_its_headings(workbook, refusal):
    rows = [["OCC_CODE", "O_GROUP", "TOT_EMP", "A_MEAN", "A_MEDIAN", "H_MEAN"]]
    rows += [["00-0000", "total", 1, 2, 1, 1]]
    assert "column 'OCC_GROUP' is missing" in refusal(oews.read_oews, workbook(rows), 2018)


BUYERS = "99,cross-industry,13-1020,Buyers,broad,10,1,1,1\n"
REFUSED = [
    ("99,cross-industry,00-0000,All,total,10,-,1,1\n", "line 2, column 'A_MEAN': found '-', expected a num"),
    (BUYERS * 2, "line 3: column 'OCC_CODE' = '13-1020', column 'O_GROUP' = 'broad'"),
]  # fmt: skip


@pytest.mark.parametrize(("rows", "said"), REFUSED)
def test_a_bad_row_is_refused(write, refusal, rows, said):
    assert said in refusal(oews.read_oews, write(HEADING + rows), 2021)


def test_year_that_is_not_covered():
    with pytest.raises(DataError, match="no reader for OEWS of year 2017, expected 2018 to 2025"):
        oews.read_oews(Path("x.xlsx"), 2017)
