"""Load a committed table, validated against its schema."""

import pandas as pd

from llmexposure.datasets.schemas import TABLES
from llmexposure.errors import DataError
from llmexposure.paths import table_file
from llmexposure.readers.schema import read_csv


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
