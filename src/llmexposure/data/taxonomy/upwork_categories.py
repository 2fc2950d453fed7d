"""Upwork's 12 categories of work, and the SOC 2018 occupations whose work each holds."""

from pathlib import Path

import pandas as pd
import pandera.pandas as pa

from llmexposure.base.paths import TAXONOMY
from llmexposure.base.tables.schema import keyed, read_csv

UPWORK_CATEGORIES = TAXONOMY / "upwork_categories.csv"
_WORDS = pa.Check.str_matches(r"^\S(.*\S)?$")

SCHEMA = keyed(
    {
        "category": pa.Column(str, pa.Check.str_matches(r"^[a-z]+(_[a-z]+)*$")),
        "label": pa.Column(str, _WORDS),
        "soc": pa.Column(str, pa.Check.str_matches(r"^\d{2}-[1-9]\d{3}$")),
        "reason": pa.Column(str, _WORDS),
    },
    ["category", "soc"],
)


def read_upwork_categories(path: Path = UPWORK_CATEGORIES) -> pd.DataFrame:
    """Read which occupations each category holds, one row a pair, with the reason.

    Returns
    -------
    pandas.DataFrame
        ``category`` (key), ``label`` as Upwork prints it, ``soc`` (SOC 2018, joint codes of OEWS),
        ``reason``. Occupations are those of the category's frequent kinds of work in one week.

    Raises
    ------
    DataError
        When the table breaks its contract.

    Examples
    --------
    >>> read_upwork_categories()["category"].nunique()
    12
    """
    return read_csv(path, SCHEMA)
