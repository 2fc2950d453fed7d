"""Occupation category of Chinese job postings, from the title and, failing that, the text.

The rules are a table (``data/taxonomy/category_terms_zh.csv``), not code: a term, the category it
speaks for, a weight from 1 to 5, and where it is looked for. In the title the heaviest term
decides, then the longest, then the last one. A title whose best term weighs 1 (a hint such as
'助理') or that holds no term leaves the choice to the text, where the weights of distinct terms
add up.
"""

from functools import lru_cache
from pathlib import Path

import pandas as pd
import polars as pl

from llmexposure.base.errors import DataError
from llmexposure.data.taxonomy.categories import (
    OTHER,
    category_keys,
    read_category_terms,
)
from llmexposure.postings.clean.text import texts
from llmexposure.postings.match.segment import simplified
from llmexposure.postings.match.titles import without_calls
from llmexposure.postings.occupation.terms import (
    best_term,
    find_terms,
    spelled,
    spelled_terms,
    without_remarks,
)

# Weight from which a term in the title settles the category.
DECISIVE = 2
# Duties come first in a posting; what follows is mostly requirements, benefits and the firm.
TEXT_LENGTH = 400
# Two pieces of evidence at least: one passing word does not name a category.
TEXT_THRESHOLD = 4


def code_categories(title: pd.Series, description: pd.Series | None = None) -> pd.Series:
    """Category of each posting.

    Parameters
    ----------
    title
        Job titles in Chinese, English or both; missing counts as empty.
    description
        Texts with the same index, looked at only where the title does not settle it.

    Returns
    -------
    pandas.Series
        Named ``category``, index of ``title``: one of the 13 keys of `read_report_categories`, or
        ``'other'`` where nothing fits.

    Raises
    ------
    DataError
        When title and description do not have the same index.

    Examples
    --------
    >>> code_categories(pd.Series(["高级Java开发工程师", "招聘外貿業務員", "牙科医生"])).tolist()
    ['software_hardware_rd', 'sales_business_development', 'other']
    """
    if description is not None and not title.index.equals(description.index):
        raise DataError(
            f"title has {len(title)} rows and description {len(description)}, or another index; "
            "give two columns of one table"
        )
    coded = _from_titles(texts(title))
    if description is not None:
        coded = _with_texts(coded, texts(description))
    return pd.Series(coded["category"].to_list(), index=title.index, name="category", dtype="str")


@lru_cache(maxsize=4)
def _terms(where: str, path: Path | None = None) -> pl.DataFrame:
    table = read_category_terms(path)
    chosen = table.loc[table["where"] == where, ["category", "term", "weight"]]
    return spelled_terms(pl.from_pandas(chosen))


def _from_titles(titles: pl.Series) -> pl.DataFrame:
    """Columns ``category`` and ``weight`` (0 where no term is found) of every title."""
    # Titles repeat a lot: each spelling is coded once.
    spellings = titles.unique(maintain_order=True)
    distinct = pl.DataFrame({"text": spellings, "title": without_calls(simplified(spellings))})
    coded = distinct.with_columns(_decide(distinct, without_remarks(pl.col("title"))))
    # Where the title proper says too little, the remarks may say it.
    vague = (pl.col("weight") < DECISIVE) & (without_remarks(pl.col("title")) != pl.col("title"))
    remarked = coded.filter(vague).select("text", "title")
    whole = remarked.with_columns(_decide(remarked, pl.col("title")))
    coded = pl.concat([coded.filter(vague.fill_null(False).not_()), whole])
    found = titles.to_frame("text").join(
        coded, on="text", how="left", maintain_order="left", nulls_equal=True
    )
    return found.select("category", "weight")


def _decide(titles: pl.DataFrame, part: pl.Expr) -> pl.DataFrame:
    """Columns ``category`` and ``weight`` of the term that decides in a part of each title."""
    spelling = titles.select(spelled(part)).to_series()
    best = best_term(find_terms(spelling, _terms("title"))).select("row", "category", "weight")
    rows = pl.select(pl.int_range(len(spelling), dtype=pl.UInt32).alias("row"))
    return rows.join(best, on="row", how="left", maintain_order="left").select(
        pl.col("category").fill_null(OTHER), pl.col("weight").fill_null(0)
    )


def _with_texts(coded: pl.DataFrame, descriptions: pl.Series) -> pl.DataFrame:
    """Let the text decide where the title does not."""
    rows = coded.with_columns(text=descriptions).with_row_index("row")
    undecided = rows.filter((pl.col("weight") < DECISIVE) & pl.col("text").is_not_null())
    best = _winners(_votes(undecided))
    joined = rows.join(best, on="row", how="left", maintain_order="left")
    return joined.select(pl.coalesce("winner", "category").alias("category"), "weight")


def _votes(undecided: pl.DataFrame) -> pl.DataFrame:
    """Weights of the distinct terms in the beginning of each text, and one for a hint."""
    begin = simplified(undecided["text"].str.slice(0, TEXT_LENGTH)).to_frame("text")
    hits = find_terms(begin.select(spelled(pl.col("text"))).to_series(), _terms("text"))
    numbers = undecided.select("row").with_row_index("place")
    found = (
        hits.unique(["row", "pattern"], maintain_order=True)
        .rename({"row": "place"})
        .join(numbers, on="place")
        .select("row", "category", "weight")
    )
    hints = undecided.filter(pl.col("weight") > 0).select("row", "category", "weight")
    return pl.concat([found, hints])


def _winners(votes: pl.DataFrame) -> pl.DataFrame:
    """Category with the largest sum of each ``row``, if it reaches the threshold.

    Ties go to the category that the report names first.
    """
    order = {key: place for place, key in enumerate([*category_keys(), OTHER])}
    sums = votes.group_by("row", "category").agg(pl.col("weight").sum())
    sums = sums.with_columns(place=pl.col("category").replace_strict(order, return_dtype=pl.Int64))
    ranked = sums.sort(["row", "weight", "place"], descending=[False, True, False])
    best = ranked.unique("row", keep="first", maintain_order=True)
    enough = best.filter(pl.col("weight") >= TEXT_THRESHOLD)
    return enough.select("row", pl.col("category").alias("winner"))
