"""Vacancies by what they ask for, and postings by job zone: shapes, units and refusals."""

from pathlib import Path

import pandas as pd
import pytest

from llmexposure.base.errors import DataError
from llmexposure.data.readers import onet, vacancies
from llmexposure.derive.requirements import RELEASES

HEADINGS = ["REF_DATE", "Job vacancy characteristics", "Statistics", "VALUE"]
ZONES = "year,month,day_endofweek," + ",".join(f"bg_posts_jz{k}" for k in range(1, 6)) + "\n"
# Occupations whose respondents are workers and experts, by release.
ASKED = {"18.1": (721, 198), "27.0": (662, 190), "29.3": (663, 195)}


def statistics(level: str, count: float, percent: float, wage: float) -> list[list]:
    names = ("Job vacancies", "Proportion of job vacancies", "Average offered hourly wage")
    values = (count, percent, wage)
    return [["2024-10-01", level, name, v] for name, v in zip(names, values, strict=True)]


def test_levels_are_named_and_percent_becomes_a_fraction(workbook):
    book = workbook(
        [
            HEADINGS,
            *statistics("Bachelor's degree", 50, 12.5, 40),
            *statistics("8 years or more", 10, 2.5, 50),
            ["2024-10-01", "Full-time", "Job vacancies", 300],
        ],
        sheet="jobs",
    )
    assert vacancies.read_vacancy_requirements(book).values.tolist() == [
        ["2024Q4", "education", "bachelor", 50, 0.125, 40],
        ["2024Q4", "experience", "8_or_more", 10, 0.025, 50],
    ]


def test_a_negative_count_is_refused(workbook):
    book = workbook([HEADINGS, *statistics("Bachelor's degree", -5, 1, 40)], sheet="jobs")
    with pytest.raises(DataError, match="row 2, column 'VALUE': found '-5"):
        vacancies.read_vacancy_requirements(book)


def test_weeks_become_days_and_zero_becomes_one(write):
    table = vacancies.read_job_zone_postings(write(ZONES + "2020,1,10,0,0.5,0,0,-0.25\n"))
    assert table["date"].unique().tolist() == [pd.Timestamp("2020-01-10")]
    assert table["job_zone"].tolist() == [1, 2, 3, 4, 5]
    assert table["postings_index"].tolist() == [1, 1.5, 1, 1, 0.75]


@pytest.mark.mirror
@pytest.mark.parametrize("release", RELEASES)
def test_every_occupation_was_asked_once_by_one_kind_of_people(mirror: Path, release):
    source, file = RELEASES[release]
    surveys = onet.read_surveys(mirror / source / file)
    kinds = surveys["respondents"].value_counts()
    assert (kinds["incumbents"], kinds["experts"]) == ASKED[release]
    assert surveys["n"].min() >= 10
