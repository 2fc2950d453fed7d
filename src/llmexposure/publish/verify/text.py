"""A verification in words: Markdown for people, JSON for programs."""

import json
import platform
import shutil
import subprocess
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict

from llmexposure.base.errors import one_line
from llmexposure.base.files import write_text
from llmexposure.base.project import Project, shown
from llmexposure.publish import paper
from llmexposure.publish.verify.causes import Cause
from llmexposure.publish.verify.compare import Change, Kind
from llmexposure.publish.verify.quick import problems, size, unfit
from llmexposure.publish.verify.rebuild import Verification, rebuild_and_compare
from llmexposure.report.latex import used_keys

_SHOWN = 60  # rows of a table on the screen; the report file has them all


def table(header: Sequence[str], rows: Iterable[Sequence[object]]) -> list[str]:
    r"""Markdown table with aligned columns, readable as plain text too.

    Examples
    --------
    >>> print("\n".join(table(["a", "b"], [["long", 1]])))
    | a    | b |
    | ---- | - |
    | long | 1 |
    """
    cells = [list(header), *([str(c).replace("|", "\\|") for c in row] for row in rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    cells.insert(1, ["-" * width for width in widths])
    return [
        "| " + " | ".join(c.ljust(w) for c, w in zip(row, widths, strict=True)) + " |"
        for row in cells
    ]


def machine() -> str:
    """Python, system and TeX of this machine, in one line."""
    said = f"Python {platform.python_version()} on {platform.system()} {platform.machine()}"
    if not shutil.which("xelatex"):
        return f"{said}, no TeX"
    done = subprocess.run(["xelatex", "--version"], capture_output=True, text=True, check=False)
    return f"{said}, {done.stdout.partition(chr(10))[0]}"


def report(found: Verification, places: Mapping[str, str], *, longest: int | None = None) -> str:
    """The report as Markdown; the last line is the verdict.

    Parameters
    ----------
    found
        The verification.
    places
        Result key to where the paper prints it.
    longest
        Rows of a table to show; all of them unless given.
    """
    lines = [
        "# Verification",
        "",
        f"A rebuild in a clean copy, against {found.against}.",
        machine(),
    ]
    if found.failure:
        lines += ["", "## The build failed", "", *found.failure.splitlines()]
    lines += ["", *_summary(found)]
    if found.kept:
        lines += ["", f"Not rebuilt here, so not compared: {', '.join(found.kept)}."]
    lines += _why(found, longest)
    if changes := found.numbers.changes:
        lines += ["", "## Results that moved", "", *_cut(_results(changes, places), longest)]
    if changes := found.files.changes:
        lines += ["", "## Files that differ", "", *_cut(_files(changes), longest)]
    return "\n".join([*lines, "", f"verdict: {found}", ""])


def _summary(found: Verification) -> list[str]:
    parts = {"results": found.numbers, "files": found.files}
    counts: dict[str, Counter[Kind]] = {name: part.counts() for name, part in parts.items()}
    rows = [
        [name, len(parts[name].names), *(counted[kind] for kind in Kind)]
        for name, counted in counts.items()
    ]
    return table(["", "compared", *Kind], rows)


def _results(changes: Iterable[Change], places: Mapping[str, str]) -> list[str]:
    head = ["result", "field", "record", "rebuilt", "difference", "tolerance", "", "in the paper"]
    return table(
        head,
        [
            [c.name, c.field, c.old, c.new, c.by, c.allowed, c.kind, places.get(c.name, "")]
            for c in changes
        ],
    )


def _files(changes: Iterable[Change]) -> list[str]:
    return table(["file", "", "difference"], [[c.name, c.kind, c.by] for c in changes])


def _why(found: Verification, longest: int | None) -> list[str]:
    if found.causes:
        return ["", "## What changed", "", *_cut(_causes(found.causes), longest)]
    if found.numbers.changes or found.files.changes:
        said = (
            "No input, parameter or package version differs from the record's: look at the machine."
        )
        return ["", "## What changed", "", said]
    return []


def _causes(causes: Iterable[Cause]) -> list[str]:
    rows = [[c.kind, c.name, c.change, ", ".join(c.moved)] for c in causes]
    return table(["kind", "what", "change", "read by, and moved"], rows)


def _cut(rows: list[str], longest: int | None) -> list[str]:
    head = 2  # the header and its rule
    if longest is None or len(rows) <= longest + head:
        return rows
    return [*rows[: longest + head], f"... and {len(rows) - head - longest} more in the report."]


def on_screen(found: Verification, places: Mapping[str, str]) -> str:
    """The report with long tables cut."""
    return report(found, places, longest=_SHOWN)


def as_json(found: Verification) -> str:
    """The verification for programs: verdict, counts, every change and every cause."""
    document = {
        "verdict": found.verdict,
        "against": found.against,
        "machine": machine(),
        "failure": found.failure,
        "compared": {"results": len(found.numbers.names), "files": len(found.files.names)},
        "results": [asdict(change) for change in found.numbers.changes],
        "files": [asdict(change) for change in found.files.changes],
        "not_rebuilt": found.kept,
        "causes": [asdict(cause) for cause in found.causes],
    }
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"


def quick(project: Project) -> tuple[list[str], int]:
    """The record checked against itself: lines for the screen, and the exit code (1 with problems)."""
    found = problems(project)
    held = "cannot be read" if unfit(project) else size(project)
    count = f"{len(found)} problem{'s' if len(found) > 1 else ''}"
    return [
        f"The record, checked against itself: {held}.",
        *(f"- {one_line(line)}" for line in found),
        f"quick: {count if found else 'consistent'}",
    ], int(bool(found))


def full(
    project: Project, against: str | None = None, *, numbers: bool = False
) -> tuple[list[str], int]:
    """Rebuild, compare, and write the report to ``build/verify``; lines for the screen, exit code.

    Parameters
    ----------
    against
        Git revision whose record is compared with; HEAD by default.
    numbers
        Exit code 0 when every number holds, whatever the bytes of the files.
    """
    found, folder = rebuild_and_compare(project.root, against), project.build / "verify"
    places = _places(project)
    write_text(folder / "report.md", report(found, places))
    write_text(folder / "report.json", as_json(found))
    return [
        on_screen(found, places).rsplit("\n", 2)[0],
        f"The whole report: {shown(folder / 'report.md')} and report.json\n",
        f"verdict: {found}",
    ], 0 if numbers and found.numbers_hold else found.verdict.exit_code


def _places(project: Project) -> dict[str, str]:
    """Result key to the file and line where the paper prints it first."""
    written = [*paper.sources(project), *sorted(project.tables.glob("*.tex"))]
    places: dict[str, str] = {}
    for path, line, _, key in used_keys(written):
        places.setdefault(key, f"{shown(path)}:{line}")
    return places
