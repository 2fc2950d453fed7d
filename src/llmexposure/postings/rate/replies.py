"""From the bytes that a server sent to a level and a reason, or to what is wrong with them."""

import json
from dataclasses import dataclass
from typing import Any

from llmexposure.postings.rate.errors import TransientError, UnusableError
from llmexposure.postings.rate.rubric import LEVELS


@dataclass(frozen=True)
class Reply:
    """A completion: what the model wrote, and what the server says about it (None if it does not).

    Attributes
    ----------
    content
        Text of the answer; None where the server sent none.
    refusal
        The model's words when it declines.
    tokens_in, tokens_out
        Usage that is billed.
    created
        The server's clock, seconds since 1970.
    model
        Name of the model that answered, often more exact than the one asked for.
    """

    content: str | None
    refusal: str | None
    tokens_in: int | None
    tokens_out: int | None
    created: int | None
    model: str | None


def read_reply(body: str) -> Reply:
    """Completion in the body of an HTTP answer, as the server sent it.

    Raises
    ------
    TransientError
        If the body is not a completion: truncated, a page of a gateway, an error with status 200.
    """
    try:
        envelope = json.loads(body)
        message = envelope["choices"][0]["message"]
        content, refusal = message.get("content"), message.get("refusal")
    except (ValueError, RecursionError, LookupError, TypeError, AttributeError):
        raise TransientError("the body of the answer is not a chat completion") from None
    usage = envelope.get("usage")
    usage = usage if isinstance(usage, dict) else {}
    return Reply(
        _text(content),
        _text(refusal),
        _count(usage.get("prompt_tokens")),
        _count(usage.get("completion_tokens")),
        _count(envelope.get("created")),
        _text(envelope.get("model")),
    )


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _count(value: object) -> int | None:
    known = isinstance(value, int) and not isinstance(value, bool) and value >= 0
    return value if known else None


def read_level(reply: Reply) -> tuple[str, str]:
    """Level and one-line reason in what the model wrote.

    Words around the JSON object (a code fence, a train of thought) are passed over.

    Raises
    ------
    UnusableError
        Saying what is wrong; a guess would be worse than a missing answer.

    Examples
    --------
    >>> read_level(Reply('{"reason": "Text only.", "level": "Direct"}', None, 9, 9, 0, "m"))
    ('direct', 'Text only.')
    """
    if reply.refusal:
        raise UnusableError("the model declined")
    text = reply.content or ""
    start, end = text.find("{"), text.rfind("}")
    if start < 0 or end < start:
        raise UnusableError("no JSON object" if text.strip() else "empty answer")
    try:
        found = json.loads(text[start : end + 1], object_pairs_hook=_once)
    except UnusableError:
        raise
    except (ValueError, RecursionError):
        raise UnusableError("JSON cannot be read") from None
    return _level(found.get("level")), _reason(found.get("reason"))


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Object whose names are all different; Python would silently take the last of two levels."""
    if len({name for name, _ in pairs}) < len(pairs):
        raise UnusableError("JSON repeats a name")
    return dict(pairs)


def _level(value: object) -> str:
    if not isinstance(value, str):
        raise UnusableError("level is missing" if value is None else "level is not a text")
    level = value.strip().lower().replace(" ", "_").replace("-", "_")
    if level not in LEVELS:
        raise UnusableError("level is none of those asked for")
    return level


def _reason(value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        raise UnusableError("reason is missing")
    return " ".join(value.split())
