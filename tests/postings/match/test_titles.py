"""Calls for applicants go out of a title; what names a job of personnel stays."""

import pandas as pd
import polars as pl
import pytest

from llmexposure.derive.matched import read_postings_cn
from llmexposure.postings.match.titles import without_calls
from llmexposure.postings.occupation.chinese import code_categories
from llmexposure.postings.occupation.english import code_major_groups, title_dictionary
from llmexposure.report.tables import load

CALLED = {
    "招聘厨师": "厨师",
    "甲公司招聘厨师": "厨师",
    "【急招】厨师": "厨师",
    "甲人力资源有限公司招聘司机": "司机",
    "2025校园招聘软件工程师": "软件工程师",
    "校招-会计": "会计",
    "HR直招 电工": "电工",
    "聘会计": "会计",
    "招会计": "会计",
    "会计招聘": "会计",
    "招聘主管（急聘）": "招聘主管",
    "招聘助理工程师": "助理工程师",
    "月子中心诚聘月嫂": "月嫂",
    "2025届校招-Java开发": "Java开发",
    "算法工程师-2025校园招聘": "算法工程师",
    "Java工程师（2025校园招聘）": "Java工程师",
    "资深全栈工程师（代集团招聘）": "资深全栈工程师",
    "25届校招-算法工程师（空间数据）": "算法工程师（空间数据）",
    "招聘会计": "会计",
    "招聘培训师": "培训师",
    "招聘会计主管": "会计主管",
    "招聘师傅": "师傅",
    "招聘运营专员": "运营专员",
    "Hiring: Accountant": "Accountant",
    "We are hiring: Accountant": "Accountant",
    "We're hiring an Accountant!": "Accountant",
    "URGENT HIRING Cook": "Cook",
    "Now Hiring - Cook": "Cook",
    "Cook - Recruitment Drive 2024": "Cook",
    "Cook - Recruitment Drive": "Cook",
    "Cook (Walk-in Drive)": "Cook",
    "Vacancy for Cook": "Cook",
    "Cook wanted": "Cook",
    "Cook - Urgently Required": "Cook",
    "Acme Corp is hiring Software Engineer": "Software Engineer",
    "Acme hiring Software Engineer in London": "Software Engineer in London",
    "Cook, Human Resources Agency Ltd": "Cook",
    "Cook - now hiring": "Cook",
    "Immediate Opening: Nurse": "Nurse",
    "Urgent Requirement for Java Developer": "Java Developer",
    "Hiring Sales Manager": "Sales Manager",
    "Graduate Recruitment 2025 - Analyst": "Analyst",
    "招聘.NET开发工程师": ".NET开发工程师",
    "招聘（上海）人工智能工程师": "（上海）人工智能工程师",
    "Java招聘": "Java",
    "2025届校招会计": "会计",
    "甲公司2025校招会计": "会计",
    "后端开发（校招）": "后端开发",
    "渗透工程师招聘(J10175)": "渗透工程师 (J10175)",
    "招聘中医师": "中医师",
    "招聘计划员": "计划员",
    "招聘活动策划": "活动策划",
    "厨师招聘中": "厨师",
}
KEPT = [
    "招聘专员",
    "招聘经理",
    "校园招聘专员",
    "校招专员",
    "技术招聘",
    "招聘",
    "招聘HRBP",
    "人事招聘主管",
    "办公室招聘专员（无需外出）",
    "招商经理",
    "招生老师",
    "招投标专员",
    "聘用制教师",
    "招聘运营",
    "急招",
    "2025校园招聘",
    "校园招聘",
    "Recruiter",
    "Recruitment Consultant",
    "Recruitment Manager",
    "Recruitment Process Specialist",
    "Hiring Manager",
    "Hiring Coordinator",
    "Recruiting Coordinator",
    "Technical Recruiter",
    "Talent Acquisition Partner",
    "Recruitment Drive Coordinator",
    "Head of Recruitment",
    "Campus Recruitment Lead",
    "Urgent Care Nurse",
    "Job Placement Specialist",
    "Accountant (Inc. VAT)",
    "HR",
    "We are recruiting",
    "Opening Chef",
    "青岛大学眼科视光学校招生办主任",
    "8小时双休招聘专员月入过万",
    "大学园路招聘专员4000-6000底薪",
    "IT招聘",
    "HR招聘",
    "先进储能技术研究中心博士后招聘",
]


@pytest.mark.parametrize(("title", "job"), CALLED.items())
def test_a_call_is_taken_out(title, job):
    assert without_calls(pl.Series([title])).to_list() == [job]


@pytest.mark.parametrize("title", KEPT)
def test_what_names_the_job_stays(title):
    assert without_calls(pl.Series([title])).to_list() == [title]


def test_missing_stays_missing_and_the_given_column_as_it_is():
    given = pl.Series(["招聘会计", None])
    assert without_calls(given).to_list() == ["会计", None]
    assert given.to_list() == ["招聘会计", None]


def test_recruiters_are_coded_as_personnel():
    titles = pd.Series(
        ["招聘专员", "招聘经理", "校园招聘专员", "高级招聘主管", "技术招聘", "甲公司招聘专员"]
    )
    assert set(code_categories(titles)) == {"hr_admin_finance_legal"}
    titles = pd.Series(["Recruiter", "Recruitment Consultant", "Hiring: Recruiter"])
    coded = code_major_groups(titles, title_dictionary(load("alternate_titles")))
    assert coded.tolist() == ["13", "13", "13"]


BEFORE = [
    "招聘",
    "急聘",
    "诚聘",
    "校园招聘",
    "2025校园招聘",
    "甲公司招聘",
    "甲人力资源有限公司招聘",
    "【急招】",
]


@pytest.mark.parametrize("call", BEFORE)
def test_a_call_before_real_titles_moves_one_in_a_hundred_at_most(postings_cn, call):
    raw = read_postings_cn(postings_cn)
    titles = raw["title"].fillna("")
    plain, called = (code_categories(some, raw["description"]) for some in (titles, call + titles))
    assert plain.nunique() == 14
    assert (plain != called).mean() <= 0.01
