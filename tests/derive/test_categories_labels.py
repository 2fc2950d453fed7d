"""Postings labelled by hand: the table, and the coder against its test half."""

import pandas as pd
import pytest
from sklearn.metrics import cohen_kappa_score

from llmexposure.base.errors import DataError
from llmexposure.data.taxonomy.categories import OTHER, category_keys
from llmexposure.derive.hand_labels import (
    category_accuracy,
    hashed,
    match_labels,
    read_category_labels,
    stratified_sample,
)
from llmexposure.postings.occupation.chinese import code_categories

LABELS = ["label_pass1", "label_pass2", "label_final"]


@pytest.fixture(scope="module")
def coded(postings_cn) -> pd.DataFrame:
    names = ["job_id", "platform", "title", "description"]
    files = sorted(postings_cn.glob("*.csv.gz"))
    postings = pd.concat(pd.read_csv(file, usecols=names, dtype="str") for file in files)
    rows = match_labels(postings, read_category_labels())
    return rows.assign(coded=code_categories(rows["title"], rows["description"]))


def test_at_least_300_labels_of_known_categories():
    labels = read_category_labels()
    assert len(labels) >= 300
    assert set(labels[LABELS].stack()) <= {*category_keys(), OTHER}


def test_every_category_was_sampled_and_the_halves_are_even():
    labels = read_category_labels()
    assert labels["label_final"].value_counts().min() >= 14
    assert abs(labels["half"].value_counts().diff().iloc[-1]) <= 0.1 * len(labels)


def test_a_label_that_both_passes_gave_is_final():
    labels = read_category_labels()
    agreed = labels["label_pass1"] == labels["label_pass2"]
    assert (labels.loc[agreed, "label_final"] == labels.loc[agreed, "label_pass1"]).all()
    assert 0.8 < agreed.mean() < 1


def test_the_passes_agree_beyond_chance():
    labels = read_category_labels()
    assert cohen_kappa_score(labels["label_pass1"], labels["label_pass2"]) > 0.9


def test_all_labelled_postings_are_found_again(coded):
    assert len(coded) == len(read_category_labels())


def test_accuracy_on_the_half_that_the_rules_never_saw(coded):
    test = coded[coded["half"] == "test"]
    right = (test["coded"] == test["label_final"]).astype(float)
    # The sample gives rare categories and hard platforms equal room; the weights undo that.
    assert right.mean() > 0.75
    assert (right * test["weight"]).sum() / test["weight"].sum() > 0.93


def test_named_categories_are_found_on_the_test_half(coded):
    test = coded[coded["half"] == "test"]
    table = category_accuracy(test["label_final"], test["coded"]).set_index("category")
    named = table.drop(index=OTHER)
    assert named["recall"].min() > 0.5
    assert named["precision"].min() > 0.6
    assert named["precision"].mean() > 0.8


def test_accuracy_counts_by_hand():
    label = pd.Series(["manufacturing", "manufacturing", "other", "life_services"])
    assigned = pd.Series(["manufacturing", "other", "other", "other"])
    table = category_accuracy(label, assigned).set_index("category")
    assert table.loc["manufacturing", ["precision", "recall"]].tolist() == [1.0, 0.5]
    assert table.loc["other", "precision"] == pytest.approx(1 / 3)
    assert pd.isna(table.loc["life_services", "precision"])
    assert table.loc["life_services", "recall"] == 0
    assert pd.isna(table.loc["finance_insurance", "recall"])


def test_postings_without_ids_are_refused():
    with pytest.raises(DataError, match="'job_id' is missing"):
        match_labels(pd.DataFrame({"title": []}), read_category_labels())


def test_sample_does_not_depend_on_the_order_of_rows_and_weights_add_up():
    rows = pd.DataFrame(
        {
            "job_id": [f"j{i}" for i in range(90)],
            "platform": ["A", "B", "C"] * 30,
            "category": ["x"] * 60 + ["y"] * 30,
        }
    )
    first = stratified_sample(rows, {"x": 12, "y": 6}, seed=5)
    again = stratified_sample(rows.sample(frac=1, random_state=1), {"x": 12, "y": 6}, seed=5)
    pd.testing.assert_frame_equal(first, again)
    assert first.groupby(["category", "platform"]).size().tolist() == [4, 4, 4, 2, 2, 2]
    assert first["weight"].sum() == pytest.approx(90)
    assert first["half"].value_counts().to_dict() == {"tuning": 9, "test": 9}


def test_hash_is_the_beginning_of_sha256():
    assert hashed(pd.Series(["", "编辑"])).tolist()[0] == "e3b0c44298fc1c14"
