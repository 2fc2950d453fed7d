"""The function of one batch: exposures by hand, no text, missing stays missing."""

import numpy as np
import pandas as pd
import polars as pl
import pytest

from llmexposure.exposure.measures import RATINGS
from llmexposure.postings import from_frame, validate_batch
from llmexposure.postings.match.chinese import chinese_matcher
from llmexposure.postings.match.segment import posting_texts
from llmexposure.postings.match.weights import aligned, score, weights
from llmexposure.postings.score.provenance import load_materials
from llmexposure.postings.score.scorer import KEPT, Scorer, score_rows
from llmexposure.report.tables import load

EXAMPLES = pd.DataFrame(
    {
        "posting_id": ["t", "d", "c", "x"],
        "title": ["英语翻译", "货车司机", "保洁员（包吃住）", "急招（包吃住）"],
        "description": [
            "岗位职责：1、翻译合同和技术资料；2、校对译文。任职要求：英语八级。",
            "工作内容：驾驶货车，装卸货物。福利待遇：五险一金。",
            "负责办公楼清洁卫生，清扫地面，清理垃圾。",
            "福利待遇：五险一金",
        ],
    }
)


@pytest.fixture(scope="module")
def scorer():
    return load_materials("zh", None, 10, code_occupations=False).scorer


@pytest.fixture(scope="module")
def valid(ads):
    return validate_batch(from_frame(ads(200).to_pandas()))[0]


def scored(postings, scorer):
    return score_rows(validate_batch(from_frame(postings))[0], scorer).to_pandas()


def test_translation_is_more_exposed_than_driving_and_cleaning(scorer):
    by_id = scored(EXAMPLES, scorer).set_index("posting_id")
    for rating in ("gpt4_beta", "human_beta"):
        assert by_id.loc["t", rating] > 0.6
        assert by_id.loc["d", rating] < 0.25
        assert by_id.loc["c", rating] < 0.25
    assert by_id["n_activities"].max() <= 10


def test_a_posting_that_names_no_work_is_missing(scorer):
    empty = scored(EXAMPLES, scorer).set_index("posting_id").loc["x"]
    assert empty["n_activities"] == 0
    assert empty[["similarity", *RATINGS]].isna().all()


def test_benefits_and_the_company_do_not_score(scorer):
    plain = EXAMPLES.iloc[[1]].assign(description="工作内容：驾驶货车，装卸货物。")
    more = plain.assign(
        description="公司介绍：软件开发和保险销售企业。工作内容：驾驶货车，装卸货物。福利待遇：提供培训和软件。"
    )
    one, other = (scored(table, scorer)[RATINGS] for table in (plain, more))
    assert np.allclose(one, other)


def test_an_exposure_is_the_weighted_mean_rating_of_what_is_matched(valid, scorer):
    ours = score_rows(valid, scorer).to_pandas()
    titles, texts = (pl.Series(valid[name].tolist()) for name in ("title", "description"))
    matcher = chinese_matcher()
    match = matcher.match(posting_texts(titles, texts, "zh"))
    ratings = aligned(load("activities"), matcher.activities, list(RATINGS))
    assert ours["gpt4_beta"].notna().sum() > 150
    np.testing.assert_allclose(ours[list(RATINGS)], score(weights(match), ratings), atol=5.1e-7)
    assert ours["n_activities"].tolist() == np.diff(match.indptr).tolist()
    known = ours.dropna(subset=list(RATINGS))
    for rater in ("human", "gpt4"):
        assert (known[f"{rater}_alpha"] <= known[f"{rater}_beta"] + 1e-12).all()
        assert (known[f"{rater}_beta"] <= known[f"{rater}_gamma"] + 1e-12).all()


def test_top_activity_is_the_most_similar_one(valid, scorer):
    matcher = chinese_matcher()
    wanted = posting_texts(*(pl.Series(valid[n].tolist()) for n in ("title", "description")), "zh")
    dense = matcher.match(wanted).toarray()
    ours = score_rows(valid, scorer)["top_activity"]
    assert ours.drop_nulls().len() > 150
    for row, name in enumerate(ours):
        best = matcher.activities[int(dense[row].argmax())] if dense[row].any() else None
        assert name == best


def test_columns_hold_no_text_and_the_values_of_the_contract(valid, scorer):
    table = score_rows(valid, scorer)
    assert "title" not in table.columns
    assert "description" not in table.columns
    assert table.columns[: len(KEPT)] == list(KEPT)
    written = table.write_csv()
    assert not any(duty in written for text in valid["description"] for duty in text.split("\n"))
    assert table["degree"].to_list() == [None if pd.isna(x) else x for x in valid["degree"]]
    assert table["date"].null_count() == valid["date"].isna().sum() > 0
    assert table["min_years"].null_count() == valid["min_years"].isna().sum() > 0
    assert table["openings"].to_list() == [None if pd.isna(x) else x for x in valid["openings"]]
    assert table["occupation"].null_count() == valid["occupation"].isna().sum() > 0


def test_a_posting_that_matches_nothing_is_missing_not_zero(scorer):
    frame = pd.DataFrame({"id": ["a"], "title": ["嗯"], "description": ["Ωμέγα ΔΔΔ"]})
    row = score_rows(validate_batch(from_frame(frame))[0], scorer).row(0, named=True)
    assert row["n_activities"] == 0
    assert [row[name] for name in (*RATINGS, "similarity", "top_activity")] == [None] * 8


def test_activity_without_a_rating_is_left_out(valid, scorer):
    unrated = {"zh": np.full((2087, 1), np.nan)}
    table = score_rows(valid, Scorer("zh", scorer.matchers, unrated, ("exposure",)))
    assert table["exposure"].null_count() == len(table)
    assert table["n_activities"].max() > 0


def test_rows_do_not_depend_on_their_neighbours(valid, scorer):
    whole = score_rows(valid, scorer)
    alone = [score_rows(valid.iloc[[row]], scorer) for row in range(0, 40)]
    assert pl.concat(alone).equals(whole[:40])


def test_missing_occupations_are_coded_and_marked(valid, scorer):
    from dataclasses import replace

    from llmexposure.postings.occupation.chinese import code_categories

    table = score_rows(valid, replace(scorer, code_occupations=True))
    was_missing = valid["occupation"].isna().to_numpy()
    assert table["occupation_coded"].to_list() == was_missing.tolist()
    assert table["occupation"].null_count() == 0
    assert table["occupation"].filter(~table["occupation_coded"]).unique().to_list() == ["会计"]
    coded = code_categories(valid["title"], valid["description"])[was_missing]
    assert table["occupation"].filter(table["occupation_coded"]).to_list() == coded.tolist()
    assert coded.nunique() > 3


def test_no_rows_give_a_table_with_the_same_columns(valid, scorer):
    empty, full = score_rows(valid.iloc[:0], scorer), score_rows(valid, scorer)
    assert empty.schema == full.schema


CALLED = {
    "会计": ["招聘会计", "甲公司招聘会计", "2025校园招聘会计", "【急招】会计", "会计招聘", "會計"],
    "货车司机": ["诚聘货车司机", "甲人力资源有限公司招聘货车司机", "货车司机（代集团招聘）"],
    "Accountant": ["Hiring: Accountant", "Accountant - Recruitment Drive 2024"],
    "Cook": ["URGENT HIRING Cook", "Vacancy for Cook", "Acme Ltd is hiring a Cook"],
}
SHORT = {
    "zh": "按照公司安排完成本岗位的日常工作。",
    "en": "Carry out the duties of the post as directed.",
}


@pytest.mark.parametrize(("title", "called"), CALLED.items())
def test_calls_for_applicants_move_neither_exposure_nor_occupation(title, called):
    language = "en" if title.isascii() else "zh"
    titles = [title, *called]
    ids = [str(number) for number in range(len(titles))]
    rows = pd.DataFrame({"id": ids, "title": titles, "description": SHORT[language]})
    coding = load_materials(language, None, 10, code_occupations=True).scorer
    found = scored(rows, coding)[["occupation", "top_activity", *RATINGS]]
    assert found["gpt4_beta"].notna().all()
    assert (found == found.iloc[0]).all(axis=None)


def test_english_postings_are_coded_into_soc_major_groups(valid, scorer):
    from dataclasses import replace

    rows = valid.iloc[:3].assign(occupation=None, title=["Registered Nurse", "会计", "Xyzzy"])
    rows["description"] = ["Cares for patients.", "做账", "Does things."]
    arrays = dict.fromkeys(("zh", "en"), scorer.ratings["zh"])
    matchers = dict.fromkeys(("zh", "en"), scorer.matchers["zh"])
    both = replace(
        scorer, language="auto", matchers=matchers, ratings=arrays, code_occupations=True
    )
    table = score_rows(rows, both)
    assert table["language"].to_list() == ["en", "zh", "en"]
    assert table["occupation"].to_list() == ["29-0000", "hr_admin_finance_legal", "other"]


def test_each_language_goes_to_its_own_matcher(valid):
    english = pd.DataFrame(
        {
            "id": ["e1", "e2"],
            "title": ["Accountant", "Truck driver"],
            "description": [
                "Prepare financial statements and reports for the auditors.",
                "Drive trucks and load freight.",
            ],
        }
    )
    both = pd.concat([validate_batch(from_frame(english))[0].iloc[:1], valid.iloc[:3]])
    both = pd.concat([both, validate_batch(from_frame(english))[0].iloc[1:]])
    mixed = load_materials("auto", None, 10, code_occupations=False).scorer
    table = score_rows(both, mixed)
    assert table["language"].to_list() == ["en", "zh", "zh", "zh", "en"]
    assert table["posting_id"].to_list() == both["posting_id"].tolist()
    only = {
        name: Scorer(name, mixed.matchers, mixed.ratings, mixed.columns) for name in mixed.matchers
    }
    for row, name in enumerate(table["language"]):
        assert table[row].equals(score_rows(both.iloc[[row]], only[name]))
    exposure = table["gpt4_beta"].to_list()
    assert exposure[0] > exposure[4] + 0.2  # an accountant is more exposed than a driver
