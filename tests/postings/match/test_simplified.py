"""Traditional Chinese becomes simplified, and nothing else changes."""

import pandas as pd
import polars as pl
import pytest

from llmexposure.postings.match import chinese_matcher, duties
from llmexposure.postings.match.segment import posting_texts, simplified
from llmexposure.postings.occupation.chinese import code_categories


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("負責軟體測試", "负责软件测试"),  # a word of Taiwan
        ("程式設計師", "程序员"),
        ("資訊安全管理", "信息安全管理"),
        ("工作內容：撰寫報告", "工作内容：撰写报告"),
        ("负责公司资讯的编辑与发布，负责內容审核", "负责公司资讯的编辑与发布，负责内容审核"),
        ("影像科医生", "影像科医生"),  # simplified: no word of Taiwan is looked for
        ("Java 工程師 🙂", "Java 工程师 🙂"),
        ("plain English", "plain English"),
        ("", ""),
        (None, None),
    ],
)
def test_texts(text, expected):
    assert simplified(pl.Series([text], dtype=pl.String)).to_list() == [expected]


def test_the_given_column_is_left_as_it_is():
    given = pl.Series(["負責測試", "负责测试"])
    simplified(given)
    assert given.to_list() == ["負責測試", "负责测试"]


PAIRS = [
    (
        "工作內容：1、撰寫新聞稿；2、校對譯文。任職要求：本科。",
        "工作内容：1、撰写新闻稿；2、校对译文。任职要求：本科。",
    ),
    ("負責軟體的設計、開發、測試與維護。", "负责软件的设计、开发、测试与维护。"),
]


@pytest.mark.parametrize(("traditional", "plain"), PAIRS)
def test_duties_and_matches_are_alike(traditional, plain):
    assert duties([traditional]) == duties([plain]) != [""]
    titles = pl.Series(["編輯", "编辑"])
    texts = posting_texts(titles, pl.Series([traditional, plain]), "zh")
    found = chinese_matcher().match(texts).toarray()
    assert (found[0] == found[1]).all()
    assert found[0].any()


def test_occupations_are_alike():
    traditional = pd.Series(["軟體工程師", "會計", "銷售經理", "倉庫管理員"])
    plain = pd.Series(["软件工程师", "会计", "销售经理", "仓库管理员"])
    assert code_categories(traditional).tolist() == code_categories(plain).tolist()
    assert "other" not in code_categories(traditional).tolist()
