"""Skills and roles found in postings, all terms in one pass over each text."""

import pandas as pd
import polars as pl

from llmexposure.postings.occupation.term_match import find_terms
from llmexposure.postings.occupation.titles import spelled, texts
from llmexposure.postings.skills.lexicon import role_terms, skill_terms


def _read(column: pd.Series) -> pl.Series:
    return texts(column).to_frame().select(spelled(pl.col("text")))["text"]


def find_skills(text: pd.Series) -> pd.DataFrame:
    """Distinct skills that each text names.

    Latin spellings count as whole words ('C' is not found in 'CNN', nor 'Java' in 'JavaScript'),
    Chinese ones wherever they stand, full-width letters as plain ones. What lies inside a decoy does
    not count ('C端' is a kind of business).

    Returns
    -------
    pandas.DataFrame
        ``row`` (position of the text, from 0), ``skill``; sorted, unique.

    Examples
    --------
    >>> find_skills(pd.Series(["熟悉C/C++及ＰｙＴｏｒｃｈ框架", "负责C端产品"]))["skill"].tolist()
    ['C/C++', 'PyTorch']
    """
    hits = find_terms(_read(text), skill_terms()).filter(pl.col("skill").is_not_null())
    return hits.select("row", "skill").unique().sort("row", "skill").to_pandas()


def find_roles(title: pd.Series, text: pd.Series) -> pd.DataFrame:
    """Roles that each posting counts for, by terms of its title or of its text; it may have several.

    Returns
    -------
    pandas.DataFrame
        ``row`` (position, from 0), ``role``; sorted, unique.

    Examples
    --------
    >>> find_roles(pd.Series(["NLP算法工程师"]), pd.Series([""]))["role"].tolist()
    ['ai_algorithms', 'natural_language_processing']
    """
    found = []
    for where, column in (("title", title), ("text", text)):
        read = _read(column)
        # A term within a longer one of another role still makes its own role: no outermost rule.
        for (role,), terms in role_terms().filter(pl.col("where") == where).group_by("role"):
            hit = read.str.contains_any(terms["pattern"].to_list())
            found.append(pl.DataFrame({"row": hit.arg_true()}).with_columns(role=pl.lit(role)))
    return pl.concat(found).sort("row", "role").to_pandas()
