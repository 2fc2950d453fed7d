"""Counts of online job adverts by occupation in England (ONS, Textkernel) and Australia (JSA).

England's are averages of three months and are assigned to the unit groups of SOC 2020 by the publisher's
model; they are kept in a table that R saved, with dates as days since 1970. Australia's are the Internet
Vacancy Index: adverts newly lodged in a month, smoothed (trend) or seasonally adjusted.
"""

from pathlib import Path
from typing import Any

import pandas as pd
import pandera.pandas as pa

from llmexposure.base.errors import DataError
from llmexposure.base.project import shown
from llmexposure.base.tables.schema import choose, keyed, validate
from llmexposure.base.tables.text import LINE
from llmexposure.data.readers import columns as c
from llmexposure.data.readers.sheet import read_sheet

TOTAL = "total"
_FIRST_MONTH = 4  # position of the first month among the columns of the Australian sheets


def _days(values: Any, _: Any) -> Any:
    """Dates of R as the numbers that they are."""
    return values


def _saved_by_r(path: Path) -> pd.DataFrame:
    """Table in an .rds file, its rows counted from 1; dates stay days since 1 January 1970."""
    import rdata  # late: slow, and only `make data` needs it
    from rdata.conversion import DEFAULT_CLASS_MAP, dataframe_constructor

    known = {**DEFAULT_CLASS_MAP, "Date": _days, "tbl_df": dataframe_constructor}
    try:
        table = rdata.read_rds(path, constructor_dict={**known, "tbl": dataframe_constructor})
    except Exception as error:  # noqa: BLE001 - the parser raises errors of many kinds
        raise DataError(
            f"{shown(path)}: cannot be read as a table saved by R ({error}). "
            "Get the file again from where it came."
        ) from None
    return table.set_axis(pd.RangeIndex(1, len(table) + 1, name=LINE))


def _dated(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.assign(month=pd.to_datetime(rows["month"].astype(float), unit="D"))


def read_england_adverts(path: Path) -> pd.DataFrame:
    """Online job adverts in England by unit group of SOC 2020.

    Returns
    -------
    pandas.DataFrame
        ``group`` (four digits, or ``Unknown``), ``month`` (first day of the last of three months), together
        the key; ``adverts``, mean of the three months. Where a month was suppressed the publisher leaves it
        out of the mean.
    """
    names = {"soc_4_digit_code": "group", "timePeriod": "month", "value": "adverts"}
    rows = choose(_saved_by_r(path), {**names, "metric": "metric"}, path)
    rows = _dated(rows[rows["metric"] == "soc_3m_avg"]).drop(columns="metric")
    group = c.text(pa.Check.str_matches(r"^(\d{4}|Unknown)$"))
    schema = keyed({"group": group, "month": c.date(), "adverts": c.positive()}, ["group", "month"])
    return validate(rows.astype({"group": str}), schema, file=path)


def read_england_total(path: Path) -> pd.DataFrame:
    """Online job adverts in England, all occupations: ``month``, the key, and ``adverts`` (mean of three)."""
    names = {"timePeriod": "month", "value": "adverts", "metric": "metric"}
    rows = choose(_saved_by_r(path), names, path)
    rows = _dated(rows[rows["metric"] == "national_3m_avg"]).drop(columns="metric")
    return validate(rows, keyed({"month": c.date(), "adverts": c.positive()}, ["month"]), file=path)


def read_australia_adverts(path: Path, sheet: str) -> pd.DataFrame:
    """Internet Vacancy Index of the whole country by occupation group, and its total.

    Parameters
    ----------
    sheet
        ``Trend`` or ``Seasonally Adjusted``.

    Returns
    -------
    pandas.DataFrame
        ``group`` (48 codes such as ``1A``, and ``total``), ``month`` (its first day), together the key;
        ``adverts``, newly lodged in the month.
    """
    rows = read_sheet(path, sheet)
    months = list(rows.columns[_FIRST_MONTH:])
    heads = ["Level", "ANZSCO_CODE", "State"]
    named = choose(rows, {name: name for name in [*heads, *months]}, path)
    nation = named[(named["State"] == "AUST") & named["Level"].isin(["1", "3"])]
    group = nation["ANZSCO_CODE"].where(nation["Level"] == "3", TOTAL)
    long = nation[months].assign(group=group).melt("group", var_name="month", value_name="adverts")
    columns = {"group": c.text(), "month": c.date(), "adverts": c.positive()}
    return validate(long, keyed(columns, ["group", "month"]), file=path)
