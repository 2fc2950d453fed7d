"""Occupational Employment and Wage Statistics, national files of May 2018 to 2025.

Source: US Bureau of Labor Statistics, public domain. The files of 2018 to 2020 use a hybrid of
SOC 2010 and SOC 2018, later ones SOC 2018: codes of the two spans do not all mean the same work.
"""

from pathlib import Path

import pandas as pd
import pandera.pandas as pa

from llmexposure.base.errors import DataError
from llmexposure.base.project import shown
from llmexposure.base.tables.schema import choose, keyed, validate
from llmexposure.base.tables.text import read_text
from llmexposure.data.readers import columns as c
from llmexposure.data.readers.sheet import read_sheet

YEARS = range(2018, 2026)
GROUPS = ("total", "major", "minor", "broad", "detailed")

# '*' no wage estimate, '**' no employment estimate, '#' wage at or above the published ceiling.
_NO_VALUE = ("*", "**", "#")
_TOP_CODED = "#"
_WAGES = ["wage_mean", "wage_median"]  # a year


def read_oews(path: Path, year: int) -> pd.DataFrame:
    """National employment and wages by occupation, all industries and owners together.

    Parameters
    ----------
    path
        The publisher's national workbook of that year, or a CSV with the same columns.
    year
        Year of the estimates, 2018 to 2025: the headings differ between years.

    Returns
    -------
    pandas.DataFrame
        ``occ_code`` and ``group`` ('total', 'major', 'minor', 'broad', 'detailed'), together the
        key: 6 to 13 codes a year stand twice, as a broad and as a detailed occupation, with the
        same figures. ``employment`` (jobs), ``wage_mean`` and ``wage_median`` (US dollars a year,
        of that year) and ``wage_hourly`` (mean, US dollars an hour; none for those paid by the year, such
        as teachers), NaN where the publisher gives none; ``wage_top_coded`` (True where the mean
        or the median is only said to reach the ceiling: $208,000 up to 2021, $239,200 from 2022 to
        2024; in 2025 nothing is).

    Raises
    ------
    DataError
        If the year is not covered or the file breaks its contract.
    """
    if year not in YEARS:
        raise DataError(
            f"{shown(path)}: no reader for OEWS of year {year}, expected {YEARS[0]} to {YEARS[-1]}."
        )
    rows = choose(_national(_raw(path)), _names(year), path)
    top_coded = rows[_WAGES].eq(_TOP_CODED).any(axis="columns")
    for figure in ("employment", *_WAGES, "wage_hourly"):
        rows[figure] = _plain(rows[figure])
    rows["group"] = rows["group"].str.lower()
    return validate(rows.assign(wage_top_coded=top_coded), _schema(), file=path)


def _raw(path: Path) -> pd.DataFrame:
    rows = read_text(path) if path.suffix == ".csv" else read_sheet(path)
    return rows.rename(columns=str.upper)


def _national(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows for the whole country and all industries; older files hold no others and do not say."""
    for column, wanted in {"AREA": "99", "I_GROUP": "cross-industry"}.items():
        if column in rows:
            rows = rows[rows[column] == wanted]
    return rows


def _names(year: int) -> dict[str, str]:
    return {
        "OCC_CODE": "occ_code",
        "OCC_GROUP" if year == 2018 else "O_GROUP": "group",
        "TOT_EMP": "employment",
        "A_MEAN": "wage_mean",
        "A_MEDIAN": "wage_median",
        "H_MEAN": "wage_hourly",
    }


def _plain(figures: pd.Series) -> pd.Series:
    return figures.str.replace(",", "").mask(figures.isin(_NO_VALUE))


def _schema() -> pa.DataFrameSchema:
    columns = {
        "occ_code": c.soc(),
        "group": c.text(pa.Check.isin(GROUPS)),
        "employment": c.number(0, nullable=True),
        "wage_mean": c.number(0, nullable=True),
        "wage_median": c.number(0, nullable=True),
        "wage_hourly": c.number(0, nullable=True),
        "wage_top_coded": pa.Column("bool"),
    }
    return keyed(columns, ["occ_code", "group"])
