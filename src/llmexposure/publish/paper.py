"""The paper: macros from the record, a check of every key, then latexmk."""

import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

from llmexposure.base.errors import BuildError
from llmexposure.base.project import BUILD, GENERATED, PAPER, README, ROOT, shown
from llmexposure.report import latex, record
from llmexposure.report.directions import check_directions

TEX = BUILD / "latex"
PDF = PAPER / "paper.pdf"
FINDINGS = ROOT / "docs" / "findings.md"
MEASURED = ROOT / "docs" / "measured.json"
FORMS = [ROOT / "docs" / name for name in ("code_check.csv", "replication.md", "scoring.md")]


def sources() -> list[Path]:
    """Files written by hand: paper.tex and its sections."""
    return [PAPER / "paper.tex", *sorted((PAPER / "sections").glob("*.tex"))]


def exhibits(entries: Mapping[str, record.Entry]) -> str:
    r"""Definitions behind ``\paperfigure`` and ``\papertable``: notebook, source line and N."""
    from llmexposure.report.documents import document_citations

    keys = document_citations()
    lines = ["% Written by the build from results/*.json. Do not edit."]
    for key, item in sorted(entries.items()):
        if not key.startswith("exhibit."):
            continue
        _, _, name, kind = key.split(".")
        cited = "; ".join(rf"\citet{{{keys.get(s, s)}}}" for s in item["source"])
        shows = f"Evidence: {record.kinds(item)}. Source: {cited}."
        note = rf"{shows} $N = {{}}$\result{{{key}}} {latex.escape(item['of'])}."
        lines.append(rf"\exhibitdef{{{name}}}{{{item['notebook']}}}{{{note}}}")
    return "\n".join(lines) + "\n"


def write_macros() -> None:
    """Write ``paper/generated/results.tex`` and ``exhibits.tex``; stop on any unknown key."""
    from llmexposure.base.frames import write_text

    entries = record.load_all()
    tables = sorted((GENERATED / "tables").glob("*.tex"))
    latex.check_keys([*sources(), *tables], entries)
    check_directions(sources(), entries)
    write_text(GENERATED / "results.tex", latex.macros(entries))
    write_text(GENERATED / "exhibits.tex", exhibits(entries))


def write_readme() -> None:
    """Write the blocks of README.md: findings, what was measured, exhibits, sources."""
    from llmexposure.base.frames import write_text
    from llmexposure.base.sources.registry import load_registry
    from llmexposure.publish import readme
    from llmexposure.report.measured import read_measured

    blocks = readme.blocks(
        FINDINGS.read_text(encoding="utf-8"),
        record.load_all(),
        load_registry(),
        read_measured(MEASURED),
    )
    write_text(README, readme.replace_blocks(README.read_text(encoding="utf-8"), blocks))


def forms() -> dict[Path, str]:
    """The data editor's forms that follow from the record, by file."""
    from llmexposure.publish.forms.texts import texts

    fresh = texts()
    return {path: fresh[path] for path in FORMS}


def write_forms() -> None:
    """Write those forms."""
    from llmexposure.base.frames import write_text

    for path, text in forms().items():
        write_text(path, text)


def available() -> bool:
    """Whether this machine can make the PDF."""
    return bool(shutil.which("xelatex") and shutil.which("latexmk"))


def draft() -> None:
    """Run latexmk on the paper as it is committed, while notebooks run; whether it succeeds or not.

    Most of a first run goes into passes that only learn where labels and citations are. What it leaves
    in the build folder spares `compile_pdf` the passes, and all of them where no input has changed.
    """
    _latexmk()


def compile_pdf() -> None:
    """Run latexmk; move the PDF into place when it succeeded.

    Raises
    ------
    BuildError
        With the first error line of the log.
    """
    done = _latexmk()
    if done.returncode:
        # A run that was cut short leaves files that no later run can read: once more without them.
        shutil.rmtree(TEX)
        done = _latexmk()
    if done.returncode:
        log = TEX / "paper.log"
        raise BuildError(f"LaTeX: {_first_error(log, done.stdout)} (whole log: {shown(log)})")
    part = PDF.with_suffix(".pdf.part")
    shutil.copyfile(TEX / "paper.pdf", part)
    part.replace(PDF)


def _latexmk() -> subprocess.CompletedProcess[str]:
    """Run latexmk with xelatex, no shell escape."""
    # The output path enters the PDF's id: latexmk would make it absolute, so the last step names it.
    last = "$xdvipdfmx = 'xdvipdfmx -E %O -o ../build/latex/paper.pdf ../build/latex/paper.xdv'"
    command = [
        "latexmk", "-norc", "-xelatex", "-halt-on-error", "-interaction=nonstopmode", "-file-line-error",
        "-no-shell-escape", "-outdir=../build/latex", "-e", last, "paper.tex",
    ]  # fmt: skip
    TEX.mkdir(parents=True, exist_ok=True)
    return subprocess.run(command, cwd=PAPER, capture_output=True, text=True, errors="replace")


def _first_error(log: Path, output: str) -> str:
    lines = log.read_text(errors="replace").splitlines() if log.exists() else output.splitlines()
    bad = [line for line in lines if line.startswith("!") or ".tex:" in line and ": " in line]
    return bad[0].removeprefix(f"{ROOT}/") if bad else "failed without an error line"
