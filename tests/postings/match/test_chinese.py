"""The Chinese matcher: longest term first, common phrases light, the same whatever the batch."""

import pickle

import numpy as np
import pandas as pd
import polars as pl
import pytest

from llmexposure.base.errors import DataError
from llmexposure.derive.ad_shares import ad_shares
from llmexposure.postings.match import Matcher, chinese_matcher
from llmexposure.postings.match.chinese import read_ad_shares, read_lexicon

LEXICON = pd.DataFrame(
    {
        "dwa_id": ["a", "b", "c", "d"],
        "title_zh": ["编写程序代码", "销售产品", "销售保险产品", "驾驶货车"],
        "terms": [["软件开发", "写代码", "java开发"], ["产品销售"], ["保险产品销售"], ["货车驾驶"]],
    }
)
NO_SHARES = read_ad_shares().iloc[:0]
TEXTS = ["负责软件开发和写代码", "负责保险产品销售", "产品销售", "驾驶货车送货", "", "abc 其他"] * 4


@pytest.fixture(scope="module")
def matcher():
    return chinese_matcher(LEXICON, NO_SHARES)


@pytest.fixture(scope="module")
def real():
    return chinese_matcher()


def best(matcher, text):
    row = matcher.match([text])
    return matcher.activities[row.indices[0]] if row.nnz else None


def test_each_text_finds_its_activity(matcher):
    assert [best(matcher, text) for text in TEXTS[:6]] == ["a", "c", "b", "d", None, None]


def test_the_longest_term_wins_and_counts_once(matcher):
    counts = matcher.features.counts(pl.Series(["保险产品销售"])).toarray()[0]
    terms = dict(zip(matcher.features.terms, counts, strict=False))
    assert {term for term, n in terms.items() if n} == {"保险产品销售"}


def test_case_does_not_count(matcher):
    upper, lower = matcher.match(["JAVA开发", "java开发"])
    assert upper.nnz
    assert (upper != lower).nnz == 0


def test_a_common_phrase_weighs_less(matcher):
    shares = pd.Series(0.5, index=pd.MultiIndex.from_tuples([("term", "软件开发")]))
    common = chinese_matcher(LEXICON, shares)
    column = list(matcher.features.terms).index("软件开发")
    text = pl.Series(["软件开发，货车驾驶"])
    assert common.features(text)[0, column] < 0.5 * matcher.features(text)[0, column]


def test_a_line_break_separates_characters(matcher):
    assert matcher.features.pairs.count(pl.Series(["货\n车"])).nnz == 0
    assert matcher.features.pairs.count(pl.Series(["货", "车"])).nnz == 0


def test_characters_beyond_the_basic_plane_do_no_harm(matcher):
    found = matcher.match(["😀货车驾驶😀𠮷"])
    assert matcher.activities[found.indices[0]] == "d"


@pytest.mark.parametrize("batch", [1, 5])
@pytest.mark.parametrize("threads", [1, 2])
def test_batch_and_threads_change_nothing(matcher, batch, threads):
    other = chinese_matcher(LEXICON, NO_SHARES, batch=batch, threads=threads)
    assert (other.match(TEXTS) != matcher.match(TEXTS)).nnz == 0


def test_the_order_of_texts_changes_nothing(real):
    texts = [f"负责{term}工作" for terms in read_lexicon()["terms"].iloc[:200] for term in terms]
    order = np.random.default_rng(2).permutation(len(texts))
    shuffled = real.match([texts[place] for place in order])
    plain = real.match(texts)[order]
    assert np.array_equal(shuffled.indices, plain.indices)
    assert np.array_equal(shuffled.data, plain.data)


def test_the_lexicon_finds_its_own_terms(real):
    lexicon = read_lexicon()
    terms = lexicon.explode("terms")
    terms = terms[~terms["terms"].duplicated(keep=False)]
    match = real.match(terms["terms"].tolist())
    first = np.array(real.activities)[match.indices[match.indptr[:-1]]]
    assert (first == terms["dwa_id"].to_numpy()).mean() > 0.95


def test_it_is_a_matcher_over_all_activities(real):
    assert isinstance(real, Matcher)
    assert len(real.activities) == 2087
    assert list(real.activities) == sorted(real.activities)


def test_it_can_be_sent_to_another_process(matcher):
    other = pickle.loads(pickle.dumps(matcher))
    assert (other.match(TEXTS) != matcher.match(TEXTS)).nnz == 0


def test_shares_give_every_board_one_vote(matcher):
    texts = pl.Series(["写代码"] * 9 + ["货车"])
    shares = ad_shares(texts, ["big"] * 9 + ["small"], matcher.features)
    assert shares["term", "写代码"] == 0.5
    assert shares["pair", "货车"] == 0.5
    assert "销售" not in shares.index.get_level_values("feature")


def test_committed_shares_are_shares_and_unique():
    shares = read_ad_shares()
    assert shares.between(0, 1).all()
    assert shares.index.is_unique
    assert shares.loc["term", "需求分析"] > 0.02


@pytest.mark.parametrize(
    ("rows", "said"),
    [("a,甲,乙丙\na,丁,戊己\n", "activity a stands twice"), ("a,甲,\n", "terms_zh")],
)
def test_a_lexicon_with_a_mistake_is_an_error(tmp_path, rows, said):
    file = tmp_path / "lexicon.csv"
    file.write_text(f"dwa_id,title_zh,terms_zh\n{rows}", encoding="utf-8")
    with pytest.raises(DataError, match=said):
        read_lexicon(file)
