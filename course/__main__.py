"""Commands of the lecturer: ``scripts/run.sh python course COMMAND``."""

from pathlib import Path

import click
from kit.checks import KEYS
from kit.tables import COURSE

from llmexposure.base.errors import ProjectError, one_line
from llmexposure.base.project import current

_FOLDER = click.Path(file_okay=False, path_type=Path)
_INSTRUCTOR = click.option(
    "--instructor",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=COURSE / "instructor",
    help="Folder with reference.py, hidden.toml and the solutions.  [default: course/instructor]",
)


@click.group()
def main() -> None:
    """Write, export and grade the course."""


@main.command()
@_INSTRUCTOR
def write(instructor: Path) -> None:
    """Write starters and keys again from the instructor's folder."""
    from staff import keys, starters

    made = starters.write(instructor)
    KEYS.write_text(keys.text(instructor), encoding="utf-8")
    click.echo(f"{len(made)} starters, {KEYS.name}")


@main.command()
@click.argument("out", type=_FOLDER)
def export(out: Path) -> None:
    """Write the students' course to OUT: no solutions, no hidden seeds."""
    from staff.export import export as to

    try:
        click.echo(f"{len(to(out))} files in {out}")
    except FileExistsError as error:
        raise click.ClickException(str(error)) from error


@main.command()
@click.argument("submissions", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), default="grades.csv")
@click.option("--seconds", type=click.IntRange(1), default=60, help="Longest run of a notebook.")
@click.option("--jobs", type=click.IntRange(1), default=2, help="Notebooks at once.")
@_INSTRUCTOR
def grade(submissions: Path, out: Path, seconds: int, jobs: int, instructor: Path) -> None:
    """Grade SUBMISSIONS (a folder for each student) to a CSV. This executes the students' code."""
    from staff import grade as grading

    settings, rows = grading.Settings.read(instructor), []
    try:
        for row in grading.grade(submissions, settings, seconds, jobs):
            rows.append(row)
            said = f"{row['student']} {row['exercise']}: {row['points']} {row['errors']}"
            click.echo(one_line(said))
    except FileNotFoundError as error:
        raise click.ClickException(str(error)) from error
    grading.write(rows, out)
    click.echo(f"{out}: {len(rows)} rows")


@main.command()
@click.argument("out", type=_FOLDER)
@_INSTRUCTOR
def nbgrader(out: Path, instructor: Path) -> None:
    """Write the exercises as an nbgrader assignment to OUT."""
    from staff.nbgrader import export as to

    try:
        click.echo(to(out, instructor))
    except FileExistsError as error:
        raise click.ClickException(str(error)) from error


@main.command()
def slides() -> None:
    """Write the deck with the paper's numbers to build/slides/slides.pdf."""
    from staff.deck import build

    try:
        click.echo(build(current()))
    except ProjectError as error:
        raise click.ClickException(str(error)) from error


if __name__ == "__main__":
    main()
