"""Crosswalks between occupation classifications."""

from pathlib import Path

import pandas as pd

from llmexposure.base.tables.schema import choose, keyed, validate
from llmexposure.base.tables.text import read_text
from llmexposure.data.readers import columns as c


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
