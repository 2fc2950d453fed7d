"""Command line ``llmexposure``: a command parses, calls the library and prints what it says.

Imports of the library stand inside the commands, so that ``llmexposure --help`` stays quick.
Any :class:`~llmexposure.base.errors.ProjectError` becomes one line on stderr and exit code 1.
"""

import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from llmexposure import __version__
from llmexposure.base.errors import BuildError, ProjectError, lacks_memory, one_line, visible
from llmexposure.base.project import current, shown

if TYPE_CHECKING:
    import pandas as pd

    from llmexposure.report.sweeps import Sweep

_FILE = click.Path(dir_okay=False, path_type=Path)
_POSITIVE = click.FloatRange(min=0, min_open=True)
_PRICE = click.FloatRange(min=0)
_LANGUAGES = ("auto", "zh", "en")
_MEMORY = (
    "not enough memory; raise the limit or close other programs, and run the same command again "
    "(score: with fewer --workers or --batch-rows)"
)

# Options of every command that reads postings, and what they are without --postings of a build.
_columns = click.option(
    "--columns", type=_FILE, help='Mapping file: lines such as title = "职位名称".'
)
_encoding = click.option(
    "--encoding",
    default="auto",
    show_default=True,
    help="Of text files: auto (UTF-8, UTF-16 or GB18030), or a codec of Python.",
)
_ids = click.option(
    "--ids",
    type=click.Choice(["auto", "row"]),
    default="auto",
    show_default=True,
    help="auto: the column that states ids, else file and row; row: file and row.",
)
_repeats = click.option(
    "--repeats",
    type=click.Choice(["keep", "drop"]),
    default="keep",
    show_default=True,
    help="Postings with title, text, place and pay of an earlier one.",
)
_language = click.option(
    "--language",
    type=click.Choice(_LANGUAGES),
    default="auto",
    show_default=True,
    help="Of the postings; auto looks at the characters of each.",
)


def _by_occupation(command: Callable[..., Any]) -> Callable[..., Any]:
    """Options of every command that scores postings: exposure from the text, or of the occupation code."""
    options = (
        click.option(
            "--exposure-by",
            type=click.Choice(["text", "occupation"]),
            default="text",
            show_default=True,
            help="From the text of each posting, or published for its occupation code (any language).",
        ),
        click.option(
            "--coding",
            metavar="CODING",
            help="With occupation: soc2018, soc2010, isco08, or a CSV with code, soc and weight.",
        ),
    )
    for option in reversed(options):
        command = option(command)
    return command


# What scoring the text takes and codes do not: by option of the commands.
_OF_TEXT = ("language", "matcher", "model", "device", "ratings", "code_occupations", "top_k")


def _coding(exposure_by: str, coding: str | None) -> str | None:
    """Coding of the occupation codes; None where exposure is from the text.

    Raises
    ------
    click.UsageError
        When an option of one way goes with the other.
    """
    if (exposure_by == "occupation") != (coding is not None):
        raise click.UsageError("--exposure-by occupation and --coding go together")
    if coding is not None:
        ctx = click.get_current_context()
        given = [f"--{name.replace('_', '-')}" for name in _OF_TEXT if _is_given(ctx, name)]
        if given:
            raise click.UsageError(f"{', '.join(given)} can only go with --exposure-by text")
    return coding


def _matching(command: Callable[..., Any]) -> Callable[..., Any]:
    """Options of every command that matches postings."""
    options = (
        click.option(
            "--matcher",
            type=click.Choice(["lexical", "embeddings"]),
            default="lexical",
            show_default=True,
            help="Words and terms, or sentence embeddings (requirements/embeddings.txt).",
        ),
        click.option(
            "--model",
            help="With embeddings: a sentence-transformers model, by name or folder.  [default: "
            "all-MiniLM-L6-v2 with --language en, else its multilingual sibling]",
        ),
        click.option(
            "--device",
            type=click.Choice(["cpu", "cuda"]),
            default="cpu",
            show_default=True,
            help="With embeddings: where the model computes.",
        ),
    )
    for option in reversed(options):
        command = option(command)
    return command


# Option of every command that writes files of a name that the user gives.
_overwrite = click.option(
    "--overwrite",
    is_flag=True,
    help="Write over single files that no run of this program made (never one that git tracks).",
)


class PoliteGroup(click.Group):
    """Command group that reports an error the user can mend as one line, without a traceback."""

    def invoke(self, ctx: click.Context) -> object:
        """Run the command; turn a ProjectError into a line on stderr and exit code 1."""
        try:
            return super().invoke(ctx)
        except ProjectError as error:
            _say(f"error: {' '.join(str(error).splitlines())}", err=True)
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
            _say(f"error: {where}{error.strerror or error}; {hint}", err=True)
            return ctx.exit(1)
        except BaseException as error:
            if not lacks_memory(error):
                raise
            _say(f"error: {_MEMORY}", err=True)
            return ctx.exit(1)


@click.group(cls=PoliteGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="llmexposure")
def main() -> None:
    """Build and question the executable paper on LLM exposure and labour demand."""
    # Arrow's own allocator takes a gigabyte of addresses at its start, which a limit may not allow.
    os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "system")


def _say(text: object, *, err: bool = False) -> None:
    """Write a line; names and cells of other people's files stand in it, so it is made visible."""
    click.echo(one_line(str(text)), err=err)


def _show(text: str, *, err: bool = False) -> None:
    """Write several lines."""
    click.echo(visible(text), err=err)


def _print(lines: Iterable[str]) -> None:
    for line in lines:
        _say(line)


@main.command()
@click.argument("source", nargs=-1)
@click.option("--progress/--no-progress", default=True, help="Draw a progress bar on a terminal.")
def fetch(source: tuple[str, ...], progress: bool) -> None:
    """Bring upstream files here, each checked by its checksum.

        Without SOURCE, all that the committed tables rest on. Files in the folder LLMEXPOSURE_MIRROR are
    used where they are.
    """
    from llmexposure.base.sources import fetch as fetch_files
    from llmexposure.base.sources import load_registry
    from llmexposure.base.sources.fetch import needed
    from llmexposure.base.sources.listing import outcome
    from llmexposure.base.sources.registry import find_source

    registry = load_registry()
    ids = [find_source(registry, name).id for name in dict.fromkeys(source or needed(registry))]
    for name in ids:
        _say(f"{name}: {outcome(fetch_files([name], progress, registry))}")


@main.command()
@click.argument("source", nargs=-1)
def sources(source: tuple[str, ...]) -> None:
    """List the upstream sources: licence, size, and whether their files are here.

    With SOURCE, show each of those in full: citation, page, note and files.
    """
    from llmexposure.base.sources.listing import listing

    _show(listing(source))


@main.command()
@click.option("--write", is_flag=True, help="Replace the committed tables by what was derived.")
@click.option("--partial", is_flag=True, help="Keep tables whose upstream files are not here.")
@click.option("--codebooks", is_flag=True, help="Write the codebooks from the schemas; no more.")
def data(write: bool, partial: bool, codebooks: bool) -> None:
    """Derive the tables of data/ from the upstream files again; fail on any difference."""
    from llmexposure.derive import update

    if codebooks:
        update.write(update.codebooks(), _say)
        return
    _print(update.rederive(replace=write, partial=partial))


@main.command(short_help="What newer upstream files would change.")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
def refresh(folder: Path) -> None:
    """Say which tables, numbers and sentences newer upstream files would change.

    FOLDER holds them as <source id>/<file name>. Tables are derived and the paper is built in a copy; the
    committed ones stay as they are. The report, and what adopts the vintage, go to build/refresh.
    """
    from llmexposure.publish.refresh import summary

    _print(summary(current(), folder))


@main.command()
@click.option("--explain", is_flag=True, help="Say what is stale and why; build nothing.")
@click.option("--force", is_flag=True, help="Run every step, stale or not.")
@click.option(
    "--postings",
    metavar="POSTINGS",
    help="Build the paper on your own postings, in build/postings: a file, folder, pattern or fsspec "
    "address, or the counts that `llmexposure panel` wrote.",
)
@_columns
@_encoding
@_ids
@_repeats
@_language
@_matching
@_by_occupation
@click.option(
    "-p",
    "--parameter",
    "parameters",
    nargs=2,
    multiple=True,
    metavar="NAME VALUE",
    help="With --postings: a parameter of the notebooks, such as -p baseline 2022.",
)
@click.pass_context
def build(
    ctx: click.Context,
    explain: bool,
    force: bool,
    postings: str | None,
    parameters: tuple[tuple[str, str], ...],
    **reading: Any,
) -> None:
    """Run the stale notebooks, then write the paper.

    The options that say how postings are read, and -p, go with --postings.
    """
    from llmexposure.publish import environment

    environment.restart()  # before a stranger's module is imported
    from llmexposure.publish import engine, paper

    if explain and (postings is not None or force):
        raise click.UsageError(
            "--explain builds nothing and is of the paper itself: it goes neither with --postings nor "
            "with --force"
        )
    if postings is not None:
        _build_own(postings, dict(parameters), reading, force=force)
        return
    given = [f"--{name.replace('_', '-')}" for name in reading if _is_given(ctx, name)] + [
        "-p"
    ] * bool(parameters)
    if given:
        raise click.UsageError(
            f"{', '.join(given)} can only go with --postings (make paper POSTINGS=...): the record is "
            "of the defaults"
        )
    environment.fix()
    if explain:
        _explain(engine.explain(current()))
        return
    if status := engine.build(current(), force=force):
        raise click.exceptions.Exit(status)
    if paper.available():
        _say(f"{', '.join(map(shown, current().pdfs))}: up to date")
    else:
        _say("all but the PDF is up to date; xelatex or latexmk is missing: see README.md")


def _is_given(ctx: click.Context, name: str) -> bool:
    return ctx.get_parameter_source(name) is ParameterSource.COMMANDLINE


def _build_own(
    postings: str, parameters: dict[str, str], reading: dict[str, Any], *, force: bool
) -> None:
    from llmexposure.analysis.panel import own
    from llmexposure.postings.match.choice import Choice
    from llmexposure.postings.score.engines import cores
    from llmexposure.publish import second

    project = current()
    own.variant(project, Path(), parameters)  # a wrong parameter is said before any counting
    choice = Choice(reading.pop("matcher"), reading.pop("model"), reading.pop("device"))
    mapping = reading.pop("columns")
    coding = _coding(reading.pop("exposure_by"), reading.pop("coding"))
    panel = own.counts(
        postings,
        mapping=mapping,
        workers=cores(),
        choice=choice,
        coding=coding,
        say=_say,
        **reading,
    )
    made = second.build(project, own.variant(project, panel, parameters), force=force)
    _print(own.summary(own.folder(project)))
    _say(f"wrote {shown(made)}")


def _explain(stale: dict[str, list[str]]) -> None:
    for step, reasons in stale.items():
        _say(f"{step}: {len(reasons)} reason(s)")
        for reason in reasons:
            _say(f"  {reason}")
    if not stale:
        _say("nothing is stale")


@main.command()
@click.argument("key")
def result(key: str) -> None:
    """Print one entry of the results record: value, interval, source, notebook and cell."""
    import json

    from llmexposure.report import record

    entries = record.load_all()
    if key not in entries:
        raise ProjectError(f"no result {key} in results/{record.nearest(key, entries)}")
    _show(json.dumps({key: entries[key]}, indent=1, ensure_ascii=False))


@main.group()
def new() -> None:
    """Write the beginning of something new."""


@new.command("notebook")
@click.argument("name", metavar="NN_topic")
@click.option("--table", help="Committed table it begins with.  [default: the first]")
def new_notebook(name: str, table: str | None) -> None:
    """Write notebooks/NN_topic.ipynb, which runs and is taken by the next build."""
    from llmexposure.publish.skeleton import write

    _say(shown(write(current(), name, table)))


@main.command(short_help="Rebuild in a clean copy and compare with the committed record.")
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
    reproducible (3), what differs, by how much, and what changed. See docs/how-to/verify.md.
    """
    if quick and (against or numbers):
        raise click.UsageError("--quick rebuilds nothing; leave out --against and --numbers")
    from llmexposure.publish.verify import text

    try:
        lines, status = (
            text.quick(current()) if quick else text.full(current(), against, numbers=numbers)
        )
    except ProjectError as error:
        _say(f"error: {error}", err=True)
        lines, status = ["verdict: not reproducible (nothing could be compared)"], 3
    _show("\n".join(lines))
    ctx.exit(status)


@main.command(short_help="Run crossed choices: curves, or a notebook by parameters.")
@click.argument("name", required=False)
@click.option("--list", "listed", is_flag=True, help="Write the combinations; estimate nothing.")
@click.option(
    "--out",
    type=_FILE,
    help="CSV file.  [default: standard output, or build/sweeps/NAME for a notebook]",
)
@click.option("--draws", type=click.IntRange(99, 99_999), default=499, show_default=True)
@click.option("--seed", type=click.IntRange(0, 2**32 - 1), default=20221130, show_default=True)
@_overwrite
def sweep(
    name: str | None, listed: bool, out: Path | None, draws: int, seed: int, overwrite: bool
) -> None:
    """Run every specification of a relationship, or a notebook for every set of parameters.

    NAME is a table of sweeps.toml; without it, all are named. A relationship gives one row a
    specification and prints the joint test (--draws permutations); a notebook, one row a result.
    """
    from llmexposure.analysis.curves.run import estimate, find, names, read_sweeps
    from llmexposure.base import outputs
    from llmexposure.report.sweeps import expand

    sweeps = read_sweeps()
    if name is None:
        _print(names([*sweeps.relationship.values(), *sweeps.notebook.values()]))
        return
    found = find({**sweeps.relationship, **sweeps.notebook}, name)
    if out:
        outputs.check("--out", [out], outputs.provenance_of(out), overwrite=overwrite)
    if listed:
        _write(expand(found).reset_index(), out)
    elif name in sweeps.notebook:
        _sweep_notebook(found, out)
    else:
        table, joint = estimate(found, draws=draws, seed=seed)
        _write(table, out)
        _say(joint, err=True)


def _sweep_notebook(sweep: "Sweep", out: Path | None) -> None:
    from llmexposure.publish import environment
    from llmexposure.publish.sweeps import folder_of, run

    environment.fix()
    table, failures = run(current(), sweep, say=lambda text: _say(text, err=True))
    if out:
        _write(table, out)
    _say(f"wrote {shown(folder_of(current(), sweep) / f'{sweep.name}.csv')}", err=True)
    if failures:
        raise BuildError(f"{len(failures)} of the sets failed: {'; '.join(failures)}")


def _write(table: "pd.DataFrame", out: Path | None) -> None:
    from llmexposure.base.files import to_csv_text, write_text
    from llmexposure.base.outputs import marked

    if out is None:
        click.echo(to_csv_text(table), nl=False)
    else:
        with marked(out) as draft:
            write_text(draft, to_csv_text(table))
        _say(f"wrote {len(table):,} rows to {out}", err=True)


@main.command(short_help="Write the data editor's forms from the record.")
@click.option("--check", is_flag=True, help="Write nothing; fail when a form is out of date.")
def forms(check: bool) -> None:
    """Write the data editor's forms: replication form, code check."""
    from llmexposure.publish.forms import refresh

    _show(refresh(current(), check=check))


@main.command(short_help="Write the web edition from the record and the executed notebooks.")
def site() -> None:
    """Write the web edition into build/site; `make site` installs what that needs."""
    from llmexposure.publish.site.build import build

    _say(build(current()))


@main.command(short_help="Write a clean archive of the repository and rebuild from it.")
@click.argument("path", type=_FILE)
@click.option("--check/--no-check", default=True, help="Unpack it and rebuild the paper from it.")
@_overwrite
@click.pass_context
def deposit(ctx: click.Context, path: Path, check: bool, overwrite: bool) -> None:
    """Write a clean archive of the committed files to PATH (.zip), and rebuild the paper from it.

    Uncommitted files are left out; tracked files are taken as they are in the working tree. The exit
    code is that of `llmexposure verify` on the unpacked archive.
    """
    from llmexposure.publish import deposit as archive

    _say(archive.deposit(current().root, path, overwrite=overwrite))
    if check:
        found = archive.rebuild(path)
        if found.failure:
            _show(found.failure, err=True)
        _say(f"rebuilt from the archive: {found}")
        ctx.exit(found.verdict.exit_code)


@main.command(short_help="Check a file of postings against the contract.")
@click.argument("file")
@_columns
@_encoding
@_ids
@_repeats
@click.option("--quarantine", type=_FILE, help="CSV to write with the rows that are not usable.")
@click.option("--write-mapping", type=_FILE, help="Mapping file to write: the columns as read.")
@click.option("--json", "json_wanted", is_flag=True, help="Print what was read as JSON.")
@click.option("--sample", type=click.IntRange(1), help="Check only the first rows of each file.")
@_overwrite
def validate(
    file: str, columns: Path | None, write_mapping: Path | None, json_wanted: bool, **given: Any
) -> None:
    """Check postings against the contract; account for every row, and show what was read.

    FILE is a CSV, Parquet or JSON file, a folder of them, a pattern, or an fsspec address. Prints which
    rows are not usable and why, notes, lowest and highest values, shares, examples of wordings and what
    they were read as, and the mapping file that says all this. The exit code is 1 when no row is usable.
    """
    from llmexposure.postings import profile
    from llmexposure.postings.clean.summary import account, require_usable

    with profile.mapping_written(
        write_mapping, file, columns, overwrite=given["overwrite"]
    ) as kept:
        found = profile.examine(file, columns, **given)
        kept(profile.mapping_of(found))
    if json_wanted:
        _show(profile.json_lines(found))
    else:
        _print([*account(found.summary, given["quarantine"]), *profile.lines_of(found)])
    require_usable(found.summary)


@main.command(short_help="Score postings of any number: exposure without text.")
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
@_language
@_columns
@_encoding
@_ids
@_repeats
@click.option(
    "--ratings",
    type=_FILE,
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
@_matching
@_by_occupation
@click.option(
    "--batch-rows",
    type=click.IntRange(1),
    default=20_000,
    show_default=True,
    help="Rows worked on at a time; bounds the memory, changes no result.",
)
@click.option("--restart", is_flag=True, help="Throw an unfinished run away and begin again.")
@_overwrite
@click.option("--progress/--no-progress", default=True, help="Draw a progress bar on a terminal.")
def score(**given: Any) -> None:
    """Score job postings by their exposure to large language models.

    IN is a CSV, Parquet or JSON lines file, a folder of them, a pattern, or an fsspec address. With
    --exposure-by occupation each posting has the exposure published for its occupation code, and needs no
    text. No text is written to the scores. Run the same command again to go on after a failure or a kill.
    """
    if (given["engine"] == "dask") != (given["scheduler"] is not None):
        raise click.UsageError("--engine dask and --scheduler go together")
    if given["engine"] == "dask" and given["workers"] is not None:
        raise click.UsageError("--workers is for the local engine; a cluster has its own")
    from llmexposure.postings.score.engines import cores
    from llmexposure.postings.score.run import Job, run_shown

    names = ("address", "out", "language", "encoding", "ids", "repeats", "ratings", "top_k")
    more = ("code_occupations", "batch_rows", "scheduler", "restart", "overwrite")
    more += ("matcher", "model", "device")
    coding = _coding(given["exposure_by"], given["coding"])
    job = Job(
        **{name: given[name] for name in (*names, *more)},
        mapping=given["columns"],
        workers=given["workers"] or cores(),
        coding=coding,
    )
    _print(run_shown(job, progress=given["progress"]))


@main.command(short_help="Count postings by occupation and month, for the five relationships.")
@click.argument("address", metavar="POSTINGS")
@_columns
@_encoding
@_ids
@_repeats
@_language
@_matching
@_by_occupation
@click.option(
    "--workers", type=click.IntRange(1), help="Processes on this machine.  [default: all cores]"
)
@click.option("--quiet", is_flag=True, help="Print the name of the file and nothing else.")
def panel(
    address: str, columns: Path | None, workers: int | None, quiet: bool, **reading: Any
) -> None:
    """Count postings by occupation and month: what the five relationships are estimated from.

    POSTINGS is a file, folder, pattern or fsspec address, as for `llmexposure score`. The counts go to
    build/postings/panels, one folder for each content of the files; they hold no text and no rows.
    """
    from llmexposure.postings.count import account_of, count_file
    from llmexposure.postings.match.choice import Choice
    from llmexposure.postings.score.engines import cores

    coding = _coding(reading.pop("exposure_by"), reading.pop("coding"))
    choice = Choice(reading.pop("matcher"), reading.pop("model"), reading.pop("device"))
    path = count_file(
        address, columns, workers=workers or cores(), choice=choice, coding=coding, **reading
    )
    if not quiet:
        _print(account_of(path))
        _say("counts by occupation and month; scores, quarantine and provenance beside them:")
    _say(path)


@main.command(short_help="Rate activities with a language model of your choice.")
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
@_overwrite
def rate(**given: Any) -> None:
    """Have language models rate the exposure of activities.

    Every answer is cached when it comes: run the same command again to go on after a failure or a
    kill. The key is read from the environment only.
    """
    from llmexposure.postings.rate.collect import Policy
    from llmexposure.postings.rate.cost import price_list
    from llmexposure.postings.rate.job import Job, preview, run_shown

    policy = ("concurrency", "timeout", "attempts", "unusable", "first_wait")
    names = ("base_url", "models", "out", "repeats", "temperature", "limit", "titles", "cache")
    job = Job(
        **{name: given[name] for name in (*names, "score", "date", "overwrite")},
        prices=price_list(given["models"], given["price_in"], given["price_out"]),
        policy=Policy(**{name: given[name] for name in policy}),
    )
    if given["dry_run"]:
        _show("\n".join(preview(job)))
    else:
        _print(run_shown(job, given["key_variable"], progress=given["progress"]))


@main.command(short_help="Write simulated postings with known coefficients.")
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
@_overwrite
def simulate(
    out: Path,
    rows: int,
    seed: int,
    truth_out: Path | None,
    coefficients: tuple[str, ...],
    rating: str,
    progress: bool,
    overwrite: bool,
) -> None:
    """Write simulated job postings to OUT (.parquet, .csv, .jsonl by extension).

    They are Chinese texts built from known activities, with the coefficients of all five
    relationships known: to test the pipeline, never as evidence. Every row says 'simulated'.
    """
    from llmexposure.simulation.parameters import with_coefficients
    from llmexposure.simulation.write import write_shown

    parameters = with_coefficients(list(coefficients), rating)
    lines = write_shown(
        out, rows, seed, parameters, truth_out=truth_out, progress=progress, overwrite=overwrite
    )
    _print(lines)


if __name__ == "__main__":
    main()
