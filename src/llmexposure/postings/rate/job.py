"""A rating run from end to end: plan, ask what is open, summarise, write."""

import hashlib
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from llmexposure.base import outputs
from llmexposure.base.errors import ParameterError
from llmexposure.base.files import csv_text, sibling, write_text
from llmexposure.base.project import current, shown
from llmexposure.postings.rate.cache import Answer, AnswerCache, Answers, read_answers
from llmexposure.postings.rate.collect import Policy, collect, open_questions
from llmexposure.postings.rate.compare import agreement
from llmexposure.postings.rate.cost import Prices, Tokens, estimate, spent
from llmexposure.postings.rate.endpoint import RaterError, Secret, host_of, key_from_environment
from llmexposure.postings.rate.provenance import provenance, stated_date
from llmexposure.postings.rate.questions import Question, messages, plan, spread
from llmexposure.postings.rate.summary import (
    ACTIVITY_TITLES,
    answer_table,
    by_model,
    onet_titles,
    overall,
    read_titles,
)
from llmexposure.report.tables import load


@dataclass(frozen=True)
class Job:
    """What to rate, whom to ask, and where the answers go.

    Attributes
    ----------
    titles
        CSV with ``dwa_id`` and ``title``; None for the activities of O*NET 29.3.
    cache
        File of answers; None for ``<out>.answers.jsonl``.
    date
        Day to record, ISO 8601; None for that of SOURCE_DATE_EPOCH, if any.
    overwrite
        Write over tables that no run of ours made.
    """

    base_url: str
    models: tuple[str, ...]
    out: Path
    repeats: int = 1
    temperature: float = 0.0
    limit: int | None = None
    titles: Path | None = None
    cache: Path | None = None
    score: str = "beta"
    date: str | None = None
    prices: Prices = field(default_factory=dict)
    policy: Policy = field(default_factory=Policy)
    overwrite: bool = False

    @property
    def cache_file(self) -> Path:
        """Where the answers are kept."""
        return self.cache or sibling(self.out, "answers.jsonl")


@dataclass(frozen=True)
class Outlook:
    """What a run would do: every question, how many are open, tokens and cost of those."""

    questions: list[Question]
    n_open: int
    tokens: Tokens


def questions_of(job: Job) -> tuple[list[Question], dict[str, str]]:
    """Every question of a job, and where the titles come from (file name and sha256)."""
    path = job.titles or current().table_file(ACTIVITY_TITLES)
    titles = read_titles(path) if job.titles else onet_titles()
    questions = plan(
        spread(titles, job.limit),
        tuple(dict.fromkeys(job.models)),
        job.repeats,
        job.temperature,
        host_of(job.base_url),
    )
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    return questions, {"file": path.name, "sha256": digest}


def outlook(job: Job) -> Outlook:
    """Look ahead without a key, a request or a change on the disk."""
    questions, _ = questions_of(job)
    cache = AnswerCache(job.cache_file)
    cache.answers = read_answers(job.cache_file)
    waiting = open_questions(questions, cache, job.policy)
    seen = _flat(cache.answers)
    return Outlook(questions, len(waiting), estimate(waiting, seen, job.prices))


def run(
    job: Job, secret: Secret, watch: Callable[[int, AnswerCache], Callable[[], None]]
) -> dict[str, Any]:
    """Ask what is open, write the ratings and all beside them; return the provenance.

    Parameters
    ----------
    watch
        Called with the number of open questions and the cache; what it returns is called after
        each question.

    Raises
    ------
    RaterError
        If the endpoint fails for good. Nothing is written then but the answers that came.
    ParameterError
        If a file that no run of ours made stands where the run writes.
    """
    check_ours(job)
    day = stated_date(job.date)
    questions, origin = questions_of(job)
    with AnswerCache(job.cache_file) as cache:
        waiting = open_questions(questions, cache, job.policy)
        if waiting:
            report = watch(len(waiting), cache)
            collect(waiting, job.base_url, secret, cache, job.policy, report)
        answers = cache.answers
    given = {"score": job.score, "date": day, "titles": origin}
    record = provenance(questions, answers, job.prices, given)
    return _write(job, answer_table(questions, answers, job.score), record)


def paid(answers: Answers, prices: Prices) -> Tokens:
    """Tokens and cost of every answer in a cache."""
    return spent(_flat(answers), prices)


def _flat(answers: Answers) -> list[Answer]:
    return [answer for tries in answers.values() for answer in tries]


def check_ours(job: Job) -> None:
    """Refuse whatever stands where the run writes and is not of an earlier run.

    The answers are added to, and known for ours when they are read.
    """
    outputs.check_kind("--cache", job.cache_file)
    files, record = [job.out, *_tables(job)], sibling(job.out, "provenance.json")
    outputs.check("--out", files, record, overwrite=job.overwrite)
    read = [path.resolve() for path in (job.titles, job.cache_file) if path]
    if taken := [path for path in (*files, record) if path.resolve() in read]:
        raise ParameterError(
            f"--out: {shown(taken[0])} is read by the run and would be replaced; choose another name"
        )


def _tables(job: Job) -> list[Path]:
    return [sibling(job.out, "models.csv"), sibling(job.out, "agreement.csv")]


def _write(job: Job, table: pd.DataFrame, record: dict[str, Any]) -> dict[str, Any]:
    """Provenance comes last: where it stands, everything else does."""
    compared = agreement(table, load("activities"), job.score)
    frames = (by_model(table), compared, overall(table))
    with ExitStack() as stack:
        paths = (*_tables(job), job.out)
        drafts = {path: stack.enter_context(outputs.draft(path)) for path in paths}
        for draft, frame in zip(drafts.values(), frames, strict=True):
            write_text(draft, csv_text(frame))
        return outputs.place(drafts, sibling(job.out, "provenance.json"), record)


def preview(job: Job) -> list[str]:
    """The prompt of the first question and what a run would cost, as lines; nothing is asked."""
    ahead = outlook(job)
    total = len(ahead.questions)
    return [
        *(f"[{m['role']}]\n{m['content']}\n" for m in messages(ahead.questions[0].title)),
        f"{total:,} questions, {total - ahead.n_open:,} settled in the cache, {ahead.n_open:,} to "
        f"ask: about {_bill(ahead.tokens)}",
    ]


def run_shown(job: Job, key_variable: str, *, progress: bool = True) -> list[str]:
    """Run with a progress bar on stderr; what came of it, as lines.

    Parameters
    ----------
    key_variable
        Environment variable that holds the key of the endpoint.
    progress
        Whether to draw the bar (questions, cost of all answers in the cache) where stderr is a
        terminal.
    """
    secret = key_from_environment(key_variable)
    with ExitStack() as stack:
        record = run(job, secret, lambda total, cache: _bar(job, total, cache, stack, progress))
    used = record["tokens"]
    if not any(counts["answered"] for counts in record["models"].values()):
        raise RaterError(
            f"{shown(job.out)}: every rating is missing, as no question has a usable answer; see "
            f"{shown(sibling(job.out, 'provenance.json'))}"
        )
    lines = [
        f"{model}: {counts['answered']:,} answers of {counts['asked']:,} asked, "
        f"{counts['failed']:,} failed (missing)"
        for model, counts in record["models"].items()
    ]
    lines.append(_bill(Tokens(used["in"], used["out"], 0, used["cost"])))
    if used["answers_without_count"]:
        lines.append(f"{used['answers_without_count']:,} answers came without a count of tokens")
    return [*lines, f"wrote {shown(job.out)}"]


def _bar(
    job: Job, total: int, cache: AnswerCache, stack: ExitStack, progress: bool
) -> Callable[[], None]:
    """Draw a progress bar; what to call after each question."""
    from tqdm import tqdm

    # None: only where stderr is a terminal.
    bar = stack.enter_context(tqdm(total=total, unit="answer", disable=None if progress else True))

    def report() -> None:
        bar.update()
        if not bar.disable and bar.n % 10 == 0:
            bar.set_postfix_str(_bill(paid(cache.answers, job.prices)))

    return report


def _bill(tokens: Tokens) -> str:
    cost = "" if tokens.cost is None else f", cost {tokens.cost:.4f}"
    return f"{tokens.tokens_in:,} tokens in, {tokens.tokens_out:,} out{cost}"
