"""The k largest entries of each row of a sparse product, equal values by column."""

import numpy as np
import scipy.sparse as sp
from sparse_dot_topn import sp_matmul_topn

DECIMALS = (
    12  # similarities closer than this are equal; sums differ in the last bits with their order
)
SPARE = 6  # candidates beyond k that show whether a tie crosses the k-th place


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
