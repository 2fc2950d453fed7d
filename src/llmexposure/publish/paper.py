r"""The paper and what goes with it: macros from the record, a check of every key, then latexmk.

A document is a LaTeX file in ``paper/`` with a document class: the paper, its online appendix, its notes.
Each may refer to the labels of the others (``\documentsbeside`` in the style file).
"""

import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import pairwise
from pathlib import Path

from llmexposure.base.errors import BuildError
from llmexposure.base.files import whole, write_text
from llmexposure.base.project import Project, checkout, shown
from llmexposure.report import latex, record
from llmexposure.report.latex import check_directions, check_references

_NOT_FOR_TEX = ',;:$"\\'  # TeX takes them for lists of folders, variables, quotes or macros
_ENTRY = re.compile(r"^\s*@(?!comment|string|preamble)\w+\s*\{\s*([^\s,]+)\s*,", re.M | re.I)
_URL = re.compile(r"^url:\s*[\"']?([^\s\"'#]+)", re.M)
ROUNDS = 4  # of latexmk on all documents, until the labels that they read of each other stand
PAGES = "../build/html/"  # executed notebooks, as seen from the PDF
_NOT_FOR_PYTHON = "{}"  # papermill and doit fill values into them


def document_citations() -> dict[str, str]:
    """Key in the bibliography of every printed document, by its id; none in a study without such a table.

    Examples
    --------
    >>> document_citations()["report_2024"]
    'pku_zhaopin_2024'
    """
    from llmexposure.report.tables import load, study  # late: schemas are slow to import

    if "documents" not in study().tables:
        return {}
    documents = load("documents")
    return dict(zip(documents["document"], documents["citation"], strict=True))


def citations() -> dict[str, str]:
    """Key in the bibliography of every source: an upstream source's is its own id.

    Examples
    --------
    >>> citations()["onet_29_3"]
    'onet_29_3'
    """
    from llmexposure.base.sources import load_registry

    return {**{source: source for source in load_registry()}, **document_citations()}


def sources(project: Project) -> list[Path]:
    """Files written by hand: the documents and their sections."""
    return [*project.documents, *sorted((project.paper / "sections").glob("*.tex"))]


def macros(project: Project) -> list[Path]:
    """LaTeX that is written from the record: numbers, and what stands below exhibits."""
    return [project.generated / "results.tex", project.generated / "exhibits.tex"]


def style(project: Project) -> list[Path]:
    """Bibliography and style file."""
    return [*project.paper.glob("*.bib"), *project.paper.glob("*.sty")]


def bibliography(project: Project) -> set[str]:
    """Keys of what can be cited."""
    files = project.paper.glob("*.bib")
    return {key for path in files for key in _ENTRY.findall(path.read_text(encoding="utf-8"))}


def entries(project: Project) -> dict[str, record.Entry]:
    """Every number that the paper may print: the project's own, over those of the one that lends its data."""
    lent = record.load_all(Project(project.lender).results) if project.lender else {}
    return lent | record.load_all(project.results)


def exhibits(entries: Mapping[str, record.Entry]) -> str:
    r"""Definitions behind ``\paperfigure`` and ``\papertable``: notebook, note, alternative text."""
    keys = document_citations()
    lines = ["% Written by the build from results/*.json. Do not edit."]
    for key, item in sorted(entries.items()):
        if not key.startswith("exhibit."):
            continue
        _, _, name, kind = key.split(".")
        cited = "; ".join(rf"\citet{{{keys.get(s, s)}}}" for s in item["source"])
        shows = f"Evidence: {record.kinds(item)}. Source: {cited}."
        note = rf"{shows} $N = {{}}$\result{{{key}}} {latex.escape(item['of'])}."
        lines.append(
            rf"\exhibitdef{{{name}}}{{{item['notebook']}}}{{{note}}}{{{latex.escape(item.get('alt', ''))}}}"
        )
    return "\n".join(lines) + "\n"


def check_exhibits(project: Project, entries: Mapping[str, record.Entry]) -> None:
    r"""Stop when exhibits share a name, or ``\paperfigure`` or ``\papertable`` names one that is not made.

    Raises
    ------
    BuildError
        Naming file, line and exhibit.
    """
    names = sorted(key.split(".")[2] for key in entries if key.startswith("exhibit."))
    if twice := [name for name, other in pairwise(names) if name == other]:
        raise BuildError(
            f"{twice[0]} is the name of a figure and of a table, and one note would stand under both; "
            "rename one of them in its notebook"
        )
    made = set(names)
    for path in sources(project):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            for _, name in latex.EXHIBIT.findall(re.sub(r"(?<!\\)%.*", "", line)):
                if name not in made:
                    raise BuildError(
                        f"{shown(path)}:{number}: no notebook makes the exhibit {name}"
                        f"{record.nearest(name, made)}; take it out or mend its name"
                    )


def pages_address(project: Project) -> str:
    """What stands before ``07_timing.html`` in a link of the PDF: the site's pages, or those of a build.

    The site is ``url`` in ``CITATION.cff``; without one the links lead to this checkout's own build.
    """
    path = project.root / "CITATION.cff"
    stated = _URL.search(path.read_text(encoding="utf-8")) if path.is_file() else None
    return f"{stated[1].rstrip('/')}/notebooks/" if stated else PAGES


def write_macros(project: Project) -> None:
    """Write ``paper/generated/results.tex`` and ``exhibits.tex``; stop on any unknown key."""
    found, (numbers, notes) = entries(project), macros(project)
    before = latex.makers(numbers.read_text(encoding="utf-8")) if numbers.exists() else {}
    latex.check_keys([*sources(project), *sorted(project.tables.glob("*.tex"))], found, before)
    check_exhibits(project, found)
    check_directions(sources(project), found)
    check_references(sources(project), bibliography(project))
    write_text(numbers, latex.macros(found, pages_address(project)))
    write_text(notes, exhibits(found))


def available() -> bool:
    """Whether this machine can make the PDF."""
    return bool(shutil.which("xelatex") and shutil.which("latexmk"))


def check_folder(project: Project) -> None:
    """Stop before anything runs when the build could not work in the project's folder.

    Raises
    ------
    BuildError
        Naming the character in its path.
    """
    bad = _NOT_FOR_PYTHON + (_NOT_FOR_TEX if available() else "")
    if found := next((c for c in str(project.root.resolve()) if c in bad), None):
        raise BuildError(
            f"{str(project.root)!r}: no paper can be built in a folder with {found} in its path; "
            "rename or move it"
        )


def work(project: Project) -> Path:
    """Where LaTeX leaves its files."""
    return project.build / "latex"


def draft(project: Project) -> None:
    """Run latexmk on the documents as they are committed, while notebooks run; whether it succeeds or not.

    Most of a first run goes into passes that only learn where labels and citations are. What it leaves
    in the build folder spares `compile_pdf` the passes, and all of them where no input has changed.
    """
    _round(project)
    _share_labels(project)


def compile_pdf(project: Project) -> None:
    """Run latexmk until no document's labels move any more; move the PDFs into place when all succeeded.

    Raises
    ------
    BuildError
        With the first error line of the log, or what would be printed as a question mark.
    """
    for _ in range(ROUNDS):
        done = _round(project)
        if failed := next((path for path, run in done.items() if run.returncode), None):
            log = work(project) / f"{failed.stem}.log"
            reason = _first_error(project, log, done[failed].stdout)
            raise BuildError(f"LaTeX: {reason} (whole log: {shown(log)})")
        if not _share_labels(project):
            break
    for document in project.documents:
        if undefined := _undefined(log := work(project) / f"{document.stem}.log"):
            raise BuildError(
                f"LaTeX: {undefined} would be printed as a question mark: no such label or entry of "
                f"the bibliography (whole log: {shown(log)})"
            )
    for pdf in project.pdfs:
        with whole(pdf) as part:
            shutil.copyfile(work(project) / pdf.name, part)


def _round(project: Project) -> dict[Path, subprocess.CompletedProcess[str]]:
    """Run latexmk once on each document, side by side; one that fails is tried again from nothing."""
    documents = project.documents
    for copy in (_labels(project, path) for path in documents):
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.touch()  # latexmk looks again only at files that were there when TeX asked for them
    with ThreadPoolExecutor(len(documents) or 1) as pool:
        done = pool.map(partial(_typeset, project), documents)
        return dict(zip(documents, done, strict=True))


def _typeset(project: Project, document: Path) -> subprocess.CompletedProcess[str]:
    done = _latexmk(project, document.stem)
    if done.returncode:
        # A run that was cut short leaves files that no later run can read: once more without them.
        for path in work(project).glob(f"{document.stem}.*"):
            path.unlink()
        done = _latexmk(project, document.stem)
    return done


def _share_labels(project: Project) -> bool:
    """Put the labels of each document where the others read them; whether any has moved.

    They read copies, since a document may be typeset while another writes its own.
    """
    moved = False
    for document in project.documents:
        made, copy = work(project) / f"{document.stem}.aux", _labels(project, document)
        if made.exists() and copy.read_bytes() != made.read_bytes():
            shutil.copyfile(made, copy)
            moved = True
    return moved and len(project.documents) > 1


def _labels(project: Project, document: Path) -> Path:
    """Copy of a document's labels that the others read."""
    return work(project) / "labels" / f"{document.stem}.aux"


def _latexmk(project: Project, name: str) -> subprocess.CompletedProcess[str]:
    """Run latexmk with xelatex on one document, no shell escape."""
    # The output path enters the PDF's id: latexmk would make it absolute, so the last step names it.
    out = f"../build/latex/{name}"
    last = f"$xdvipdfmx = 'xdvipdfmx -E %O -o {out}.pdf {out}.xdv'"
    command = [
        "latexmk", "-norc", "-xelatex", "-halt-on-error", "-interaction=nonstopmode", "-file-line-error",
        "-no-shell-escape", "-outdir=../build/latex", "-e", last, f"{name}.tex",
    ]  # fmt: skip
    work(project).mkdir(parents=True, exist_ok=True)
    return subprocess.run(
        command,
        cwd=project.paper,
        env=_environment(project),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    )


def _environment(project: Project) -> dict[str, str]:
    """Environment of TeX: a paper without a style file of its own takes that of the press."""
    if (project.paper / "llmexposure.sty").exists():
        return {**os.environ}
    return {**os.environ, "TEXINPUTS": f".:{checkout().paper}:{os.environ.get('TEXINPUTS', '')}"}


def _undefined(log: Path) -> str:
    """Citations and references that the last run of TeX did not find; empty when all are there."""
    text = log.read_text(errors="replace").replace("\n", "")  # TeX breaks lines anywhere
    return ", ".join(
        dict.fromkeys(re.findall(r"(?:Citation|Reference) [`']([^']+)' [^.]*?undefined", text))
    )


def _first_error(project: Project, log: Path, output: str) -> str:
    lines = log.read_text(errors="replace").splitlines() if log.exists() else output.splitlines()
    bad = [line for line in lines if line.startswith("!") or ".tex:" in line and ": " in line]
    said = "; ".join(line.strip() for line in output.splitlines() if line.strip())
    return bad[0].removeprefix(f"{project.root}/") if bad else f"failed: ...{said[-300:]}"
