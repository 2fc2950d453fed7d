"""Map of SOC 2018 occupations to Indeed sectors by Mark Howison (2026), made by a language model with rules.

Source: repository mhowison/labor-market-trends, CC BY 4.0. It names 40 sectors and uses neither the sector of
construction nor that of farming.
"""

from pathlib import Path

import pandas as pd

from llmexposure.base.tables.schema import choose, keyed, validate
from llmexposure.base.tables.text import read_text
from llmexposure.data.readers import columns as c


def read_sector_map(path: Path) -> pd.DataFrame:
    """Sector of each occupation: ``soc`` (key; codes of OEWS), ``label`` (as Indeed prints it); 831 rows."""
    names = {"OCC_CODE": "soc", "sectorName": "label"}
    schema = keyed({"soc": c.soc(), "label": c.text()}, ["soc"])
    return validate(choose(read_text(path), names, path), schema, file=path)
