"""A chat server, activities of our own, a planted key, and the command as a user runs it."""

import functools
import json

import pytest
from chat_server import serve
from click.testing import CliRunner
from rating_demo import IDS, KEY, TITLES

from llmexposure.cli import PoliteGroup, rate
from llmexposure.report.tables import load

once = functools.cache(load)


@pytest.fixture(autouse=True)
def environment(monkeypatch):
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "SOURCE_DATE_EPOCH", "OPENAI_LOG"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    monkeypatch.setattr(
        "llmexposure.postings.rate.job.load", once
    )  # validated once, not in every run


@pytest.fixture
def chat():
    with serve() as server:
        yield server


@pytest.fixture
def titles(tmp_path):
    path = tmp_path / "titles.csv"
    rows = [f"{dwa},{title}" for dwa, title in zip(IDS, TITLES, strict=True)]
    path.write_text("dwa_id,title\n" + "\n".join(rows) + "\n")
    return path


@pytest.fixture
def run_rate(chat, titles, tmp_path):
    """Run ``rate`` against the server; errors for people end as one line and exit code 1."""
    group = PoliteGroup("main", commands=[rate])

    def run(*options, out="out/ratings.csv", models=("m1",)):
        arguments = ["rate", "--base-url", chat.base_url, "--titles", str(titles)]
        arguments += ["--out", str(tmp_path / out), "--first-wait", "0.01", "--timeout", "2"]
        arguments += [part for model in models for part in ("--model", model)]
        return CliRunner().invoke(group, [*arguments, *map(str, options)], catch_exceptions=False)

    return run


@pytest.fixture
def answers(tmp_path):
    """Lines of the cache of a run."""

    def read(out="out/ratings.csv"):
        path = (tmp_path / out).with_suffix(".answers.jsonl")
        return [json.loads(line) for line in path.read_text().splitlines()]

    return read
