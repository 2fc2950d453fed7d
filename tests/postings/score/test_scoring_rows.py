"""The function of one batch: same numbers as the matching room, no text, missing stays missing."""

import numpy as np
import pandas as pd
import polars as pl
import pytest

from llmexposure.exposure.measures import RATINGS
from llmexposure.postings import from_frame, validate_batch
from llmexposure.postings.match.chinese import chinese_matcher
from llmexposure.postings.match.postings import posting_texts, score_postings
from llmexposure.postings.score.load import load_materials
from llmexposure.postings.score.scorer import KEPT, Scorer, languages, score_rows
from llmexposure.report.tables import load


@pytest.fixture(scope="module")
def scorer():
    return load_materials("zh", None, 10, code_occupations=False).scorer


@pytest.fixture(scope="module")
def valid(ads):
    return validate_batch(from_frame(ads(200).to_pandas()))[0]


def test_exposures_are_those_of_the_matching_room(valid, scorer):
    ours = score_rows(valid, scorer).to_pandas()
    theirs = score_postings(valid, chinese_matcher(), load("activities"))
    assert ours["gpt4_beta"].notna().sum() > 150
    np.testing.assert_allclose(ours[RATINGS], theirs[RATINGS], atol=5.1e-7)
    np.testing.assert_allclose(ours["similarity"], theirs["similarity"], atol=5.1e-7)
    assert ours["n_activities"].tolist() == theirs["n_activities"].tolist()


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


@pytest.mark.parametrize(
    ("title", "text", "language"),
    [
        ("会计", "做账", "zh"),
        ("C++", "负责Linux C++ Server backend development 服务端开发与维护工作", "zh"),
        ("Buyer", "Negotiate with our suppliers in 上海 and report to the head office", "en"),
        ("1", "2", "en"),
        (None, None, "en"),
    ],
)
def test_language_by_the_share_of_chinese_characters(title, text, language):
    found = languages(pl.Series([title], dtype=pl.String), pl.Series([text], dtype=pl.String))
    assert found.to_list() == [language]


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


@pytest.mark.mirror
def test_each_language_goes_to_its_own_matcher(mirror, valid):
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
