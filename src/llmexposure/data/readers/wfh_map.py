"""US online postings by SOC minor group, and the share of them that offers remote or hybrid work (WFH Map).

Postings are Lightcast's, not seasonally adjusted; its sources change over time. The publisher calls the
groups of major groups 45 (farming, fishing, forestry) and 55 (military) unreliable, as they have few
postings. Source: Hansen, Lambert, Bloom, Davis, Sadun and Taska (2023), NBER Working Paper 31007; the table
may not be passed on.
"""

from pathlib import Path

import pandas as pd

from llmexposure.base.tables.schema import choose, keyed, validate
from llmexposure.data.readers import columns as c
from llmexposure.data.readers.sheet import read_sheet

SHEET = "occupation_by_month"
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_NUMBER = {name: f"{place:02d}" for place, name in enumerate(_MONTHS, 1)}
# A spreadsheet program took these three codes for a month and a year.
_DATES = {f"{year}-11-01": f"11-{year}" for year in (2000, 3000, 9000)}


def read_us_minor_postings(path: Path) -> pd.DataFrame:
    """New postings and their remote share by SOC 2018 minor group and month.

    Returns
    -------
    pandas.DataFrame
        ``minor_group`` (such as ``15-1200``) and ``month`` (its first day), together the key; ``postings``
        (new in the month, 1 or more) and ``remote_share`` in [0, 1], of four decimals.

    Raises
    ------
    DataError
        When the sheet or a column is absent, or a code, month, number or key is not as said.
    """
    names = {
        "Year": "year",
        "Month": "month",
        "SOC 2018 3-Digit Minor Group": "minor_group",
        "Percent": "remote_share",
        "N": "postings",
    }
    rows = choose(read_sheet(path, SHEET), names, path)
    number = rows["month"].map(_NUMBER).fillna(rows["month"])
    rows["month"] = rows.pop("year") + "-" + number + "-01"
    rows["minor_group"] = rows["minor_group"].str.removesuffix(" 00:00:00").replace(_DATES)
    columns = {
        "minor_group": c.soc(),
        "month": c.date(),
        "postings": c.whole(1),
        "remote_share": c.number(0, 100),
    }
    found = validate(rows, keyed(columns, ["minor_group", "month"]), file=path)
    return found.assign(remote_share=found["remote_share"] / 100)
