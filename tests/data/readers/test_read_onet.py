"""O*NET 29.3: the documented counts, and the traps of its workbooks."""

import pytest

from llmexposure.data.readers import onet

SOURCE = "onet_29_3"
EDUCATION = "Education,_Training,_and_Experience.xlsx"
ANSWERS = ["O*NET-SOC Code", "Scale ID", "Category", "Data Value", "Recommend Suppress"]
TASKS = ["O*NET-SOC Code", "Task ID", "Task", "Task Type"]


@pytest.fixture(scope="module")
def activities(folder):
    return onet.read_activities(folder / "DWA_Reference.xlsx")


@pytest.fixture(scope="module")
def links(folder):
    return onet.read_task_links(folder / "Tasks_to_DWAs.xlsx")


@pytest.mark.mirror
def test_activities_and_the_levels_above(activities):
    assert len(activities) == activities["dwa_id"].nunique() == 2087
    assert activities["iwa_id"].nunique() == 332
    assert activities["element_id"].nunique() == 37
    assert (activities["iwa_id"] == activities["dwa_id"].str.rsplit(".", n=1).str[0]).all()
    assert activities["dwa_title"].is_unique


@pytest.mark.mirror
def test_links_reach_all_but_five_activities(activities, links):
    assert len(links) == 23_233
    assert links["task_id"].nunique() == 18_495
    assert links["onet_soc"].nunique() == 923
    assert set(links["dwa_id"]) < set(activities["dwa_id"])
    assert len(activities) - links["dwa_id"].nunique() == 5
    assert str(links["task_id"].dtype) == "int64"


@pytest.mark.mirror
def test_task_statements_cover_the_links(folder, links):
    tasks = onet.read_task_statements(folder / "Task_Statements.xlsx")
    assert len(tasks) == 18_796
    counts = tasks["task_type"].value_counts(dropna=False).tolist()
    assert counts == [13_417, 4_222, 1_157]
    assert tasks["task_type"].isna().sum() == 1_157
    joined = links.merge(tasks, on=["onet_soc", "task_id"], how="left")
    assert joined["task"].notna().all()


@pytest.mark.mirror
def test_job_zones(folder):
    zones = onet.read_job_zones(folder / "Job_Zones.xlsx")
    assert len(zones) == zones["onet_soc"].nunique() == 923
    counts = zones["job_zone"].value_counts().to_dict()
    assert counts == {1: 31, 2: 295, 3: 219, 4: 224, 5: 154}


@pytest.mark.mirror
def test_answers_share_out_the_respondents_of_858_occupations(folder):
    answers = onet.read_education_experience(folder / EDUCATION)
    assert len(answers) == 36_209 - 1_031
    last = answers.groupby("scale_id")["category"].max().to_dict()
    assert last == {"RL": 12, "RW": 11, "PT": 9, "OJ": 9}
    sums = answers.groupby(["onet_soc", "scale_id"])["percent"].sum()
    assert len(sums) == 858 * 4
    assert sums.between(99.96, 100.04).all()
    assert answers["suppress"].sum() == 789


@pytest.mark.mirror
def test_titles_repeated_with_another_short_form_are_kept_once(folder):
    titles = onet.read_alternate_titles(folder / "Alternate_Titles.xlsx")
    assert len(titles) == 56_560 - 2


def test_importance_has_no_category_and_is_left_out(workbook):
    rows = [
        ANSWERS,
        ["11-1011.00", "RL", 1, 25.5, "N"],
        ["11-1011.00", "IM", None, 4.2, "N"],
        ["11-1011.00", "IM", None, 3.9, "N"],
    ]
    answers = onet.read_education_experience(workbook(rows))
    assert answers.to_dict("records") == [
        {
            "onet_soc": "11-1011.00",
            "scale_id": "RL",
            "category": 1,
            "percent": 25.5,
            "suppress": False,
        }
    ]


def test_only_a_plain_yes_counts_as_advice_to_suppress(workbook):
    rows = [ANSWERS, *(["11-1011.00", "OJ", i + 1, 10, s] for i, s in enumerate(["Y", "N", None]))]
    answers = onet.read_education_experience(workbook(rows))
    assert answers["suppress"].tolist() == [True, False, False]


ZONES = ["O*NET-SOC Code", "Job Zone"]
REFUSED = {
    "not available, in a column of numbers": (
        onet.read_education_experience,
        [ANSWERS, ["11-1011.00", "IM", None, 4.2, "N"], ["11-1011.00", "RL", 1, "n/a", "N"]],
        "table.xlsx, row 3, column 'Data Value': found 'n/a'",
    ),
    "a percentage above one hundred": (
        onet.read_education_experience,
        [ANSWERS, ["11-1011.00", "RL", 1, 255, "N"]],
        "row 2, column 'Data Value': found '255', expected 100 or less",
    ),
    "a repeated task": (
        onet.read_task_statements,
        [TASKS, ["11-1011.00", 8823, "Direct.", "Core"], ["11-1021.00", 8823, "Plan.", "Core"]],
        "table.xlsx, row 3: column 'Task ID' = '8823' is already on row 2",
    ),
    "an unknown kind of task": (
        onet.read_task_statements,
        [TASKS, ["11-1011.00", 8823, "Direct.", "core"]],
        "column 'Task Type': found 'core', expected one of Core, Supplemental.",
    ),
    "a code of another classification": (
        onet.read_job_zones,
        [ZONES, ["11-1011", 5]],
        "row 2, column 'O*NET-SOC Code': found '11-1011', expected text of the form",
    ),
    "a job zone out of range": (
        onet.read_job_zones,
        [ZONES, ["11-1011.00", 0]],
        "column 'Job Zone': found '0', expected 1 or more",
    ),
    "a renamed heading": (
        onet.read_job_zones,
        [["O*NET-SOC Code", "JobZone"], ["11-1011.00", 1]],
        "column 'Job Zone' is missing; found O*NET-SOC Code, JobZone. Is it 'JobZone'?",
    ),
}


@pytest.mark.parametrize(("reader", "rows", "said"), REFUSED.values(), ids=REFUSED)
def test_a_bad_workbook_is_refused(workbook, refusal, reader, rows, said):
    assert said in refusal(reader, workbook(rows))


def test_task_that_was_not_rated_has_no_type(workbook):
    rows = [TASKS, ["11-1011.00", 8823, "Direct.", "Core"], ["11-1011.00", 8824, "Confer.", None]]
    tasks = onet.read_task_statements(workbook(rows))
    assert tasks["task_type"].isna().tolist() == [False, True]
    assert tasks["task_id"].tolist() == [8823, 8824]
