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

from llmexposure.errors import DataError
from llmexposure.taxonomy.categories import CATEGORY_TERMS, OTHER, category_keys, read_category_terms
from llmexposure.taxonomy.term_match import best_term, find_terms, spelled_terms
from llmexposure.taxonomy.titles import spelled, without_remarks

# Weight from which a term in the title settles the category.
DECISIVE = 2
# Duties come first in a posting; what follows is mostly requirements, benefits and the firm.
TEXT_LENGTH = 400
# One passing word is not enough to name a category from the text alone.
TEXT_THRESHOLD = 2


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
    >>> code_categories(pd.Series(["高级Java开发工程师", "外贸业务员", "牙科医生"])).tolist()
    ['software_hardware_rd', 'sales_business_development', 'other']
    """
    if description is not None and not title.index.equals(description.index):
        raise DataError(
            f"title has {len(title)} rows and description {len(description)}, or another index; "
            "give two columns of one table"
        )
    coded = _from_titles(title)
    if description is not None:
        open_rows = ((coded["weight"] < DECISIVE) & description.notna()).to_numpy()
        if open_rows.any():
            coded.loc[open_rows, "category"] = _from_texts(
                description[open_rows], coded.loc[open_rows, "hint"]
            )
    return pd.Series(coded["category"].array, index=title.index, name="category", dtype="str")


@lru_cache(maxsize=4)
def _terms(where: str, path: Path = CATEGORY_TERMS) -> pl.DataFrame:
    table = read_category_terms(path)
    chosen = table.loc[table["where"] == where, ["category", "term", "weight"]]
    return spelled_terms(pl.from_pandas(chosen))


def _from_titles(title: pd.Series) -> pd.DataFrame:
    """Columns ``category``, ``weight`` (0 where no term is found) and ``hint`` of every title."""
    texts = pl.Series("title", title.astype("str").to_numpy(dtype=object, na_value=None), pl.String)
    # Titles repeat a lot: each spelling is coded once.
    distinct = pl.DataFrame({"title": texts.unique(maintain_order=True)})
    main = _decide(distinct.select(spelled(without_remarks(pl.col("title")))).to_series())
    whole = _decide(distinct.select(spelled(pl.col("title"))).to_series())
    settled = main["weight"] >= DECISIVE
    columns = {
        name: pl.select(pl.when(settled).then(main[name]).otherwise(whole[name])).to_series()
        for name in ("category", "weight")
    }
    coded = distinct.with_columns(**columns)
    found = pl.DataFrame({"title": texts}).join(
        coded, on="title", how="left", maintain_order="left", nulls_equal=True
    )
    hint = pl.when(pl.col("weight") > 0).then(pl.col("category")).alias("hint")
    return found.select("category", "weight", hint).to_pandas()


def _decide(text: pl.Series) -> pl.DataFrame:
    best = best_term(find_terms(text, _terms("title"))).select("row", "category", "weight")
    rows = pl.DataFrame({"row": pl.Series(range(len(text)), dtype=pl.UInt32)})
    return rows.join(best, on="row", how="left", maintain_order="left").with_columns(
        pl.col("category").fill_null(OTHER), pl.col("weight").fill_null(0)
    )


def _from_texts(text: pd.Series, hint: pd.Series) -> list[str]:
    """Category with the largest sum of weights of distinct terms; a hint of the title adds one."""
    begin = pl.Series(text.to_numpy(dtype=object), dtype=pl.String).str.slice(0, TEXT_LENGTH)
    spelling = begin.to_frame("text").select(spelled(pl.col("text"))).to_series()
    hits = find_terms(spelling, _terms("text")).unique(["row", "pattern"], maintain_order=True)
    hinted = pl.DataFrame({"category": hint.to_numpy(dtype=object, na_value=None)}).with_row_index(
        "row"
    )
    votes = pl.concat(
        [
            hits.select("row", "category", "weight"),
            hinted.drop_nulls().with_columns(weight=pl.lit(1, pl.Int64)),
        ]
    )
    return _winners(votes, hint)


def _winners(votes: pl.DataFrame, hint: pd.Series) -> list[str]:
    order = {key: place for place, key in enumerate([*category_keys(), OTHER])}
    sums = votes.group_by("row", "category").agg(pl.col("weight").sum())
    sums = sums.with_columns(place=pl.col("category").replace_strict(order, return_dtype=pl.Int64))
    best = sums.sort(["row", "weight", "place"], descending=[False, True, False]).unique(
        "row", keep="first", maintain_order=True
    )
    chosen = best.filter(pl.col("weight") >= TEXT_THRESHOLD)
    names = dict(zip(chosen["row"].to_list(), chosen["category"].to_list(), strict=True))
    fallback = hint.astype(object).where(hint.notna(), OTHER).tolist()
    return [names.get(row, left) for row, left in enumerate(fallback)]
