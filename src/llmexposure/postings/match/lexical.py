"""Matching by shared words, behind the one interface of every matcher.

A match is a sparse matrix of similarities, texts by activities, with the k best of each text; equal ones are
ordered by column. Texts are counted a whole column at a time (`count_ids`).
"""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Protocol, TypedDict, runtime_checkable

import numpy as np
import polars as pl
import scipy.sparse as sp
from sparse_dot_topn import sp_matmul_topn

from llmexposure.base.errors import ParameterError

Texts = Sequence[str | None] | pl.Series
Features = Callable[[pl.Series], sp.csr_matrix]
# Similarities closer than this are equal; sums differ in the last bits with their order.
DECIMALS = 12
SPARE = 6  # candidates beyond k that show whether a tie crosses the k-th place


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

    @property
    def activities(self) -> tuple[str, ...]: ...  # noqa: D102

    @property
    def k(self) -> int: ...  # noqa: D102

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


class Options(TypedDict, total=False):
    """What those who build a `LexicalMatcher` hand on to it."""

    k: int
    floor: float
    batch: int
    threads: int


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


def top_k(
    query: sp.csr_matrix, index: sp.csr_matrix, k: int, floor: float = 0.0, threads: int = 1
) -> sp.csr_matrix:
    """Top k entries above ``floor`` of ``query @ index``, best first, ties by column.

    Parameters
    ----------
    query : csr_matrix, shape (texts, features)
    index : csr_matrix, shape (features, activities)
    k : int
    floor : float
        Entries up to this value are left out.
    threads : int

    Returns
    -------
    csr_matrix, shape (texts, activities)
        Values > 0 rounded to 12 decimals; rows in rank order, so indices are not sorted.
    """
    width = min(k + SPARE, index.shape[1])
    product = sp_matmul_topn(
        query, index, top_n=width, sort=True, threshold=floor or None, n_threads=threads
    )
    values, columns = _ranked(*_padded(product, width))
    if k < width < index.shape[1]:
        # Rare: more than SPARE activities share the k-th similarity, so some may be cut off.
        tied = np.flatnonzero((values[:, k - 1] > 0) & (values[:, -1] == values[:, k - 1]))
        full = top_k_dense((query[tied] @ index).toarray(), width)
        values[tied], columns[tied] = _padded(full, width)
    values = np.where(values > floor, values, 0)
    return from_ranked(values[:, :k], columns[:, :k], index.shape[1])


def top_k_dense(similarity: np.ndarray, k: int) -> sp.csr_matrix:
    """`top_k` of a similarity array that is there already, shape (texts, activities)."""
    columns = np.broadcast_to(np.arange(similarity.shape[1]), similarity.shape)
    values, order = _ranked(np.round(similarity.astype(float), DECIMALS), columns)
    return from_ranked(values[:, :k], order[:, :k], similarity.shape[1])


def from_ranked(values: np.ndarray, columns: np.ndarray, n_columns: int) -> sp.csr_matrix:
    """CSR matrix of ranked values (rows, k) and their columns; values <= 0 are left out."""
    positive = values > 0
    indptr = np.concatenate([[0], np.cumsum(positive.sum(axis=1))])
    shape = (len(values), n_columns)
    return sp.csr_matrix((values[positive], columns[positive].astype(np.int32), indptr), shape)


def ranked(match: sp.csr_matrix, k: int) -> tuple[np.ndarray, np.ndarray]:
    """Values and columns, both (rows, k), of a match in rank order; 0 and -1 where there are fewer."""
    values, columns = _padded(match, k)
    return values, np.where(values > 0, columns, -1)


def _padded(match: sp.csr_matrix, width: int) -> tuple[np.ndarray, np.ndarray]:
    """Rows as arrays of equal width, values rounded, filled with 0 beyond their end."""
    counts = np.minimum(np.diff(match.indptr), width)
    take = match.indptr[:-1, None] + np.arange(width)
    there = np.arange(width) < counts[:, None]
    values, columns = np.zeros(take.shape), np.zeros(take.shape, dtype=np.int64)
    values[there] = np.round(match.data[take[there]], DECIMALS)
    columns[there] = match.indices[take[there]]
    return values, columns


def _ranked(values: np.ndarray, columns: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    order = np.lexsort((columns, -values), axis=-1)
    return np.take_along_axis(values, order, 1), np.take_along_axis(columns, order, 1)


def count_ids(found: pl.Series, id_of: Callable[[str], int], width: int) -> sp.csr_matrix:
    """Count matrix of lists of strings; ``id_of`` maps a string to a column, or to -1."""
    lengths = found.list.len().to_numpy().astype(np.int64)
    flat = found.filter(found.list.len() > 0).explode()
    # A category set of its own for each batch: polars' global one would grow with the data.
    coded = flat.cast(pl.Categorical(pl.Categories.random()))
    codes, distinct = coded.to_physical().to_numpy(), coded.unique()
    columns = np.full(codes.max(initial=0) + 1, -1, dtype=np.int32)
    columns[distinct.to_physical().to_numpy()] = [id_of(word) for word in distinct.cast(pl.String)]
    return count_codes(columns[codes], lengths, width)


def count_codes(codes: np.ndarray, lengths: np.ndarray, width: int) -> sp.csr_matrix:
    """Count matrix of columns written row after row; a negative code counts nowhere.

    Examples
    --------
    >>> count_codes(np.array([1, -1, 1, 0]), np.array([3, 0, 1]), 2).toarray().tolist()
    [[0.0, 2.0], [0.0, 0.0], [1.0, 0.0]]
    """
    known = codes >= 0
    kept = np.concatenate([[0], np.cumsum(known)])
    indptr = kept[np.concatenate([[0], np.cumsum(lengths)])].astype(np.int32)
    shape = (len(lengths), width)
    counts = sp.csr_matrix((np.ones(indptr[-1]), codes[known].astype(np.int32), indptr), shape)
    counts.sum_duplicates()
    return counts


def unit_rows(weighted: sp.csr_matrix) -> sp.csr_matrix:
    """The same matrix with rows of length one, in place; empty rows stay so.

    What `sklearn.preprocessing.normalize` does. Loading scikit-learn takes two seconds, which each process
    that scores would spend for this alone.

    Examples
    --------
    >>> unit_rows(sp.csr_matrix([[3.0, 4.0], [0.0, 0.0]])).toarray().tolist()
    [[0.6, 0.8], [0.0, 0.0]]
    """
    rows = np.repeat(np.arange(weighted.shape[0]), np.diff(weighted.indptr))
    # Added up one after the other, as scikit-learn does: the same digits.
    squares = np.bincount(rows, weighted.data * weighted.data, weighted.shape[0])
    weighted.data /= np.sqrt(squares)[rows]
    return weighted


def beside(left: sp.csr_matrix, right: sp.csr_matrix) -> sp.csr_matrix:
    """Columns of ``right`` after those of ``left``; what `scipy.sparse.hstack` gives, in less time.

    Examples
    --------
    >>> import scipy.sparse as sp
    >>> beside(sp.csr_matrix([[1], [0]]), sp.csr_matrix([[2], [3]])).toarray().tolist()
    [[1.0, 2.0], [0.0, 3.0]]
    """
    from_left = np.arange(left.nnz) + np.repeat(right.indptr[:-1], np.diff(left.indptr))
    from_right = np.arange(right.nnz) + np.repeat(left.indptr[1:], np.diff(right.indptr))
    data, indices = np.empty(left.nnz + right.nnz), np.empty(left.nnz + right.nnz, np.int32)
    data[from_left], data[from_right] = left.data, right.data
    indices[from_left], indices[from_right] = left.indices, right.indices + left.shape[1]
    shape = (left.shape[0], left.shape[1] + right.shape[1])
    return sp.csr_matrix((data, indices, left.indptr + right.indptr), shape)
