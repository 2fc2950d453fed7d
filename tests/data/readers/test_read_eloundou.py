"""Exposure labels: the counts behind every agreement statistic, and refused labels."""

import pytest

from llmexposure.data.readers import eloundou

SOURCE = "eloundou_gpts_are_gpts"
HEADING = "\tO*NET-SOC Code\tTask ID\tTask\tTask Type\thuman_exposure_agg\tgpt4_exposure\n"


@pytest.fixture(scope="module")
def labels(folder):
    return eloundou.read_task_labels(folder / "full_labelset.tsv")


@pytest.mark.mirror
def test_counts_of_labels(labels):
    assert len(labels) == 19_265
    assert labels["human"].value_counts().to_dict() == {"E0": 10_256, "E1": 2_862, "E2": 6_147}
    assert labels["gpt4"].value_counts().to_dict() == {"E0": 8_561, "E1": 2_702, "E2": 8_002}
    assert labels["task_type"].isna().sum() == 1_312


@pytest.mark.mirror
def test_task_ids_are_unique_without_the_occupation(labels):
    assert labels["task_id"].is_unique
    assert labels["onet_soc"].nunique() == 923


@pytest.mark.mirror
def test_published_scores_obey_their_definition_and_follow_from_the_labels(folder, labels):
    scores = eloundou.read_occupation_scores(folder / "occ_level.csv").set_index("onet_soc")
    assert len(scores) == 923
    for rater in ("gpt4", "human"):
        half = (scores[f"{rater}_alpha"] + scores[f"{rater}_gamma"]) / 2
        assert (scores[f"{rater}_beta"] - half).abs().max() < 1e-9
    exposed = (labels["gpt4"] != "E0").groupby(labels["onet_soc"]).mean()
    assert exposed.corr(scores["gpt4_gamma"]) > 0.99


def test_task_id_printed_as_a_decimal_is_a_whole_number(write):
    path = write(HEADING + "0\t11-1011.00\t8823.0\tPlan.\tCore\tE0\tE2\n", "labels.tsv")
    labels = eloundou.read_task_labels(path)
    assert labels["task_id"].tolist() == [8823]
    assert str(labels["task_id"].dtype) == "int64"


@pytest.mark.parametrize("label", ["E3", "0", "e1"])
def test_label_that_is_none_of_the_three(write, refusal, label):
    path = write(HEADING + f"0\t11-1011.00\t8823.0\tPlan.\tCore\tE0\t{label}\n", "labels.tsv")
    message = refusal(eloundou.read_task_labels, path)
    assert message.startswith(
        f"labels.tsv, line 2, column 'gpt4_exposure': found '{label}', expected one of"
    )


def test_failed_label_is_refused_not_read_as_zero(write, refusal):
    path = write(HEADING + "0\t11-1011.00\t8823.0\tPlan.\tCore\t\tE0\n", "labels.tsv")
    message = refusal(eloundou.read_task_labels, path)
    assert "line 2, column 'human_exposure_agg': the cell is empty" in message


def test_task_labelled_twice(write, refusal):
    row = "11-1011.00\t8823.0\tPlan.\tCore\tE0\tE2\n"
    message = refusal(eloundou.read_task_labels, write(f"{HEADING}0\t{row}1\t{row}", "labels.tsv"))
    assert message.startswith("labels.tsv, line 3: column 'O*NET-SOC Code' = '11-1011.00'")
