"""Command ``simulate``: postings with known coefficients."""

from pathlib import Path

import click

_FILE = click.Path(dir_okay=False, path_type=Path)


@click.command()
@click.argument("out", type=_FILE)
@click.option(
    "--rows",
    type=click.IntRange(1, 10**12),
    default=100_000,
    show_default=True,
    help="How many postings.",
)
@click.option(
    "--seed",
    type=click.IntRange(0, 2**63 - 1),
    default=1,
    show_default=True,
    help="Same seed, same rows; a longer file begins with the shorter one.",
)
@click.option(
    "--truth",
    "truth_out",
    type=_FILE,
    help="Also write category, exposure and activities of every posting to this file.",
)
@click.option(
    "--coefficient",
    "coefficients",
    multiple=True,
    metavar="NAME=VALUE",
    help="Set a known coefficient, such as recruitment_share=-0.2; repeat for several.",
)
@click.option(
    "--rating",
    default="gpt4_beta",
    show_default=True,
    help="Rating of activities that makes up true exposure.",
)
@click.option("--progress/--no-progress", default=True, help="Draw a progress bar on a terminal.")
def simulate(
    out: Path,
    rows: int,
    seed: int,
    truth_out: Path | None,
    coefficients: tuple[str, ...],
    rating: str,
    progress: bool,
) -> None:
    """Write simulated job postings to OUT (.parquet, .csv, .jsonl by extension).

    They are Chinese texts built from known activities, with the coefficients of all five
    relationships known: to test the pipeline, never as evidence. Every row says 'simulated'.
    """
    from tqdm import tqdm

    from llmexposure.base.project import shown
    from llmexposure.simulation.parameters import with_coefficients
    from llmexposure.simulation.write import beside, write_simulation

    parameters = with_coefficients(list(coefficients), rating)
    # None: only where stderr is a terminal.
    with tqdm(total=rows, unit="posting", disable=None if progress else True) as bar:
        write_simulation(out, rows, seed, parameters, truth_out=truth_out, progress=bar.update)
    click.echo(f"wrote {rows:,} simulated postings to {shown(out)}")
    click.echo(f"known coefficients and levels: {shown(beside(out, 'truth.csv'))}")
    if truth_out:
        click.echo(f"truth of every posting: {shown(truth_out)}")
