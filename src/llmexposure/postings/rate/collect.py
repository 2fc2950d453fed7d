"""Put every open question to the server: bounded concurrency, back-off, each answer cached."""

import asyncio
from collections import deque
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import openai
import tenacity

from llmexposure.postings.rate.cache import Answer, AnswerCache, usable
from llmexposure.postings.rate.endpoint import (
    RaterError,
    RefusedError,
    Secret,
    TransientError,
    UnusableError,
)
from llmexposure.postings.rate.questions import Question, prompt_hash
from llmexposure.postings.rate.transport import Reply, Transport, bounded, read_level

LONGEST = 500  # characters that are kept of what a model wrote


@dataclass(frozen=True)
class Policy:
    """How patient a run is.

    Attributes
    ----------
    concurrency
        Requests under way at once.
    timeout
        Seconds for one request.
    attempts
        Requests for one answer while the server fails (429, 5xx, timeouts, cut connections).
    unusable
        Unusable answers to one question, over all runs, after which it counts as failed.
    first_wait, longest_wait
        Seconds before the second attempt, doubled each time with some jitter; the most ever waited,
        also where the server asks for more.
    give_up
        Questions in a row without any answer after which the run stops.
    """

    concurrency: int = 4
    timeout: float = 60.0
    attempts: int = 6
    unusable: int = 3
    first_wait: float = 1.0
    longest_wait: float = 120.0
    give_up: int = 20


def open_questions(questions: list[Question], cache: AnswerCache, policy: Policy) -> list[Question]:
    """Questions that still have to be asked: no usable answer, and patience left."""
    return [
        question
        for question in questions
        if usable(cache.of(question.key)) is None and _budget(question, cache, policy) > 0
    ]


def collect(
    questions: list[Question],
    base_url: str,
    secret: Secret,
    cache: AnswerCache,
    policy: Policy,
    report: Callable[[], None] = lambda: None,
) -> None:
    """Ask what is open and cache each answer as it comes.

    Parameters
    ----------
    report
        Called after each question, whatever became of it.

    Raises
    ------
    RaterError
        If the endpoint refuses the key, the model or the address, or stops answering. Answers that
        came before are in the cache; the same call goes on from there.
    """
    waiting = iter(open_questions(questions, cache, policy))
    _run(_collect(waiting, base_url, secret, cache, policy, report), waiting)


def _run(task: Coroutine[None, None, None], waiting: Iterator[Question]) -> None:
    """Run to the end, also from a notebook, where a loop is running in this thread already."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        asyncio.run(task)
        return
    with ThreadPoolExecutor(1) as pool:
        future = pool.submit(asyncio.run, task)
        try:
            future.result()
        except BaseException:  # an interrupt: let what is under way end, ask nothing more
            deque(waiting, maxlen=0)
            raise


async def _collect(
    waiting: Iterator[Question],
    base_url: str,
    secret: Secret,
    cache: AnswerCache,
    policy: Policy,
    report: Callable[[], None],
) -> None:
    client = openai.AsyncOpenAI(
        api_key=secret.value,
        base_url=base_url,
        max_retries=0,
        timeout=policy.timeout,
        http_client=openai.DefaultAsyncHttpxClient(event_hooks={"response": [bounded]}),
    )
    async with client:
        crew = _Crew(Transport(client, secret, policy.timeout), secret, cache, policy, report)
        try:
            async with asyncio.TaskGroup() as group:
                for _ in range(policy.concurrency):
                    group.create_task(crew.work(waiting))
        except ExceptionGroup as errors:
            raise errors.exceptions[0] from None


class _Crew:
    """Workers that share the questions, the cache and the count of failures in a row."""

    def __init__(
        self,
        transport: Transport,
        secret: Secret,
        cache: AnswerCache,
        policy: Policy,
        report: Callable[[], None],
    ) -> None:
        self._transport, self._secret = transport, secret
        self._cache, self._policy = cache, policy
        self._report, self._in_a_row = report, 0
        patience = tenacity.wait_exponential_jitter(
            multiplier=policy.first_wait, max=policy.longest_wait, jitter=policy.first_wait
        )
        self._retrying = tenacity.AsyncRetrying(
            retry=tenacity.retry_if_exception_type(TransientError),
            stop=tenacity.stop_after_attempt(policy.attempts),
            wait=lambda state: _wait(state, patience(state), policy.longest_wait),
            reraise=True,
        )

    async def work(self, waiting: Iterator[Question]) -> None:
        for question in waiting:
            try:
                await self._settle(question)
            except (TransientError, RefusedError) as error:
                self._missed(error)
            self._report()

    async def _settle(self, question: Question) -> None:
        """Ask until the answer is usable or enough unusable ones were paid for."""
        while _budget(question, self._cache, self._policy) > 0:
            reply, form = await self._retrying.copy()(self._transport.ask, question)
            self._in_a_row = 0
            answer = judged(question, reply, form, self._secret)
            self._cache.add(answer)
            if answer.level is not None:
                return

    def _missed(self, error: Exception) -> None:
        self._in_a_row += 1
        if self._in_a_row >= self._policy.give_up:
            raise RaterError(
                f"{self._in_a_row} questions in a row without an answer, the last: {error}; the "
                "answers so far are kept: run the same command again once the endpoint works"
            )


def judged(question: Question, reply: Reply, form: str, secret: Secret) -> Answer:
    """Reply as it goes into the cache: a level with its reason, or a problem with its text.

    All that the server worded passes here once, and here it loses the key should it hold it: after
    JSON was decoded, before a text is cut.
    """

    def kept(text: str | None) -> str | None:
        return None if text is None else secret.hide(text)[:LONGEST]

    level = reason = problem = text = None
    try:
        level, reason = read_level(reply)
    except UnusableError as error:
        problem, text = str(error), reply.refusal or reply.content
    return Answer(
        key=question.key,
        model=question.model,
        dwa_id=question.dwa_id,
        repeat=question.repeat,
        temperature=question.temperature,
        host=question.host,
        prompt=prompt_hash(),
        format=form,
        level=level,
        reason=kept(reason),
        problem=problem,
        text=kept(text),
        tokens_in=reply.tokens_in,
        tokens_out=reply.tokens_out,
        created=reply.created,
        model_reported=kept(reply.model),
    )


def _budget(question: Question, cache: AnswerCache, policy: Policy) -> int:
    return policy.unusable - len(cache.of(question.key))


def _wait(state: tenacity.RetryCallState, backoff: float, longest: float) -> float:
    """Seconds until the next attempt: the server's wish where it is longer than the back-off."""
    error = state.outcome.exception() if state.outcome else None
    asked = error.retry_after if isinstance(error, TransientError) else 0.0
    return min(max(asked, backoff), longest)
