"""Servers that fail in every way we could think of: asked again, or missing and counted."""

import gzip
import json
import time

import pandas as pd
import pytest
from chat_server import (
    cut_off,
    failing,
    hanging,
    honest,
    raw,
    reset,
    saying,
    trickling,
    without_formats,
)
from rating_demo import IDS, TITLES

GOOD = json.dumps({"reason": "r", "level": "direct"})
BODY = json.dumps({"choices": [{"message": {"content": GOOD}}]}).encode()

PASSING = {
    "429": failing(429, Retry_After="0.01"),
    "429 without a wish": failing(429),
    "429 with a date": failing(429, Retry_After="Thu, 01 Jan 1970 00:00:00 GMT"),
    "429 with nonsense": failing(429, Retry_After="soon"),
    "408": failing(408),
    "500": failing(500),
    "502 with a page": lambda h: h.send(502, b"<html>bad gateway</html>", "text/html"),
    "503": failing(503),
    "truncated body": raw(BODY[:40]),
    "connection closed within the body": cut_off,
    "connection reset": reset,
    "empty body": raw(b""),
    "page of a gateway": raw(b"<html>Please log in</html>", "text/html"),
    "plain text": raw(b"ok", "text/plain"),
    "another JSON": raw(b'{"error": "busy"}'),
    "no choices": raw(b'{"choices": []}'),
    "choices of another kind": raw(b'{"choices": {"0": 1}}'),
    "a list": raw(b"[]"),
    "null": raw(b"null"),
    "not UTF-8": raw(b"\xff\xfe\x00"),
    "nested without end": raw(b"[" * 100_000),
    "a body without end": lambda h: h.send(
        200, gzip.compress(bytes(2**28)), Content_Encoding="gzip"
    ),
}
CHARSETS = ("undefined", "zip", "idna", "utf-16")


def with_model(name: str, tokens: int) -> bytes:
    usage = {"prompt_tokens": tokens, "completion_tokens": 3}
    return json.dumps({**json.loads(BODY), "model": name, "usage": usage}).encode()


ODD = {
    **{name: raw(BODY, f"application/json; charset={name}") for name in CHARSETS},
    "half of a pair": raw(with_model("m\ud800", 1)),
    "tokens without end": raw(with_model("m", 10**400)),
}


@pytest.mark.parametrize("name", ODD)
def test_an_odd_answer_is_kept_and_poisons_nothing(name, chat, run_rate, answers):
    chat.always = ODD[name]
    for _ in range(2):
        assert run_rate("--price-in", 1, "--price-out", 1).exit_code == 0
    assert answers()


def test_all_failed_is_a_failure(chat, run_rate):
    chat.always = failing(400)
    done = run_rate()
    assert done.exit_code == 1
    assert "every rating is missing" in done.output


UNUSABLE = {
    "truncated JSON": (saying(GOOD[:-8]), "no JSON object"),
    "broken JSON": (saying('{"reason": "r", level: direct}'), "JSON cannot be read"),
    "prose": (saying("It is direct."), "no JSON object"),
    "empty": (saying(""), "empty answer"),
    "null": (saying(None), "empty answer"),
    "declined": (saying(None, refusal="I cannot."), "the model declined"),
    "wrong schema": (saying('{"rating": "direct", "why": "r"}'), "level is missing"),
    "no reason": (saying('{"level": "direct"}'), "reason is missing"),
    "reason is a list": (saying('{"level": "direct", "reason": ["r"]}'), "reason is missing"),
    "level out of range": (saying('{"level": "E7", "reason": "r"}'), "none of those"),
    "level is a number": (saying('{"level": 7, "reason": "r"}'), "not a text"),
    "level is null": (saying('{"level": null, "reason": "r"}'), "level is missing"),
    "level is a list": (saying('{"level": ["none"], "reason": "r"}'), "not a text"),
    "level twice": (saying('{"level": "none", "level": "direct", "reason": "r"}'), "repeats"),
    "two objects": (saying(GOOD + GOOD), "JSON cannot be read"),
    "a list": (saying('["direct"]'), "no JSON object"),
    "nested without end": (saying('{"a":' * 5_000 + "}"), "JSON cannot be read"),
    "huge number": (saying('{"level": ' + "9" * 5_000 + "}"), "JSON cannot be read"),
}


def ratings(tmp_path):
    return pd.read_csv(tmp_path / "out/ratings.csv").set_index("dwa_id")


@pytest.fixture
def activities(titles):
    """Make these the titles of the run; their ids are numbers."""

    def put(names):
        rows = [f"{number:03d},{name}" for number, name in enumerate(names)]
        titles.write_text("\n".join(["dwa_id,title", *rows]) + "\n")

    return put


def test_passing_failures_are_asked_again(chat, activities, run_rate, tmp_path, answers):
    activities(PASSING)
    chat.plan.update({name: [answer, answer] for name, answer in PASSING.items()})
    result = run_rate()
    assert result.exit_code == 0, result.output
    assert chat.asked() == {("m1", name): 3 for name in PASSING}
    assert ratings(tmp_path)["n_answers"].eq(1).all()
    assert ratings(tmp_path)["n_failed"].eq(0).all()
    assert len(answers()) == len(PASSING)  # nothing else was paid for, nothing else is kept


def test_unusable_answers_are_kept_and_asked_again(chat, activities, run_rate, tmp_path, answers):
    activities(UNUSABLE)
    chat.plan.update({name: [answer] for name, (answer, _) in UNUSABLE.items()})
    assert run_rate("--concurrency", 1).exit_code == 0
    kept = answers()
    for bad, good, (name, (_, problem)) in zip(
        kept[::2], kept[1::2], UNUSABLE.items(), strict=True
    ):
        assert problem in bad["problem"], name
        assert bad["level"] is None
        assert bad["tokens_in"] == 400  # it was paid for
        assert good["level"] is not None
        assert bad["key"] == good["key"]
    record = json.loads((tmp_path / "out/ratings.provenance.json").read_text())
    assert sum(record["models"]["m1"]["unusable_answers"].values()) == len(UNUSABLE)
    assert record["tokens"]["in"] == 800 * len(UNUSABLE)


def test_activities_without_usable_answer_are_missing_not_zero(
    chat, activities, run_rate, tmp_path
):
    activities([*UNUSABLE, "fine"])
    chat.plan.update({name: [answer] * 3 for name, (answer, _) in UNUSABLE.items()})
    result = run_rate()
    assert result.exit_code == 0
    assert chat.asked() == {("m1", "fine"): 1, **{("m1", name): 3 for name in UNUSABLE}}
    rows = (tmp_path / "out/ratings.csv").read_text().splitlines()[1:]
    assert rows[:-1] == [f"{number:03d},,,0,1,0,0,0" for number in range(len(UNUSABLE))]
    assert ratings(tmp_path)["rating"].notna().sum() == 1
    assert f"1 answers of {len(UNUSABLE) + 1} asked, {len(UNUSABLE)} failed" in result.stdout


def test_enough_unusable_answers_settle_a_question_over_all_runs(chat, run_rate):
    chat.plan[TITLES[0]] = [saying("?")] * 3
    run_rate("--limit", 1, "--unusable", 2)
    assert len(chat.requests) == 2
    run_rate("--limit", 1, "--unusable", 2)
    assert len(chat.requests) == 2
    run_rate("--limit", 1, "--unusable", 4)  # more patience: one more bad one, then a good one
    assert len(chat.requests) == 4


@pytest.mark.parametrize(
    "text",
    [
        f"```json\n{GOOD}\n```",
        f"<think>Hm, text only.</think>\n{GOOD}",
        '{"level": " Direct ", "reason": "r", "confidence": 0.9}',
        '{"reason": "r\\n\\n s", "level": "direct"}',
    ],
)
def test_answers_that_need_some_goodwill(text, chat, run_rate, tmp_path, answers):
    chat.plan[TITLES[0]] = [saying(text)]
    run_rate("--limit", 1)
    assert ratings(tmp_path)["rating"].tolist() == [1.0]
    assert "\n" not in answers()[0]["reason"]


def test_both_spellings_of_with_software(chat, run_rate, tmp_path):
    chat.plan[TITLES[0]] = [saying('{"level": "with-software", "reason": "r"}')]
    run_rate("--limit", 1)
    assert ratings(tmp_path)["rating"].tolist() == [0.5]


def test_lone_surrogates_and_other_scripts_survive_the_cache(chat, run_rate, answers):
    chat.plan[TITLES[0]] = [saying('{"level": "direct", "reason": "文字 \\ud800 x"}')]
    run_rate("--limit", 1)
    assert answers()[0]["reason"] == "文字 \ud800 x"
    run_rate("--limit", 1)
    assert len(chat.requests) == 1


def test_retry_after_is_waited_for(chat, run_rate):
    chat.plan[TITLES[0]] = [failing(429, Retry_After="0.4")]
    run_rate("--limit", 1)
    assert 0.4 <= chat.times[1] - chat.times[0] < 1.5


def test_waits_grow(chat, run_rate):
    chat.plan[TITLES[0]] = [failing(500)] * 4
    run_rate("--limit", 1, "--first-wait", 0.05)
    gaps = [b - a for a, b in zip(chat.times, chat.times[1:], strict=False)]
    assert gaps[0] >= 0.05
    assert gaps[3] >= 0.4  # 0.05 doubled three times; jitter only adds


@pytest.mark.parametrize("answer", [hanging, trickling])
def test_hangs_end_at_the_timeout(answer, chat, run_rate, tmp_path):
    chat.plan[TITLES[0]] = [answer]
    start = time.monotonic()
    assert run_rate("--limit", 1, "--timeout", 0.3).exit_code == 0
    assert time.monotonic() - start < 5
    assert ratings(tmp_path)["n_answers"].tolist() == [1]


def test_one_question_that_never_gets_through_is_missing_and_asked_again_next_time(
    chat, run_rate, tmp_path
):
    chat.plan[TITLES[0]] = [failing(500)] * 2
    run_rate("--attempts", 2)
    assert pd.isna(ratings(tmp_path).loc[IDS[0], "rating"])
    record = json.loads((tmp_path / "out/ratings.provenance.json").read_text())
    assert record["models"]["m1"]["never_answered"] == 1
    run_rate("--attempts", 2)
    assert ratings(tmp_path)["n_failed"].tolist() == [0] * 12
    assert len(chat.requests) == 14


def test_dead_server_stops_the_run_and_keeps_the_answers(chat, run_rate, tmp_path, answers):
    for title in TITLES[:3]:
        chat.plan[title] = [honest]
    chat.always = failing(503, "overloaded")
    result = run_rate("--repeats", 3, "--attempts", 2, "--concurrency", 1)
    assert result.exit_code == 1
    [line] = result.stderr.splitlines()
    assert line.startswith("error: 20 questions in a row without an answer, the last: status 503")
    assert "run the same command again" in line
    assert len(answers()) == 3
    assert not (tmp_path / "out/ratings.csv").exists()
    chat.always = None
    assert run_rate("--repeats", 3).exit_code == 0
    assert len(answers()) == 36


def test_many_failures_that_are_not_in_a_row_do_not_stop_the_run(chat, activities, run_rate):
    names = [f"activity {number}" for number in range(50)]
    activities(names)
    chat.plan.update({name: [failing(500)] for name in names[::2]})
    result = run_rate("--attempts", 1, "--concurrency", 1)
    assert result.exit_code == 0, result.output
    assert "25 answers of 50 asked, 25 failed" in result.stdout


def test_nobody_listens(run_rate):
    result = run_rate("--base-url", "http://127.0.0.1:9/v1", "--attempts", 1, "--repeats", 2)
    assert result.exit_code == 1
    assert "20 questions in a row" in result.stderr
    assert "the connection failed" in result.stderr


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (failing(401, "bad"), "refused the key (status 401)"),
        (failing(403, "bad"), "refused the key (status 403)"),
        (failing(404, "no model"), "no such address or no model 'm1'"),
        (failing(429, "pay", "insufficient_quota"), "no credit left"),
    ],
)
def test_hopeless_errors_stop_at_once(answer, said, chat, run_rate):
    chat.always = answer
    result = run_rate("--concurrency", 2)
    assert result.exit_code == 1
    assert said in result.stderr
    assert len(chat.requests) <= 2


@pytest.mark.parametrize(
    ("refused", "form"),
    [
        (("json_schema",), "json_object"),
        (("json_schema", "json_object"), "text"),
    ],
)
def test_servers_without_structured_output(refused, form, chat, run_rate, answers):
    chat.always = without_formats(*refused)
    assert run_rate("--concurrency", 1).exit_code == 0
    assert {line["format"] for line in answers()} == {form}
    assert len(chat.requests) == 12 + len(refused)  # the refusal is remembered


def test_one_model_without_structured_output_does_not_change_the_other(chat, run_rate, answers):
    def answer(handler):
        weak = handler.request_json["model"] == "m2"
        (without_formats("json_schema") if weak else honest)(handler)

    chat.always = answer
    run_rate("--concurrency", 1, models=("m1", "m2"))
    forms = {(line["model"], line["format"]) for line in answers()}
    assert forms == {("m1", "json_schema"), ("m2", "json_object")}


def test_request_refused_in_every_format_is_missing_and_says_why(chat, run_rate, tmp_path):
    chat.plan[TITLES[0]] = [failing(400, "content filter")] * 3
    assert run_rate("--concurrency", 1).exit_code == 0
    assert pd.isna(ratings(tmp_path).loc[IDS[0], "rating"])
    assert ratings(tmp_path)["n_answers"].sum() == 11
    chat.always = failing(400, "temperature must be 1")
    result = run_rate("--temperature", 0.5, "--repeats", 2)
    assert result.exit_code == 1
    assert "temperature must be 1" in result.stderr


@pytest.mark.parametrize(
    "url",
    ["ftp://x/v1", "x/v1", "http://", "http://[::1", "http://h:99999/", "http://u:pw@h/v1"]
    + ["https://h/v1?api-key=pw", "https://h/v1#pw", "https://pw@h/v1", "http://\uff41.local/v1"],
)
def test_addresses_that_are_none_or_carry_secrets(url, run_rate):
    result = run_rate("--base-url", url)
    assert result.exit_code == 1
    assert "--base-url" in result.stderr
    assert "pw" not in result.output
