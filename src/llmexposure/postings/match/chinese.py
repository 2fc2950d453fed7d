"""Chinese texts: terms of the activity lexicon, and character pairs of its titles and terms.

Terms are found by one pass of an Aho-Corasick automaton, longest first, so that one stretch of text
counts once. Pairs carry what the terms miss (another word order, a word between). Both are weighted by
log(1 / share of ads) on the side of the text and by inverse document frequency over activities on the
other: a phrase of every ad (需求分析) or of many activities (管理) weighs little.

Pairs are looked for in UTF-32 code points. Only characters of the vocabulary have a number, so a pair is one
look-up in a square table; anything else (punctuation, line breaks, unknown characters) breaks it.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Unpack

import numpy as np
import pandas as pd
import polars as pl
import scipy.sparse as sp

from llmexposure.base.errors import DataError
from llmexposure.base.project import current, shown
from llmexposure.postings.match.lexical import (
    LexicalMatcher,
    Options,
    beside,
    count_codes,
    count_ids,
    unit_rows,
)

LEXICON = "activities_zh"
AD_SHARES = "ad_shares_zh"
PLANE = 2**16  # characters beyond the basic plane (emoji, rare ones) count as its last: unknown
TERM_WEIGHT = 2.0  # a term says more than the pairs that it is made of
RAREST = 1e-3  # shares of ads are smoothed by this; no weight is above log(1001)


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


@dataclass(frozen=True)
class ChineseFeatures:
    """Weighted terms and pairs of a text, rows of length one."""

    terms: tuple[str, ...]
    pairs: Pairs
    rarity: np.ndarray

    @cached_property
    def _columns(self) -> dict[str, int]:
        return {term: column for column, term in enumerate(self.terms)}

    @cached_property
    def _patterns(self) -> pl.Expr:
        # The automaton prefers the pattern that comes first, so the longest come first.
        longest_first = sorted(self.terms, key=lambda term: (-len(term), term))
        return pl.lit(pl.Series(longest_first).implode())

    def counts(self, texts: pl.Series) -> sp.csr_matrix:
        """Plain counts, shape (texts, terms + pairs)."""
        lower = texts.str.to_lowercase().rename("text")
        hits = lower.to_frame().select(
            pl.col("text").str.extract_many(self._patterns, leftmost=True)
        )
        found = count_ids(hits.to_series(), self._columns.__getitem__, len(self.terms))
        return sp.hstack([found, self.pairs.count(lower)], format="csr")

    def __call__(self, texts: pl.Series) -> sp.csr_matrix:
        """Features, shape (texts, terms + pairs)."""
        weighted = self.counts(texts)
        # 1 + log(count): the tenth mention adds less than the first.
        weighted.data = (1 + np.log(weighted.data)) * self.rarity[weighted.indices]
        return unit_rows(weighted)

    @property
    def names(self) -> pd.MultiIndex:
        """``kind`` ('term' or 'pair') and ``feature`` of each column."""
        names = [("term", term) for term in self.terms]
        names += [("pair", pair) for pair in self.pairs.names]
        return pd.MultiIndex.from_tuples(names, names=["kind", "feature"])


def read_lexicon(path: Path | None = None) -> pd.DataFrame:
    """Lexicon: ``dwa_id`` (sorted, unique), ``title_zh``, ``terms`` (list of str, lower case).

    Raises
    ------
    DataError
        If an activity stands twice, or has no title or no terms.
    """
    path = path or current().table_file(LEXICON)
    table = pd.read_csv(path, dtype=str).sort_values("dwa_id", ignore_index=True)
    for column in ("dwa_id", "title_zh", "terms_zh"):
        if column not in table or table[column].isna().any():
            raise DataError(f"{shown(path)}: column {column!r} is absent or has empty cells")
    if table["dwa_id"].duplicated().any():
        twice = table["dwa_id"][table["dwa_id"].duplicated()].iloc[0]
        raise DataError(f"{shown(path)}: activity {twice} stands twice; expected one row each")
    terms = table["terms_zh"].str.lower().str.split("|")
    return table[["dwa_id", "title_zh"]].assign(terms=terms)


def read_ad_shares(path: Path | None = None) -> pd.Series:
    """Share of real ads with each term or pair, mean of five boards; indexed by kind and feature."""
    path = path or current().table_file(AD_SHARES)
    table = pd.read_csv(path, keep_default_na=False, dtype={"feature": str})
    return table.set_index(["kind", "feature"])["share"].astype(float)


def chinese_matcher(
    lexicon: pd.DataFrame | None = None,
    ad_shares: pd.Series | None = None,
    term_weight: float = TERM_WEIGHT,
    **options: Unpack[Options],
) -> LexicalMatcher:
    """Matcher of Chinese texts.

    Parameters
    ----------
    lexicon : DataFrame, optional
        From `read_lexicon`; the committed one by default.
    ad_shares : Series, optional
        From `read_ad_shares`; a feature that it lacks counts as never seen in an ad.
    term_weight : float
        Weight of a term relative to a pair.
    **options
        ``k``, ``floor``, ``batch``, ``threads`` of `LexicalMatcher`.
    """
    from sklearn.feature_extraction.text import TfidfTransformer  # see `unit_rows`

    lexicon = read_lexicon() if lexicon is None else lexicon
    ad_shares = read_ad_shares() if ad_shares is None else ad_shares
    features = vocabulary(lexicon)
    kind = np.where(features.names.get_level_values("kind") == "term", term_weight, 1.0)
    shares = ad_shares.reindex(features.names).fillna(0).to_numpy()
    features = replace(features, rarity=np.log((1 + RAREST) / (shares + RAREST)) * kind)
    documents = _activity_counts(_phrases(lexicon), features)
    weighted = TfidfTransformer(norm=None, sublinear_tf=True).fit_transform(documents)
    index = unit_rows(weighted.multiply(kind).tocsr())
    return LexicalMatcher(tuple(lexicon["dwa_id"]), features, sp.csr_matrix(index.T), **options)


def vocabulary(lexicon: pd.DataFrame | None = None) -> ChineseFeatures:
    """Terms of a lexicon and pairs of characters in them, all of weight one."""
    phrases = _phrases(read_lexicon() if lexicon is None else lexicon)
    terms = tuple(sorted({phrase for row in phrases for phrase in row}))
    pairs = pairs_of(terms)
    return ChineseFeatures(terms, pairs, np.ones(len(terms) + len(pairs.names)))


def _phrases(lexicon: pd.DataFrame) -> list[list[str]]:
    """Terms and title of each activity, lower case."""
    rows = zip(lexicon["terms"], lexicon["title_zh"].str.lower(), strict=True)
    return [[*terms, title] for terms, title in rows]


def _activity_counts(phrases: list[list[str]], features: ChineseFeatures) -> sp.csr_matrix:
    """Each activity's own terms (not the shorter ones inside them) and the pairs of its phrases."""
    lists = pl.Series("terms", phrases, dtype=pl.List(pl.String))
    own = count_ids(lists, features._columns.__getitem__, len(features.terms))
    texts = pl.Series("text", ["\n".join(row) for row in phrases])
    return beside(own, features.pairs.count(texts))


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
