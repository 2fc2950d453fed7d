"""The 13 occupation categories of the source report, and the terms that job ads use for them.

Source: research report on the potential impact of large language models on the labour market of
China (2024), by the National School of Development of Peking University and Zhaopin, part 2.1.
"""

from pathlib import Path

import pandas as pd
import pandera.pandas as pa

from llmexposure.base.project import current
from llmexposure.base.tables.schema import read_csv

REPORT_CATEGORIES = "report_categories"
CATEGORY_TERMS = "category_terms_zh"
# Label of a posting that belongs to none of the 13, such as medicine or product management.
OTHER = "other"
# Label of a posting that states no occupation, where none was coded.
UNKNOWN = "unknown"
BLOCKS = ("top5", "next5", "bottom3")

_KEY = pa.Check.str_matches(r"^[a-z]+(_[a-z]+)*$")
_WORDS = pa.Check.str_matches(r"^\S(.*\S)?$")
_SHARE = pa.Check.in_range(0, 1)

_NUMBERS = ("printed_lower_2022", "printed_upper_2022", "exposure_2022", "exposure_2024", "change")

REPORT_CATEGORIES_SCHEMA = pa.DataFrameSchema(
    {
        "category": pa.Column(str, _KEY, unique=True),
        "name_zh": pa.Column(str, _WORDS, unique=True),
        "order_2022": pa.Column(int, pa.Check.in_range(1, 13), unique=True),
        "block": pa.Column(str, pa.Check.isin(BLOCKS)),
        "printed_lower_2022": pa.Column(float, _SHARE, nullable=True),
        "printed_upper_2022": pa.Column(float, _SHARE, nullable=True),
        "exposure_2022": pa.Column(float, _SHARE, nullable=True),
        "exposure_2024": pa.Column(float, _SHARE, nullable=True),
        "change": pa.Column(float, pa.Check.in_range(-1, 1), nullable=True),
        "source": pa.Column(str, _WORDS),
    },
    strict=True,
)
CATEGORY_TERMS_SCHEMA = pa.DataFrameSchema(
    {
        "category": pa.Column(str, _KEY),
        "term": pa.Column(str, _WORDS),
        "weight": pa.Column(int, pa.Check.in_range(1, 5)),
        "where": pa.Column(str, pa.Check.isin(["title", "text"])),
        "reason": pa.Column(str, _WORDS),
    },
    unique=["term", "where"],
    strict=True,
)


def read_report_categories(path: Path | None = None) -> pd.DataFrame:
    """Read the 13 categories with what the report prints about their exposure.

    Returns
    -------
    pandas.DataFrame
        13 rows in the printed order. ``category`` (key), ``name_zh`` (as printed), ``order_2022``
        (place in the list of the report, which names each block from high to low as far as its
        values can be checked), ``block``; ``printed_lower_2022`` and ``printed_upper_2022`` (the
        strict bounds printed for the block, missing where none is printed); ``exposure_2024`` and
        ``change`` (printed for four categories), ``exposure_2022`` (their difference, so within
        0.01); ``source``. Indices in [0, 1].

    Raises
    ------
    DataError
        When the table breaks its contract.
    """
    path = path or current().table_file(REPORT_CATEGORIES)
    return read_csv(path, REPORT_CATEGORIES_SCHEMA)


def read_category_terms(path: Path | None = None) -> pd.DataFrame:
    """Read the rules of the coder.

    Returns
    -------
    pandas.DataFrame
        ``category`` (one of the 13 or 'other'), ``term``, ``weight`` (1 to 5), ``where`` ('title'
        or 'text'; term and where are the key), ``reason``.

    Raises
    ------
    DataError
        When the table breaks its contract.
    """
    path = path or current().table_file(CATEGORY_TERMS)
    return read_csv(path, CATEGORY_TERMS_SCHEMA)


def category_keys() -> list[str]:
    """Keys of the 13 categories in the printed order.

    Examples
    --------
    >>> category_keys()[0], len(category_keys())
    ('editing_translation', 13)
    """
    return read_report_categories()["category"].tolist()
