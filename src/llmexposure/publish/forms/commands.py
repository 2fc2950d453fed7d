"""Command ``llmexposure forms``."""

from pathlib import Path

import click

from llmexposure.base.errors import ProjectError
from llmexposure.base.frames import to_csv_text, write_text
from llmexposure.base.project import GENERATED, NOTEBOOKS, PAPER, ROOT, shown
from llmexposure.base.sources.registry import load_registry
from llmexposure.publish import readme
from llmexposure.publish.forms.code_check import code_check
from llmexposure.publish.forms.replication import replication_form
from llmexposure.report import record
from llmexposure.report.measured import measured_table, read_measured

DOCS = ROOT / "docs"


def texts() -> dict[Path, str]:
    """The forms as they follow from the record now."""
    written = [PAPER / "paper.tex", *sorted((PAPER / "sections").glob("*.tex"))]
    written += sorted((GENERATED / "tables").glob("*.tex"))
    check = code_check(written, record.load_all())
    notebooks = sorted(NOTEBOOKS.glob("[0-9][0-9]_*.ipynb"))
    measured = read_measured(DOCS / "measured.json")
    scoring = DOCS / "scoring.md"
    return {
        DOCS / "code_check.csv": to_csv_text(check),
        DOCS / "replication.md": replication_form(load_registry(), notebooks, check, measured),
        scoring: readme.replace_blocks(
            scoring.read_text(encoding="utf-8"),
            {"measured": measured_table(measured["score"])},
            shown(scoring),
        ),
    }


@click.command()
@click.option("--check", is_flag=True, help="Write nothing; fail when a form is out of date.")
def forms(check: bool) -> None:
    """Write the data editor's forms: replication form, code check."""
    fresh = texts()
    stale = [p for p, t in fresh.items() if not p.exists() or p.read_text(encoding="utf-8") != t]
    if check and stale:
        raise ProjectError(
            f"out of date: {', '.join(map(shown, stale))}; run `llmexposure forms` and commit them"
        )
    for path in [] if check else stale:
        write_text(path, fresh[path])
    click.echo(f"{len(fresh)} forms, {0 if check else len(stale)} written")
