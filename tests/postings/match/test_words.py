"""The polars tokeniser counts what scikit-learn counts."""

import re
from collections import Counter

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.feature_extraction.text import CountVectorizer

from llmexposure.postings.match.english import analyse, count_words, stem, tokens

TEXT = st.text(
    st.characters(codec="latin-1", exclude_categories=["No"]) | st.sampled_from("工作é ")
)


@given(st.lists(TEXT, min_size=1, max_size=5))
def test_tokens_are_those_of_scikit_learns_default_pattern(texts):
    expected = [re.findall(r"(?u)\b\w\w+\b", text.lower()) for text in texts]
    assert tokens(pl.Series(texts, dtype=pl.String)).to_list() == expected


@given(st.lists(st.text("aegins d.-", max_size=40), min_size=1, max_size=6))
def test_counts_are_those_of_a_counter(texts):
    vocabulary = {
        word: i
        for i, word in enumerate(sorted(set(" ".join(map(" ".join, map(analyse, texts))).split())))
    }
    found = count_words(pl.Series(texts, dtype=pl.String), vocabulary)
    for row, text in zip(found.toarray(), texts, strict=True):
        assert {word: row[i] for word, i in vocabulary.items() if row[i]} == Counter(analyse(text))


def test_counts_equal_scikit_learn(texts, documents):
    counter = CountVectorizer(analyzer=analyse).fit(documents)
    found = count_words(pl.Series(texts), counter.vocabulary_)
    assert (found != counter.transform(texts)).nnz == 0
    assert found.has_sorted_indices


def test_a_batch_without_any_word():
    assert count_words(pl.Series(["", "- !"]), {"a": 0}).toarray().tolist() == [[0.0], [0.0]]


@pytest.mark.parametrize(
    "family",
    ["prepare prepares prepared preparing", "plan plans planned planning", "policy policies"],
)
def test_inflected_forms_share_a_stem(family):
    assert len({stem(word) for word in family.split()}) == 1


@pytest.mark.parametrize(
    "pair", [("process", "proces"), ("bus", "bu"), ("sing", "s"), ("bed", "b")]
)
def test_stems_keep_enough_to_tell_words_apart(pair):
    word, cut = pair
    assert stem(word) != cut


def test_counts_do_not_depend_on_the_batch(texts):
    vocabulary = {stem(word): i for i, word in enumerate(["write", "repair", "code"])}
    whole = count_words(pl.Series(texts), vocabulary).toarray()
    single = np.vstack([count_words(pl.Series([text]), vocabulary).toarray() for text in texts])
    assert (whole == single).all()
