"""SOC major group of English job titles, by dictionary and by terms of our own.

O*NET's alternate titles (the committed table ``alternate_titles``) are the dictionary: first the whole
title, then the longest dictionary title inside it. What is left, or everything without a dictionary,
is decided by ``data/taxonomy/major_group_terms_en.csv``.
"""

from functools import lru_cache
from pathlib import Path

import pandas as pd
import pandera.pandas as pa
import polars as pl

from llmexposure.base.project import current
from llmexposure.base.tables.schema import read_csv
from llmexposure.data.taxonomy.groups import major_group
from llmexposure.postings.clean.text import texts
from llmexposure.postings.match.titles import without_calls
from llmexposure.postings.occupation.terms import (
    best_term,
    find_terms,
    spelled,
    spelled_terms,
    without_remarks,
)

MAJOR_GROUP_TERMS = "major_group_terms_en"
ALTERNATE_TITLES = "alternate_titles"
MAJOR_GROUP_TERMS_SCHEMA = pa.DataFrameSchema(
    {
        "major_group": pa.Column(str, pa.Check.str_matches(r"^\d{2}$")),
        "term": pa.Column(str, pa.Check.str_matches(r"^[a-z0-9]+( [a-z0-9]+)*$"), unique=True),
        "weight": pa.Column(int, pa.Check.in_range(1, 4)),
        "reason": pa.Column(str, pa.Check.str_matches(r"^\S(.*\S)?$")),
    },
    strict=True,
)

# Weight of what the dictionary says, by how many words at the end of a title say it: whole titles
# outrank our terms (weights 1 to 4), their last two words stand beside our lines of work, and the
# last word decides only where our terms are silent or name no more than a field.
_TITLE_WEIGHT = 5
# Whole titles of one word are too broad to outrank; they count among the endings.
_WORDS = 2
_ENDINGS = {2: 3, 1: 2}
# Share of the dictionary titles with the same ending that must belong to one major group.
_CLEAR = 0.5
_RANK = r" (senior|sr|junior|jr|lead|entry level|trainee|intern|i|ii|iii|iv) "


def read_major_group_terms(path: Path | None = None) -> pd.DataFrame:
    """Read our terms: ``major_group`` (two digits), ``term`` (key), ``weight`` (1-4), ``reason``.

    Raises
    ------
    DataError
        When the table breaks its contract.
    """
    path = path or current().table_file(MAJOR_GROUP_TERMS)
    return read_csv(path, MAJOR_GROUP_TERMS_SCHEMA)


def code_major_groups(title: pd.Series, dictionary: pl.DataFrame | None = None) -> pd.Series:
    """SOC 2018 major group of each English job title.

    Parameters
    ----------
    title
        Job titles; missing counts as empty.
    dictionary
        From `title_dictionary`; without it only our own terms decide, which is less exact.

    Returns
    -------
    pandas.Series
        Named ``major_group``, index of ``title``: two digits as text, missing where nothing fits.

    Examples
    --------
    >>> titles = pd.Series(["Senior Software Engineer", "Now hiring: Registered Nurse"])
    >>> code_major_groups(titles).tolist()
    ['15', '29']
    """
    titles = texts(title)
    distinct = titles.unique(maintain_order=True).to_frame("text")
    called = without_calls(distinct["text"]).to_frame("text")
    plain = called.select(_plain(pl.col("text"))).to_series()
    best = best_term(find_terms(plain, _own_terms() if dictionary is None else dictionary))
    coded = (
        distinct.with_row_index("row")
        .join(best.select("row", "major_group"), on="row", how="left", maintain_order="left")
        .drop("row")
    )
    found = titles.to_frame("text").join(
        coded, on="text", how="left", maintain_order="left", nulls_equal=True
    )
    return pd.Series(
        found["major_group"].to_list(), index=title.index, name="major_group", dtype="str"
    )


def _plain(text: pl.Expr) -> pl.Expr:
    """Spelling without remarks, punctuation and words of rank, which belong to any group."""
    words = spelled(without_remarks(text)).str.replace_all(r"[^a-z0-9]+", " ")
    # Twice, because two ranks in a row share the space between them.
    return words.str.replace_all(_RANK, " ").str.replace_all(_RANK, " ")


def title_dictionary(alternate_titles: pd.DataFrame) -> pl.DataFrame:
    """Terms to look for: our own, then O*NET's titles; of the same term the first source speaks.

    Parameters
    ----------
    alternate_titles
        Committed table of that name: ``onet_soc``, ``alternate_title``.

    Returns
    -------
    polars.DataFrame
        ``pattern``, ``length`` (letters), ``weight`` and ``major_group``, for `code_major_groups`.
    """
    titles = pl.DataFrame(
        {
            "pattern": alternate_titles["alternate_title"].to_list(),
            "major_group": major_group(alternate_titles["onet_soc"]).to_list(),
        },
        schema={"pattern": pl.String, "major_group": pl.String},
    ).with_columns(_plain(pl.col("pattern")))
    whole = titles.filter(pl.col("pattern").str.count_matches(" ") > _WORDS)
    parts = [_own_terms(), _clear(whole, _TITLE_WEIGHT)]
    for words, weight in _ENDINGS.items():
        ending = pl.col("pattern").str.extract(rf"((?: \w+){{{words}}} )$")
        parts.append(_clear(titles.with_columns(ending).drop_nulls("pattern"), weight))
    return pl.concat(parts).unique("pattern", keep="first", maintain_order=True)


@lru_cache(maxsize=1)
def _own_terms() -> pl.DataFrame:
    table = read_major_group_terms()[["major_group", "term", "weight"]]
    return spelled_terms(pl.from_pandas(table)).select("pattern", "length", "weight", "major_group")


def _clear(titles: pl.DataFrame, weight: int) -> pl.DataFrame:
    """Patterns most of whose titles belong to one major group."""
    counts = titles.group_by("pattern", "major_group").len()
    share = pl.col("len") / pl.col("len").sum().over("pattern")
    letters = pl.col("pattern").str.count_matches(r"\w")
    return (
        counts.filter(share > _CLEAR)
        .select(
            "pattern",
            (letters // 2).cast(pl.Int64).alias("length"),
            pl.lit(weight, pl.Int64).alias("weight"),
            "major_group",
        )
        .sort("pattern")
    )
