"""Crosswalks between occupation classifications."""

from pathlib import Path

import pandas as pd
import pandera.pandas as pa

from llmexposure.base.tables.schema import choose, keyed, validate
from llmexposure.base.tables.text import read_text
from llmexposure.data.readers import columns as c
from llmexposure.data.readers.sheet import read_sheet


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


def read_isco_to_soc_2010(path: Path) -> pd.DataFrame:
    """ISCO-08 to SOC 2010, all pairs, also those that the publisher marks as partial.

    Returns
    -------
    pandas.DataFrame
        ``isco08`` (unit groups of four digits; two SOC codes lead to a minor group of three) and
        ``soc_2010``, both together the key.
    """
    names = {"ISCO-08 Code": "isco08", "2010 SOC Code": "soc_2010"}
    sheet = read_sheet(path, "ISCO-08 to 2010 SOC", heading_row=7)
    rows = choose(sheet, names, path).drop_duplicates()
    columns = {"isco08": c.text(pa.Check.str_matches(r"^\d{3,4}$")), "soc_2010": c.soc()}
    return validate(rows, keyed(columns, list(columns)), file=path)
