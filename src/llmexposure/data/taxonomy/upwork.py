"""Upwork's categories: of the article and of the feed, with the occupations and sectors nearest to each.

The article names kinds of freelance work; Indeed sorts vacancies of employers. Each row gives the SOC
2018 occupation that the category names and the sector that our map of occupations puts it in: ``core``
where the sector's name or example titles plainly cover the work, ``wide`` where the work is a small or
doubtful part of the sector, ``none`` where no published sector fits. Several categories share a sector.
"""

from pathlib import Path

import pandas as pd
import pandera.pandas as pa

from llmexposure.base.project import current
from llmexposure.base.tables.schema import keyed, read_csv

UPWORK_INDEED = "upwork_indeed"
UPWORK_CATEGORIES = "upwork_categories"
FITS = ("core", "wide", "none")

_KEY = pa.Check.str_matches(r"^[a-z]+(_[a-z]+)*$")
_SOC = pa.Check.str_matches(r"^\d{2}-[1-9]\d{3}$")
_WORDS = pa.Check.str_matches(r"^\S(.*\S)?$")

INDEED_SCHEMA = pa.DataFrameSchema(
    {
        "category": pa.Column(str, _KEY, unique=True),
        "label": pa.Column(str, unique=True),
        "upwork_level": pa.Column(str, pa.Check.isin(["category", "occupation"]), nullable=True),
        "upwork_labels": pa.Column(str, nullable=True),
        "soc": pa.Column(str, _SOC, nullable=True),
        "sector": pa.Column(str, _KEY, nullable=True),
        "fit": pa.Column(str, pa.Check.isin(FITS)),
        "reason": pa.Column(str, _WORDS),
    },
    checks=pa.Check(
        lambda table: (table["fit"] == "none") == table["sector"].isna(),
        name="no_sector",
        error="sector is empty where, and only where, fit is 'none'",
    ),
    strict=True,
)
CATEGORY_SCHEMA = keyed(
    {
        "category": pa.Column(str, _KEY),
        "label": pa.Column(str, _WORDS),
        "soc": pa.Column(str, _SOC),
        "reason": pa.Column(str, _WORDS),
    },
    ["category", "soc"],
)


def read_upwork_indeed(path: Path | None = None) -> pd.DataFrame:
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
    path = path or current().table_file(UPWORK_INDEED)
    return read_csv(path, INDEED_SCHEMA)


def read_upwork_categories(path: Path | None = None) -> pd.DataFrame:
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
    path = path or current().table_file(UPWORK_CATEGORIES)
    return read_csv(path, CATEGORY_SCHEMA)
