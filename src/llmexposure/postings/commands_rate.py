"""Command ``rate``: a language model rates the activities."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Callable

    from llmexposure.postings.rate.cache import AnswerCache
    from llmexposure.postings.rate.cost import Prices, Tokens
    from llmexposure.postings.rate.job import Job

_FILE = click.Path(dir_okay=False, path_type=Path)
_POSITIVE = click.FloatRange(min=0, min_open=True)
_PRICE = click.FloatRange(min=0)


@click.command()
@click.option(
    "--base-url",
    default="https://api.openai.com/v1",
    show_default=True,
    help="Address of an OpenAI-compatible endpoint.",
)
@click.option("--model", "models", multiple=True, required=True, help="Rater; repeat for several.")
@click.option(
    "--repeats",
    type=click.IntRange(1),
    default=1,
    show_default=True,
    help="How often each model is asked about each activity.",
)
@click.option(
    "--limit", type=click.IntRange(1), help="Rate only this many activities, evenly spread."
)
@click.option("--titles", type=_FILE, help="CSV with dwa_id and title.  [default: O*NET 29.3]")
@click.option("--cache", type=_FILE, help="Answers.  [default: OUT with .answers.jsonl]")
@click.option("--out", type=_FILE, default=Path("ratings.csv"), show_default=True, help="Ratings.")
@click.option(
    "--score",
    type=click.Choice(["alpha", "beta", "gamma"]),
    default="beta",
    show_default=True,
    help="What 'with software' counts: 0, 0.5 or 1.",
)
@click.option("--temperature", type=click.FloatRange(0, 2), default=0.0, show_default=True)
@click.option(
    "--concurrency",
    type=click.IntRange(1, 64),
    default=4,
    show_default=True,
    help="Requests under way at once.",
)
@click.option("--timeout", type=_POSITIVE, default=60.0, show_default=True, help="Seconds.")
@click.option(
    "--attempts",
    type=click.IntRange(1),
    default=6,
    show_default=True,
    help="Requests for one answer while the server fails.",
)
@click.option(
    "--unusable",
    type=click.IntRange(1),
    default=3,
    show_default=True,
    help="Unusable answers to one question before it counts as failed.",
)
@click.option(
    "--first-wait",
    type=_POSITIVE,
    default=1.0,
    show_default=True,
    help="Seconds before the second attempt; doubles each time.",
)
@click.option("--price-in", type=_PRICE, multiple=True, help="Price of a million prompt tokens.")
@click.option("--price-out", type=_PRICE, multiple=True, help="Price of a million answer tokens.")
@click.option(
    "--key-variable",
    default="OPENAI_API_KEY",
    show_default=True,
    help="Environment variable that holds the key.",
)
@click.option("--date", help="Day to put on record, such as 2025-06-30.")
@click.option("--progress/--no-progress", default=True, help="Draw a progress bar on a terminal.")
@click.option(
    "--dry-run", is_flag=True, help="Print the prompt and the estimated cost; ask nothing."
)
def rate(**given: Any) -> None:  # noqa: ANN401 (one name an option, checked by click)
    """Have language models rate the exposure of activities.

    Every answer is cached when it comes: run the same command again to go on after a failure or a
    kill. The key is read from the environment only.
    """
    job = _job(given)
    if given["dry_run"]:
        _preview(job)
        return
    from llmexposure.postings.rate.endpoint import key_from_environment
    from llmexposure.postings.rate.job import run

    secret = key_from_environment(given["key_variable"])
    with _Bar(job.prices, given["progress"]) as bar:
        record = run(job, secret, bar.start)
    _conclude(job, record)


def _job(given: dict[str, Any]) -> "Job":
    from llmexposure.postings.rate.collect import Policy
    from llmexposure.postings.rate.cost import price_list
    from llmexposure.postings.rate.job import Job

    policy = ("concurrency", "timeout", "attempts", "unusable", "first_wait")
    names = ("base_url", "models", "out", "repeats", "temperature", "limit", "titles", "cache")
    return Job(
        **{name: given[name] for name in (*names, "score", "date")},
        prices=price_list(given["models"], given["price_in"], given["price_out"]),
        policy=Policy(**{name: given[name] for name in policy}),
    )


def _preview(job: "Job") -> None:
    from llmexposure.postings.rate.job import outlook
    from llmexposure.postings.rate.questions import messages

    ahead = outlook(job)
    for message in messages(ahead.questions[0].title):
        click.echo(f"[{message['role']}]\n{message['content']}\n")
    click.echo(
        f"{len(ahead.questions):,} questions, {len(ahead.questions) - ahead.n_open:,} settled in "
        f"the cache, {ahead.n_open:,} to ask: about {_bill(ahead.tokens)}"
    )


def _bill(tokens: "Tokens") -> str:
    cost = "" if tokens.cost is None else f", cost {tokens.cost:.4f}"
    return f"{tokens.tokens_in:,} tokens in, {tokens.tokens_out:,} out{cost}"


def _conclude(job: "Job", record: dict[str, Any]) -> None:
    from llmexposure.base.project import shown
    from llmexposure.postings.rate.cost import Tokens

    for model, counts in record["models"].items():
        click.echo(
            f"{model}: {counts['answered']:,} answers of {counts['asked']:,} asked, "
            f"{counts['failed']:,} failed (missing)"
        )
    used = record["tokens"]
    click.echo(_bill(Tokens(used["in"], used["out"], 0, used["cost"])))
    if used["answers_without_count"]:
        click.echo(f"{used['answers_without_count']:,} answers came without a count of tokens")
    click.echo(f"wrote {shown(job.out)}")


class _Bar:
    """Progress on stderr: questions, failures so far, cost of all answers in the cache."""

    def __init__(self, prices: "Prices", wanted: bool) -> None:
        self._prices, self._wanted, self._bar = prices, wanted, None

    def __enter__(self) -> "_Bar":
        return self

    def __exit__(self, *_: object) -> None:
        if self._bar is not None:
            self._bar.close()

    def start(self, total: int, cache: "AnswerCache") -> "Callable[[], None]":
        """Draw the bar; return what to call after each question."""
        from tqdm import tqdm

        from llmexposure.postings.rate.job import paid

        # None: only where stderr is a terminal.
        self._bar = tqdm(total=total, unit="answer", disable=None if self._wanted else True)

        def report() -> None:
            self._bar.update()
            if not self._bar.disable and self._bar.n % 10 == 0:
                self._bar.set_postfix_str(_bill(paid(cache.answers, self._prices)))

        return report
