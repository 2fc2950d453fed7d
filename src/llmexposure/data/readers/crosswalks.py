"""Crosswalks between occupation classifications."""

from pathlib import Path

import pandas as pd
import pandera.pandas as pa

from llmexposure.base.tables.schema import choose, keyed, validate
from llmexposure.base.tables.text import read_text
from llmexposure.data.readers import columns as c
from llmexposure.data.readers.sheet import read_sheet

_FOUR_DIGITS = pa.Check.str_matches(r"^\d{4}$")
_ISCO_SHEET, _ISCO_HEADING = "ISCO-08 to 2010 SOC", 7
_SSYK_SHEET, _SSYK_HEADING = "Nyckel", 4


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


def read_isco_to_soc(path: Path) -> pd.DataFrame:
    """ISCO-08 unit groups and the SOC 2010 occupations that share work with them, all pairs.

    Source: U.S. Bureau of Labor Statistics (2012, updated 2015). Most pairs are partial, and shares are not
    given, so that the table says where work may go and not how much of it.

    Returns
    -------
    pandas.DataFrame
        ``isco`` (four digits) and ``soc_2010``, together the key.
    """
    rows = read_sheet(path, _ISCO_SHEET, heading_row=_ISCO_HEADING)
    rows = choose(rows, {"ISCO-08 Code": "isco", "2010 SOC Code": "soc_2010"}, path)
    columns = {"isco": c.text(_FOUR_DIGITS), "soc_2010": c.soc()}
    rows, units = rows.dropna(), set(rows["isco"].dropna())
    # Two occupations are matched to a minor group of three digits: to all of its unit groups, then.
    below = {
        start: sorted(u for u in units if u.startswith(start) and len(u) == 4) for start in units
    }
    rows["isco"] = rows["isco"].map(lambda start: below[start] if len(start) == 3 else [start])
    pairs = rows.explode("isco").drop_duplicates()
    return validate(pairs, keyed(columns, list(columns)), file=path)


def read_ssyk_to_isco(path: Path) -> pd.DataFrame:
    """Statistics Sweden's key from SSYK 2012 to ISCO-08, all pairs.

    Returns
    -------
    pandas.DataFrame
        ``ssyk`` and ``isco`` (four digits each), together the key. In the file a group with several
        ISCO-08 codes lists them in one cell, and a single code may have lost its leading zero.
    """
    rows = read_sheet(path, _SSYK_SHEET, heading_row=_SSYK_HEADING)
    rows = choose(rows, {"SSYK 2012 kod": "ssyk", "ISCO-08 kod": "isco"}, path)
    pairs = rows.dropna().assign(isco=lambda d: d["isco"].str.split(",")).explode("isco")
    pairs["isco"] = pairs["isco"].str.strip().str.zfill(4)
    columns = {name: c.text(_FOUR_DIGITS) for name in ("ssyk", "isco")}
    return validate(pairs.drop_duplicates(), keyed(columns, list(columns)), file=path)
