"""Chinese duty sentences labelled by hand with the activities that they ask for."""

import pandas as pd
import pytest

from llmexposure.base.errors import DataError
from llmexposure.base.project import current
from llmexposure.data.readers.onet import read_activities
from llmexposure.derive.duty_sentences import (
    LONGEST,
    NO_DUTY,
    SHORTEST,
    find_duty_sentences,
    read_duty_labels,
    split_sentences,
)
from llmexposure.derive.hand_labels import hashed


def _ids(column: pd.Series) -> set[str]:
    return set(column.dropna().str.split("|").explode()) - {NO_DUTY}


def test_at_least_300_duties_and_100_labelled_again():
    labels = read_duty_labels()
    assert (labels["dwa_ids"] != NO_DUTY).sum() >= 300
    assert labels["second_pass_dwa_ids"].notna().sum() >= 100


def test_ids_are_activities_of_the_lexicon_each_once_in_a_row():
    labels = read_duty_labels()
    known = set(pd.read_csv(current().taxonomy / "activities_zh.csv", usecols=["dwa_id"])["dwa_id"])
    for name in ("dwa_ids", "second_pass_dwa_ids"):
        assert _ids(labels[name]) <= known
        lists = labels[name].dropna().str.split("|")
        assert (lists.map(len) == lists.map(lambda ids: len(set(ids)))).all()


@pytest.mark.mirror
def test_ids_are_activities_of_the_release(mirror):
    known = set(read_activities(mirror / "onet_29_3" / "DWA_Reference.xlsx")["dwa_id"])
    assert _ids(read_duty_labels()["dwa_ids"]) <= known


def test_labels_are_spread_over_many_activities():
    ids = read_duty_labels()["dwa_ids"].str.split("|").explode()
    assert ids[ids != NO_DUTY].nunique() >= 300
    assert ids[ids != NO_DUTY].value_counts(normalize=True).max() < 0.05


def test_second_pass_shares_an_activity_with_the_first_nearly_always():
    twice = read_duty_labels().dropna(subset=["second_pass_dwa_ids"])
    pairs = zip(twice["dwa_ids"], twice["second_pass_dwa_ids"], strict=True)
    shared = [bool(set(one.split("|")) & set(two.split("|"))) for one, two in pairs]
    assert sum(shared) / len(shared) > 0.9


def test_sentences_are_cut_at_numbers_line_ends_and_semicolons():
    text = "岗位职责：1、负责接听客户来电并记录；2.整理每日报表\n（3）协助经理安排会议_x000d_短"
    assert split_sentences(text) == ["负责接听客户来电并记录", "协助经理安排会议"]


def test_decimals_and_versions_are_not_numbering():
    assert split_sentences("熟悉Python3.11与2.5米以上货架的操作") == [
        "熟悉Python3.11与2.5米以上货架的操作"
    ]


def test_length_limits():
    parts = split_sentences(f"{'长' * LONGEST}。{'长' * (LONGEST + 1)}。{'短' * (SHORTEST - 1)}")
    assert parts == ["长" * LONGEST]


def test_sentences_are_found_by_id_in_the_order_of_the_labels():
    postings = pd.DataFrame(
        {"job_id": ["a", "b"], "description": ["负责接听客户来电并记录", "整理每日报表并上报主管"]}
    )
    sentences = ["整理每日报表并上报主管", "负责接听客户来电并记录"]
    labels = pd.DataFrame(
        {
            "sentence_id": hashed(pd.Series(sentences)),
            "job_id_hash": hashed(pd.Series(["b", "a"])),
        }
    )
    assert find_duty_sentences(postings, labels)["sentence"].tolist() == sentences
    none = find_duty_sentences(postings.assign(job_id=["c", "d"]), labels)
    assert none.empty


def test_postings_without_description_are_refused():
    with pytest.raises(DataError, match="'description' is missing"):
        find_duty_sentences(pd.DataFrame({"job_id": ["a"]}))


def test_every_labelled_sentence_is_in_the_real_postings(postings_cn):
    names = ["job_id", "description"]
    files = sorted(postings_cn.glob("*.csv.gz"))
    postings = pd.concat(pd.read_csv(file, usecols=names, dtype="str") for file in files)
    labels = read_duty_labels()
    found = find_duty_sentences(postings, labels)
    assert found["sentence_id"].tolist() == labels["sentence_id"].tolist()
    hashes = hashed(postings["job_id"])
    for row in labels.sample(40, random_state=1).itertuples():
        text = postings["description"][(hashes == row.job_id_hash).to_numpy()].iloc[0]
        sentence = split_sentences(text)[row.position]
        assert hashed(pd.Series([sentence])).item() == row.sentence_id
