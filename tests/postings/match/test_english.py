"""The English matcher: equal to scikit-learn, and the same whatever the batch."""

import pickle

import numpy as np
import pandas as pd
import pytest
from sklearn.feature_extraction.text import TfidfVectorizer

from llmexposure.base.errors import DataError, ParameterError
from llmexposure.data.readers.onet import read_statements
from llmexposure.postings.match import Matcher, english_matcher
from llmexposure.postings.match.english import (
    SMALLEST_WEIGHT,
    activity_documents,
    analyse,
    onet_matcher,
    statements,
)
from llmexposure.postings.match.lexical import ranked


def reference(documents, texts, k, floor=0.05):
    """Ranked columns by scikit-learn and dense arrays, light weights left out."""
    index = TfidfVectorizer(analyzer=analyse).fit_transform(documents).toarray()
    index = np.where(index >= SMALLEST_WEIGHT, index, 0)
    rows = TfidfVectorizer(analyzer=analyse, sublinear_tf=True).fit(documents).transform(texts)
    words = rows.getnnz(axis=1)
    limit = np.minimum(0.1, 1 / np.sqrt(np.maximum(1, words)))
    rows.data = np.where(rows.data >= np.repeat(limit - 1e-13, words), rows.data, 0)
    similarity = np.round(rows @ index.T, 12)
    order = np.argsort(-similarity, axis=1, kind="stable")[:, :k]
    return np.where(np.take_along_axis(similarity, order, 1) > floor, order, -1)


def same(a, b):
    return (
        np.array_equal(a.indptr, b.indptr)
        and np.array_equal(a.indices, b.indices)
        and np.array_equal(a.data, b.data)
    )


def test_equals_scikit_learn(documents, texts):
    match = english_matcher(documents).match(texts)
    assert np.array_equal(ranked(match, 10)[1], reference(documents, texts, 10))


def test_equals_scikit_learn_on_onet():
    found = statements()
    tasks = found.tasks["task"].tolist()
    rng = np.random.default_rng(1)
    texts = [" ".join(rng.choice(tasks, 6)) for _ in range(1_000)]
    documents = activity_documents(found.activities, found.links, found.tasks)
    match = onet_matcher().match(texts)
    assert np.array_equal(ranked(match, 10)[1], reference(documents, texts, 10))


@pytest.mark.mirror
def test_the_committed_statements_are_those_of_upstream(mirror):  # noqa: ARG001 - for the skip
    upstream, committed = read_statements(), statements()
    keys = {"activities": ["dwa_id"], "tasks": ["task_id"], "links": ["task_id", "dwa_id"]}
    for name, key in keys.items():
        left, right = (
            getattr(found, name).sort_values(key, ignore_index=True)
            for found in (upstream, committed)
        )
        pd.testing.assert_frame_equal(left, right[left.columns], check_dtype=False)


def test_it_is_a_matcher(documents):
    assert isinstance(english_matcher(documents), Matcher)


def test_the_order_of_texts_changes_nothing(documents, texts):
    matcher = english_matcher(documents)
    order = np.random.default_rng(3).permutation(len(texts))
    shuffled = matcher.match([texts[place] for place in order])
    assert same(shuffled, matcher.match(texts)[order])


@pytest.mark.parametrize("batch", [1, 7, 100])
@pytest.mark.parametrize("threads", [1, 2, 3])
def test_batch_and_threads_change_nothing(documents, texts, batch, threads):
    whole = english_matcher(documents, batch=10_000, threads=1).match(texts)
    assert same(english_matcher(documents, batch=batch, threads=threads).match(texts), whole)


def test_the_order_of_documents_changes_nothing(documents, texts):
    shuffled = english_matcher(documents.sample(frac=1, random_state=1))
    assert shuffled.activities == tuple(sorted(documents.index))
    assert same(shuffled.match(texts), english_matcher(documents).match(texts))


def test_a_longer_list_begins_with_the_shorter_one(documents, texts):
    three = ranked(english_matcher(documents, k=3).match(texts), 3)[1]
    ten = ranked(english_matcher(documents, k=10).match(texts), 10)[1]
    assert np.array_equal(three, ten[:, :3])


def test_an_activity_finds_itself(documents):
    distinct = documents[~documents.map(lambda d: tuple(sorted(d.split()))).duplicated(keep=False)]
    best = ranked(english_matcher(distinct).match(distinct.tolist()), 1)[1][:, 0]
    assert (best == np.arange(len(distinct))).mean() > 0.9


def test_texts_without_a_known_word_match_nothing(documents):
    match = english_matcher(documents).match(["", "zzz qqq", None, "工作"])
    assert match.shape == (4, len(documents))
    assert match.nnz == 0


def test_a_very_long_text_still_matches(documents):
    words = sorted(set(" ".join(documents).split()))
    match = english_matcher(documents, floor=0).match([" ".join(words * 3)])
    assert match.nnz == 10


def test_no_texts(documents):
    assert english_matcher(documents).match([]).shape == (0, len(documents))


def test_it_can_be_sent_to_another_process(documents, texts):
    matcher = english_matcher(documents)
    assert same(pickle.loads(pickle.dumps(matcher)).match(texts), matcher.match(texts))


@pytest.mark.parametrize("option", ["k", "batch", "threads"])
def test_options_out_of_range_are_errors(documents, option):
    with pytest.raises(ParameterError, match=option):
        english_matcher(documents, **{option: 0})


def test_documents_join_titles_and_tasks():
    activities = pd.DataFrame({"dwa_id": ["b", "a"], "dwa_title": ["Bake.", "Act."]})
    links = pd.DataFrame({"task_id": [2, 1, 1], "dwa_id": ["b", "b", "b"]})
    tasks = pd.DataFrame({"task_id": [1, 2], "task": ["Knead dough.", "Heat ovens."]})
    found = activity_documents(activities, links, tasks)
    assert found.to_dict() == {"a": "Act. Act. ", "b": "Bake. Bake. Knead dough. Heat ovens."}


def test_an_activity_with_two_titles_is_an_error():
    with pytest.raises(DataError, match="a has two titles"):
        activity_documents(pd.DataFrame({"dwa_id": ["a", "a"], "dwa_title": ["x", "y"]}))
