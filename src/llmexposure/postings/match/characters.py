"""Pairs of neighbouring characters, found for a whole column at once with numpy.

Text is looked at as UTF-32 code points. Only characters of the vocabulary have a number, so a pair is
one look-up in a square table; anything else (punctuation, line breaks, unknown characters) breaks it.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import polars as pl
import scipy.sparse as sp

from llmexposure.postings.match.words import count_codes

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
