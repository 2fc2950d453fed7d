"""Adverts by occupation and month, England and Australia, and two other vintages of Indeed's US sectors."""

from collections.abc import Iterator

import pandas as pd

from llmexposure.base.sources import locate
from llmexposure.data.readers import adverts, indeed
from llmexposure.derive.core import monthly

ENGLAND, AUSTRALIA = "ons_textkernel_soc2020", "jsa_vacancy_index"
# Older months of the Australian index are in the file; no window reaches them.
AUSTRALIA_FROM = "2015-01"


def dated(table: pd.DataFrame) -> pd.DataFrame:
    """The table with its date as a month, ordered by group and month."""
    out = table.assign(month=table["month"].dt.strftime("%Y-%m"))
    return out.sort_values(["group", "month"], ignore_index=True)


def england_adverts(groups: pd.DataFrame, total: pd.DataFrame) -> pd.DataFrame:
    """Adverts by unit group and month; the published national series is the group ``total``."""
    rows = pd.concat([groups, total.assign(group=adverts.TOTAL)])
    return dated(rows)[["group", "month", "adverts"]]


def australia_adverts(trend: pd.DataFrame, adjusted: pd.DataFrame) -> pd.DataFrame:
    """Adverts by group and month, smoothed and seasonally adjusted; the published total is ``total``."""
    parts = {"trend": trend, "seasonally_adjusted": adjusted}
    columns = [t.set_index(["group", "month"])["adverts"].rename(k) for k, t in parts.items()]
    rows = dated(pd.concat(columns, axis=1).reset_index())
    return rows[rows["month"] >= AUSTRALIA_FROM].reset_index(drop=True)


def derived() -> Iterator[tuple[str, pd.DataFrame]]:
    """The tables of this topic."""
    files = ("job_ads_page_occupations_output.rds", "job_ads_page_national_output.rds")
    groups, total = (locate(ENGLAND, file) for file in files)
    yield (
        "england_adverts",
        england_adverts(adverts.read_england_adverts(groups), adverts.read_england_total(total)),
    )
    workbook = locate(AUSTRALIA, "internet_vacancies_anzsco2_2025_01.xlsx")
    sheets = (adverts.read_australia_adverts(workbook, s) for s in ("Trend", "Seasonally Adjusted"))
    yield "australia_adverts", australia_adverts(*sheets)
    recent = locate("indeed_hiring_lab", "indeed_raw_5sectors_to_2026-02.json")
    daily = indeed.read_recent_us_sectors(recent)
    yield "sector_postings_recent", monthly(daily, ["sector"], "index", "postings_index")
    older = locate("indeed_hiring_lab", "job_postings_by_sector_US.csv")
    daily = indeed.read_country_sectors(older)
    yield "sector_postings_2024", monthly(daily, ["sector"], "index", "postings_index")
