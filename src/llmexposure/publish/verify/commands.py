"""Command ``llmexposure verify``."""

import click

from llmexposure.base.errors import ProjectError
from llmexposure.base.project import current, shown


@click.command()
@click.option("--against", metavar="REV", help="Record of this git revision.  [default: HEAD]")
@click.option("--quick", is_flag=True, help="Build nothing: check the record against itself.")
@click.option(
    "--numbers",
    is_flag=True,
    help="Exit code 0 when every number holds, whatever the bytes of the files.",
)
@click.pass_context
def verify(ctx: click.Context, against: str | None, quick: bool, numbers: bool) -> None:
    """Rebuild the paper in a clean copy and compare it with the committed record.

    Says full (exit code 0), minor (1: something differs), partial (2: over a quarter differs) or not
    reproducible (3), what differs, by how much, and what changed. See docs/verify.md.
    """
    if quick and (against or numbers):
        raise click.UsageError("--quick rebuilds nothing; leave out --against and --numbers")
    try:
        ctx.exit(_quick() if quick else _full(against, numbers))
    except ProjectError as error:
        click.echo(f"error: {error}", err=True)
        click.echo("verdict: not reproducible (nothing could be compared)")
        ctx.exit(3)


def _quick() -> int:
    from llmexposure.publish.verify.quick import problems, size

    project = current()
    click.echo(f"The record, checked against itself: {size(project)}.")
    found = problems(project)
    for line in found:
        click.echo(f"- {line}")
    count = f"{len(found)} problem{'s' if len(found) > 1 else ''}"
    click.echo(f"quick: {count if found else 'consistent'}")
    return 1 if found else 0


def _full(against: str | None, numbers: bool) -> int:
    from llmexposure.base.files import write_text
    from llmexposure.publish import paper
    from llmexposure.publish.verify import text
    from llmexposure.publish.verify.rebuild import rebuild_and_compare
    from llmexposure.report.latex import used_keys

    project = current()
    found = rebuild_and_compare(project.root, against)
    written = [*paper.sources(project), *sorted(project.tables.glob("*.tex"))]
    places: dict[str, str] = {}
    for path, line, _, key in used_keys(written):
        places.setdefault(key, f"{shown(path)}:{line}")
    folder = project.build / "verify"
    write_text(folder / "report.md", text.report(found, places))
    write_text(folder / "report.json", text.as_json(found))
    click.echo(text.on_screen(found, places).rsplit("\n", 2)[0])
    click.echo(f"The whole report: {shown(folder / 'report.md')} and report.json\n")
    click.echo(f"verdict: {found}")
    return 0 if numbers and found.numbers_hold else found.verdict.exit_code
