"""Postings in, exposures out; the examples are our own."""

import numpy as np
import pandas as pd
import pytest

from llmexposure.base.errors import DataError
from llmexposure.exposure.measures import RATINGS
from llmexposure.postings.match import chinese_matcher
from llmexposure.postings.match.postings import score_postings
from llmexposure.report.tables import load

POSTINGS = pd.DataFrame(
    {
        "posting_id": ["t", "d", "c", "x", "n"],
        "title": ["英语翻译", "货车司机", "保洁员（包吃住）", "", None],
        "description": [
            "岗位职责：1、翻译合同和技术资料；2、校对译文。任职要求：英语八级。",
            "工作内容：驾驶货车，装卸货物。福利待遇：五险一金。",
            "负责办公楼清洁卫生，清扫地面，清理垃圾。",
            "福利待遇：五险一金",
            None,
        ],
    },
    index=[5, 4, 3, 2, 1],
)


@pytest.fixture(scope="module")
def scored():
    return score_postings(POSTINGS, chinese_matcher(), load("activities"))


def test_translation_is_more_exposed_than_driving_and_cleaning(scored):
    by_id = scored.set_index("posting_id")
    for rating in ("gpt4_beta", "human_beta"):
        assert by_id.loc["t", rating] > 0.6
        assert by_id.loc["d", rating] < 0.25
        assert by_id.loc["c", rating] < 0.25


def test_a_posting_that_names_no_work_is_missing(scored):
    empty = scored.set_index("posting_id").loc[["x", "n"]]
    assert (empty["n_activities"] == 0).all()
    assert empty[["similarity", *RATINGS]].isna().all(axis=None)


def test_index_order_and_columns_are_kept(scored):
    assert scored.index.tolist() == [5, 4, 3, 2, 1]
    assert scored.columns.tolist() == ["posting_id", "n_activities", "similarity", *RATINGS]
    assert scored["n_activities"].max() <= 10


def test_alpha_beta_gamma_are_in_order(scored):
    known = scored.dropna()
    for rater in ("human", "gpt4"):
        assert (known[f"{rater}_alpha"] <= known[f"{rater}_beta"] + 1e-12).all()
        assert (known[f"{rater}_beta"] <= known[f"{rater}_gamma"] + 1e-12).all()


def test_benefits_and_the_company_do_not_score():
    plain = POSTINGS.iloc[[1]].assign(description="工作内容：驾驶货车，装卸货物。")
    more = plain.assign(
        description="公司介绍：软件开发和保险销售企业。工作内容：驾驶货车，装卸货物。福利待遇：提供培训和软件。"
    )
    matcher, ratings = chinese_matcher(), load("activities")
    one, other = (score_postings(table, matcher, ratings)[RATINGS] for table in (plain, more))
    assert np.allclose(one, other)


def test_a_missing_column_is_named():
    with pytest.raises(DataError, match="'title'"):
        score_postings(POSTINGS.drop(columns="title"), chinese_matcher(), load("activities"))
