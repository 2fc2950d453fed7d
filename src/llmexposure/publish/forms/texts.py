"""The data editor's forms, from the record to ``docs/``."""

from pathlib import Path

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


def refresh(*, check: bool = False) -> str:
    """Write the forms that are out of date; how many there are and were written, in words.

    Parameters
    ----------
    check
        Write nothing.

    Raises
    ------
    ProjectError
        With ``check``, when a form is out of date.
    """
    fresh = texts()
    stale = [p for p, t in fresh.items() if not p.exists() or p.read_text(encoding="utf-8") != t]
    if check and stale:
        raise ProjectError(
            f"out of date: {', '.join(map(shown, stale))}; run `llmexposure forms` and commit them"
        )
    for path in stale:
        write_text(path, fresh[path])
    return f"{len(fresh)} forms, {len(stale)} written"
