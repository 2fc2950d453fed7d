"""Crosswalks between occupation classifications."""

from pathlib import Path

import pandas as pd
import pandera.pandas as pa

from llmexposure.readers import columns as c
from llmexposure.readers.schema import choose, keyed, validate
from llmexposure.readers.sheet import read_sheet
from llmexposure.readers.text import read_text


def read_onet_2010_to_2019(path: Path) -> pd.DataFrame:
    """O*NET-SOC 2010 to 2019, all pairs; the first seven characters walk SOC 2010 to SOC 2018.

    Returns
    -------
    pandas.DataFrame
        1,164 rows: ``onet_soc_2010``, ``onet_soc_2019``, both together the key: codes were split
        (1,110 codes of 2010) and merged (1,012 of 2019).
    """
    names = {"O*NET-SOC 2010 Code": "onet_soc_2010", "O*NET-SOC 2019 Code": "onet_soc_2019"}
    columns = {name: c.onet_soc() for name in names.values()}
    rows = choose(read_text(path), names, path)
    return validate(rows, keyed(columns, list(columns)), file=path)


def read_isco_soc(path: Path) -> pd.DataFrame:
    """SOC 2010 to ISCO-08, from the publisher's own sheet (US Bureau of Labor Statistics).

    Returns
    -------
    pandas.DataFrame
        1,125 rows: ``soc_2010``, ``isco_08`` (four digits as text; three for 19-2099 and 53-2022,
        which match a whole ISCO minor group), both together the key; ``partial``: only part of the
        SOC occupation falls in that ISCO group (437 rows). The reverse direction has marks of its
        own and is not read.
    """
    names = {"2010 SOC Code": "soc_2010", "ISCO-08 Code": "isco_08", "part": "partial"}
    columns = {
        "soc_2010": c.soc(),
        "isco_08": c.text(pa.Check.str_matches(r"^\d{3,4}$")),
        "partial": c.text(pa.Check.isin(["*"]), nullable=True),
    }
    rows = choose(read_sheet(path, "2010 SOC to ISCO-08", heading_row=7), names, path)
    pairs = validate(rows, keyed(columns, ["soc_2010", "isco_08"]), file=path)
    return pairs.assign(partial=pairs["partial"].notna())


def read_onet_to_soc(path: Path) -> pd.DataFrame:
    """O*NET-SOC 2019 to the occupations of the National Employment Matrix.

    Returns
    -------
    pandas.DataFrame
        997 rows: ``onet_soc`` (key), ``soc``: its SOC 2018 code, except for 34 rows of occupations
        that the Matrix shows together under 12 codes of their own (13-1020, 21-1018, 51-2028 ...).
    """
    names = {"O*NET-SOC Code": "onet_soc", "NEM Code": "soc"}
    rows = choose(read_sheet(path, "ONET to SOC crosswalk", heading_row=5), names, path)
    return validate(
        rows, keyed({"onet_soc": c.onet_soc(), "soc": c.soc()}, ["onet_soc"]), file=path
    )
