"""The rater against a server that speaks the protocol: what is asked, what is written."""

import asyncio
import json
import signal
import threading
from contextlib import suppress

import numpy as np
import pandas as pd
import pytest
from chat_server import honest, level_of, saying
from rating_demo import IDS, KEY, TITLES

from llmexposure.postings.rate.questions import SYSTEM, level_values, prompt_hash

VALUES = {"none": 0.0, "direct": 1.0, "with_software": 0.5}


def test_ratings_are_the_servers_levels(chat, run_rate, tmp_path):
    result = run_rate()
    assert result.exit_code == 0, result.output
    table = pd.read_csv(tmp_path / "out/ratings.csv")
    assert table["dwa_id"].tolist() == IDS
    assert table["rating"].tolist() == [VALUES[level_of("m1", title)] for title in TITLES]
    assert table["sd"].isna().all()  # one answer has no spread
    assert table["n_answers"].eq(1).all()
    assert table["n_failed"].eq(0).all()
    assert "m1: 12 answers of 12 asked, 0 failed" in result.stdout
    assert chat.keys == {f"Bearer {KEY}"}


def test_request_says_what_the_rubric_says(chat, run_rate):
    run_rate("--temperature", 0.7, "--limit", 1)
    [request] = chat.requests
    assert request["temperature"] == 0.7
    assert request["messages"][0] == {"role": "system", "content": SYSTEM}
    assert request["messages"][1]["content"].endswith(TITLES[0])
    schema = request["response_format"]["json_schema"]
    assert schema["strict"] is True
    assert schema["schema"]["properties"]["level"]["enum"] == ["none", "direct", "with_software"]
    assert set(schema["schema"]["required"]) == {"level", "reason"}


def test_several_models_and_repeats(chat, run_rate, tmp_path):
    chat.plan[TITLES[0]] = [
        saying(json.dumps({"reason": "r", "level": level}))
        for level in ("none", "direct", "direct", "direct")  # m1, m2; then again
    ]
    run_rate("--repeats", 2, "--concurrency", 1, models=("m1", "m2"))
    models = pd.read_csv(tmp_path / "out/ratings.models.csv").set_index(["dwa_id", "model"])
    assert len(models) == 24
    first = models.loc[(IDS[0], "m1")]
    assert first["rating"] == 0.5
    assert first["sd"] == pytest.approx(np.std([0, 1], ddof=1))
    assert (first["n_none"], first["n_direct"], first["n_with_software"]) == (1, 1, 0)
    assert models.loc[(IDS[0], "m2"), "rating"] == 1.0
    whole = pd.read_csv(tmp_path / "out/ratings.csv").set_index("dwa_id").loc[IDS[0]]
    assert whole["rating"] == 0.75
    assert whole["n_answers"] == 4
    assert whole["sd"] == pytest.approx(np.std([0, 1, 1, 1], ddof=1))


def test_models_weigh_alike_where_one_failed_more(chat, run_rate, tmp_path):
    def answer(handler):
        level = {"m1": "direct", "m2": "none"}[handler.request_json["model"]]
        saying(json.dumps({"reason": "r", "level": level}))(handler)

    chat.always = answer
    # Order of questions: m1, m2 in the first repeat, m1, m2 in the second.
    chat.plan[TITLES[0]] = [answer, saying("?"), answer, answer]
    run_rate("--repeats", 2, "--concurrency", 1, "--unusable", 1, models=("m1", "m2"))
    table = pd.read_csv(tmp_path / "out/ratings.csv").set_index("dwa_id")
    assert table.loc[IDS[0], "rating"] == 0.5  # not 2/3
    assert table.loc[IDS[0], ["n_answers", "n_failed"]].tolist() == [3, 1]


def test_provenance(chat, run_rate, tmp_path):
    run_rate("--price-in", 2, "--price-out", 8, "--date", "2025-06-30", models=("m1", "m2"))
    record = json.loads((tmp_path / "out/ratings.provenance.json").read_text())
    assert record["prompt"]["sha256"] == prompt_hash()
    assert record["date"] == "2025-06-30"
    assert record["host"] == chat.base_url.removeprefix("http://").removesuffix("/v1")
    assert record["titles"]["file"] == "titles.csv"
    assert record["models"]["m1"]["reported_as"] == ["m1-2025"]
    assert record["models"]["m1"]["answered_from"] == "2025-06-15T15:06:40+00:00"
    assert record["models"]["m2"]["formats"] == {"json_schema": 12}
    assert record["tokens"]["in"] == 24 * 400
    assert record["tokens"]["cost"] == pytest.approx(24 * (400 * 2 + 30 * 8) / 1e6)
    assert set(record["versions"]) == {"llmexposure", "openai", "pandas", "python"}


def test_date_falls_back_to_source_date_epoch_and_never_to_the_clock(
    run_rate, tmp_path, monkeypatch
):
    path = tmp_path / "out/ratings.provenance.json"
    run_rate()
    assert json.loads(path.read_text())["date"] is None
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1767225600")
    run_rate()
    assert json.loads(path.read_text())["date"] == "2026-01-01"
    assert run_rate("--date", "30.6.2025").exit_code == 1


def test_second_run_asks_nothing_and_writes_the_same_bytes(chat, run_rate, tmp_path):
    run_rate("--repeats", 2)
    written = {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()}
    chat.requests.clear()
    run_rate("--repeats", 2)
    assert chat.requests == []
    assert {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()} == written


def test_what_makes_a_question_new(chat, run_rate, titles):
    run_rate()
    for change in (["--temperature", 1], ["--repeats", 2]):
        chat.requests.clear()
        run_rate(*change)
        assert len(chat.requests) == 12
    chat.requests.clear()
    titles.write_text(titles.read_text().replace(TITLES[3], "Weigh nothing."))
    run_rate()
    assert [r["messages"][1]["content"] for r in chat.requests] == ["Work activity: Weigh nothing."]


def test_trial_is_spread_and_serves_the_full_run(chat, run_rate, tmp_path):
    run_rate("--limit", 3)
    assert pd.read_csv(tmp_path / "out/ratings.csv")["dwa_id"].tolist() == [
        IDS[0],
        IDS[4],
        IDS[8],
    ]
    run_rate()
    assert max(chat.asked().values()) == 1
    assert len(chat.requests) == 12


def test_concurrency_is_bounded_and_used(chat, run_rate):
    chat.delay = 0.03
    run_rate("--concurrency", 3)
    assert chat.most_at_once == 3


def test_dry_run_needs_no_key_asks_nothing_and_leaves_no_file(
    chat, run_rate, tmp_path, monkeypatch
):
    monkeypatch.delenv("OPENAI_API_KEY")
    result = run_rate("--dry-run", "--price-in", 2, "--price-out", 8, "--repeats", 2)
    assert result.exit_code == 0
    assert SYSTEM in result.stdout
    assert TITLES[0] in result.stdout
    assert "24 questions, 0 settled in the cache, 24 to ask" in result.stdout
    assert chat.requests == []
    assert not (tmp_path / "out").exists()


def test_dry_run_after_a_trial_uses_the_measured_tokens(run_rate):
    run_rate("--limit", 2)
    result = run_rate("--dry-run", "--price-in", 1000, "--price-out", 0)
    assert "12 questions, 2 settled in the cache, 10 to ask" in result.stdout
    assert "4,000 tokens in, 300 out, cost 4.0000" in result.stdout


def test_estimate_from_lengths_is_near_a_count_by_hand(run_rate):
    result = run_rate("--dry-run", "--limit", 1)
    tokens = int(result.stdout.rsplit("about ", 1)[1].split(" tokens")[0])
    assert 350 < tokens < 700  # about 330 words of prompt and schema


def test_prices_one_for_all_or_one_each(run_rate):
    options = ("--price-in", 1, "--price-in", 2, "--price-out", 4)
    assert run_rate(*options, models=("m1", "m2")).exit_code == 0
    result = run_rate(*options, models=("m1", "m2", "m3"))
    assert result.exit_code == 1
    assert "--price-in is given 2 times, expected once or 3 times" in result.stderr
    assert "--price-out is given 0 times" in run_rate("--price-in", 1).stderr


def test_score_changes_the_rating_without_asking_again(chat, run_rate, tmp_path):
    run_rate()
    chat.requests.clear()
    for score in ("alpha", "gamma"):
        run_rate("--score", score)
        table = pd.read_csv(tmp_path / "out/ratings.csv")
        values = level_values(score)
        assert table["rating"].tolist() == [values[level_of("m1", title)] for title in TITLES]
    assert chat.requests == []


def test_runs_where_an_event_loop_runs_already_as_in_a_notebook(run_rate):
    async def cell():
        return run_rate()

    assert asyncio.run(cell()).exit_code == 0


def test_interrupt_in_a_notebook_asks_nothing_more_and_keeps_the_answers(chat, run_rate, answers):
    chat.delay = 0.05
    interrupts = ["one"]

    def answer(handler):
        if len(chat.requests) >= 10 and interrupts:
            interrupts.pop()
            signal.pthread_kill(threading.main_thread().ident, signal.SIGINT)
        honest(handler)

    chat.always = answer

    async def cell():
        # As a kernel does; asyncio would cancel the cell instead.
        signal.signal(signal.SIGINT, signal.default_int_handler)
        return run_rate("--repeats", 10, "--concurrency", 2)

    with suppress(KeyboardInterrupt):
        assert asyncio.run(cell()).exit_code == 1
    assert 10 <= len(chat.requests) < 60
    assert len(answers()) == len(chat.requests)


def test_server_without_usage_is_counted_not_free(chat, run_rate, tmp_path):
    def answer(handler):
        handler.send = lambda status, body, send=handler.send: send(
            status, json.dumps({**json.loads(body), "usage": None}).encode()
        )
        honest(handler)

    chat.always = answer
    result = run_rate()
    assert "12 answers came without a count of tokens" in result.stdout
    record = json.loads((tmp_path / "out/ratings.provenance.json").read_text())
    assert record["tokens"]["answers_without_count"] == 12


def test_agreement_is_written(run_rate, tmp_path):
    run_rate("--repeats", 2, models=("m1", "m2"))
    table = pd.read_csv(tmp_path / "out/ratings.agreement.csv")
    assert set(table["rater"]) == {"m1", "m2", "all models"}
    assert set(table["against"]) == {"gpt4_beta", "human_beta", "other models", "own repeats"}
    own = table[(table["against"] == "own repeats") & (table["statistic"] == "alpha_nominal")]
    assert own["value"].eq(1).all()  # the server always says the same
    assert table.loc[table["statistic"] == "kappa", "n"].eq(12).all()
