"""A scorer built from the files that it rests on, with their hashes."""

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import polars as pl

from llmexposure.base.errors import SourceError
from llmexposure.base.project import table_file
from llmexposure.base.sources import locate
from llmexposure.base.sources.registry import load_registry
from llmexposure.data.readers.onet import SOURCE, read_alternate_titles
from llmexposure.data.taxonomy.categories import CATEGORY_TERMS
from llmexposure.exposure.measures import RATINGS
from llmexposure.postings.match.chinese import AD_SHARES, LEXICON, chinese_matcher
from llmexposure.postings.match.english import onet_matcher
from llmexposure.postings.match.lexical import Matcher
from llmexposure.postings.match.weights import aligned
from llmexposure.postings.occupation.english import MAJOR_GROUP_TERMS, title_dictionary
from llmexposure.postings.rate.summary import load_ratings
from llmexposure.postings.score.scorer import LANGUAGES, Scorer
from llmexposure.report.tables import load

# Name of the exposure when the ratings are the user's own.
OWN = "exposure"
_ONET_FILES = ("DWA_Reference.xlsx", "Tasks_to_DWAs.xlsx", "Task_Statements.xlsx")
_TITLES = "Alternate_Titles.xlsx"


@dataclass(frozen=True)
class Materials:
    """A scorer and what it was made of.

    Attributes
    ----------
    lexicons
        By language that the postings may have: sha256 by file name.
    ratings
        ``file``, ``sha256``, ``columns``, and how many ``activities`` there are and are ``rated``.
    coder
        sha256 by file name of the occupation coder's terms; empty when it is not used.
    """

    scorer: Scorer
    lexicons: dict[str, dict[str, str]]
    ratings: dict[str, Any]
    coder: dict[str, str]


def load_materials(
    language: str, ratings: Path | None, top_k: int, *, code_occupations: bool
) -> Materials:
    """Build the matchers of a language and align the ratings with them.

    Raises
    ------
    SourceError
        If O*NET's statements, which 'en' needs, are not on this machine. With 'auto' they are asked for
        at the first English posting, as there may be none.
    DataError
        If the ratings break their contract.
    """
    spoken = LANGUAGES if language == "auto" else (language,)
    matchers = {"zh": chinese_matcher(k=top_k, threads=1)} if "zh" in spoken else {}
    titles, absent = None, ""
    if "en" in spoken:
        try:
            matchers["en"], titles = _english(top_k, code_occupations=code_occupations)
        except SourceError as error:
            if language == "en":
                raise
            absent = str(error)
    table, columns = _ratings(ratings)
    arrays = {name: aligned(table, one.activities, columns) for name, one in matchers.items()}
    file = ratings or table_file("activities")
    return Materials(
        Scorer(language, matchers, arrays, tuple(columns), code_occupations, titles, absent),
        {name: _lexicon(name) for name in spoken},
        {
            "file": file.name,
            "sha256": file_hash(file),
            "columns": columns,
            **_covered(table, columns),
        },
        _coder(spoken) if code_occupations else {},
    )


def file_hash(path: Path) -> str:
    """Sha256 of a file of any size."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _english(top_k: int, *, code_occupations: bool) -> tuple[Matcher, pl.DataFrame | None]:
    """Matcher of English postings and, to code occupations, the dictionary of titles."""
    # One thread: the cores are shared out among processes.
    matcher = onet_matcher(k=top_k, threads=1)
    return matcher, _titles() if code_occupations else None


def _ratings(path: Path | None) -> tuple[pd.DataFrame, list[str]]:
    if path is None:
        return load("activities"), list(RATINGS)
    return load_ratings(path).rename(columns={"rating": OWN}), [OWN]


def _covered(table: pd.DataFrame, columns: list[str]) -> dict[str, int]:
    """How many activities there are, and how many have a rating."""
    known = load("activities")["dwa_id"]
    rated = table.loc[table[columns].notna().any(axis=1), "dwa_id"]
    return {"rated": int(known.isin(rated).sum()), "activities": len(known)}


def _titles() -> pl.DataFrame:
    return title_dictionary(read_alternate_titles(locate(SOURCE, _TITLES)))


def _coder(languages: Collection[str]) -> dict[str, str]:
    """Hashes of what occupations are coded with."""
    files = {"zh": CATEGORY_TERMS, "en": MAJOR_GROUP_TERMS}
    hashes = {files[name].name: file_hash(files[name]) for name in languages}
    if "en" in languages:
        hashes[_TITLES] = load_registry()[SOURCE].files[_TITLES].sha256
    return hashes


def _lexicon(language: str) -> dict[str, str]:
    if language == "zh":
        return {path.name: file_hash(path) for path in (LEXICON, AD_SHARES)}
    files = load_registry()[SOURCE].files
    return {name: files[name].sha256 for name in _ONET_FILES}
