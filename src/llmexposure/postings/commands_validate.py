"""Command ``validate``: check a file of postings before anything is computed from it."""

from pathlib import Path

import click

from llmexposure.postings.read import options


@click.command()
@click.argument("file")
@options.columns
@options.encoding
@click.option(
    "--quarantine", type=options.FILE, help="CSV to write with the rows that are not usable."
)
@click.option("--sample", type=click.IntRange(1), help="Check only the first rows of each file.")
def validate(
    file: str, columns: Path | None, encoding: str, quarantine: Path | None, sample: int | None
) -> None:
    """Check postings against the contract; account for every row.

    FILE is a CSV, Parquet or JSON lines file, a folder of them, a pattern, or an fsspec address.
    Prints what was read, which rows are not usable and why, and which cells were changed. The exit
    code is 1 when no row is usable.
    """
    from llmexposure.base.errors import DataError
    from llmexposure.postings.clean.summary import lines_of, validate_file
    from llmexposure.postings.read.address import shown_address

    summary = validate_file(file, columns, encoding, quarantine=quarantine, sample=sample)
    click.echo("\n".join(lines_of(summary)))
    if quarantine:
        click.echo(f"\nquarantine: {summary.quarantined:,} row(s) in {quarantine}")
    if not summary.valid:
        raise DataError(
            f"{shown_address(file)}: no usable rows of {summary.rows:,} read; see the reasons above"
        )
