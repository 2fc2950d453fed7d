"""Command line ``llmexposure``: commands parse and print, the work is done by the library.

Imports of the library stand inside the commands, so that ``llmexposure --help`` stays quick.
Any :class:`~llmexposure.base.errors.ProjectError` becomes one line on stderr and exit code 1.
"""

from collections.abc import Iterable
from importlib import import_module
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from llmexposure import __version__
from llmexposure.base.errors import ProjectError
from llmexposure.base.project import shown
from llmexposure.postings.read import options

if TYPE_CHECKING:
    from llmexposure.base.sources import Fetched, Source


class PoliteGroup(click.Group):
    """Command group that reports an error the user can mend as one line, without a traceback."""

    def invoke(self, ctx: click.Context) -> object:
        """Run the command; turn a ProjectError into a line on stderr and exit code 1."""
        try:
            return super().invoke(ctx)
        except ProjectError as error:
            click.echo(f"error: {' '.join(str(error).splitlines())}", err=True)
            return ctx.exit(1)
        except BrokenPipeError:
            raise  # whoever read along has enough, as `| head` has: click then ends without a word
        except OSError as error:
            where = f"{shown(Path(error.filename))}: " if error.filename else ""
            hint = (
                "check the name"
                if isinstance(error, FileNotFoundError)
                else "check the space left on the disk and the permissions of the folder"
            )
            click.echo(f"error: {where}{error.strerror or error}; {hint}", err=True)
            return ctx.exit(1)


@click.group(cls=PoliteGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="llmexposure")
def main() -> None:
    """Build and question the executable paper on LLM exposure and labour demand."""


@main.command()
@click.argument("source", nargs=-1)
@click.option("--progress/--no-progress", default=True, help="Draw a progress bar on a terminal.")
def fetch(source: tuple[str, ...], progress: bool) -> None:
    """Bring upstream files here, each checked by its sha256.

    Without SOURCE, all of them. Files in the folder LLMEXPOSURE_MIRROR are used where they are; a
    download that was interrupted is resumed.
    """
    from llmexposure.base.sources import fetch as fetch_files
    from llmexposure.base.sources import load_registry
    from llmexposure.base.sources.registry import find_source

    registry = load_registry()
    ids = [find_source(registry, name).id for name in dict.fromkeys(source or registry)]
    for name in ids:
        click.echo(f"{name}: {_outcome(fetch_files([name], progress, registry))}")


@main.command()
@click.argument("source", nargs=-1)
def sources(source: tuple[str, ...]) -> None:
    """List the upstream sources: licence, size, and whether their files are here.

    With SOURCE, show each of those in full: citation, page, note and files.
    """
    from llmexposure.base.sources import load_registry
    from llmexposure.base.sources.registry import find_source

    registry = load_registry()
    if source:
        click.echo("\n\n".join(_card(find_source(registry, name)) for name in source))
    else:
        click.echo(_table(registry.values()))


class LazyCommand(click.Command):
    """Command that lives in another module, imported when it is called."""

    def __init__(self, name: str, target: str, short_help: str) -> None:
        super().__init__(name, short_help=short_help, add_help_option=False)
        self.target = target

    def make_context(self, *args: Any, **kwargs: Any) -> click.Context:
        """Hand over to the real command."""
        module, _, attribute = self.target.partition(":")
        real: click.Command = getattr(import_module(module), attribute)
        return real.make_context(*args, **kwargs)


for _name, _help in {
    "validate:postings.commands_validate": "Check a file of postings against the contract.",
    "score:postings.commands_score": "Score postings of any number: exposure without text.",
    "panel:postings.commands_panel": "Count postings by occupation and month, for the five relationships.",
    "simulate:simulation.commands": "Write simulated postings with known coefficients.",
    "rate:postings.commands_rate": "Rate activities with a language model of your choice.",
    "verify:publish.verify.commands": "Rebuild in a clean copy and compare with the committed record.",
    "sweep:analysis.curves.commands": "Run crossed choices: curves, or a notebook by parameters.",
    "forms:publish.forms.commands": "Write the data editor's forms from the record.",
    "deposit:publish.commands_deposit": "Write a clean archive of the repository and rebuild from it.",
}.items():
    _command, _module = _name.split(":")
    main.add_command(LazyCommand(_command, f"llmexposure.{_module}:{_command}", _help))


@main.command()
@click.option("--write", is_flag=True, help="Replace the committed tables by what was derived.")
def data(write: bool) -> None:
    """Derive the tables of data/ from the upstream files again; fail on any difference."""
    from llmexposure.derive import update

    fresh = update.files()
    if write:
        update.write(fresh, click.echo)
    elif found := update.differences(fresh):
        raise ProjectError(f"data differs from what upstream gives: {'; '.join(found)}")
    else:
        click.echo(f"data: {len(fresh)} files, all as derived from upstream")
    if kept := update.absent():
        click.echo(
            f"not derived here, record kept: {', '.join(kept)} (LLMEXPOSURE_POSTINGS_CN is not set)"
        )


@main.command()
@click.option("--explain", is_flag=True, help="Say what is stale and why; build nothing.")
@click.option("--force", is_flag=True, help="Run every step, stale or not.")
@click.option(
    "--postings",
    metavar="POSTINGS",
    help="Build the paper on your own postings, in build/postings: a file, folder, pattern or fsspec "
    "address, or the counts that `llmexposure panel` wrote.",
)
@click.option(
    "--columns",
    type=options.FILE,
    help="With --postings: mapping file of their columns.",
)
@click.option(
    "--language",
    type=click.Choice(options.LANGUAGES),
    help="With --postings: of their text.  [default: auto]",
)
@click.option(
    "-p",
    "--parameter",
    "parameters",
    nargs=2,
    multiple=True,
    metavar="NAME VALUE",
    help="With --postings: a parameter of the notebooks, such as -p baseline 2022.",
)
def build(
    explain: bool,
    force: bool,
    postings: str | None,
    columns: Path | None,
    language: str | None,
    parameters: tuple[tuple[str, str], ...],
) -> None:
    """Run the stale notebooks, then write the paper."""
    from llmexposure.publish import engine, environment, paper

    if explain and (postings is not None or force):
        raise click.UsageError(
            "--explain builds nothing and is of the paper itself: it goes neither with --postings nor "
            "with --force"
        )
    if postings is not None:
        _build_own(postings, dict(parameters), columns, language or "auto", force=force)
        return
    if columns or language or parameters:
        raise click.UsageError(
            "--columns, --language and -p go with --postings: the record is of the defaults"
        )
    environment.fix()
    if explain:
        _explain(engine.explain())
        return
    if status := engine.build(force=force):
        raise click.exceptions.Exit(status)
    if paper.available():
        click.echo("paper/paper.pdf is up to date")
    else:
        click.echo("all but the PDF is up to date; xelatex or latexmk is missing: see README.md")


def _build_own(
    postings: str,
    parameters: dict[str, str],
    columns: Path | None,
    language: str,
    *,
    force: bool,
) -> None:
    from llmexposure.base.project import shown
    from llmexposure.postings.score.engines import cores
    from llmexposure.publish import own_postings

    made = own_postings.build(
        postings,
        parameters,
        mapping=columns,
        language=language,
        workers=cores(),
        force=force,
        say=click.echo,
    )
    click.echo("\n".join(own_postings.summary()))
    click.echo(f"wrote {shown(made)}")


@main.command()
@click.argument("key")
def result(key: str) -> None:
    """Print one entry of the results record: value, interval, source, notebook and cell."""
    import json

    from llmexposure.report import record

    entries = record.load_all()
    if key not in entries:
        raise ProjectError(f"no result {key} in results/{record.nearest(key, entries)}")
    click.echo(json.dumps({key: entries[key]}, indent=1, ensure_ascii=False))


def _explain(stale: dict[str, list[str]]) -> None:
    for step, reasons in stale.items():
        click.echo(f"{step}: {len(reasons)} reason(s)")
        for reason in reasons:
            click.echo(f"  {reason}")
    if not stale:
        click.echo("nothing is stale")


def _outcome(fetched: "list[Fetched]") -> str:
    """Say where the files of one source are and which of them had to be downloaded."""
    from llmexposure.base import project

    said = {
        "mirror": "in the mirror",
        "cache": "already in {folder}",
        "download": "downloaded to {folder}",
    }
    parts = []
    by_origin = sorted(fetched, key=lambda item: list(said).index(item.origin))
    for origin, group in groupby(by_origin, key=lambda item: item.origin):
        items = list(group)
        folder = project.shown(items[0].path.parent)
        parts.append(f"{_files(len(items))} {said[origin].format(folder=folder)}")
    if all(item.origin != "download" for item in fetched):
        parts.append("nothing to download")
    return ", ".join(parts)


def _table(rows: "Iterable[Source]") -> str:
    """Plain-text table of sources, one a line, columns aligned."""
    head = ("source", "files", "MB", "redistribute", "here", "licence")
    body = [
        (
            row.id,
            str(len(row.files)),
            f"{row.bytes / 1e6:.1f}",
            "yes" if row.redistribute else "no",
            _here(row),
            row.licence,
        )
        for row in rows
    ]
    widths = [max(map(len, column)) for column in zip(head, *body, strict=True)]
    lines = [
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in (head, *body)
    ]
    return "\n".join(lines)


def _card(row: "Source") -> str:
    """All that is registered of one source, for a reader."""
    from llmexposure.base.sources.locate import whereabouts

    facts = {
        "title": row.title,
        "page": row.page,
        "licence": row.licence,
        "redistribute": "yes" if row.redistribute else "no",
        "citation": row.citation,
        "note": row.note,
    }
    lines = [row.id, *(f"  {key}: {value}" for key, value in facts.items()), "  files:"]
    for file in row.files.values():
        lines.append(f"    {file.name}: {file.bytes:,} bytes, {whereabouts(file)}")
    return "\n".join(lines)


def _here(row: "Source") -> str:
    """Local status of a source, such as 'mirror' or 'cache 2 of 3, missing 1 of 3'."""
    from llmexposure.base.sources.locate import whereabouts

    states = [whereabouts(file) for file in row.files.values()]
    counts = {state: states.count(state) for state in dict.fromkeys(states)}
    if len(counts) == 1:
        return states[0]
    return ", ".join(f"{state} {count} of {len(states)}" for state, count in counts.items())


def _files(count: int) -> str:
    return f"{count} file" if count == 1 else f"{count} files"


if __name__ == "__main__":
    main()
