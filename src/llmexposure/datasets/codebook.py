"""The codebook of ``data/analysis``, written from the schemas so that it cannot drift from them."""

import pandas as pd

from llmexposure.datasets.schemas import TABLES


def codebook() -> pd.DataFrame:
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
        for table in TABLES.values()
        for name, column in table.schema.columns.items()
    ]
    return pd.DataFrame(rows)
