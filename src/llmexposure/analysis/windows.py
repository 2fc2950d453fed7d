"""Changes between two months."""

import numpy as np
import pandas as pd

from llmexposure.base.errors import DataError


def log_change(wide: pd.DataFrame, baseline: str, comparison: str) -> pd.Series:
    """Log change of each row between two columns of a units-by-months table.

    Units that miss either month are left out (missing stays missing).

    Raises
    ------
    DataError
        When a month is not in the table.
    """
    for month in (baseline, comparison):
        if month not in wide.columns:
            raise DataError(
                f"month {month} is not in the data; expected one of "
                f"{wide.columns.min()} to {wide.columns.max()}"
            )
    return (np.log(wide[comparison]) - np.log(wide[baseline])).dropna().rename("change")
