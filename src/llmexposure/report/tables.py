"""The committed tables: how they load, each validated against its schema, and their codebook."""

from collections.abc import Mapping

import pandas as pd

from llmexposure.base.errors import DataError
from llmexposure.base.project import current
from llmexposure.base.tables.schema import read_csv
from llmexposure.report.study import Table, study


def codebook(tables: Mapping[str, Table]) -> pd.DataFrame:
    """One row a column: ``table``, ``column``, ``key``, ``type``, ``unit``, ``description``, ``source``."""
    rows = [
        {
            "table": table.name,
            "row_is": table.row,
            "column": name,
            "key": "yes" if name in table.key else "",
            "type": str(column.dtype),
            "unit": column.metadata["unit"],
            "description": column.description,
            "source": " ".join(column.metadata["source"]),
        }
        for table in tables.values()
        for name, column in table.schema.columns.items()
    ]
    columns = ["table", "row_is", "column", "key", "type", "unit", "description", "source"]
    return pd.DataFrame(rows, columns=columns)


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
    tables = study().tables
    if name not in tables:
        raise DataError(f"table {name!r} has no schema; expected one of {', '.join(tables)}")
    return read_csv(current().table_file(name), tables[name].schema)
