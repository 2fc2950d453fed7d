"""The choice of matcher: embeddings through the real loading code, with a model of the test's own."""

import json
import pickle
import sys
from dataclasses import replace

import numpy as np
import polars as pl
import pytest
from click.testing import CliRunner
from scoring_runs import outputs

from llmexposure.base.errors import ParameterError
from llmexposure.cli import PoliteGroup, build, panel, score
from llmexposure.exposure.measures import RATINGS
from llmexposure.postings.count import digest
from llmexposure.postings.match import embedding
from llmexposure.postings.match.choice import Choice
from llmexposure.postings.score.provenance import load_materials
from llmexposure.postings.score.run import Job, run

# Stands in for the package: hashes of characters through weights that it reads from the model's folder.
PACKAGE = """
from pathlib import Path
import numpy as np

class SentenceTransformer:
    def __init__(self, folder, device):
        if not (Path(folder) / "weights.npy").is_file():
            raise OSError(f"no weights in {folder}")
        self.weights, self.device = np.load(Path(folder) / "weights.npy"), device

    def encode(self, texts, show_progress_bar):
        counts = np.zeros((len(texts), len(self.weights)))
        for row, text in enumerate(texts):
            for character in text:
                counts[row, ord(character) % len(self.weights)] += 1
        return counts @ self.weights
"""
POSTINGS = pl.DataFrame(
    {
        "posting_id": ["a", "b", "c"],
        "title": ["会计", "Truck driver", "Buchhalter"],
        "description": [
            "负责总账核算和财务报表的编制。",
            "Drive trucks and load freight at the depot.",
            "Sie prüfen Rechnungen und erstellen die Abschlüsse der Gesellschaft.",
        ],
    }
)


@pytest.fixture
def model(tmp_path, monkeypatch):
    """Folder of a tiny model, and the package that loads it."""
    package = tmp_path / "site" / "sentence_transformers"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text(PACKAGE)
    monkeypatch.syspath_prepend(package.parent)
    monkeypatch.delitem(sys.modules, "sentence_transformers", raising=False)
    embedding.load_encoder.cache_clear()
    folder = tmp_path / "tiny"
    folder.mkdir()
    np.save(folder / "weights.npy", np.random.default_rng(1).random((64, 8)))
    yield folder
    embedding.load_encoder.cache_clear()
    sys.modules.pop("sentence_transformers", None)


@pytest.fixture
def source(tmp_path):
    path = tmp_path / "in.csv"
    POSTINGS.write_csv(path)
    return path


def invoke(*line):
    group = PoliteGroup("main", commands=[score, panel, build])
    return CliRunner().invoke(group, [str(part) for part in line])


def test_scores_by_embeddings_and_what_is_put_on_record(model, source, tmp_path):
    out = tmp_path / "o.csv"
    done = invoke("score", source, "--out", out, "--matcher", "embeddings", "--model", model)
    assert done.exit_code == 0, done.output
    found = pl.read_csv(out)
    assert found["gpt4_beta"].is_null().to_list() == [False, False, True]
    assert found["n_activities"].to_list() == [10, 10, None]
    text = out.with_name("o.provenance.json").read_text()
    assert str(tmp_path) not in text
    matcher = json.loads(text)["matcher"]
    assert (matcher["name"], matcher["model"], matcher["device"]) == ("embeddings", "tiny", "cpu")
    assert matcher["sha256"] == Choice("embeddings", str(model)).identity("auto")["sha256"]
    assert set(json.loads(text)["lexicons"]["en"]) == {"activity_titles.csv"}


def test_processes_load_the_model_themselves_and_change_no_byte(model, source, tmp_path):
    one = Job(str(source), tmp_path / "one.parquet", matcher="embeddings", model=str(model))
    two = replace(one, out=tmp_path / "two.parquet", workers=2)
    run(one)
    run(two)
    assert outputs(one.out) == outputs(two.out)


def test_a_matcher_travels_without_its_model(model):
    scorer = load_materials(
        "en", None, 3, code_occupations=False, choice=Choice("embeddings", str(model))
    ).scorer
    matcher = scorer.matchers["en"]
    before = matcher.match(["Drive trucks."])
    assert b"SentenceTransformer" not in pickle.dumps(matcher)
    assert (pickle.loads(pickle.dumps(matcher)).match(["Drive trucks."]) != before).nnz == 0
    assert list(scorer.columns) == list(RATINGS)


def test_what_was_counted_with_another_matcher_or_model_is_not_found_again(model, source):
    def name(choice):
        return digest(str(source), None, {"encoding": "auto", "language": "auto"}, choice)

    first = name(Choice("embeddings", str(model)))
    assert first == name(Choice("embeddings", str(model)))
    assert first != name(Choice())
    assert first != name(Choice("embeddings", str(model), "cuda"))
    np.save(model / "weights.npy", np.eye(64))
    assert first != name(Choice("embeddings", str(model)))


def test_an_unfinished_run_with_another_model_is_not_gone_on_with(
    model, source, tmp_path, monkeypatch
):
    job = Job(str(source), tmp_path / "o.parquet", matcher="embeddings", model=str(model))
    with monkeypatch.context() as broken:
        broken.setattr("llmexposure.postings.score.run._conclude", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            run(job)
    np.save(model / "weights.npy", np.eye(64))
    with pytest.raises(ParameterError, match="restart"):
        run(job)


@pytest.mark.parametrize("command", ["score", "panel", "build"])
def test_without_the_packages_one_line_says_how_to_install_them(
    command, source, tmp_path, monkeypatch
):
    monkeypatch.setitem(sys.modules, "sentence_transformers", None)
    monkeypatch.setattr("llmexposure.publish.environment.restart", lambda: None)
    monkeypatch.setattr("llmexposure.base.project.Project.build", tmp_path / "build")
    embedding.load_encoder.cache_clear()
    given = {
        "score": [source, "--out", tmp_path / "o.csv"],
        "panel": [source],
        "build": ["--postings", source],
    }
    done = invoke(command, *given[command], "--matcher", "embeddings", "--model", "some/model")
    assert done.exit_code == 1
    said = [line for line in done.output.splitlines() if line.startswith("error: ")]
    assert len(said) == 1
    assert "pip install -r requirements/embeddings.txt" in said[0]


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (["score", "in.csv", "--out", "o.csv", "--model", "x"], "go with the matcher 'embeddings'"),
        (["score", "in.csv", "--out", "o.csv", "--device", "cuda"], "go with the matcher"),
        (["score", "in.csv", "--out", "o.csv", "--matcher", "magic"], "'lexical', 'embeddings'"),
        (["build", "--matcher", "embeddings"], "go with --postings"),
    ],
)
def test_options_that_make_no_sense(line, told, source, monkeypatch):
    monkeypatch.chdir(source.parent)
    monkeypatch.setattr("llmexposure.publish.environment.restart", lambda: None)
    done = invoke(*line)
    assert done.exit_code in (1, 2)
    assert told in done.output


def test_a_device_that_is_not_there_is_named(model, monkeypatch, tmp_path):
    (tmp_path / "site" / "torch.py").write_text(
        "class cuda:\n    is_available = staticmethod(lambda: False)\n"
    )
    monkeypatch.delitem(sys.modules, "torch", raising=False)
    with pytest.raises(ParameterError, match=r"'cuda'.*no CUDA device.*use 'cpu'"):
        Choice("embeddings", str(model), "cuda").build("en", str(model), 10)
    sys.modules.pop("torch", None)
