"""Indeed Hiring Lab: postings by sector and country, remote and AI postings, posted wages.

Postings indices are daily, seasonally adjusted, 7-day averages, 1 February 2020 = 100: growth, not
counts. Vintages are revised as a whole and must not be spliced. Source: Hiring Lab, CC BY 4.0.
"""

import json
import re
from pathlib import Path

import pandas as pd

from llmexposure.base.errors import DataError
from llmexposure.base.project import shown
from llmexposure.base.tables.schema import choose, keyed, validate
from llmexposure.base.tables.text import LINE, read_text
from llmexposure.data.readers import columns as c

_US_TOTALS = ["total_jobs", "new_jobs"]
# Headings of the sector in the remote share by sector: as the file has it, and as its readme says.
_CODES = ("normtitlecategory_consistent", "sector")
_GROWTH = {
    "jobcountry": "country",
    "month": "month",
    "n_obs": "n_obs",
    "posted_wage_growth_yoy": "growth_yoy",
    "posted_wage_growth_yoy_3moavg": "growth_yoy_3mo",
    "sector": "sector",
}


def sector_key(display_name: str) -> str:
    """Sector name as a key: small letters, words joined by underscores, no '&' or punctuation.

    Examples
    --------
    >>> sector_key("Banking & Finance")
    'banking_finance'
    """
    return re.sub(r"[^a-z0-9]+", "_", display_name.lower().replace("'", "")).strip("_")


def _us(path: Path) -> pd.DataFrame:
    """Wide US table: ``date`` and one index a column, NaN where a series has no value."""
    rows = read_text(path)
    indices = {name: c.number(0, nullable=True) for name in rows.columns if name != "date"}
    required = {name: c.number(0) for name in _US_TOTALS}
    return validate(rows, keyed({"date": c.date(), **indices, **required}, ["date"]), file=path)


def read_us_sectors(path: Path) -> pd.DataFrame:
    """US postings by sector, the long vintage (1 February 2020 to 12 September 2025).

    Days without a value are left out: insurance ends on 26 July 2024, mathematics, information
    design and documentation, IT operations and helpdesk on 18 July 2025; beauty and wellness lacks
    7 days.

    Parameters
    ----------
    path
        Wide CSV of the FRED series: ``date``, ``total_jobs``, ``new_jobs`` and 47 sectors.

    Returns
    -------
    pandas.DataFrame
        95,809 rows: ``date``, ``sector``, both together the key; ``index`` (1 February 2020 = 100).
    """
    wide = _us(path).drop(columns=_US_TOTALS)
    long = wide.melt("date", var_name="sector", value_name="index").dropna(subset="index")
    return long.reset_index(drop=True)


def read_country_sectors(path: Path) -> pd.DataFrame:
    """Postings of one country by sector, all postings (new ones, if present, are left out).

    Returns
    -------
    pandas.DataFrame
        ``date``, ``country``, ``sector`` (see `sector_key`), together the key; ``index``.
    """
    names = {
        "date": "date",
        "jobcountry": "country",
        "display_name": "sector",
        "variable": "variable",
        "indeed_job_postings_index": "index",
    }
    rows = choose(read_text(path), names, path)
    rows = rows[rows["variable"] == "total postings"].drop(columns="variable")
    rows["sector"] = rows["sector"].map(sector_key, na_action="ignore")
    columns = {"date": c.date(), "country": c.country(), "sector": c.text(), "index": c.positive()}
    return validate(rows, keyed(columns, ["date", "country", "sector"]), file=path)


def read_recent_us_sectors(path: Path) -> pd.DataFrame:
    """US postings of five sectors in a later vintage (22 February 2024 to 20 February 2026).

    Returns
    -------
    pandas.DataFrame
        ``date``, ``sector`` (see `sector_key`), together the key; ``index`` (1 February 2020 = 100).

    Raises
    ------
    DataError
        When the file is no JSON object of sectors with observations.
    """
    try:
        found = json.loads(path.read_text(encoding="utf-8"))["sectors"]
        cells = [
            (day["date"], sector_key(name), day["value"])
            for name, series in found.items()
            for day in series["observations"]
        ]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise DataError(
            f"{shown(path)}: expected JSON with 'sectors', each with 'observations' of 'date' and "
            f"'value' ({error!r}). Get the file again from where it came."
        ) from None
    index = pd.RangeIndex(1, len(cells) + 1, name=LINE)
    rows = pd.DataFrame(cells, index=index, columns=["date", "sector", "index"])
    columns = {"date": c.date(), "sector": c.text(), "index": c.positive()}
    return validate(rows, keyed(columns, ["date", "sector"]), file=path)


def _read_share(path: Path, heading: str, share: str) -> pd.DataFrame:
    names = {"date": "date", "jobcountry": "country", heading: share}
    columns = {"date": c.date(), "country": c.country(), share: c.number(0, 100)}
    schema = keyed(columns, ["date", "country"])
    percent = validate(choose(read_text(path), names, path), schema, file=path)
    return percent.assign(**{share: percent[share] / 100})


def read_remote_postings(path: Path) -> pd.DataFrame:
    """Postings that mention remote or hybrid work, daily by country.

    Returns
    -------
    pandas.DataFrame
        ``date``, ``country``, together the key; ``remote_share``, a fraction (the file: percent).
    """
    return _read_share(path, "remote_share_postings", "remote_share")


def read_remote_sectors(path: Path) -> pd.DataFrame:
    """Postings that mention remote or hybrid work, daily by country and sector.

    The file was never here: its form is as its readme and programs that read it say.

    Returns
    -------
    pandas.DataFrame
        ``date``, ``country``, ``code`` (such as ``techsoftware``), together the key; ``remote_share``, a
        fraction (the file: percent).
    """
    rows = read_text(path)
    code = next((name for name in _CODES if name in rows.columns), _CODES[0])
    share = "remote_share_postings"
    names = {"date": "date", "jobcountry": "country", code: "code", share: "remote_share"}
    columns = {"date": c.date(), "country": c.country(), "code": c.text()}
    columns["remote_share"] = c.number(0, 100)
    schema = keyed(columns, ["date", "country", "code"])
    percent = validate(choose(rows, names, path), schema, file=path)
    return percent.assign(remote_share=percent["remote_share"] / 100)


def read_ai_postings(path: Path) -> pd.DataFrame:
    """Postings that mention artificial intelligence, daily by country.

    Returns
    -------
    pandas.DataFrame
        ``date``, ``country``, together the key; ``ai_share``, a fraction (the file: percent).
    """
    return _read_share(path, "AI_share_postings", "ai_share")


def read_wage_growth_by_sector(path: Path) -> pd.DataFrame:
    """Growth of posted wages by sector, monthly; the US only, 19 sectors.

    Returns
    -------
    pandas.DataFrame
        ``country``, ``sector`` (see `sector_key`), ``month`` (its first day), together the key;
        ``n_obs`` (int64), ``growth_yoy`` (fraction, on the same month a year before),
        ``growth_yoy_3mo`` (mean of three months; missing in the first two).
    """
    rows = choose(read_text(path, missing=("", "NA")), _GROWTH, path)
    months = pd.to_datetime(rows["month"], format="%b-%y", errors="coerce")
    rows["month"] = months.dt.strftime("%Y-%m-%d").fillna(rows["month"])
    columns = {
        "sector": c.text(),
        "country": c.country(),
        "month": c.date(),
        "n_obs": c.whole(1),
        "growth_yoy": c.number(-1),
        "growth_yoy_3mo": c.number(-1, nullable=True),
    }
    table = validate(rows, keyed(columns, ["country", "sector", "month"]), file=path)
    return table.assign(sector=table["sector"].map(sector_key))
