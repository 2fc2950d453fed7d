"""What a table of ratings came from: enough to judge it, and to ask the same again."""

import os
import platform
from collections import Counter
from datetime import UTC, date, datetime
from typing import Any

import openai
import pandas as pd

from llmexposure import __version__
from llmexposure.base.errors import ParameterError
from llmexposure.postings.rate.cache import Answer, Answers, usable
from llmexposure.postings.rate.cost import Prices, spent
from llmexposure.postings.rate.questions import SYSTEM, TEMPLATE, Question, prompt_hash


def stated_date(given: str | None) -> str | None:
    """Day to put on record: the caller's, else that of SOURCE_DATE_EPOCH, else none.

    The clock is not asked, so that the same answers give the same files.
    """
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    try:
        if given:
            return date.fromisoformat(given).isoformat()
        return _day(int(epoch)) if epoch else None
    except (ValueError, OverflowError, OSError):
        raise ParameterError(
            f"date '{given or epoch}' cannot be read, expected --date 2025-06-30, or seconds since "
            "1970 in SOURCE_DATE_EPOCH"
        ) from None


def _day(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).date().isoformat()


def provenance(
    questions: list[Question],
    answers: Answers,
    prices: Prices,
    given: dict[str, Any],
) -> dict[str, Any]:
    """Record of a run: parameters, prompt, versions, counts, tokens and cost.

    Counts cover every answer in the cache that belongs to these questions, so that a run that was
    killed and resumed leaves the record of one that was not.

    Parameters
    ----------
    given
        What only the caller knows, such as the score, the date and where the titles come from.
    """
    own = [answer for question in questions for answer in answers.get(question.key, [])]
    tokens = spent(own, prices)
    return {
        **given,
        "host": questions[0].host,
        "models": _models(questions, answers),
        "temperature": questions[0].temperature,
        "repeats": max(question.repeat for question in questions),
        "prompt": {"sha256": prompt_hash(), "system": SYSTEM, "user": TEMPLATE},
        "versions": {
            "llmexposure": __version__,
            "openai": openai.__version__,
            "pandas": pd.__version__,
            "python": platform.python_version(),
        },
        "activities": len({question.dwa_id for question in questions}),
        "tokens": {
            "in": tokens.tokens_in,
            "out": tokens.tokens_out,
            "answers_without_count": tokens.uncounted,
            "cost": tokens.cost,
            "prices_per_million": {m: [p.tokens_in, p.tokens_out] for m, p in prices.items()},
        },
    }


def _models(questions: list[Question], answers: Answers) -> dict[str, Any]:
    by_model: dict[str, list[list[Answer]]] = {}
    for question in questions:
        by_model.setdefault(question.model, []).append(answers.get(question.key, []))
    return {model: _counts(found) for model, found in by_model.items()}


def _counts(found: list[list[Answer]]) -> dict[str, Any]:
    good = [answer for tries in found if (answer := usable(tries))]
    problems = Counter(answer.problem for tries in found for answer in tries if answer.problem)
    days = sorted(answer.created for answer in good if answer.created is not None)
    return {
        "asked": len(found),
        "answered": len(good),
        "failed": len(found) - len(good),
        "never_answered": sum(not tries for tries in found),
        "unusable_answers": dict(sorted(problems.items())),
        "formats": dict(sorted(Counter(answer.format for answer in good).items())),
        "reported_as": sorted({a.model_reported for a in good if a.model_reported is not None}),
        "answered_from": _instant(days[0]) if days else None,
        "answered_to": _instant(days[-1]) if days else None,
    }


def _instant(seconds: int) -> str | None:
    """Instant by the server's clock, None where the server sent nonsense."""
    try:
        return datetime.fromtimestamp(seconds, UTC).isoformat()
    except (ValueError, OverflowError, OSError):
        return None
