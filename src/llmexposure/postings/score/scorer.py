"""Exposure of one batch of validated postings: the function that every engine calls.

A row's result depends on that row, the lexicon and the ratings only. Batches, processes and clusters
therefore change nothing in it.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
import polars as pl
import scipy.sparse as sp

from llmexposure.data.taxonomy.categories import OTHER
from llmexposure.postings.clean.text import texts
from llmexposure.postings.contract import COLUMNS
from llmexposure.postings.match.languages import languages
from llmexposure.postings.match.lexical import Matcher
from llmexposure.postings.match.segment import Language, posting_texts
from llmexposure.postings.match.weights import score, weights
from llmexposure.postings.occupation.chinese import code_categories
from llmexposure.postings.occupation.codes import TELEWORK, Coding
from llmexposure.postings.occupation.english import code_major_groups

# Columns of the contract that are handed on: all but the text.
KEPT = tuple(name for name in COLUMNS if name not in ("title", "description"))
# Digits of similarities and exposures: far beyond what ratings tell, and short of the digits in
# which machines differ.
DIGITS = 6
# Languages that there is a matcher of.
LANGUAGES: tuple[Language, ...] = ("zh", "en")


@dataclass(frozen=True)
class Scorer:
    """All that scoring needs besides the postings.

    Attributes
    ----------
    language
        'zh', 'en' or 'auto' (each posting by itself, `match.languages`).
    matchers
        By language.
    ratings
        By language: shape (activities of the matcher, columns), NaN where missing.
    columns
        Names of the exposures.
    code_occupations
        Whether a missing occupation is coded: of Chinese postings into the categories of the source
        report, from title and text; of English ones into SOC major groups (``15-0000``), from the title;
        in other languages it stays missing.
    titles
        Dictionary of English titles (`postings.occupation.english.title_dictionary`), for that.
    digits
        Decimals of the exposures.
    """

    language: str
    matchers: Mapping[str, Matcher]
    ratings: Mapping[str, np.ndarray]
    columns: tuple[str, ...]
    code_occupations: bool = False
    titles: pl.DataFrame | None = None
    digits: int = DIGITS


@dataclass(frozen=True)
class CodeScorer:
    """What scoring by occupation codes needs: the coding. It is used in place of a `Scorer`."""

    coding: Coding
    digits: int = DIGITS

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the exposures."""
        return tuple(name for name in self.coding.scores if name != TELEWORK)


def score_rows(postings: pd.DataFrame, scorer: Scorer | CodeScorer) -> pl.DataFrame:
    """Exposure of each posting, without its text.

    Parameters
    ----------
    postings
        Valid rows of a batch (`postings.validate_batch`).
    scorer
        Matchers and ratings, or a coding of occupations.

    Returns
    -------
    polars.DataFrame
        `KEPT` columns (with ``occupation_coded`` when occupations are coded), ``language``,
        ``n_activities`` matched (missing in another language than Chinese and English),
        ``similarity`` and id (``top_activity``) of the nearest, and one exposure in [0, 1] a rating;
        missing where nothing rated is matched. By occupation codes: `KEPT` columns, ``occupation`` being the
        code in its usual form, ``occupation_known`` and the exposures. Rows in their order.
    """
    if isinstance(scorer, CodeScorer):
        return _by_code(postings, scorer)
    titles, descriptions = texts(postings["title"]), texts(postings["description"])
    spoken = _spoken(titles, descriptions, scorer)
    found = [
        _matched(titles, descriptions, rows, language, scorer)
        for language in LANGUAGES
        if len(rows := (spoken == language).arg_true())
    ]
    kept = _kept(postings, spoken, scorer).with_columns(language=spoken)
    scored = (
        pl.concat([_none(scorer, ~spoken.is_in(LANGUAGES)), *found]).sort("place").drop("place")
    )
    return pl.concat([kept, scored], how="horizontal")


def _by_code(postings: pd.DataFrame, scorer: CodeScorer) -> pl.DataFrame:
    columns = {name: _column(postings[name]) for name in KEPT}
    found = scorer.coding.lookup(columns.pop("occupation"))
    exposures = [pl.col(name).round(scorer.digits) for name in scorer.columns]
    kept = pl.DataFrame(columns).hstack(found.select("occupation"))
    order = [*KEPT, "occupation_known", *scorer.columns]
    return kept.hstack(found.select("occupation_known", *exposures)).select(order)


def _spoken(titles: pl.Series, descriptions: pl.Series, scorer: Scorer) -> pl.Series:
    if scorer.language == "auto":
        return languages(titles, descriptions)
    return pl.repeat(scorer.language, len(titles), dtype=pl.String, eager=True)


def _matched(
    titles: pl.Series, descriptions: pl.Series, rows: pl.Series, language: Language, scorer: Scorer
) -> pl.DataFrame:
    """Results of the rows of one language, with their ``place`` in the batch."""
    matcher = scorer.matchers[language]
    wanted = posting_texts(titles.gather(rows), descriptions.gather(rows), language)
    match = matcher.match(wanted)
    exposure = np.round(score(weights(match), scorer.ratings[language]), scorer.digits)
    table = {"place": rows.cast(pl.UInt32), **_nearest(match, matcher.activities)}
    table |= {name: _floats(exposure[:, j]) for j, name in enumerate(scorer.columns)}
    return pl.DataFrame(table)


def _nearest(match: sp.csr_matrix, activities: tuple[str, ...]) -> dict[str, pl.Series]:
    """Number of activities, and the similarity and id of the first; missing in an empty row."""
    counts = np.diff(match.indptr)
    filled = counts > 0
    first = match.indptr[:-1][filled]
    similarity = np.full(len(counts), np.nan)
    similarity[filled] = np.round(match.data[first], DIGITS)
    column = np.full(len(counts), -1, dtype=np.int64)
    column[filled] = match.indices[first]
    names = pl.Series(activities, dtype=pl.String)
    place = pl.Series(column).cast(pl.Int64)
    return {
        "n_activities": pl.Series(counts).cast(pl.Int32),
        "similarity": _floats(similarity),
        "top_activity": names.gather(place.set(place < 0, None)),
    }


def _floats(values: np.ndarray) -> pl.Series:
    return pl.Series(values, dtype=pl.Float64).fill_nan(None)


def _none(scorer: Scorer, others: pl.Series) -> pl.DataFrame:
    """Results of rows in other languages: nothing but their place."""
    kinds = {"n_activities": pl.Int32, "similarity": pl.Float64, "top_activity": pl.String}
    kinds |= dict.fromkeys(scorer.columns, pl.Float64)
    empty = [pl.lit(None, kind).alias(name) for name, kind in kinds.items()]
    return pl.DataFrame({"place": others.arg_true().cast(pl.UInt32)}).with_columns(empty)


def _kept(postings: pd.DataFrame, spoken: pl.Series, scorer: Scorer) -> pl.DataFrame:
    columns = {name: _column(postings[name]) for name in KEPT}
    if scorer.code_occupations:
        occupation = columns.pop("occupation")
        missing = occupation.is_null() & spoken.is_in(LANGUAGES)
        coded = _coded(postings, missing, spoken, scorer.titles)
        filled = pl.select(pl.when(missing).then(coded).otherwise(occupation)).to_series()
        order = {"posting_id": columns.pop("posting_id"), "occupation": filled}
        columns = {**order, "occupation_coded": missing, **columns}
    return pl.DataFrame(columns)


def _column(values: pd.Series) -> pl.Series:
    if values.name == "date":
        return pl.Series(values.to_numpy()).cast(pl.Date)
    if values.dtype == "float64":
        return _floats(values.to_numpy())
    if values.dtype == "Int64":
        return pl.Series(values.to_numpy(dtype=object, na_value=None).tolist(), dtype=pl.Int64)
    return texts(values)


def _coded(
    postings: pd.DataFrame, missing: pl.Series, spoken: pl.Series, titles: pl.DataFrame | None
) -> pl.Series:
    """Code of the rows without an occupation, by their language; missing in the others."""
    coded = pl.repeat(None, len(missing), dtype=pl.String, eager=True)
    for language in LANGUAGES:
        rows = (missing & (spoken == language)).arg_true()
        if len(rows):
            chosen = postings.iloc[rows.to_numpy()]
            coded = coded.scatter(rows, texts(_codes(chosen, language, titles)))
    return coded


def _codes(chosen: pd.DataFrame, language: str, titles: pl.DataFrame | None) -> pd.Series:
    if language == "zh":
        return code_categories(chosen["title"], chosen["description"])
    return (code_major_groups(chosen["title"], titles) + "-0000").fillna(OTHER)
