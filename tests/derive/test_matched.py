"""Tables from matching: ranks by hand; text never leaves; the committed accuracy keeps its promises."""

import re

import numpy as np
import pandas as pd
import pytest
import scipy.sparse as sp

from llmexposure.base.errors import DataError
from llmexposure.base.files import sha256_of
from llmexposure.base.sources.registry import load_registry
from llmexposure.derive import matched, update
from llmexposure.derive.hand_labels import hashed
from llmexposure.report import record
from llmexposure.report.tables import load

RECORD = record.load_all()


def test_ranks_by_hand():
    ids = pd.Index(["a", "b", "c"])
    # Rows are stored in rank order, as matchers give them: a b, nothing, c a.
    match = sp.csr_matrix(([0.9, 0.5, 0.7, 0.2], [0, 1, 2, 0], [0, 2, 2, 4]), shape=(3, 3))
    links = pd.DataFrame({"text": [1, 1, 2, 3], "dwa_id": ["b", "c", "a", "a"]})
    found = matched.ranks(match, links, pd.Series([1, 2, 3]), ids)
    assert found["n_links"].tolist() == [2, 1, 1]
    assert found["n_found"].tolist() == [1, 0, 1]
    assert found["first_rank"].iloc[0] == 2
    assert np.isnan(found["first_rank"].iloc[1])
    assert found["first_rank"].iloc[2] == 2


def test_an_empty_folder_is_an_error(tmp_path):
    with pytest.raises(DataError, match="no \\*.csv.gz"):
        matched.read_postings_cn(tmp_path)


def test_without_texts_the_record_is_kept_and_named(monkeypatch):
    monkeypatch.delenv(matched.POSTINGS_CN, raising=False)
    assert update.absent() == ["ad_shares_zh", "matching_duties_zh", "postings_cn", "skills_cn"]
    assert list(update.from_texts()) == []


def raw():
    return pd.DataFrame(
        {
            "job_id": ["1", "2"],
            "platform": ["LAGOU", "ZHILIAN"],
            "title": ["翻译", "保安"],
            "company_hash": ["0" * 16, "f" * 16],
            "city": ["深圳", None],
            "education_raw": ["统招本科", None],
            "experience_years": [3.0, None],
            "salary_min": [8000.0, 10.0],
            "salary_max": [12000.0, 20.0],
            "description": ["岗位职责：1、负责合同文件的英文翻译与审校", "岗位职责：门卫值班"],
        }
    )


def test_scored_postings_hold_numbers_and_hashes_only():
    out = matched.scored_postings(raw()).set_index("posting_id")
    one, two = (out.loc[h] for h in hashed(raw()["job_id"]))
    assert one["degree"] == "bachelor"
    assert one["salary"] == 10_000
    assert one["category"] == "editing_translation"
    assert pd.isna(two["degree"])
    assert pd.isna(two["salary"])
    assert one["gpt4_beta"] > two["gpt4_beta"]
    assert not {"title", "description", "job_id"} & set(out.columns)
    assert sorted(out["employer"]) == [1, 2]


def test_committed_postings_hold_no_text():
    table = load("postings_cn")
    longest = table.select_dtypes("str").apply(lambda c: c.str.len().max())
    assert longest.drop("city").max() <= 32
    assert table["city"].str.len().max() <= 20


def test_accuracy_promises():
    assert RECORD["matching.open.onet_gold.recall_at_10"]["value"] > 0.57
    assert RECORD["matching.open.onet_gold.index_r"]["value"] >= 0.94
    assert abs(RECORD["matching.open.onet_gold.placebo_index_r"]["value"]) < 0.15
    for rating in (
        "gpt4_alpha",
        "gpt4_beta",
        "gpt4_gamma",
        "human_alpha",
        "human_beta",
        "human_gamma",
    ):
        entry = RECORD[f"matching.postings.cn.{rating}.category_rank_r"]
        assert entry["ci_low"] <= entry["value"] <= entry["ci_high"]
    for key in ("degree_requirement.postings.cn.slope", "experience_requirement.postings.cn.slope"):
        assert RECORD[key]["n"] > 20_000


def test_the_register_names_the_files_of_the_postings_by_their_checksums(postings_cn):
    note = load_registry()["postings_cn"].note
    named = dict(re.findall(r"(\S+\.csv\.gz) ([0-9a-f]{64})", note))
    assert named == {path.name: sha256_of(path) for path in postings_cn.glob("*.csv.gz")}
