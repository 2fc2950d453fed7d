"""Command ``sweep``: crossed choices of ``sweeps.toml``, listed or run, as CSV."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    import pandas as pd

    from llmexposure.publish.sweeps.table import Sweep, Sweeps


@click.command()
@click.argument("name", required=False)
@click.option("--list", "listed", is_flag=True, help="Write the combinations; estimate nothing.")
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    help="CSV file.  [default: standard output, or build/sweeps/NAME for a notebook]",
)
@click.option("--draws", type=click.IntRange(99, 99_999), default=499, show_default=True)
@click.option("--seed", type=click.IntRange(0, 2**32 - 1), default=20221130, show_default=True)
def sweep(name: str | None, listed: bool, out: Path | None, draws: int, seed: int) -> None:
    """Run every specification of a relationship, or a notebook for every set of parameters.

    NAME is a table of sweeps.toml; without it, all are named. A relationship gives one row a
    specification and prints the joint test (--draws permutations); a notebook, one row a result.
    """
    from llmexposure.analysis.curves.run import find
    from llmexposure.publish.sweeps.table import read

    sweeps = read()
    if name is None:
        click.echo(_names(sweeps))
        return
    found = find({**sweeps.relationship, **sweeps.notebook}, name)
    if listed:
        from llmexposure.publish.sweeps.expand import expand

        _write(expand(found).reset_index(), out)
    elif name in sweeps.notebook:
        _notebook(found, out)
    else:
        _relationship(found, out, draws, seed)


def _names(sweeps: "Sweeps") -> str:
    from llmexposure.publish.sweeps.expand import expand

    rows = [("specifications", s) for s in sweeps.relationship.values()]
    rows += [(f"runs of {s.units}", s) for s in sweeps.notebook.values()]
    return "\n".join(f"{s.name}: {len(expand(s)):,} {what}" for what, s in rows)


def _relationship(sweep: "Sweep", out: Path | None, draws: int, seed: int) -> None:
    from llmexposure.analysis.curves.run import BUILDERS, run
    from llmexposure.estimation.curve import joint
    from llmexposure.report.tables import load

    tables = {name: load(name) for name in BUILDERS[sweep.units].TABLES}
    curve = run(sweep, tables, draws=draws, seed=seed)
    _write(curve.table.reset_index(), out)
    tests = joint(curve)
    click.echo(
        f"{sweep.title}: median slope {tests.median:.3f}, joint p {tests.median_p:.3f} "
        f"({len(curve.table):,} specifications, {draws} permutations)",
        err=True,
    )


def _notebook(sweep: "Sweep", out: Path | None) -> None:
    from llmexposure.base.errors import BuildError
    from llmexposure.base.project import shown
    from llmexposure.publish import environment
    from llmexposure.publish.sweeps.notebooks import FOLDER, notebook_of, run

    environment.fix()
    table, failures = run(sweep, notebook_of(sweep), say=lambda text: click.echo(text, err=True))
    if out:
        _write(table, out)
    click.echo(f"wrote {shown(FOLDER / sweep.name / f'{sweep.name}.csv')}", err=True)
    if failures:
        raise BuildError(f"{len(failures)} of the sets failed: {'; '.join(failures)}")


def _write(table: "pd.DataFrame", out: Path | None) -> None:
    from llmexposure.base.frames import to_csv_text, write_text

    if out is None:
        click.echo(to_csv_text(table), nl=False)
    else:
        write_text(out, to_csv_text(table))
        click.echo(f"wrote {len(table):,} rows to {out}", err=True)
