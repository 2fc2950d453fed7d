"""Load a committed table, validated against its schema.

The committed tables: their schemas, how they load, how they are written.
"""

import pandas as pd

from llmexposure.base.errors import DataError
from llmexposure.base.paths import table_file
from llmexposure.base.tables.schema import read_csv
from llmexposure.data.schemas import TABLES


def load(name: str) -> pd.DataFrame:
    """Table of ``data/analysis`` with its types; missing cells are NaN.

    Raises
    ------
    DataError
        Naming file, column, row and value when the file breaks its schema.

    Examples
    --------
    >>> load("activities").shape[0]
    2087
    """
    if name not in TABLES:
        raise DataError(f"table {name!r} has no schema; expected one of {', '.join(TABLES)}")
    return read_csv(table_file(name), TABLES[name].schema)


__all__ = ["load"]
