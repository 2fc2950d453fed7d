"""Weights are weights, and what is missing stays missing."""

import numpy as np
import pandas as pd
import pytest
import scipy.sparse as sp

from llmexposure.base.errors import DataError
from llmexposure.postings.match import english_matcher, score, weights
from llmexposure.postings.match.weights import aligned


def test_weights_are_positive_and_sum_to_one_where_there_is_a_match(documents, texts):
    match = english_matcher(documents).match(texts)
    found = weights(match)
    total = np.asarray(found.sum(axis=1)).ravel()
    matched = np.diff(match.indptr) > 0
    assert matched.sum() == len(texts) - 2
    assert total[matched] == pytest.approx(1)
    assert (total[~matched] == 0).all()
    assert (found.data > 0).all()


def test_half_the_similarity_is_a_quarter_of_the_weight():
    assert weights(sp.csr_matrix([[0.8, 0.4]])).toarray()[0].tolist() == pytest.approx([0.8, 0.2])


def test_more_similarity_is_more_weight(documents, texts):
    found = weights(english_matcher(documents).match(texts[:50]))
    for start, stop in zip(found.indptr, found.indptr[1:], strict=False):
        assert (np.diff(found.data[start:stop]) <= 0).all()


def test_a_score_is_the_weighted_mean():
    found = score(sp.csr_matrix([[0.25, 0.75]]), np.array([[1.0, 0.0], [0.0, 0.4]]))
    assert found.tolist() == [[0.25, pytest.approx(0.3)]]


def test_unrated_activities_are_left_out_and_the_rest_scaled_up():
    found = score(sp.csr_matrix([[0.5, 0.25, 0.25]]), np.array([0.8, 0.2, np.nan]))
    assert found.tolist() == [pytest.approx(0.6)]


def test_no_match_and_no_rated_activity_are_missing_not_zero():
    found = score(sp.csr_matrix([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0]]), np.array([0.0, np.nan]))
    assert np.isnan(found).tolist() == [True, True, False]
    assert found[2] == 0


def test_scores_lie_between_the_ratings(documents, texts):
    ratings = np.random.default_rng(1).uniform(0.2, 0.7, len(documents))
    found = score(weights(english_matcher(documents).match(texts)), ratings)
    known = found[~np.isnan(found)]
    assert known.min() >= ratings.min()
    assert known.max() <= ratings.max()


def test_a_negative_similarity_is_an_error():
    with pytest.raises(DataError, match="-0.1"):
        weights(sp.csr_matrix([[-0.1]]))


def test_ratings_of_another_length_are_an_error():
    with pytest.raises(DataError, match="3 ratings for 2 activities"):
        score(sp.csr_matrix([[0.5, 0.5]]), np.ones(3))


def test_ratings_are_put_in_the_matchers_order():
    table = pd.DataFrame({"dwa_id": ["b", "a"], "x": [2.0, 1.0]})
    assert aligned(table, ("a", "b", "c"), ["x"])[:2, 0].tolist() == [1.0, 2.0]
    assert np.isnan(aligned(table, ("a", "b", "c"), ["x"])[2, 0])


def test_ratings_with_an_activity_twice_or_a_column_short_are_errors():
    table = pd.DataFrame({"dwa_id": ["a", "a"], "x": [2.0, 1.0]})
    with pytest.raises(DataError, match="activity a twice"):
        aligned(table, ("a",), ["x"])
    with pytest.raises(DataError, match="'y'"):
        aligned(table, ("a",), ["y"])
