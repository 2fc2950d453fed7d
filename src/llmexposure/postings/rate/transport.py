"""One request to an OpenAI-compatible server, and what its failures mean."""

import asyncio
import email.utils
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, NoReturn

import openai

from llmexposure.postings.rate.errors import RaterError, RefusedError, TransientError
from llmexposure.postings.rate.keys import Secret
from llmexposure.postings.rate.questions import Question
from llmexposure.postings.rate.replies import Reply, read_reply
from llmexposure.postings.rate.rubric import FORMATS, messages

if TYPE_CHECKING:
    from openai import AsyncOpenAI

_PASSING = (408, 409, 425, 429)


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
                answer = await self._client.chat.completions.with_raw_response.create(
                    model=question.model,
                    messages=messages(question.title),
                    temperature=question.temperature,
                    response_format=openai.omit if chosen is None else chosen,
                )
            return answer.text
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
