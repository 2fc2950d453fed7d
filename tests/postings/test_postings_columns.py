"""Headings of exports, and the user's own mapping."""

import pytest

from llmexposure.base.errors import DataError, ParameterError
from llmexposure.postings.read.column_map import (
    ColumnMap,
    load_mapping,
    plain,
    read_posting_columns,
    resolve,
)

BOTH = {
    "posting_id": "职位编号",
    "title": "职位名称",
    "description": "职位描述",
    "degree": "学历要求",
    "min_years": "经验要求",
    "salary": "薪资",
    "city": "工作城市",
    "date": "发布日期",
    "openings": "招聘人数",
}


def test_chinese_export_needs_no_mapping():
    assert resolve(list(BOTH.values()), ColumnMap(), "a.csv") == BOTH


def test_english_export_needs_no_mapping():
    headings = ["Job ID", "Job Title", "Job Description", "Date Posted", "Min Salary", "Location"]
    found = resolve(headings, ColumnMap(), "a.csv")
    ours = ["posting_id", "title", "description", "date", "salary_min", "city"]
    assert found == dict(zip(ours, headings, strict=True))


def test_our_own_name_wins_over_a_common_one():
    headings = ["posting_id", "id", "职位名称", "title", "description"]
    found = resolve(headings, ColumnMap(), "a.csv")
    assert (found["posting_id"], found["title"]) == ("posting_id", "title")


def test_mapping_wins_and_can_leave_a_column_out():
    headings = ["posting_id", "title", "description", "city", "town", "degree"]
    found = resolve(headings, ColumnMap({"city": "Town", "degree": ""}), "a.csv")
    assert found["city"] == "town"
    assert "degree" not in found


def test_mapping_file(put):
    path = put("m.toml", 'title = "岗位"\nsalary_period = "year"\ndate_order = "mdy"\n')
    assert load_mapping(path) == ColumnMap({"title": "岗位"}, "year", "mdy", "UTC")


def test_period_of_a_mapping_is_a_word_or_the_name_of_a_column():
    assert load_mapping({"salary_period": "year"}) == ColumnMap({}, "year")
    assert load_mapping({"salary_period": "per"}) == ColumnMap({"salary_period": "per"}, "month")
    with pytest.raises(DataError, match="salary_period = 'per', but the file has no such column"):
        resolve(["id", "title", "description"], load_mapping({"salary_period": "per"}), "a.csv")


@pytest.mark.parametrize("unit", ["1000", 1000])
def test_unit_of_salaries(unit):
    assert load_mapping({"salary_unit": unit}).salary_unit == 1000


@pytest.mark.parametrize("zone", ["UTC", "+08:00", "-03:30", "+14:00"])
def test_zone_in_a_mapping(zone):
    assert load_mapping({"epoch_zone": zone}).epoch_zone == zone


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('tittle = "x"', "unknown column 'tittle'"),
        ("title = 3", "expected the name of a column in quotes"),
        ("salary_period = 12", "expected the name of a column in quotes"),
        ("salary_unit = 12", "salary_unit = '12'; expected 1, 10, 100"),
        ("salary_unit = true", "salary_unit = True"),
        ('salary_point = "comma"', "expected decimal or thousands"),
        ('epoch_zone = "Asia/Shanghai"', r"expected UTC or an offset such as \+08:00"),
        ('epoch_zone = "+8"', "epoch_zone = '\\+8'"),
        ('epoch_zone = "+15:00"', "epoch_zone"),
        ("title: x", "not a mapping file"),
    ],
)
def test_mapping_file_that_is_wrong(put, text, said):
    with pytest.raises((DataError, ParameterError), match=said):
        load_mapping(put("m.toml", text))


def test_mapping_file_that_is_not_there(tmp_path):
    with pytest.raises(DataError, match="cannot be read"):
        load_mapping(tmp_path / "m.toml")


def test_heading_that_is_not_there_gets_a_hint():
    with pytest.raises(DataError, match="Is it 'job_descr'"):
        resolve(["id", "title", "job_descr"], ColumnMap({"description": "job_desc"}), "a.csv")


def test_table_of_headings_is_unambiguous():
    table = read_posting_columns()
    meanings = table["column"].groupby(table["name"].map(plain)).agg(tuple)
    assert set(meanings[meanings.map(len) > 1]) == {
        ("degree", "min_years"),
        ("occupation", "occupation_code"),
    }
    assert len(table) > 250
