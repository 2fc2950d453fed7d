"""What a run costs: before, from lengths or earlier answers; after, from the usage reported."""

import json
import math
from collections.abc import Iterable
from dataclasses import dataclass

from llmexposure.base.errors import ParameterError
from llmexposure.postings.rate.cache import Answer
from llmexposure.postings.rate.questions import SCHEMA, Question, messages

# Rough, on the high side for English: four bytes a token, and some for the wrapping of messages.
BYTES_PER_TOKEN = 4
WRAPPING = 12
ANSWER_TOKENS = 45
MILLION = 1_000_000


@dataclass(frozen=True)
class Price:
    """Price of a model per million tokens, in the currency of whoever asks."""

    tokens_in: float
    tokens_out: float

    def of(self, tokens_in: float, tokens_out: float) -> float:
        """Cost of that many tokens.

        Examples
        --------
        >>> Price(2.0, 8.0).of(500_000, 250_000)
        3.0
        """
        return (tokens_in * self.tokens_in + tokens_out * self.tokens_out) / MILLION


Prices = dict[str, Price]


def price_list(
    models: tuple[str, ...], tokens_in: tuple[float, ...], tokens_out: tuple[float, ...]
) -> Prices:
    """Price of each model; empty when none was given.

    Raises
    ------
    ParameterError
        If there is not one price for all models, or one for each, both ways.
    """
    if not tokens_in and not tokens_out:
        return {}
    for name, given in (("--price-in", tokens_in), ("--price-out", tokens_out)):
        if len(given) not in (1, len(models)):
            raise ParameterError(
                f"{name} is given {len(given)} times, expected once or {len(models)} times, in the "
                "order of --model"
            )
    ins, outs = (g * len(models) if len(g) == 1 else g for g in (tokens_in, tokens_out))
    return {m: Price(i, o) for m, i, o in zip(models, ins, outs, strict=True)}


@dataclass(frozen=True)
class Tokens:
    """Tokens of some answers, and how many answers came without a count.

    ``cost`` is None without prices; with answers that were not counted it is a lower bound.
    """

    tokens_in: int
    tokens_out: int
    uncounted: int
    cost: float | None


def spent(answers: Iterable[Answer], prices: Prices) -> Tokens:
    """Tokens and cost of answers, usable or not: both are billed."""
    total_in = total_out = uncounted = 0
    cost = 0.0
    for answer in answers:
        uncounted += answer.tokens_in is None or answer.tokens_out is None
        tokens = answer.tokens_in or 0, answer.tokens_out or 0
        total_in, total_out = total_in + tokens[0], total_out + tokens[1]
        cost += prices[answer.model].of(*tokens) if answer.model in prices else 0.0
    return Tokens(total_in, total_out, uncounted, cost if prices else None)


def estimate(questions: list[Question], seen: list[Answer], prices: Prices) -> Tokens:
    """Tokens and cost that the questions will take.

    A model that has answered before is taken at its own mean usage (after a trial with ``--limit``
    that includes what a reasoning model thinks), any other at the length of the prompt.
    """
    usage = _mean_usage(seen)
    total_in = total_out = cost = 0.0
    for question in questions:
        tokens = usage.get(question.model) or (_prompt_tokens(question.title), ANSWER_TOKENS)
        total_in, total_out = total_in + tokens[0], total_out + tokens[1]
        cost += prices[question.model].of(*tokens) if question.model in prices else 0.0
    whole = math.ceil(total_in), math.ceil(total_out)
    return Tokens(*whole, uncounted=len(questions), cost=cost if prices else None)


def _mean_usage(seen: list[Answer]) -> dict[str, tuple[float, float]]:
    counts: dict[str, list[tuple[int, int]]] = {}
    for answer in seen:
        if answer.tokens_in is not None and answer.tokens_out is not None:
            counts.setdefault(answer.model, []).append((answer.tokens_in, answer.tokens_out))
    return {
        model: (sum(i for i, _ in rows) / len(rows), sum(o for _, o in rows) / len(rows))
        for model, rows in counts.items()
    }


def _prompt_tokens(title: str) -> int:
    told = "".join(message["content"] for message in messages(title)) + json.dumps(SCHEMA)
    return math.ceil(len(told.encode()) / BYTES_PER_TOKEN) + WRAPPING
