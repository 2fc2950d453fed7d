"""One request to an OpenAI-compatible server: what is sent, what comes back, what failures mean."""

import asyncio
import email.utils
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NoReturn, cast

import httpx
import openai

from llmexposure.postings.rate.endpoint import (
    RaterError,
    RefusedError,
    Secret,
    TransientError,
    UnusableError,
)
from llmexposure.postings.rate.questions import FORMATS, LEVELS, Question, messages

if TYPE_CHECKING:
    from openai import AsyncOpenAI
    from openai.types.chat import ChatCompletionMessageParam
    from openai.types.chat.completion_create_params import ResponseFormat
_PASSING = (408, 409, 425, 429)
# Bytes of an answer, unpacked: a completion takes some thousands.
_LARGEST = 2**22
# Tokens, or seconds since 1970, beyond which a number is nonsense that no sum or date could hold.
_HIGHEST = 2**53


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
        _name(envelope.get("model")),
    )


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _name(value: object) -> str | None:
    """Name of a model, which is written as UTF-8: half of a surrogate pair has none."""
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else None


def _count(value: object) -> int | None:
    known = isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= _HIGHEST
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


class Transport:
    """Asks one question at a time, in the strictest format that the server accepts.

    Parameters
    ----------
    client
        Client without retries of its own.
    secret
        The key, to be kept out of every message of an error.
    timeout
        Seconds for a whole exchange. The client's own limit is on silence between two bytes, which
        a server that trickles would never reach.
    """

    def __init__(self, client: "AsyncOpenAI", secret: Secret, timeout: float) -> None:
        self._client, self._secret, self._timeout = client, secret, timeout
        self._format: dict[str, str] = {}

    async def ask(self, question: Question) -> tuple[Reply, str]:
        """Reply of the model and the format in which it was asked.

        Raises
        ------
        TransientError
            If asking again may help.
        RefusedError
            If the server takes the request in no format.
        RaterError
            If no request can succeed: key, address, model or credit.
        """
        refusal = ""
        for name in self._formats(question.model):
            try:
                body = await self._send(question, name)
            except RefusedError as error:
                refusal = refusal or str(error)
                continue
            self._format[question.model] = name
            return read_reply(body), name
        raise RefusedError(refusal)

    def _formats(self, model: str) -> list[str]:
        names = list(FORMATS)
        return names[names.index(self._format.get(model, names[0])) :]

    async def _send(self, question: Question, name: str) -> str:
        chosen = FORMATS[name]
        try:
            async with asyncio.timeout(self._timeout):
                # The words of a refusal are read by the client: `bounded` keeps those short too.
                answer = await self._client.chat.completions.with_raw_response.create(
                    model=question.model,
                    messages=cast("list[ChatCompletionMessageParam]", messages(question.title)),
                    temperature=question.temperature,
                    response_format=cast(
                        "ResponseFormat", openai.omit if chosen is None else chosen
                    ),
                )
            return answer.content.decode("utf-8", "replace")
        except (TimeoutError, openai.APITimeoutError):
            raise TransientError(f"no answer within {self._timeout:g} seconds") from None
        except openai.APIStatusError as error:
            self._explain(error, question.model)
        except openai.APIConnectionError:
            raise TransientError("the connection failed or was cut") from None

    def _explain(self, error: openai.APIStatusError, model: str) -> NoReturn:
        """Raise what an HTTP error means for the run."""
        status, code = error.status_code, error.code
        said = f"status {status}: {' '.join(self._secret.hide(error.message).split())[:300]}"
        if status in (401, 403):  # the server's words may hold a part of the key
            raise RaterError(
                f"the endpoint refused the key (status {status}); check the environment variable "
                "that holds it, and that it may use this model"
            ) from None
        if status == 404:
            raise RaterError(f"no such address or no model '{model}' there ({said})") from None
        if code == "insufficient_quota":
            raise RaterError(f"the account has no credit left ({said})") from None
        if status in _PASSING or status >= 500:
            raise TransientError(said, retry_after(error.response.headers, time.time())) from None
        raise RefusedError(said) from None


async def bounded(response: httpx.Response) -> None:
    """Read the body of an answer, and raise `TransientError` where it unpacks to more than any would.

    The text is UTF-8, as JSON is, whatever charset the server states.
    """
    body = bytearray()
    async for piece in response.aiter_bytes(2**16):
        body += piece
        if len(body) > _LARGEST:
            await response.aclose()
            raise TransientError("the body of the answer is far longer than a chat completion")
    response._content = bytes(body)
    response.headers["content-type"] = "application/json; charset=utf-8"


def retry_after(headers: Mapping[str, str], now: float) -> float:
    """Seconds that an answer asks to wait, 0 if it asks for nothing readable.

    Examples
    --------
    >>> retry_after({"retry-after": "20"}, now=0.0)
    20.0
    >>> retry_after({"retry-after": "Thu, 01 Jan 1970 00:01:00 GMT"}, now=15.0)
    45.0
    """
    value = headers.get("retry-after", "")
    try:
        seconds = float(value)
    except ValueError:
        try:
            seconds = email.utils.parsedate_to_datetime(value).timestamp() - now
        except (ValueError, TypeError, OverflowError):
            return 0.0
    return max(seconds, 0.0) if seconds < float("inf") else 0.0
