"""Skills and roles found in postings: the curated lists, and all terms in one pass over each text."""

from functools import cache
from pathlib import Path

import pandas as pd
import pandera.pandas as pa
import polars as pl

from llmexposure.base.errors import DataError
from llmexposure.base.project import current, shown
from llmexposure.base.tables.schema import keyed, read_csv
from llmexposure.data.readers import columns as c
from llmexposure.postings.clean.text import texts
from llmexposure.postings.occupation.terms import find_terms, spelled, spelled_terms

SKILLS = "ai_skills"
DECOYS = "ai_skill_decoys"
ROLES = "ai_role_terms"

KINDS = ("language", "framework", "library", "network", "model", "method", "platform")
# Kinds that the printed lists hold: no method or general platform is among their twenty places.
PRINTED_KINDS = ("language", "framework", "library", "network", "model")

_WORDS = pa.Check.str_matches(r"^\S(.*\S)?$")
_ALIASES = pa.Column(str, _WORDS, nullable=True)
_SKILLS = keyed(
    {
        "skill": c.text(_WORDS),
        "kind": c.text(pa.Check.isin(KINDS)),
        "aliases_en": _ALIASES,
        "aliases_zh": _ALIASES,
    },
    ["skill"],
)
_DECOYS = keyed({"term": c.text(_WORDS), "reason": c.text(_WORDS)}, ["term"])
_ROLES = keyed(
    {
        "role": c.text(pa.Check.str_matches(r"^[a-z_]+$")),
        "where": c.text(pa.Check.isin(["title", "text"])),
        "term": c.text(_WORDS),
    },
    ["role", "where", "term"],
)


def skill_kinds(path: Path | None = None) -> dict[str, str]:
    """Skill to its kind.

    Examples
    --------
    >>> skill_kinds()["BERT"]
    'model'
    """
    path = path or current().table_file(SKILLS)
    return read_csv(path, _SKILLS).set_index("skill")["kind"].to_dict()


@cache
def skill_terms(skills: Path | None = None, decoys: Path | None = None) -> pl.DataFrame:
    """Every spelling of every skill, and the decoys, as they are looked for.

    Returns
    -------
    polars.DataFrame
        ``term``, ``skill`` (missing: a decoy, which hides the skills inside it), and what
        `postings.occupation.terms.spelled_terms` adds.

    Raises
    ------
    DataError
        When two skills share a spelling.
    """
    skills = skills or current().table_file(SKILLS)
    decoys = decoys or current().table_file(DECOYS)
    rows = pl.from_pandas(read_csv(skills, _SKILLS))
    words = pl.concat_str(
        pl.col("aliases_en"), pl.col("aliases_zh"), separator="|", ignore_nulls=True
    )
    named = rows.select("skill", term=words.str.split("|")).explode("term")
    lures = pl.from_pandas(read_csv(decoys, _DECOYS)).select(
        "term", skill=pl.lit(None, dtype=pl.String)
    )
    terms = spelled_terms(pl.concat([named.select("term", "skill"), lures]))
    twice = terms.filter(pl.col("pattern").is_duplicated())
    if twice.height:
        one = twice.row(0, named=True)
        raise DataError(
            f"{shown(skills)}: spelling '{one['term']}' stands for two entries; keep it in one of them"
        )
    return terms


@cache
def role_terms(path: Path | None = None) -> pl.DataFrame:
    """Terms that make a posting one of a role: ``role``, ``where`` (title or text), ``term``, ``pattern``."""
    path = path or current().table_file(ROLES)
    return spelled_terms(pl.from_pandas(read_csv(path, _ROLES)))


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
