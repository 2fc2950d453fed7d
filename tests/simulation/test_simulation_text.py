"""What is said in a posting is what it was built from."""

import re

import pytest

from llmexposure.postings.match.segment import duties
from llmexposure.report.tables import load
from llmexposure.simulation.generate import simulate
from llmexposure.simulation.tables import lexicon, table

ROWS = 1_500
HEADINGS = table("phrases").groupby("kind")["text"].agg(list)


@pytest.fixture(scope="module")
def batch():
    return next(simulate(ROWS, seed=2, batch_rows=ROWS))


@pytest.fixture(scope="module")
def postings(batch):
    return batch.postings.to_pandas()


@pytest.fixture(scope="module")
def known(batch):
    return batch.truth.to_pandas()


def duty_lines(text):
    """Numbered lines between the heading of the duties and that of the requirements."""
    lines = text.split("\n")
    start = next(n for n, line in enumerate(lines) if line in HEADINGS["duty_heading"])
    end = next(n for n, line in enumerate(lines) if line in HEADINGS["requirement_heading"])
    return lines[start + 1 : end]


def test_each_duty_sentence_holds_two_terms_of_its_activity(postings, known):
    terms = lexicon()
    for text, ids in zip(postings["description"], known["activity_ids"], strict=True):
        lines, ids = duty_lines(text), ids.split("|")
        assert len(lines) == len(ids)
        for line, activity in zip(lines, ids, strict=True):
            assert sum(term in line for term in terms[activity]) >= 2, (line, activity)


def test_exposure_is_the_mean_rating_of_the_sentences(known):
    rating = load("activities").set_index("dwa_id")["gpt4_beta"]
    for row in known.itertuples():
        scores = rating[row.activity_ids.split("|")]
        assert len(scores) == row.n_duties
        assert row.true_exposure == pytest.approx(scores.mean(), abs=1e-12)


def test_activities_belong_to_the_category(known):
    pool = table("activities").groupby("category")["dwa_id"].agg(set)
    for row in known.itertuples():
        assert set(row.activity_ids.split("|")) <= pool[row.category]


def test_segmenter_finds_the_duties_and_little_else(postings, known):
    terms = lexicon()
    found = duties(postings["description"].tolist(), "zh")
    sentences = kept = 0
    for text, ids in zip(found, known["activity_ids"], strict=True):
        for activity in ids.split("|"):
            sentences += 1
            kept += sum(term in text for term in terms[activity]) >= 2
        assert "我们" not in text
        assert "五险一金" not in text
        assert "学历" not in text
    # A few terms, such as one for talks on pay, look like benefits to the segmenter.
    assert kept / sentences > 0.99


def test_company_texts_name_activities_that_are_not_duties(postings):
    company = table("phrases").set_index("kind").loc["company", "text"]
    with_company = postings["description"].str.contains("|".join(map(re.escape, company)))
    assert 0.6 < with_company.mean() < 0.8


def test_requirements_say_what_the_columns_say(postings):
    phrases = table("phrases").groupby("kind")["text"].agg(list)
    for row in postings.head(500).itertuples():
        wanted = phrases[f"degree_{row.degree}"], phrases[f"years_{row.min_years:.0f}"]
        for choices in wanted:
            assert any(choice in row.description for choice in choices)


def test_remote_work_is_in_the_text_where_it_is_true(postings, known):
    phrases = table("phrases").set_index("kind").loc["remote", "text"]
    said = postings["description"].str.contains("|".join(phrases))
    assert (said == known["remote"]).all()


def test_titles_are_those_of_the_role(postings, known):
    titles = table("titles").set_index("role")["titles"].str.split("|")
    for title, role in zip(postings["title"], known["role"], strict=True):
        assert any(title.endswith(name) for name in titles[role])


def test_texts_differ_and_have_the_length_of_postings(postings):
    assert postings["description"].is_unique
    assert postings["description"].str.len().between(120, 500).all()
    assert 250 < postings["description"].str.len().mean() < 400


def test_evidence_and_ids_stand_in_every_row(postings, known):
    assert (postings["evidence"] == "simulated").all()
    assert (known["evidence"] == "simulated").all()
    assert (postings["posting_id"] == known["posting_id"]).all()
    assert postings["posting_id"].tolist()[:2] == ["sim-2-000000000000", "sim-2-000000000001"]
    assert postings["posting_id"].is_unique
