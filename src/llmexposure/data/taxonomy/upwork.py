"""Categories of the Upwork article, with the occupation and the Indeed sector nearest to each.

The article names kinds of freelance work; Indeed sorts vacancies of employers. Each row gives the SOC
2018 occupation that the category names and the sector that our map of occupations puts it in: ``core``
where the sector's name or example titles plainly cover the work, ``wide`` where the work is a small or
doubtful part of the sector, ``none`` where no published sector fits. Several categories share a sector.
"""

from pathlib import Path

import pandas as pd
import pandera.pandas as pa

from llmexposure.base.paths import TAXONOMY
from llmexposure.base.tables.schema import read_csv

UPWORK_INDEED = TAXONOMY / "upwork_indeed.csv"
FITS = ("core", "wide", "none")

_KEY = r"^[a-z]+(_[a-z]+)*$"

SCHEMA = pa.DataFrameSchema(
    {
        "category": pa.Column(str, pa.Check.str_matches(_KEY), unique=True),
        "label": pa.Column(str, unique=True),
        "upwork_level": pa.Column(str, pa.Check.isin(["category", "occupation"]), nullable=True),
        "upwork_labels": pa.Column(str, nullable=True),
        "soc": pa.Column(str, pa.Check.str_matches(r"^\d{2}-[1-9]\d{3}$"), nullable=True),
        "sector": pa.Column(str, pa.Check.str_matches(_KEY), nullable=True),
        "fit": pa.Column(str, pa.Check.isin(FITS)),
        "reason": pa.Column(str, pa.Check.str_matches(r"^\S(.*\S)?$")),
    },
    checks=pa.Check(
        lambda table: (table["fit"] == "none") == table["sector"].isna(),
        name="no_sector",
        error="sector is empty where, and only where, fit is 'none'",
    ),
    strict=True,
)


def read_upwork_indeed(path: Path = UPWORK_INDEED) -> pd.DataFrame:
    """Read the nearest occupation and Indeed sector of each category of the article.

    Returns
    -------
    pandas.DataFrame
        ``category`` (key), ``label``, ``upwork_level`` and ``upwork_labels`` (where the public feed
        shows this work: names of its categories or occupations, separated by ``|``; missing: not
        shown), ``soc``, ``sector`` (both missing where nothing fits), ``fit``, ``reason``.

    Raises
    ------
    DataError
        When the table breaks its contract.

    Examples
    --------
    >>> read_upwork_indeed().set_index("category").loc["writing", "sector"]
    'media_communications'
    """
    return read_csv(path, SCHEMA)
