"""Vacancies by what they ask for: Statistics Canada's survey, and US postings by O*NET job zone.

Sources: Statistics Canada, Job Vacancy and Wage Survey, table 14-10-0443-01 (Statistics Canada Open
Licence); Opportunity Insights Economic Tracker (postings from Lightcast).
"""

from pathlib import Path

import pandas as pd
import pandera.pandas as pa

from llmexposure.base.tables.schema import choose, keyed, validate
from llmexposure.base.tables.text import read_text
from llmexposure.data.readers import columns as c
from llmexposure.data.readers.sheet import read_sheet

# Levels of the survey in our words, from the least asked for to the most.
EDUCATION = {
    "No minimum level of education required": "none",
    "High school diploma or equivalent": "high_school",
    "Non-university certificate or diploma": "certificate",
    "University certificate or diploma below bachelor's level": "below_bachelor",
    "Bachelor's degree": "bachelor",
    "University certificate, diploma or degree above the bachelor's level": "above_bachelor",
}
EXPERIENCE = {
    "Less than 1 year": "under_1",
    "1 year to less than 3 years": "1_to_3",
    "3 years to less than 5 years": "3_to_5",
    "5 years to less than 8 years": "5_to_8",
    "8 years or more": "8_or_more",
}
TOTAL = "total"
_EDUCATION_TOTAL = "Minimum level of education required, all levels"
_EXPERIENCE_TOTAL = "Minimum experience level sought, all levels"
_KINDS = {
    "education": EDUCATION | {_EDUCATION_TOTAL: TOTAL},
    "experience": EXPERIENCE | {_EXPERIENCE_TOTAL: TOTAL},
}
_STATISTICS = {
    "Job vacancies": "vacancies",
    "Proportion of job vacancies": "share",
    "Average offered hourly wage": "wage",
}
JOB_ZONES = range(1, 6)


def read_vacancy_requirements(path: Path) -> pd.DataFrame:
    """Vacancies of Canada by the least education and experience asked for; all occupations together.

    Parameters
    ----------
    path
        Workbook with a sheet ``jobs`` that holds the columns of a download of the table.

    Returns
    -------
    pandas.DataFrame
        34 quarters (2016Q1 to 2024Q4 without 2020Q2 and Q3, when the survey paused) by 6 levels of
        education and 5 of experience, each with its total. ``quarter`` (YYYYQn), ``kind`` ('education'
        or 'experience'), ``level`` (see `EDUCATION`, `EXPERIENCE` and `TOTAL`), together the key;
        ``vacancies`` (rounded to five by the publisher), ``share`` (fraction, from percent with one
        decimal), ``wage`` (mean offered, Canadian dollars an hour). Not seasonally adjusted.
    """
    names = {
        "REF_DATE": "date",
        "Job vacancy characteristics": "level",
        "Statistics": "statistic",
        "VALUE": "value",
    }
    columns = {
        "date": c.date(),
        "level": c.text(),
        "statistic": c.text(pa.Check.isin(_STATISTICS)),
        "value": c.number(0),
    }
    key = ["date", "level", "statistic"]
    rows = choose(read_sheet(path, "jobs"), names, path)
    asked = {heading for levels in _KINDS.values() for heading in levels}
    table = validate(rows[rows["level"].isin(asked)], keyed(columns, key), file=path)
    parts = [_of_kind(table, kind, levels) for kind, levels in _KINDS.items()]
    return pd.concat(parts, ignore_index=True)


def _of_kind(table: pd.DataFrame, kind: str, levels: dict[str, str]) -> pd.DataFrame:
    rows = table[table["level"].isin(levels)]
    wide = rows.pivot(index=["date", "level"], columns="statistic", values="value")
    out = wide.rename(columns=_STATISTICS)[list(_STATISTICS.values())].reset_index()
    out["share"] /= 100
    quarter = out["date"].dt.to_period("Q").astype(str)
    rank = out["level"].map(list(levels).index)
    named = out.assign(quarter=quarter, kind=kind, level=out["level"].map(levels), rank=rank)
    order = ["quarter", "kind", "level", *_STATISTICS.values()]
    return named.sort_values(["date", "rank"])[order].rename_axis(columns=None)


def read_job_zone_postings(path: Path) -> pd.DataFrame:
    """New US postings by O*NET job zone, weekly; no counts, only levels relative to January 2020.

    Returns
    -------
    pandas.DataFrame
        ``date`` (last day of the week), ``job_zone`` (1 to 5), together the key; ``postings_index``
        (mean of 4 to 31 January 2020 = 1; the file: 0). Not seasonally adjusted.
    """
    zones = {f"bg_posts_jz{zone}": str(zone) for zone in JOB_ZONES}
    days = {"year": "year", "month": "month", "day_endofweek": "day"}
    rows = choose(read_text(path), days | zones, path)
    padded = [rows[part].str.zfill(2) for part in days.values()]
    rows["date"] = padded[0] + "-" + padded[1] + "-" + padded[2]
    long = rows.melt("date", list(zones.values()), "job_zone", "postings_index")
    columns = {"date": c.date(), "job_zone": c.whole(1, 5), "postings_index": c.number(-1)}
    table = validate(long, keyed(columns, ["date", "job_zone"]), file=path)
    return table.assign(postings_index=1 + table["postings_index"])
