"""Command ``llmexposure deposit``."""

import tempfile
from pathlib import Path

import click

from llmexposure.base.project import current
from llmexposure.publish import deposit as archive


@click.command()
@click.argument("path", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--check/--no-check", default=True, help="Unpack it and rebuild the paper from it.")
@click.pass_context
def deposit(ctx: click.Context, path: Path, check: bool) -> None:
    """Write a clean archive of the committed files to PATH (.zip), and rebuild the paper from it.

    Uncommitted files are left out; tracked files are taken as they are in the working tree. The exit
    code is that of `llmexposure verify` on the unpacked archive.
    """
    files = archive.tracked(current().root)
    archive.write(path, files, archive.executables(current().root), path.stem)
    click.echo(f"{path}: {len(files)} files, {path.stat().st_size / 1e6:.1f} MB")
    if check:
        from llmexposure.publish.verify.rebuild import rebuild_and_compare

        with tempfile.TemporaryDirectory() as folder:
            found = rebuild_and_compare(archive.unpack(path, Path(folder)))
        if found.failure:
            click.echo(found.failure, err=True)
        click.echo(f"rebuilt from the archive: {found}")
        ctx.exit(found.verdict.exit_code)
