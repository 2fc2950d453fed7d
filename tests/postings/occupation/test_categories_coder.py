"""The coder of Chinese titles: examples of our own, the rules of precedence, invariants."""

import pandas as pd
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from llmexposure.base.errors import DataError
from llmexposure.data.taxonomy.categories import OTHER, category_keys, read_category_terms
from llmexposure.postings.occupation.chinese import code_categories
from llmexposure.postings.occupation.terms import (
    best_term,
    find_terms,
    spelled,
    spelled_terms,
    without_remarks,
)

TITLES = {
    "editing_translation": ["法语翻译", "图书编辑", "财经记者", "Translator"],
    "customer_service_operations": ["在线客服", "社群运营主管", "数据分析师", "内容审核员"],
    "sales_business_development": ["电话销售", "外贸业务员", "售前工程师", "大客户经理"],
    "finance_insurance": ["理财经理", "车险理赔专员", "银行柜员", "精算师"],
    "marketing_brand_pr": ["品牌策划经理", "SEM投放专员", "市场专员", "文案策划"],
    "software_hardware_rd": ["Java", "嵌入式软件工程师", "C++开发", "芯片设计工程师", "前端"],
    "it_operations_testing": ["Linux运维工程师", "软件测试", "网管", "渗透测试工程师"],
    "hr_admin_finance_legal": ["HRBP", "行政前台", "成本会计", "法务经理", "总经理助理"],
    "education_training_research": ["小学数学老师", "博士后", "驾校教练", "企业内训师"],
    "visual_interaction_design": ["UI设计师", "视频剪辑", "室内设计师", "游戏原画"],
    "manufacturing": ["焊工", "普工", "机械设计工程师", "品质主管", "电气工程师"],
    "logistics_procurement": ["仓库管理员", "采购经理", "快递员", "报关员", "叉车司机"],
    "life_services": ["厨师", "酒店前台", "保安", "美容师", "超市收银员"],
    "other": ["产品经理", "内科医生", "土建造价员", "带货主播", "管培生"],
}


@pytest.mark.parametrize(("category", "titles"), TITLES.items())
def test_plain_titles(category, titles):
    assert code_categories(pd.Series(titles)).tolist() == [category] * len(titles)


@pytest.mark.parametrize(
    ("title", "category"),
    [
        ("Java产品经理", "other"),  # a class of its own outweighs the technology
        ("Java开发工程师", "software_hardware_rd"),
        ("Java测试", "it_operations_testing"),  # a line of work outweighs a technology
        ("软件销售", "sales_business_development"),
        ("医疗器械销售", "sales_business_development"),
        ("销售助理", "sales_business_development"),  # the longer term outweighs '助理'
        ("采购文员", "logistics_procurement"),
        ("招聘专员(高薪销售岗)", "hr_admin_finance_legal"),  # remarks do not count
        ("后端工程师-风控方向", "software_hardware_rd"),
        ("数据库工程师", "it_operations_testing"),
    ],
)
def test_precedence(title, category):
    assert code_categories(pd.Series([title])).item() == category


def test_latin_terms_are_words_not_letters():
    coded = code_categories(pd.Series(["IC设计", "music", "UI", "fruit", "HR"]))
    assert coded.tolist() == [
        "software_hardware_rd",
        OTHER,
        "visual_interaction_design",
        OTHER,
        "hr_admin_finance_legal",
    ]


def test_width_case_and_spaces_do_not_matter():
    same = pd.Series(["ｊａｖａ 工程师", "JAVA工程师", " java  工程师 ", "软件 测试", "软件测试"])
    assert (
        code_categories(same).tolist()
        == ["software_hardware_rd"] * 3 + ["it_operations_testing"] * 2
    )


def test_the_text_decides_only_where_the_title_does_not():
    text = "负责接听电话，解答客户咨询，处理客户投诉"
    titles = pd.Series(["急招", "焊工"])
    coded = code_categories(titles, pd.Series([text, text]))
    assert coded.tolist() == ["customer_service_operations", "manufacturing"]
    assert code_categories(titles).tolist() == [OTHER, "manufacturing"]


def test_one_passing_word_in_the_text_is_not_enough():
    texts = pd.Series(["同事中有客服", "负责客服，回复客户问题"])
    assert code_categories(pd.Series(["急招", "急招"]), texts).tolist() == [
        OTHER,
        "customer_service_operations",
    ]


def test_missing_and_empty_give_other_and_keep_the_index():
    titles = pd.Series([None, "", "厨师"], index=[7, 8, 9], dtype="str")
    coded = code_categories(titles, pd.Series([None, None, None], index=[7, 8, 9], dtype="str"))
    assert coded.index.tolist() == [7, 8, 9]
    assert coded.tolist() == [OTHER, OTHER, "life_services"]
    assert coded.name == "category"


def test_no_rows_give_no_rows():
    empty = pd.Series([], dtype="str")
    assert code_categories(empty, empty).tolist() == []


def test_another_index_is_an_error_that_names_both_lengths():
    with pytest.raises(DataError, match="title has 1 rows and description 2"):
        code_categories(pd.Series(["厨师"]), pd.Series(["a", "b"]))


def test_every_title_term_alone_gets_its_own_category():
    terms = read_category_terms()
    decisive = terms[(terms["where"] == "title") & (terms["weight"] > 1)]
    coded = code_categories(decisive["term"])
    wrong = decisive[coded.ne(decisive["category"])]
    assert wrong.empty, wrong


@settings(max_examples=20)
@given(st.lists(st.text(max_size=20), max_size=4))
def test_any_text_gets_a_known_category_whatever_stands_beside_it(titles):
    series = pd.Series(titles, dtype="str")
    together = code_categories(series)
    assert set(together) <= {*category_keys(), OTHER}
    alone = [code_categories(pd.Series([title], dtype="str")).item() for title in titles]
    assert together.tolist() == alone


def test_a_term_inside_a_longer_one_is_not_counted():
    terms = spelled_terms(
        pl.DataFrame({"term": ["工程", "工程师"], "category": ["a", "b"], "weight": [4, 1]})
    )
    hits = find_terms(pl.Series([" 测试工程师 ", " 工程部 "]), terms)
    assert hits.select("row", "category").rows() == [(0, "b"), (1, "a")]


def test_the_last_of_equal_terms_decides():
    terms = spelled_terms(
        pl.DataFrame({"term": ["甲乙", "丙丁"], "category": ["a", "b"], "weight": [3, 3]})
    )
    texts = pl.Series(["甲乙丙丁", "丙丁甲乙"])
    assert best_term(find_terms(texts, terms))["category"].to_list() == ["b", "a"]


def test_spelling_and_remarks():
    frame = pl.DataFrame({"text": ["Ｃ＋＋开发（双休）", None]})
    assert frame.select(spelled(pl.col("text"))).to_series().to_list() == [
        " c++ 开发(双休) ",
        " ",
    ]
    assert frame.select(without_remarks(pl.col("text")))[0, 0].strip() == "Ｃ＋＋开发"
