"""The key is sent to the endpoint and goes nowhere else."""

import base64
import json
import logging
import traceback

import pytest
from chat_server import failing, saying
from rating_demo import KEY, TITLES

from llmexposure.base.errors import ParameterError
from llmexposure.postings.rate.endpoint import key_from_environment


def everything(folder):
    files = [path for path in folder.rglob("*") if path.is_file()]
    return {path.name: path.read_bytes() for path in files}


def echo(content):
    """A server that says the key wherever it can."""

    def answer(handler):
        body = {
            "model": KEY,
            "system_fingerprint": KEY,
            "choices": [{"message": {"content": content, "refusal": None}}],
            "usage": {"prompt_tokens": 1, "completion_tokens": 1, KEY: 1},
        }
        handler.send(200, json.dumps(body).encode(), X_Echo=KEY)

    return answer


@pytest.fixture
def logs(monkeypatch):
    """Everything that any library logs, at every level."""
    records = []

    class Keep(logging.Handler):
        def emit(self, record):
            text = record.getMessage() + "".join(
                traceback.format_exception(*record.exc_info) if record.exc_info else []
            )
            records.append(text)

    keep, root = Keep(), logging.getLogger()
    root.addHandler(keep)
    level = root.level
    root.setLevel(logging.DEBUG)
    monkeypatch.setattr(logging.getLogger("openai"), "level", logging.DEBUG)
    yield records
    root.removeHandler(keep)
    root.setLevel(level)


ESCAPED = "".join(f"\\u{ord(letter):04x}" for letter in KEY)


@pytest.mark.parametrize(
    "answer",
    [
        None,
        echo(f'{{"level": "direct", "reason": "{KEY}"}}'),
        echo(f'{{"level": "direct", "reason": "{ESCAPED}"}}'),
        echo(f'{{"level": "{KEY}", "reason": "r"}}'),
        echo(f'{{"{KEY}": 1, "{KEY}": 2}}'),
        echo(f"sorry, {KEY}"),
        echo(f"sorry, {' '.join(KEY)}"),
        *(
            echo(f"sorry, {base64.b64encode(b'x' * n + KEY.encode() + b'y').decode()}")
            for n in range(3)
        ),
        echo("x" * 490 + KEY),
        echo(f'{{"level": "direct", "reason": "{"x" * 490}{KEY}"}}'),
        saying(None, refusal=KEY),
        failing(401, f"Incorrect API key provided: {KEY}", KEY),
        failing(403, KEY),
        failing(404, f"no model for {KEY}"),
        failing(400, f"bad request by {KEY}"),
        failing(429, KEY, "insufficient_quota"),
        failing(429, KEY, Retry_After="0.01", X_Echo=KEY),
        failing(500, KEY),
        lambda handler: handler.send(500, KEY.encode(), "text/plain"),
        lambda handler: handler.send(200, KEY.encode(), "text/plain"),
    ],
)
def test_key_is_nowhere(answer, chat, run_rate, tmp_path, capfd, logs):
    chat.always = answer
    result = run_rate("--attempts", 2, "--repeats", 2, "--limit", 10, "--unusable", 1)
    assert chat.keys == {f"Bearer {KEY}"}
    said = result.output + "".join(capfd.readouterr())
    # The servers of this test that put the key into their own headers make http libraries log it:
    # that is the server's doing, and only a user who switches their debug logs on would see it.
    own = "".join(line for line in logs if "receive_response_headers" not in line)
    texts = {**everything(tmp_path), "said": said.encode(), "logs": own.encode()}
    for name, text in texts.items():
        assert KEY.encode() not in text, name
        assert KEY[:8].encode() not in text, f"beginning of the key in {name}"
        assert ESCAPED.encode() not in text, name
        assert " ".join(KEY).encode() not in text, name
        assert all(base64.b64encode(KEY[n : n + 9].encode()) not in text for n in range(4)), name


def test_the_search_would_find_it(tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "a/b.txt").write_text(f"x{KEY}y")
    assert KEY.encode() in everything(tmp_path)["b.txt"]


def test_key_comes_from_the_variable_that_is_named(chat, run_rate, monkeypatch):
    monkeypatch.setenv("OTHER_KEY", "another-key-12345")
    run_rate("--key-variable", "OTHER_KEY", "--limit", 1)
    assert chat.keys == {"Bearer another-key-12345"}


def test_without_a_key_nothing_is_asked(chat, run_rate, monkeypatch):
    monkeypatch.delenv("OPENAI_API_KEY")
    result = run_rate()
    assert result.exit_code == 1
    assert "environment variable OPENAI_API_KEY is not set" in result.stderr
    assert chat.requests == []


@pytest.mark.parametrize("value", ["sk-a b-123456", "sk-ключ-123456", 'sk-"-123456', "sk\n-123456"])
def test_keys_that_no_header_can_carry(value, monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", value)
    with pytest.raises(ParameterError) as caught:
        key_from_environment()
    assert value not in str(caught.value)
    assert "OPENAI_API_KEY" in str(caught.value)


def test_traceback_does_not_show_the_key(chat, run_rate):
    from llmexposure.postings.rate.collect import Policy, collect
    from llmexposure.postings.rate.endpoint import Secret
    from llmexposure.postings.rate.questions import Question

    chat.always = failing(401, KEY)
    question = Question("m1", "d", TITLES[0], 1, 0.0, "h")

    class Empty:
        def of(self, key):
            return []

    with pytest.raises(Exception, match="refused the key") as caught:
        collect([question], chat.base_url, Secret(KEY), Empty(), Policy())
    shown = "".join(traceback.format_exception(caught.value))
    assert KEY not in shown
    assert KEY not in repr(Secret(KEY))
