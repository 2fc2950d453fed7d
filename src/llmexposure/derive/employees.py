"""Employees in Sweden by occupation and three ages that stand for experience."""

from collections.abc import Iterator

import pandas as pd

from llmexposure.base.sources import locate
from llmexposure.data.readers.scb import read_employees

SOURCE = "scb_occupation_age"
# Ages that keep a name of their own; those between are one group.
_ENDS = ("16-24", "25-29", "65-69")
_MIDDLE = "30-64"


def sweden_employees(table: pd.DataFrame) -> pd.DataFrame:
    """Employees by occupation, age and year, the seven age groups from 30 to 64 as one.

    Examples
    --------
    >>> rows = pd.DataFrame({"group": "1111", "age": ["16-24", "30-34", "35-39"], "year": 2023})
    >>> sweden_employees(rows.assign(employees=[1, 2, 3]))["employees"].tolist()
    [1, 5]
    """
    age = table["age"].where(table["age"].isin(_ENDS), _MIDDLE)
    return table.assign(age=age).groupby(["group", "age", "year"])["employees"].sum().reset_index()


def derived() -> Iterator[tuple[str, pd.DataFrame]]:
    """The table of this topic, from the upstream file."""
    yield "sweden_employees", sweden_employees(read_employees(locate(SOURCE, "scb_yreg54bas.json")))
