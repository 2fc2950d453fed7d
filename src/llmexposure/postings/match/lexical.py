"""Matching by shared words, behind the one interface of every matcher."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import polars as pl
import scipy.sparse as sp

from llmexposure.base.errors import ParameterError
from llmexposure.postings.match.topk import top_k

Texts = Sequence[str | None] | pl.Series


@runtime_checkable
class Matcher(Protocol):
    """Finds the activities that a text is about.

    Attributes
    ----------
    activities
        Activity ids, sorted; column j of a match is ``activities[j]``.
    k
        Most activities returned for a text.
    """

    activities: tuple[str, ...]
    k: int

    def match(self, texts: Texts) -> sp.csr_matrix:
        """Similarities of the ``k`` nearest activities of each text.

        Returns
        -------
        scipy.sparse.csr_matrix
            Shape (texts, activities), float64, every stored value > 0. A row holds its activities
            best first, equal similarities by activity id; it is empty when nothing matches. A
            row depends on its own text only.
        """
        ...


def as_series(texts: Texts) -> pl.Series:
    """Texts as a polars String column; None becomes the empty string."""
    series = texts if isinstance(texts, pl.Series) else pl.Series("text", list(texts), pl.String)
    return series.cast(pl.String).fill_null("").rename("text")


Features = Callable[[pl.Series], sp.csr_matrix]


@dataclass(frozen=True)
class LexicalMatcher:
    """A `Matcher` over sparse features; no download, no randomness.

    Build one with `english_matcher` or `chinese_matcher`.

    Attributes
    ----------
    activities : tuple of str
        Sorted activity ids.
    features : callable
        Texts (polars String column) to a csr_matrix (texts, features) with rows of length one.
    index : csr_matrix, shape (features, activities)
        Columns of length one.
    k : int
        Most activities a text.
    floor : float
        Cosines up to this one are no match; what is below shares a word or two by accident.
    batch : int
        Texts worked on at a time; bounds the memory, changes no result.
    threads : int
    """

    activities: tuple[str, ...]
    features: Features
    index: sp.csr_matrix
    k: int = 10
    floor: float = 0.05
    batch: int = 20_000
    threads: int = 2

    def __post_init__(self) -> None:
        for name in ("k", "batch", "threads"):
            value = getattr(self, name)
            if value < 1:
                raise ParameterError(f"{name} of the matcher is {value}; expected 1 or more")

    def match(self, texts: Texts) -> sp.csr_matrix:
        """See `Matcher.match`."""
        series = as_series(texts)
        if len(series) == 0:
            return sp.csr_matrix((0, len(self.activities)))
        starts = range(0, len(series), self.batch)
        found = [self._batch(series.slice(start, self.batch)) for start in starts]
        return sp.vstack(found, format="csr") if len(found) > 1 else found[0]

    def _batch(self, texts: pl.Series) -> sp.csr_matrix:
        return top_k(self._features(texts), self.index, self.k, self.floor, self.threads)

    def _features(self, texts: pl.Series) -> sp.csr_matrix:
        """Features of one batch; polars lets threads run side by side."""
        if self.threads == 1 or len(texts) < 2 * self.threads:
            return self.features(texts)
        size = -(-len(texts) // self.threads)
        slices = [texts.slice(start, size) for start in range(0, len(texts), size)]
        with ThreadPoolExecutor(self.threads) as pool:
            return sp.vstack(list(pool.map(self.features, slices)), format="csr")
