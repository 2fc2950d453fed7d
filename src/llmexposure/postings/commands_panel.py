"""Command ``panel``: postings in, counts by occupation and month out."""

from pathlib import Path

import click

from llmexposure.postings.read import options


@click.command()
@click.argument("address", metavar="POSTINGS")
@options.columns
@options.encoding
@options.language
@click.option(
    "--workers", type=click.IntRange(1), help="Processes on this machine.  [default: all cores]"
)
@click.option("--quiet", is_flag=True, help="Print the name of the file and nothing else.")
def panel(
    address: str,
    columns: Path | None,
    encoding: str,
    language: str,
    workers: int | None,
    quiet: bool,
) -> None:
    """Count postings by occupation and month: what the five relationships are estimated from.

    POSTINGS is a file, folder, pattern or fsspec address, as for `llmexposure score`. The counts go to
    build/postings/panels, one folder for each content of the files; they hold no text and no rows.
    """
    from llmexposure.postings.count import account_of, count_file
    from llmexposure.postings.score.engines import cores

    path = count_file(
        address, columns, encoding=encoding, language=language, workers=workers or cores()
    )
    if not quiet:
        for line in account_of(path):
            click.echo(line)
        click.echo("counts by occupation and month; scores, quarantine and provenance beside them:")
    click.echo(path)
