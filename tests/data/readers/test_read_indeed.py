"""Indeed Hiring Lab: series, vintages, units, and one name for each sector in all files."""

from pathlib import Path

import pandas as pd
import pytest

from llmexposure.base.tables.text import read_text
from llmexposure.data.readers import indeed

LAST_DAY = {
    "US": ("2024-09-27", 46),
    "GB": ("2024-08-09", 48),
    "CA": ("2024-11-22", 39),
    "AU": ("2024-06-07", 49),
    "DE": ("2025-06-27", 38),
    "FR": ("2025-06-27", 36),
}
WIDE = "date,total_jobs,new_jobs,sales,legal\n"
LONG = "date,jobcountry,indeed_job_postings_index,variable,display_name\n"
GROWTH = "jobcountry,sector,month,n_obs,posted_wage_growth_yoy,posted_wage_growth_yoy_3moavg\n"


@pytest.fixture(scope="module")
def us(mirror: Path) -> pd.DataFrame:
    return indeed.read_us_sectors(mirror / "indeed_hiring_lab_fred_mirror" / "indeed_jobs_data.csv")


@pytest.mark.mirror
def test_us_sectors(us):
    assert us["sector"].nunique() == 47
    assert not {"total_jobs", "new_jobs"} & set(us["sector"])
    days = us["date"].nunique()
    assert days == 2_051
    gaps = days - us.groupby("sector")["index"].size()
    assert gaps[gaps > 0].to_dict() == {
        "beauty_wellness": 7,
        "information_design_documentation": 56,
        "insurance": 413,
        "it_operations_helpdesk": 56,
        "mathematics": 56,
    }
    last = us.groupby("sector")["date"].max()
    assert last["insurance"] == pd.Timestamp("2024-07-26")
    assert last["sales"] == pd.Timestamp("2025-09-12")
    first = us[us["date"] == "2020-02-01"]
    assert (first["index"] == 100).all()


@pytest.mark.mirror
@pytest.mark.parametrize("country", LAST_DAY)
def test_sectors_of_a_country(mirror: Path, us, country):
    table = indeed.read_country_sectors(
        mirror / "indeed_hiring_lab" / f"job_postings_by_sector_{country}.csv"
    )
    last, sectors = LAST_DAY[country]
    assert set(table["country"]) == {country}
    assert table["date"].max() == pd.Timestamp(last)
    assert table["sector"].nunique() == sectors
    days = table["date"].nunique()
    assert len(table) == days * sectors
    extra = {"real_estate", "social_science", "agriculture_forestry"}
    assert set(table["sector"]) - set(us["sector"]) <= extra


@pytest.mark.mirror
def test_every_us_display_name_is_a_column_of_the_long_vintage(mirror: Path, us):
    file = mirror / "indeed_hiring_lab" / "job_postings_by_sector_US.csv"
    names = read_text(file)["display_name"].unique()
    keys = {indeed.sector_key(name) for name in names}
    assert len(keys) == len(names) == 46
    assert set(us["sector"]) - keys == {"insurance"}
    assert keys < set(us["sector"])


@pytest.mark.mirror
def test_the_two_us_vintages_agree_up_to_revisions(mirror: Path, us):
    short = indeed.read_country_sectors(
        mirror / "indeed_hiring_lab" / "job_postings_by_sector_US.csv"
    )
    both = us.merge(short, on=["date", "sector"], suffixes=("", "_2024"))
    software = both[both["sector"] == "software_development"]
    assert software["index"].corr(software["index_2024"]) > 0.999
    assert (software["index"] - software["index_2024"]).abs().max() < 6


@pytest.mark.mirror
def test_remote_and_ai_postings_are_fractions(mirror: Path):
    remote = indeed.read_remote_postings(mirror / "indeed_remote_tracker" / "remote_postings.csv")
    ai = indeed.read_ai_postings(mirror / "indeed_ai_tracker" / "AI_posting.csv")
    assert (len(remote), len(ai)) == (18_739, 24_642)
    assert (remote["country"].nunique(), ai["country"].nunique()) == (7, 9)
    assert remote["remote_share"].max() == pytest.approx(0.19860292, abs=1e-8)
    assert ai["ai_share"].max() == pytest.approx(0.17931857, abs=1e-8)


@pytest.mark.mirror
def test_posted_wages(mirror: Path, us):
    folder = mirror / "indeed_wage_tracker"
    sectors = indeed.read_wage_growth_by_sector(folder / "posted-wage-growth-by-sector.csv")
    assert len(sectors) == 1_672
    assert sectors["sector"].nunique() == 19
    assert set(sectors["sector"]) < set(us["sector"])
    assert sectors["growth_yoy_3mo"].isna().sum() == 2 * 19
    assert sectors["growth_yoy"].between(-0.1, 0.2).all()
    ends = sectors["month"].agg(["min", "max"]).dt.strftime("%F").tolist()
    assert ends == ["2019-01-01", "2026-04-01"]


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Banking & Finance", "banking_finance"),
        ("Scientific Research & Development", "scientific_research_development"),
        ("IT Operations & Helpdesk", "it_operations_helpdesk"),
        ("Personal Care & Home Health", "personal_care_home_health"),
        ("  Food Preparation/Service. ", "food_preparation_service"),
        ("Driver's Mates", "drivers_mates"),
        ("Sales", "sales"),
    ],
)
def test_sector_key(name, key):
    assert indeed.sector_key(name) == key
    assert indeed.sector_key(key) == key


def test_days_without_a_value_are_left_out_of_one_sector_only(write):
    table = indeed.read_us_sectors(
        write(WIDE + "2020-02-01,100,100,100,100\n2020-02-02,99,98,97,\n")
    )
    assert table["sector"].tolist() == ["sales", "sales", "legal"]
    assert table["index"].tolist() == [100, 97, 100]


WAGES = indeed.read_wage_growth_by_sector
REFUSED = [
    (indeed.read_us_sectors, WIDE + "2020-02-01,100,100,100,n.a.\n",
     "line 2, column 'legal': found 'n.a.', expected a number"),
    (indeed.read_us_sectors, WIDE + "2020-02-01,1,1,1,1\n2020-02-01,1,1,1,1\n",
     "line 3: column 'date' = '2020-02-01' is already on line 2"),
    (indeed.read_us_sectors, "date,sales\n2020-02-01,1\n", "column 'total_jobs' is missing"),
    (indeed.read_country_sectors, LONG + "2020-02-01,GB,90,total postings,\n",
     "line 2, column 'display_name': the cell is empty"),
    (WAGES, GROWTH + "US,Driver's Mates,Smarch-26,10,0.03,0.02\n",
     "line 2, column 'month': found 'Smarch-26', expected a date"),
    (WAGES, GROWTH + "US,Driver's Mates,Apr-26,10,NA,0.02\n",
     "line 2, column 'posted_wage_growth_yoy': the cell is empty"),
]  # fmt: skip


@pytest.mark.parametrize(("reader", "content", "said"), REFUSED)
def test_a_bad_file_is_refused(write, refusal, reader, content, said):
    assert said in refusal(reader, write(content))


def test_new_postings_of_a_sector_are_left_out(write):
    rows = (
        "2020-02-01,GB,90,total postings,Real Estate\n2020-02-01,GB,80,new postings,Real Estate\n"
    )
    table = indeed.read_country_sectors(write(LONG + rows))
    assert table.to_dict("records") == [
        {
            "date": pd.Timestamp("2020-02-01"),
            "country": "GB",
            "sector": "real_estate",
            "index": 90.0,
        }
    ]


def test_two_display_names_with_one_key(write, refusal):
    one, other = (
        f"2020-02-01,GB,90,total postings,Real {name}\n" for name in ("Estate", "& Estate")
    )
    message = refusal(indeed.read_country_sectors, write(LONG + one + other))
    assert "line 3: column 'date' = '2020-02-01'" in message
    assert "column 'display_name' = 'real_estate' is already on line 2" in message


@pytest.mark.parametrize(
    ("reader", "heading", "share"),
    [
        (indeed.read_remote_postings, "remote_share_postings", "remote_share"),
        (indeed.read_ai_postings, "AI_share_postings", "ai_share"),
    ],
)
def test_percent_becomes_a_fraction(write, refusal, reader, heading, share):
    path = write(f"date,jobcountry,{heading}\n2024-01-01,AU,12.5\n")
    assert reader(path)[share].tolist() == [0.125]
    path = write(f"date,jobcountry,{heading}\n2024-01-01,AU,125\n")
    assert f"column '{heading}': found '125', expected 100 or less" in refusal(reader, path)


def test_month_is_its_first_day_and_na_is_missing(write):
    path = write(GROWTH + "US,Driver's Mates,Apr-26,10,0.03,NA\n")
    assert indeed.read_wage_growth_by_sector(path).to_dict("records") == [
        {
            "country": "US",
            "sector": "drivers_mates",
            "month": pd.Timestamp("2026-04-01"),
            "n_obs": 10,
            "growth_yoy": 0.03,
            "growth_yoy_3mo": pytest.approx(float("nan"), nan_ok=True),
        }
    ]
