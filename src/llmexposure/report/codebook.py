"""Codebooks of ``data/analysis`` and ``data/published``, written from the schemas themselves."""

from collections.abc import Mapping

import pandas as pd

from llmexposure.data.schemas import Table


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
