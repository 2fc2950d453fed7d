"""The embedding matcher with a made-up encoder, and with the real one where it is installed."""

import sys
from importlib.util import find_spec

import numpy as np
import pandas as pd
import pytest

from llmexposure.base.errors import ParameterError
from llmexposure.postings.match import EmbeddingMatcher, Matcher
from llmexposure.postings.match.embedding import load_encoder, packaged_model

STATEMENTS = pd.Series({"b": "drive trucks", "a": "write reports", "c": "drive trucks"})


def letters(texts):
    """Counts of letters: a stand-in for a sentence encoder."""
    return np.array([[text.count(chr(97 + place)) for place in range(26)] for text in texts])


@pytest.fixture
def matcher():
    return EmbeddingMatcher(STATEMENTS, encode=letters, k=2)


def test_similar_texts_come_first_and_ties_go_by_id(matcher):
    assert isinstance(matcher, Matcher)
    found = matcher.match(["trucks drive", "reports write"])
    assert matcher.activities == ("a", "b", "c")
    assert found.indices.tolist()[:2] == [1, 2]
    assert found[0, 1] == found[0, 2] == pytest.approx(1)
    assert found.indices[found.indptr[1]] == 0


def test_an_empty_text_and_an_unknown_one_match_nothing(matcher):
    found = matcher.match(["", "  ", "12345", None])
    assert found.shape == (4, 3)
    assert found.nnz == 0


def test_batches_change_nothing(matcher):
    texts = ["write", "trucks", "", "drive a truck", "report"]
    small = EmbeddingMatcher(STATEMENTS, encode=letters, k=2, batch=2)
    assert (small.match(texts) != matcher.match(texts)).nnz == 0


def test_an_encoder_of_the_wrong_shape_is_an_error():
    with pytest.raises(ParameterError, match="one row a text"):
        EmbeddingMatcher(STATEMENTS, encode=lambda texts: np.ones(3))


def test_without_the_package_the_error_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "sentence_transformers", None)
    with pytest.raises(ParameterError, match="requirements/embeddings.txt"):
        load_encoder()


def test_a_model_that_cannot_be_loaded_is_named(monkeypatch):
    class Module:
        @staticmethod
        def SentenceTransformer(name, device):  # noqa: N802
            raise OSError("no such folder")

    monkeypatch.setitem(sys.modules, "sentence_transformers", Module)
    with pytest.raises(ParameterError, match=r"'none/such'.*no such folder"):
        load_encoder("none/such")


@pytest.mark.skipif(
    find_spec("sentence_transformers") is None, reason="sentence-transformers is not installed"
)
def test_the_real_encoder():
    try:
        matcher = EmbeddingMatcher(STATEMENTS, k=1)
    except ParameterError as error:
        pytest.skip(f"the model is not on this machine: {error}")
    assert matcher.match(["prepare written summaries"]).indices.tolist() == [0]


def test_the_packaged_model_is_found_beside_its_package(tmp_path, monkeypatch):
    monkeypatch.setattr(
        "llmexposure.postings.match.embedding.PACKAGED_MODEL", "made_up_model_package"
    )
    assert packaged_model() is None
    package = tmp_path / "made_up_model_package"
    (package / "model").mkdir(parents=True)
    (package / "__init__.py").touch()
    monkeypatch.syspath_prepend(tmp_path)
    assert packaged_model() == str(package / "model")
