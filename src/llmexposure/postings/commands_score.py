"""Command ``score``: postings in, exposures out."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from llmexposure.postings.read import options

if TYPE_CHECKING:
    from collections.abc import Callable


@click.command()
@click.argument("address", metavar="IN")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    required=True,
    help="Scores: a .parquet or .csv file, or a folder.",
)
@click.option("--engine", type=click.Choice(["local", "dask"]), default="local", show_default=True)
@click.option("--scheduler", help="Address of a Dask scheduler, such as tcp://127.0.0.1:8786.")
@click.option(
    "--workers", type=click.IntRange(1), help="Processes on this machine.  [default: all cores]"
)
@options.language
@options.columns
@options.encoding
@click.option(
    "--ratings",
    type=options.FILE,
    help="CSV with dwa_id and rating.  [default: six published ratings]",
)
@click.option(
    "--code-occupations",
    is_flag=True,
    help="Where a posting has no occupation, code it from title and text.",
)
@click.option(
    "--top-k",
    type=click.IntRange(1),
    default=10,
    show_default=True,
    help="Most activities matched to a posting.",
)
@click.option(
    "--batch-rows",
    type=click.IntRange(1),
    default=20_000,
    show_default=True,
    help="Rows worked on at a time; bounds the memory, changes no result.",
)
@click.option("--restart", is_flag=True, help="Throw an unfinished run away and begin again.")
@click.option("--progress/--no-progress", default=True, help="Draw a progress bar on a terminal.")
def score(**given: Any) -> None:  # noqa: ANN401 (one name an option, checked by click)
    """Score job postings by their exposure to large language models.

    IN is a CSV, Parquet or JSON lines file, a folder of them, a pattern, or an fsspec address. No
    text is written to the scores. Run the same command again to go on after a failure or a kill.
    """
    _check_engine(given)
    from llmexposure.postings.score.engines import cores
    from llmexposure.postings.score.run import Job, run

    names = ("address", "out", "language", "encoding", "ratings", "code_occupations", "top_k")
    job = Job(
        **{name: given[name] for name in (*names, "batch_rows", "scheduler", "restart")},
        mapping=given["columns"],
        workers=given["workers"] or cores(),
    )
    with _Bar(given["progress"]) as bar:
        record = run(job, bar.start)
    _conclude(job.out, record)


def _check_engine(given: dict[str, Any]) -> None:
    if (given["engine"] == "dask") != (given["scheduler"] is not None):
        raise click.UsageError("--engine dask and --scheduler go together")
    if given["engine"] == "dask" and given["workers"] is not None:
        raise click.UsageError("--workers is for the local engine; a cluster has its own")


def _conclude(out: Path, record: dict[str, Any]) -> None:
    from llmexposure.base.project import shown
    from llmexposure.postings.score.output import beside
    from llmexposure.postings.score.provenance import account

    for line in account(record):
        click.echo(line)
    click.echo(f"wrote {shown(out)}")
    for what in ("quarantine.csv", "provenance.json"):
        click.echo(f"wrote {shown(beside(out, what))}")


class _Bar:
    """Rows done, on stderr where it is a terminal."""

    def __init__(self, wanted: bool) -> None:
        self._wanted, self._bar = wanted, None

    def __enter__(self) -> "_Bar":
        return self

    def __exit__(self, *_: object) -> None:
        if self._bar is not None:
            self._bar.close()

    def start(self, total: int | None) -> "Callable[[int], object]":
        """Draw the bar; return what to call with the rows of each finished unit."""
        from tqdm import tqdm

        self._bar = tqdm(
            total=total, unit="row", unit_scale=True, disable=None if self._wanted else True
        )
        return self._bar.update
