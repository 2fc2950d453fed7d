"""Which work can be done from home: Dingel and Neiman (2020), github.com/jdingel, GPL-3.0."""

from pathlib import Path

import pandas as pd
import pandera.pandas as pa

from llmexposure.base.tables.schema import choose, keyed, validate
from llmexposure.base.tables.text import read_text
from llmexposure.data.readers import columns as c


def read_teleworkable_onet(path: Path) -> pd.DataFrame:
    """Whether an occupation can be done from home, by O*NET-SOC **2010** code.

    Go through the 2010 to 2019 crosswalk before joining to O*NET 29.3.

    Returns
    -------
    pandas.DataFrame
        968 rows: ``onet_soc_2010`` (key), ``teleworkable`` (int64, 0 or 1).
    """
    names = {"onetsoccode": "onet_soc_2010", "teleworkable": "teleworkable"}
    binary = pa.Column("int64", pa.Check.isin([0, 1]))
    schema = keyed({"onet_soc_2010": c.onet_soc(), "teleworkable": binary}, ["onet_soc_2010"])
    return validate(choose(read_text(path), names, path), schema, file=path)


def read_teleworkable_oes(path: Path) -> pd.DataFrame:
    """Share of an occupation that can be done from home, by OES 2018 code (hybrid of SOC 2010).

    Returns
    -------
    pandas.DataFrame
        764 rows: ``occ_code`` (key), ``teleworkable`` (mean over its O*NET titles, 0 to 1).
    """
    names = {"OCC_CODE": "occ_code", "teleworkable": "teleworkable"}
    schema = keyed({"occ_code": c.soc(), "teleworkable": c.number(0, 1)}, ["occ_code"])
    return validate(choose(read_text(path), names, path), schema, file=path)
