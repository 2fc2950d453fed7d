"""The skill extractor, case by case, and lists that are compared."""

import pandas as pd
import pytest

from llmexposure.base.errors import DataError
from llmexposure.postings.skills import count, extract
from llmexposure.postings.skills.extract import find_roles, find_skills
from llmexposure.report.tables import load

CASES = {
    "C": ["C/C++"],
    "C++": ["C/C++"],
    "熟悉C/C++": ["C/C++"],
    "精通C++11和STL": ["C/C++"],
    "C语言": ["C/C++"],
    "掌握C、Java": ["C/C++", "Java"],
    "C#": ["C#"],
    "C端产品经理": [],
    "B/C端用户": [],
    "C轮融资": [],
    "Type-C接口": [],
    "C/S架构": [],
    "持C1驾照": [],
    "CNN": ["CNN"],
    "CNN新闻": [],
    "看CNN新闻，懂CNN": ["CNN"],
    "卷积神经网络": ["CNN"],
    "深度卷积神经网络(CNN)、RNN": ["CNN", "RNN"],
    "JavaScript": ["JavaScript"],
    "Java/JavaScript": ["Java", "JavaScript"],
    "PyTorch框架": ["PyTorch"],
    "pytorch、TENSORFLOW": ["PyTorch", "TensorFlow"],
    "ＰｙＴｏｒｃｈ，Ｃ＋＋": ["C/C++", "PyTorch"],
    "scikit-learn": ["scikit-learn"],
    "百度飞桨PaddlePaddle": ["PaddlePaddle"],
    "R&D中心": [],
    "GaN器件": [],
    "GAN": ["GAN"],
    "transformers": ["Transformer"],
    "注意力机制": ["Attention"],
    "attention to detail": [],
    "": [],
    "销售代表，底薪加提成": [],
}


@pytest.mark.parametrize("text", CASES)
def test_skills_of_a_text(text):
    assert find_skills(pd.Series([text]))["skill"].tolist() == CASES[text]


def test_every_spelling_finds_its_own_skill():
    terms = extract.skill_terms().drop_nulls("skill").to_pandas()
    found = find_skills(terms["term"])
    names = found.groupby("row")["skill"].agg(set)
    lost = [t for i, (t, s) in enumerate(zip(terms["term"], terms["skill"], strict=True))
            if s not in names.get(i, set())]  # fmt: skip
    assert lost == []


def test_every_printed_skill_is_in_the_list_under_its_printed_name():
    assert set(load("ai_role_skills")["skill"]) <= set(extract.skill_kinds())


def test_two_skills_may_not_share_a_spelling(tmp_path):
    path = tmp_path / "ai_skills.csv"
    path.write_text("skill,kind,aliases_en,aliases_zh\nA,model,Glm,\nB,model,ＧＬＭ,\n", "utf-8")
    with pytest.raises(DataError, match="'Glm' stands for two entries"):
        extract.skill_terms(path)


def test_roles_by_title_and_by_text():
    titles = pd.Series(["NLP算法工程师", "深度学习工程师", "销售经理", "大模型算法工程师"])
    texts = pd.Series(["", "", "产品介绍深度学习", ""])
    found = find_roles(titles, texts).groupby("row")["role"].agg(list)
    assert found[0] == ["ai_algorithms", "natural_language_processing"]
    assert found[1] == ["deep_learning"]
    assert found[2] == ["deep_learning_text"]
    assert found[3] == ["ai_algorithms", "natural_language_processing"]


def test_missing_titles_and_texts_are_of_no_role():
    assert find_roles(pd.Series([None, "会计"]), pd.Series([None, None])).empty


def test_counting_counts_postings_not_mentions():
    titles = pd.Series(["NLP工程师", "NLP研究员", "司机"], index=[5, 6, 7])
    texts = pd.Series(["Python，python，PYTHON", "Python和BERT", "Python"], index=[5, 6, 7])
    found = count.count_skills(titles, texts)
    nlp = found[found["role"] == "natural_language_processing"].set_index("skill")
    assert nlp["n"].to_dict() == {"Python": 2, "BERT": 1}
    assert set(nlp["n_postings"]) == {2}


def test_the_top_holds_only_allowed_kinds():
    counts = pd.DataFrame({"role": "r", "skill": ["Linux", "BERT", "Java"], "n": [9, 5, 5]})
    found = count.top(counts, "r", extract.skill_kinds(), extract.PRINTED_KINDS)
    assert found == ["BERT", "Java"]


def test_rank_biased_overlap_by_hand():
    # Agreement 0 at depth 1 and 1 at depth 2; p = 0.5: 1 * 0.25 + 1 * (0 * 0.5 + 1 * 0.25).
    assert count.rank_biased_overlap(["x", "y"], ["y", "x"], p=0.5) == pytest.approx(0.5)
    assert count.rank_biased_overlap(["x", "y"], ["a", "b"]) == 0


def test_a_change_at_the_top_costs_more_than_one_at_the_bottom():
    plain = list("abcdefghij")
    top, bottom = ["z", *plain[1:]], [*plain[:-1], "z"]
    assert count.rank_biased_overlap(plain, top) < count.rank_biased_overlap(plain, bottom)


def test_places_are_the_top_lists_with_shares():
    counts = pd.DataFrame({"role": "r", "skill": ["BERT", "Java"], "n": [3, 1], "n_postings": 4})
    found = count.places(counts, ["r", "none"], extract.skill_kinds(), extract.PRINTED_KINDS)
    assert found["place"].tolist() == [1, 2]
    assert found["share"].tolist() == [0.75, 0.25]
