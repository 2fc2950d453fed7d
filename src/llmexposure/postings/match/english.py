"""English texts: words weighted by TF-IDF over one document an activity.

An activity's document is its title, counted twice, and the tasks that O*NET links to it, weighted as in
scikit-learn's ``TfidfVectorizer(analyzer=analyse)``. A text is weighted the same way, but with
1 + log(count) for the count: in a whole posting "and" stands eight times. Light weights are left out on
both sides; that halves the time and costs nothing that can be measured on O*NET's links.

Words are scikit-learn's: lower case, runs of two or more word characters. A light stemmer joins inflected
forms; only the distinct words of a batch go through it.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Unpack

import numpy as np
import pandas as pd
import polars as pl
import scipy.sparse as sp

from llmexposure.base.errors import DataError
from llmexposure.data.readers.onet import Statements
from llmexposure.postings.match.lexical import LexicalMatcher, Options, count_ids, unit_rows
from llmexposure.report.tables import load

# Committed tables that `statements` reads.
STATEMENTS = ("activity_titles", "task_activities", "tasks", "task_updates")

# The same words as scikit-learn's default, (?u)\b\w\w+\b: a run of word characters ends where no more
# follow. Without \b, Rust's engine stays on its fast path outside ASCII.
TOKEN = r"\w\w+"
_SUFFIXES = (("sses", "ss"), ("ies", "y"), ("ing", ""), ("ed", ""), ("es", ""), ("s", ""))
_SHORTEST = 3  # letters that must remain
TITLE_WEIGHT = 2  # times that the title counts beside the tasks
SMALLEST_WEIGHT = 0.03  # of an activity's document; documents have length one
# Of a text, or 1 / sqrt(distinct words), its mean weight, where that is less.
SMALLEST_OF_TEXT = 0.1


@dataclass(frozen=True)
class WordFeatures:
    """TF-IDF of a text's words over a fixed vocabulary, rows of length one."""

    vocabulary: Mapping[str, int]
    idf: np.ndarray

    def __call__(self, texts: pl.Series) -> sp.csr_matrix:
        """Features, shape (texts, vocabulary)."""
        weighted = count_words(texts, self.vocabulary)
        weighted.data = (1 + np.log(weighted.data)) * self.idf[weighted.indices]
        return without_light(unit_rows(weighted))


def analyse(text: str) -> list[str]:
    """Stems of a text, in order: what the polars tokeniser counts, one text at a time.

    Examples
    --------
    >>> analyse("Plans and prepares reports.")
    ['plan', 'and', 'prepar', 'report']
    """
    return [stem(word) for word in re.findall(TOKEN, text.lower())]


def without_light(weighted: sp.csr_matrix, smallest: float = SMALLEST_OF_TEXT) -> sp.csr_matrix:
    """Leave out the light words of each text; never all of them.

    Examples
    --------
    >>> import scipy.sparse as sp
    >>> without_light(sp.csr_matrix([[0.05, 0.9987]])).toarray().tolist()
    [[0.0, 0.9987]]
    """
    words = np.diff(weighted.indptr)
    limit = np.minimum(smallest, 1 / np.sqrt(np.maximum(words, 1)))
    # One part in 10^12 off: where all weights are equal, rounding must not drop them all.
    weighted.data[weighted.data < np.repeat(limit * (1 - 1e-12), words)] = 0
    weighted.eliminate_zeros()
    return weighted


def activity_documents(
    activities: pd.DataFrame,
    links: pd.DataFrame | None = None,
    tasks: pd.DataFrame | None = None,
    title_weight: int = TITLE_WEIGHT,
) -> pd.Series:
    """One document an activity: its title and, where given, the tasks linked to it.

    Parameters
    ----------
    activities : DataFrame
        ``dwa_id``, ``dwa_title`` (of `statements`, as the others).
    links, tasks : DataFrame, optional
        ``task_id``, ``dwa_id`` and ``task_id``, ``task``. Without them the titles stand alone.

    Returns
    -------
    Series of str, indexed by sorted ``dwa_id``
    """
    titles = activities.set_index("dwa_id")["dwa_title"].sort_index()
    if titles.index.has_duplicates:
        twice = titles.index[titles.index.duplicated()][0]
        raise DataError(f"activity {twice} has two titles; expected one row an activity")
    if links is None or tasks is None:
        return titles.rename("document")
    linked = links[["task_id", "dwa_id"]].drop_duplicates().merge(tasks, on="task_id")
    texts = linked.sort_values("task_id").groupby("dwa_id")["task"].agg(" ".join)
    repeated = titles.map(lambda title: " ".join([title] * title_weight))
    return (repeated + " " + texts.reindex(titles.index).fillna("")).rename("document")


def english_matcher(
    documents: pd.Series, smallest: float = SMALLEST_WEIGHT, **options: Unpack[Options]
) -> LexicalMatcher:
    """Matcher of English texts.

    Parameters
    ----------
    documents : Series of str, indexed by activity id
        From `activity_documents`.
    smallest : float
        Document weights below this are dropped; 0 keeps all.
    **options
        ``k``, ``floor``, ``batch``, ``threads`` of `LexicalMatcher`.

    Examples
    --------
    >>> import pandas as pd
    >>> documents = pd.Series({"a": "Write reports.", "b": "Drive trucks."})
    >>> english_matcher(documents).match(["report writing", "cooking"]).toarray().round(2).tolist()
    [[1.0, 0.0], [0.0, 0.0]]
    """
    from sklearn.feature_extraction.text import CountVectorizer, TfidfTransformer  # see `unit_rows`

    documents = documents.sort_index()
    counter = CountVectorizer(analyzer=analyse)
    tfidf = TfidfTransformer()
    weighted = tfidf.fit_transform(counter.fit_transform(documents))
    weighted.data[weighted.data < smallest] = 0
    weighted.eliminate_zeros()
    vocabulary = {word: int(column) for word, column in counter.vocabulary_.items()}
    return LexicalMatcher(
        tuple(documents.index),
        WordFeatures(vocabulary, tfidf.idf_),
        sp.csr_matrix(weighted.T),
        **options,
    )


def statements() -> Statements:
    """O*NET 29.3 from the committed tables: what `data.readers.onet.read_statements` reads upstream.

    The labelled tasks are of an older release, so what the newer one words otherwise or adds stands in a
    table of its own.

    Examples
    --------
    >>> found = statements()
    >>> len(found.activities), len(found.tasks), len(found.links)
    (2087, 18495, 23233)
    """
    columns = ["onet_soc", "task_id", "task"]
    tasks = pd.concat([load("task_updates"), load("tasks")[columns]]).drop_duplicates("task_id")
    links = load("task_activities")[["task_id", "dwa_id"]]
    linked = tasks[tasks["task_id"].isin(links["task_id"])]
    return Statements(
        load("activity_titles"),
        linked.sort_values(["onet_soc", "task_id"], ignore_index=True),
        links.drop_duplicates(ignore_index=True),
    )


def onet_matcher(**options: Unpack[Options]) -> LexicalMatcher:
    """The default English matcher: titles and all linked tasks of O*NET 29.3."""
    found = statements()
    documents = activity_documents(found.activities, found.links, found.tasks)
    return english_matcher(documents, **options)


@lru_cache(maxsize=2**17)
def stem(word: str) -> str:
    """Word without its inflection; a short rule of our own, no dictionary.

    Examples
    --------
    >>> [stem(word) for word in ("analyzes", "planning", "policies", "process", "prepared")]
    ['analyz', 'plan', 'policy', 'process', 'prepar']
    """
    for suffix, other in _SUFFIXES:
        if word.endswith(suffix) and len(word) - len(suffix) >= _SHORTEST:
            if suffix == "s" and word[-2] in "su":
                continue
            word = word[: -len(suffix)] + other
            doubled = suffix in ("ing", "ed") and word[-1] == word[-2] and word[-1] not in "lsz"
            return _without_e(word[:-1] if doubled else word)
    return _without_e(word)


def _without_e(word: str) -> str:
    return word[:-1] if word.endswith("e") and len(word) > _SHORTEST + 1 else word


def tokens(texts: pl.Series) -> pl.Series:
    """List of words of each text, in order."""
    return texts.str.to_lowercase().str.extract_all(TOKEN)


def count_words(texts: pl.Series, vocabulary: Mapping[str, int]) -> sp.csr_matrix:
    """How often each text has each stem of the vocabulary.

    Returns
    -------
    scipy.sparse.csr_matrix
        Shape (texts, vocabulary), float64, indices sorted.
    """
    found = tokens(texts)
    return count_ids(found, lambda word: vocabulary.get(stem(word), -1), len(vocabulary))
