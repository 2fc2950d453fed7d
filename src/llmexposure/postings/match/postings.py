"""Exposure of postings: title and duties matched to activities, weighted, averaged."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pandas as pd
import polars as pl
import scipy.sparse as sp

from llmexposure.base.errors import DataError
from llmexposure.exposure.measures import RATINGS
from llmexposure.postings.match.headings import CHINESE_BENEFIT_CUES, TITLE_CALLS
from llmexposure.postings.match.lexical import Matcher
from llmexposure.postings.match.segment import Language, duty_column
from llmexposure.postings.match.weights import aligned, score, weights

_TITLE_NOISE = rf"{CHINESE_BENEFIT_CUES}|{TITLE_CALLS}"


def posting_texts(
    titles: pl.Series, descriptions: pl.Series, language: Language = "zh", threads: int = 2
) -> pl.Series:
    """What is matched: the title without its advertising, a line break, the duties.

    Ads name jobs rather than acts, and many state nothing but a title, so the title counts once,
    like a first sentence.
    """
    size = max(1, -(-len(descriptions) // threads))
    slices = [descriptions.slice(start, size) for start in range(0, len(descriptions), size)]
    with ThreadPoolExecutor(threads) as pool:
        found = list(pool.map(lambda part: duty_column(part, language), slices))
    duties = pl.concat(found) if found else descriptions
    clean = titles.fill_null("").str.replace_all(_TITLE_NOISE, " ")
    return (clean + "\n" + duties).rename("text")


def score_postings(
    postings: pd.DataFrame,
    matcher: Matcher,
    ratings: pd.DataFrame,
    language: Language = "zh",
    columns: list[str] = RATINGS,
) -> pd.DataFrame:
    """Exposure of each posting by every rating.

    Parameters
    ----------
    postings : DataFrame
        ``posting_id``, ``title``, ``description``; other columns are left alone.
    matcher : Matcher
    ratings : DataFrame
        ``dwa_id`` and one column a rating (`load("activities")`).
    language : 'zh', 'en' or 'auto'
    columns : list of str
        Ratings to use; all six by default.

    Returns
    -------
    DataFrame
        ``posting_id``, ``n_activities`` matched, ``similarity`` of the nearest (NaN when none), and
        one exposure in [0, 1] a rating, NaN when nothing rated is matched. Same order and index.
    """
    absent = [name for name in ("posting_id", "title", "description") if name not in postings]
    if absent:
        raise DataError(f"postings lack column {absent[0]!r}; they have {', '.join(postings)}")
    titles, descriptions = (_column(postings[name]) for name in ("title", "description"))
    match = matcher.match(posting_texts(titles, descriptions, language))
    exposure = score(weights(match), aligned(ratings, matcher.activities, columns))
    known = {
        "posting_id": postings["posting_id"].to_numpy(),
        "n_activities": np.diff(match.indptr),
        "similarity": _nearest(match),
    }
    return pd.DataFrame(
        {**known, **dict(zip(columns, exposure.T, strict=True))}, index=postings.index
    )


def _column(values: pd.Series) -> pl.Series:
    """Text column for polars; a missing cell is empty."""
    return pl.Series("text", values.fillna("").astype(str).tolist(), dtype=pl.String)


def _nearest(match: sp.csr_matrix) -> np.ndarray:
    """Largest similarity of each row, the first stored; NaN in an empty row."""
    nearest = np.full(match.shape[0], np.nan)
    filled = np.diff(match.indptr) > 0
    nearest[filled] = match.data[match.indptr[:-1][filled]]
    return nearest
