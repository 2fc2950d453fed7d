"""A killed run resumes without paying twice, and ends as if it had never been killed."""

import json
import os
import signal
import subprocess
import sys
import time

import pytest
from chat_server import title
from rating_demo import TITLES

from llmexposure.base.errors import DataError
from llmexposure.postings.rate.cache import Answer, AnswerCache, read_answers

WRITTEN = ("csv", "models.csv", "agreement.csv", "provenance.json")


def record(number=1, **changes):
    cells = {
        "key": f"{number:064d}",
        "model": "m1",
        "dwa_id": "d",
        "repeat": 1,
        "temperature": 0.0,
        "host": "h",
        "prompt": "p",
        "format": "text",
        "level": "none",
        "reason": "词 r",
        "problem": None,
        "text": None,
        "tokens_in": 1,
        "tokens_out": 1,
        "created": 1,
        "model_reported": "m",
    }
    return Answer(**{**cells, **changes})


def start(chat, titles, out):
    """`rate` as a process of its own, as a user would run it."""
    code = "from llmexposure.cli import rate; rate()"
    options = ["--base-url", chat.base_url, "--model", "m1", "--model", "m2", "--repeats", "3"]
    options += ["--titles", str(titles), "--out", str(out), "--concurrency", "4"]
    return subprocess.Popen([sys.executable, "-c", code, *options])


def lines(path):
    return path.read_bytes().count(b"\n") if path.exists() else 0


def wait_for(path, count, process):
    end = time.monotonic() + 60
    while lines(path) < count:
        assert process.poll() is None, "the run ended before it could be killed"
        assert time.monotonic() < end
        time.sleep(0.002)


def test_kill_and_resume(chat, titles, tmp_path, run_rate):
    options = ("--repeats", 3)
    assert run_rate(*options, out="whole/ratings.csv", models=("m1", "m2")).exit_code == 0
    chat.requests.clear()

    out = tmp_path / "out/ratings.csv"
    cache = out.with_suffix(".answers.jsonl")
    chat.delay = 0.03
    for count in (10, 40):  # killed twice
        process = start(chat, titles, out)
        wait_for(cache, count, process)
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        assert not out.exists()
    chat.delay = 0.0
    time.sleep(0.1)  # what was under way reaches the server's memory
    kept = sum(read_answers(cache).values(), [])
    assert 40 <= len(kept) < 72
    before = len(chat.requests)
    assert before - len(kept) <= 2 * 4  # lost: at most what was under way at each kill

    assert run_rate(*options, models=("m1", "m2")).exit_code == 0
    assert len(chat.requests) - before == 72 - len(kept)  # what was cached is not asked again
    keys = [json.loads(line)["key"] for line in cache.read_text().splitlines()]
    assert len(keys) == len(set(keys)) == 72
    for name in WRITTEN:
        whole = (tmp_path / "whole" / f"ratings.{name}").read_bytes()
        assert (tmp_path / "out" / f"ratings.{name}").read_bytes() == whole


def test_failures_survive_a_resume_too(chat, titles, tmp_path, run_rate):
    """Unusable answers count over all runs, so the record does not depend on where a kill fell."""
    from chat_server import honest, saying

    def answer(handler):
        (saying("?") if title(handler.request_json) in TITLES[:3] else honest)(handler)

    chat.always = answer
    run_rate(out="whole/ratings.csv")
    run_rate()
    cache = tmp_path / "out/ratings.answers.jsonl"
    whole = cache.read_bytes().splitlines(keepends=True)
    assert len(whole) == 9 + 3 * 3
    for cut in (1, 7, 12, 17):
        cache.write_bytes(b"".join(whole[:cut]) + whole[cut][:30])
        chat.requests.clear()
        run_rate()
        assert len(chat.requests) == len(whole) - cut
        for name in WRITTEN:
            expected = (tmp_path / "whole" / f"ratings.{name}").read_bytes()
            assert (tmp_path / "out" / f"ratings.{name}").read_bytes() == expected


def test_cache_cut_at_every_byte_gives_the_complete_answers(tmp_path):
    path = tmp_path / "a.jsonl"
    with AnswerCache(path) as cache:
        for number in range(3):
            cache.add(record(number))
    data = path.read_bytes()
    ends = [place + 1 for place, byte in enumerate(data) if byte == 10]
    for cut in range(len(data) + 1):
        path.write_bytes(data[:cut])
        # A line that lacks nothing but its end is complete.
        complete = sum(end - 1 <= cut for end in ends)
        assert len(read_answers(path)) == complete, cut
        if cut % 13 and cut not in ends and cut + 1 not in ends:
            continue  # writing is slow: not after every cut
        with AnswerCache(path) as cache:
            assert len(cache.answers) == complete
            cache.add(record(9))
        assert len(read_answers(path)) == complete + 1, cut
        assert path.read_bytes().count(b"\n") == complete + 1


@pytest.mark.parametrize(
    "content",
    [
        b"dwa_id,rating\n4.A,1\n",
        b"notes without an end of line",
        b'{"key": "x"}\n',
        b"[]\n",
        b'{"key": "',  # ended by a newline it would be no trace of a kill
    ],
)
def test_another_file_is_refused_and_left_alone(content, tmp_path, run_rate):
    if content == b'{"key": "':
        content += b"\n"
    path = tmp_path / "mine"
    path.write_bytes(content)
    result = run_rate("--cache", path)
    assert result.exit_code == 1
    assert "line 1: found" in result.stderr
    assert path.read_bytes() == content


def test_an_answer_needs_a_level_or_a_problem(tmp_path):
    path = tmp_path / "a.jsonl"
    for changes in ({"level": "E1"}, {"level": None}, {"problem": "both"}):
        path.unlink(missing_ok=True)
        with AnswerCache(path) as cache:
            cache.add(record(**changes))
        with pytest.raises(DataError, match="line 1"):
            read_answers(path)


def test_caches_put_together_count_an_answer_once(tmp_path, chat, run_rate):
    run_rate()
    cache = tmp_path / "out/ratings.answers.jsonl"
    table = (tmp_path / "out/ratings.csv").read_bytes()
    other = cache.read_text().replace('"level": "none"', '"level": "direct"')
    cache.write_text(cache.read_text() + other)  # the same keys again: the first answer holds
    chat.requests.clear()
    run_rate()
    assert chat.requests == []
    assert (tmp_path / "out/ratings.csv").read_bytes() == table


def test_two_runs_on_one_cache_are_refused(tmp_path, run_rate):
    with AnswerCache(tmp_path / "out/ratings.answers.jsonl"):
        result = run_rate()
    assert result.exit_code == 1
    assert "another run is using this cache" in result.stderr
    assert run_rate().exit_code == 0


def test_answers_are_on_the_disk_before_they_count(tmp_path, monkeypatch):
    synced = []
    sync = os.fsync
    monkeypatch.setattr(os, "fsync", lambda descriptor: (synced.append(1), sync(descriptor)))
    with AnswerCache(tmp_path / "a.jsonl") as cache:
        cache.add(record())
        assert synced == [1]


def test_full_disk_is_an_error_for_people(monkeypatch, run_rate):
    def full(_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    result = run_rate()
    assert result.exit_code == 1
    assert "cannot be written (No space left on device)" in result.stderr
