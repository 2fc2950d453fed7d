"""Accuracy on O*NET's links, and that the measure itself does not leak or flatter."""

import numpy as np
import pandas as pd
import pytest
import scipy.sparse as sp

from llmexposure.base.errors import DataError
from llmexposure.data.readers.onet import Statements
from llmexposure.postings.match import accuracy, calibration
from llmexposure.postings.match.english import statements
from llmexposure.postings.match.weights import aligned
from llmexposure.report.tables import load


@pytest.fixture
def small():
    """Three occupations, four activities; task 5 repeats the wording of task 1."""
    tasks = pd.DataFrame(
        {
            "onet_soc": ["11-1011.00", "11-1011.00", "13-2011.00", "15-1252.00", "15-1252.00"],
            "task_id": [1, 2, 3, 4, 5],
            "task": ["lead staff", "sign papers", "audit books", "write code", "lead staff"],
        }
    )
    links = pd.DataFrame({"task_id": [1, 1, 2, 3, 4, 5], "dwa_id": list("abbcda")})
    activities = pd.DataFrame(
        {"dwa_id": list("abcd"), "dwa_title": ["lead", "sign", "audit", "code"]}
    )
    return Statements(activities, tasks, links)


PERFECT = sp.csr_matrix(
    [[0.5, 0.5, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1], [1, 0, 0, 0]], dtype=float
)
RATINGS = np.array([0.1, 0.3, 0.6, 0.9])


def test_a_perfect_match_scores_perfectly(small):
    found = accuracy.measure(PERFECT, small, RATINGS)
    assert found.recall == {1: 1, 5: 1, 10: 1}
    assert found.link_recall == {1: pytest.approx(5 / 6), 5: 1, 10: 1}
    assert found.index_r > 0.99
    assert found.n_unmatched == 0


def test_a_match_at_the_second_place_counts_from_two_on(small):
    second = sp.csr_matrix(([1, 0.5], [3, 2], [0, 0, 0, 2, 2, 2]), (5, 4))
    hits, n_links = accuracy._hits(second, small, 2)
    assert n_links == 6
    assert hits.sum(axis=0).tolist() == [0, 1]
    assert hits[2].tolist() == [False, True]


def test_the_matcher_of_a_fold_sees_nothing_of_it(small):
    seen = []

    class Spy:
        def __init__(self, documents):
            self.text = " ".join(documents)

        def match(self, texts):
            seen.append((self.text, texts))
            return sp.csr_matrix((len(texts), 4))

    accuracy.out_of_fold(small, Spy)
    assert sum(len(texts) for _, texts in seen) == 5
    for training, texts in seen:
        assert not any(text in training for text in texts)


def test_rows_come_back_in_the_order_of_the_tasks(small):
    class Echo:
        def __init__(self, documents):
            pass

        def match(self, texts):
            column = [
                {"lead staff": 0, "sign papers": 1, "audit books": 2}.get(t, 3) for t in texts
            ]
            return sp.csr_matrix(
                (np.ones(len(texts)), (range(len(texts)), column)), (len(texts), 4)
            )

    assert accuracy.out_of_fold(small, Echo).indices.tolist() == [0, 1, 2, 3, 0]


def test_folds_do_not_depend_on_the_rows_and_keep_siblings_together():
    codes = pd.Series([f"{11 + n % 40}-{1000 + n}.0{n % 3}" for n in range(400)])
    fold = accuracy.fold_of(codes)
    assert fold.value_counts().min() > 40
    assert accuracy.fold_of(codes[::-1]).sort_index().equals(fold)


def test_calibration_inverts_the_line_and_keeps_missing():
    true = pd.Series(np.linspace(0.1, 0.9, 60))
    codes = [f"{11 + n}-1011.00" for n in range(60)]
    frame = pd.DataFrame(
        {"true": true.to_numpy(), "matched": 0.2 + 0.6 * true.to_numpy()}, index=codes
    )
    frame.iloc[3, 1] = np.nan
    found = calibration.held_out(frame)
    assert np.isnan(found["calibrated"].iloc[3])
    known = found.dropna()
    assert known["calibrated"].to_numpy() == pytest.approx(known["true"].to_numpy())


def test_a_falling_line_cannot_be_inverted():
    with pytest.raises(DataError, match="expected a positive one"):
        calibration.fit(pd.DataFrame({"true": [0, 0.5, 1], "matched": [1, 0.5, 0]}))


@pytest.fixture(scope="module")
def gold():
    found = statements()
    ids = tuple(found.activities["dwa_id"])
    ratings = aligned(load("activities"), ids, ["gpt4_beta"])[:, 0]
    return found, ratings, accuracy.out_of_fold(found)


def test_the_lexical_default_reaches_what_is_claimed_for_it(gold):
    found, ratings, match = gold
    measured = accuracy.measure(match, found, ratings)
    assert measured.n_tasks == 18_495
    assert measured.n_occupations == 923
    assert measured.recall[1] > 0.29
    assert measured.recall[5] > 0.54
    assert measured.recall[10] > 0.64
    assert measured.link_recall[10] > 0.57
    assert measured.index_r > 0.955
    assert 0.7 < measured.attenuation < 0.85


def test_the_placebo_finds_nothing(gold):
    found, ratings, match = gold
    measured = accuracy.measure(accuracy.placebo(match, seed=0), found, ratings)
    assert measured.recall[10] < 0.02
    assert abs(measured.index_r) < 0.1
    assert abs(measured.attenuation) < 0.05


def test_calibrated_levels_hold_on_occupations_not_used_for_the_line(gold):
    found, ratings, match = gold
    indices = calibration.held_out(accuracy.occupation_indices(match, found, ratings)).dropna()
    slope, intercept = accuracy.line(indices["true"], indices["calibrated"])
    assert slope == pytest.approx(1, abs=0.03)
    assert intercept == pytest.approx(0, abs=0.02)
