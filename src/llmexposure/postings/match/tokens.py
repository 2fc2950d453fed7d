"""English words and Chinese character pairs of whole columns of texts, counted at once.

Tokens follow scikit-learn: lower case, runs of two or more word characters. A light stemmer joins
inflected forms; only the distinct words of a batch go through it.

Text is looked at as UTF-32 code points. Only characters of the vocabulary have a number, so a pair is
one look-up in a square table; anything else (punctuation, line breaks, unknown characters) breaks it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import polars as pl
import scipy.sparse as sp

# The same words as scikit-learn's default, (?u)\b\w\w+\b: a run of word characters ends where no more
# follow. Without \b, Rust's engine stays on its fast path outside ASCII.
TOKEN = r"\w\w+"
_SUFFIXES = (("sses", "ss"), ("ies", "y"), ("ing", ""), ("ed", ""), ("es", ""), ("s", ""))
_SHORTEST = 3  # letters that must remain


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


def count_ids(found: pl.Series, id_of, width: int) -> sp.csr_matrix:  # noqa: ANN001
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


PLANE = 2**16  # characters beyond the basic plane (emoji, rare ones) count as its last: unknown


@dataclass(frozen=True)
class Pairs:
    """A vocabulary of character pairs.

    Attributes
    ----------
    number : array, shape (65536,), uint16
        Number of each character, 0 for unknown.
    column : array, shape (characters + 1, characters + 1), int32
        Column of each pair, -1 for none.
    names : tuple of str
        The pairs, in column order.
    """

    number: np.ndarray
    column: np.ndarray
    names: tuple[str, ...]

    def count(self, texts: pl.Series) -> sp.csr_matrix:
        """How often each text has each pair; shape (texts, pairs)."""
        lengths = texts.str.len_chars().to_numpy().astype(np.int64) + 1
        joined = "\n".join(texts.to_list()) + "\n"  # a line break after each text breaks pairs
        points = np.frombuffer(joined.encode("utf-32-le"), dtype=np.uint32)
        numbers = self.number[np.minimum(points, PLANE - 1)]
        codes = np.append(self.column[numbers[:-1], numbers[1:]], np.int32(-1))
        return count_codes(codes, lengths, len(self.names))


def pairs_of(words: Iterable[str]) -> Pairs:
    """Vocabulary of all pairs of neighbouring characters in the words.

    Examples
    --------
    >>> import polars as pl
    >>> found = pairs_of(["写代码", "代码"])
    >>> found.names, found.count(pl.Series(["代码，写代码", ""])).toarray().tolist()
    (('代码', '写代'), [[2.0, 1.0], [0.0, 0.0]])
    """
    names = sorted({word[i : i + 2] for word in words for i in range(len(word) - 1)})
    names = [name for name in names if name.isalnum() and max(map(ord, name)) < PLANE]
    characters = sorted(set("".join(names)))
    number = np.zeros(PLANE, dtype=np.uint16)
    places = np.arange(1, len(characters) + 1)
    number[[ord(character.upper()[0]) for character in characters]] = places  # case does not count
    number[[ord(character) for character in characters]] = places
    column = np.full((len(characters) + 1,) * 2, -1, dtype=np.int32)
    for place, (first, second) in enumerate(names):
        column[number[ord(first)], number[ord(second)]] = place
    return Pairs(number, column, tuple(names))
