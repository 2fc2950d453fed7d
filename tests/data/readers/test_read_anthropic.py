"""Anthropic Economic Index: what its shares sum to, and a count that is called a distribution."""

import pytest

from llmexposure.data.readers import anthropic

SOURCE = "anthropic_economic_index_2025_02_10"
LEVELS = "Major Group,Minor Group,Broad Occupation,Detailed Occupation,Detailed O*NET-SOC,"
LEVELS += "SOC or O*NET-SOC 2019 Title\n"


@pytest.mark.mirror
def test_usage_sums_to_one_and_none_is_a_row(folder):
    usage = anthropic.read_usage(folder / "onet_task_mappings.csv").set_index("task")["share"]
    assert len(usage) == 3_514
    assert usage.sum() == pytest.approx(1, abs=1e-9)
    assert usage["none"] == pytest.approx(0.0048156, abs=1e-7)


@pytest.mark.mirror
def test_all_tasks_but_none_are_statements_of_onet_20(folder):
    usage = anthropic.read_usage(folder / "onet_task_mappings.csv")
    tasks = anthropic.read_onet20_tasks(folder / "task_statements_v20.1.csv")
    assert len(tasks) == 19_530
    assert tasks["task_id"].is_unique
    known = set(tasks["task"].str.lower().str.strip())
    assert set(usage["task"]) - known == {"none"}


@pytest.mark.mirror
def test_modes_sum_to_84_percent_as_shipped(folder):
    modes = anthropic.read_interaction_modes(folder / "automation_vs_augmentation.csv")
    share = modes.set_index("mode")["share"]
    assert share.sum() == pytest.approx(0.8420923, abs=1e-7)
    automation = share["directive"] + share["feedback loop"]
    augmentation = share["task iteration"] + share["learning"] + share["validation"]
    assert automation == pytest.approx(0.346, abs=5e-4)
    assert augmentation == pytest.approx(0.467, abs=5e-4)


@pytest.mark.mirror
def test_bls_column_is_a_count(folder):
    table = anthropic.read_bls_employment(folder / "bls_employment_may_2023.csv")
    assert len(table) == 22
    assert table["employment"].sum() == 151_853_870


@pytest.mark.mirror
def test_soc_structure(folder):
    table = anthropic.read_soc_structure(folder / "soc_structure_2019.csv")
    assert table["level"].value_counts().to_dict() == {
        "detailed": 867,
        "broad": 459,
        "onet": 149,
        "minor": 98,
        "major": 23,
    }
    assert table.iloc[4].tolist() == ["11-1011.03", "onet", "Chief Sustainability Officers"]


def test_task_name_with_capitals_belongs_to_another_file(write, refusal):
    message = refusal(anthropic.read_usage, write("task_name,pct\nDirect staff.,1.5\n"))
    assert "line 2, column 'task_name': found 'Direct staff.', expected a name in small" in message


LATER = [
    f"automation_vs_augmentation_by_task_{v}.csv" for v in ("v2", "v2_claude", "v3", "v3_claude")
]


@pytest.mark.mirror
def test_all_tasks_of_later_rounds_are_statements_of_onet_20_and_none_is_a_row(mirror, folder):
    tasks = anthropic.read_onet20_tasks(folder / "task_statements_v20.1.csv")
    known = set(tasks["task"].str.lower().str.strip())
    march = mirror / "anthropic_economic_index_2025_03_27"
    use = anthropic.read_usage(march / "task_pct_v2.csv")
    modes = anthropic.read_modes_by_task(
        march / "automation_vs_augmentation_by_task.csv", shares=False
    )
    assert set(use["task"]) - set(modes["task"]) == {"none"}
    assert set(modes["task"]) <= known
    assert use["share"].sum() == pytest.approx(1, abs=1e-9)
    for file in LATER:
        later = anthropic.read_modes_by_task(
            mirror / "anthropic_economic_index_later" / file, shares=True
        )
        assert set(later["task"]) - known == {"none"}
        assert later["share"].sum() == pytest.approx(1, abs=1e-8)


def test_modes_of_a_task_that_do_not_sum_to_one_are_refused(write, refusal):
    heading = "task_name,directive,feedback_loop,task_iteration,learning,validation,filtered\n"
    path = write(f"{heading}write.,0.5,0,0,0,0,0.5\nread.,0.5,0,0,0,0,0.4\n")
    message = refusal(lambda p: anthropic.read_modes_by_task(p, shares=False), path)
    assert "line 3" in message
    assert "modes of a task that sum to one" in message


def test_percent_becomes_a_fraction(write):
    modes = anthropic.read_interaction_modes(write("interaction_type,pct\nlearning,25\nnone,50\n"))
    assert modes["share"].tolist() == [0.25, 0.5]


def test_employment_given_as_a_share_is_refused(write, refusal):
    path = write("SOC or O*NET-SOC 2019 Title,bls_distribution\nLegal Occupations,0.8\n")
    message = refusal(anthropic.read_bls_employment, path)
    assert "column 'bls_distribution': found '0.8', expected a whole number" in message


@pytest.mark.parametrize("row", [",,,,,Nobody", "11-0000,11-1000,,,,Both"])
def test_row_of_the_structure_that_fills_no_level_or_two(write, refusal, row):
    path = write(f"{LEVELS}11-0000,,,,,Management\n{row}\n")
    assert "line 3, column 'code': the cell is empty" in refusal(anthropic.read_soc_structure, path)
