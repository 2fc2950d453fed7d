"""The paper on a user's own postings, in a root of its own: ``build/postings``.

That root holds copies of the paper, of the committed record and of the notebooks of the five
relationships, and a ``parameters.json`` that asks for evidence ``postings``. The build that runs in it is the
ordinary one, so numbers, figures and macros are made and checked in the same way, and the committed
record stays as it is.
"""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from llmexposure.base.errors import BuildError, DataError, ParameterError
from llmexposure.base.frames import write_text
from llmexposure.base.project import (
    BUILD,
    DATA,
    FIGURES,
    GENERATED,
    NOTEBOOKS,
    PAPER,
    RESULTS,
    shown,
)
from llmexposure.postings.read.address import shown_address
from llmexposure.report import record
from llmexposure.report.parameters import check, declared

FOLDER = BUILD / "postings"
RELATIONSHIPS = (
    "02_recruitment_share",
    "03_application_share",
    "04_degree_requirement",
    "05_experience_requirement",
    "06_remote_work",
    "17_postings_panel",
)
SECTION = PAPER / "own_postings.tex"
# The section on the postings stands before the references.
PLACE = r"\bibliographystyle"
COMMITTED = "committed_"
PANEL = "panel.csv"
PARAMETERS = "parameters.json"
# A process of its own, because the root of the package is fixed when it is imported.
_BUILD = """
import sys
from llmexposure.publish import engine, environment
environment.fix()
raise SystemExit(engine.build(force="--force" in sys.argv))
"""


def parameters(given: Mapping[str, str]) -> dict[str, Any]:
    """Parameters of the notebooks from words on the command line, with evidence and file added.

    Raises
    ------
    ParameterError
        When no notebook takes a name, or one does not allow the value.
    """
    notebooks = [NOTEBOOKS / f"{name}.ipynb" for name in RELATIONSHIPS]
    known = {name: p for path in notebooks for name, p in declared(path).items()}
    for name in given:
        if name not in known or name in ("evidence", "postings"):
            free = ", ".join(n for n in known if n not in ("evidence", "postings"))
            raise ParameterError(f"unknown parameter {name!r} for postings; expected one of {free}")
    values = {name: _typed(value, known[name].kind) for name, value in given.items()}
    for path in notebooks:
        check(path, {name: value for name, value in values.items() if name in declared(path)})
    return {**values, "evidence": "postings", "postings": PANEL}


def _typed(value: str, kind: str) -> Any:
    if kind != "int":
        return value
    return int(value) if value.lstrip("-").isdigit() else value


def prepare(panel: Path, given: Mapping[str, Any], folder: Path = FOLDER) -> None:
    """Fill the root: data, notebooks, paper with the section added, committed record, parameters.

    What was made of other counts, or with other parameters, is removed first: a build that fails leaves
    no paper and no results that are not of these.
    """
    asked = json.dumps(given, indent=1, sort_keys=True) + "\n"
    if not _is_of(folder, panel, asked):
        _clear(folder)
    shutil.copytree(DATA, folder / "data", dirs_exist_ok=True)
    for name in RELATIONSHIPS:
        _copy(NOTEBOOKS / f"{name}.ipynb", folder / "notebooks")
    _copy(panel, folder, PANEL)
    _paper(folder / "paper")
    _record(folder)
    write_text(folder / PARAMETERS, asked)


def _is_of(folder: Path, panel: Path, asked: str) -> bool:
    """Whether the root was filled with these counts and parameters before."""
    wanted = {PANEL: panel.read_bytes(), PARAMETERS: asked.encode()}
    return all(
        (folder / name).is_file() and (folder / name).read_bytes() == data
        for name, data in wanted.items()
    )


def _clear(folder: Path) -> None:
    for name in ("results", "figures", "paper"):
        shutil.rmtree(folder / name, ignore_errors=True)
    (folder / "paper.pdf").unlink(missing_ok=True)


def _copy(file: Path, folder: Path, name: str | None = None) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copy2(file, folder / (name or file.name))


def _paper(folder: Path) -> None:
    for file in (*PAPER.glob("*.sty"), *PAPER.glob("*.bib")):
        _copy(file, folder)
    text = (PAPER / "paper.tex").read_text(encoding="utf-8")
    shutil.rmtree(folder / "sections", ignore_errors=True)
    for name in re.findall(r"\\input\{sections/(\w+)\}", text):
        _copy(PAPER / "sections" / f"{name}.tex", folder / "sections")
    _copy(SECTION, folder / "sections")
    if text.count(PLACE) != 1:
        raise BuildError(f"{shown(PAPER / 'paper.tex')}: expected {PLACE} once, to add a section")
    line = rf"\input{{sections/{SECTION.stem}}}"
    write_text(folder / "paper.tex", text.replace(PLACE, f"{line}\n{PLACE}"))


def _record(folder: Path) -> None:
    """Committed numbers, figures and tables: all that the paper prints besides the user's own."""
    results = folder / "results"
    for old in results.glob(f"{COMMITTED}*.json"):
        old.unlink()
    for file in RESULTS.glob("*.json"):
        _copy(file, results, COMMITTED + file.name)
    for file in FIGURES.glob("*.pdf"):
        _copy(file, folder / "figures")
    for file in (GENERATED / "tables").glob("*.tex"):
        _copy(file, folder / "paper" / "generated" / "tables")


def build(
    address: str,
    given: Mapping[str, str],
    *,
    mapping: Path | None = None,
    language: str = "auto",
    workers: int = 1,
    force: bool = False,
    say: Callable[[str], object] = print,
) -> Path:
    """Count the postings, run the notebooks on them, and make the paper with their section.

    Parameters
    ----------
    force
        Run every notebook, stale or not. Counts are found again by what they rest on all the same.

    Returns
    -------
    pathlib.Path
        ``build/postings/paper.pdf``; without TeX, the folder with the results.

    Raises
    ------
    BuildError, DataError, ParameterError
        When the postings cannot be used or a step fails; the message of the step is on stderr.
    """
    from llmexposure.postings.count import account_of, count_file
    from llmexposure.postings.own_counts import is_counted

    chosen = parameters(given)
    panel = Path(address)
    if not is_counted(panel):
        say(f"counting {shown_address(address)}")
        panel = count_file(address, mapping, language=language, workers=workers)
        for line in account_of(panel):
            say(line)
    say(f"counts: {shown(panel)}")
    prepare(panel, chosen)
    roots = {"LLMEXPOSURE_ROOT": str(FOLDER), "LLMEXPOSURE_SHOWN_PREFIX": f"{shown(FOLDER)}/"}
    environment = {**os.environ, **roots}
    command = [sys.executable, "-c", _BUILD, *(["--force"] if force else [])]
    # In the root itself: papermill changes the folder of the process, and two notebooks run at a time.
    if subprocess.run(command, cwd=FOLDER, env=environment, check=False).returncode:
        raise BuildError(
            f"the build on {shown_address(address)} failed; the record of the repository is as it was"
        )
    return _finished(FOLDER)


def _finished(folder: Path) -> Path:
    made = folder / "paper" / "paper.pdf"
    if not made.exists():
        return folder
    _copy(made, folder)
    return folder / "paper.pdf"


def summary(folder: Path = FOLDER) -> list[str]:
    """Each relationship on the postings in a line: slope with interval, or why there is none."""
    found = {}
    for name in RELATIONSHIPS[:-1]:
        path = folder / "results" / f"{name}.json"
        if not path.exists():
            raise DataError(f"{shown(path)} is not there")
        found |= record.load(path)
    lines = []
    for name in RELATIONSHIPS[:-1]:
        relation = name.partition("_")[2]
        item = found.get(f"{relation}.postings.panel.slope")
        if item is None:
            why = found[f"{relation}.postings.panel.unavailable"]["value"]
            lines.append(f"{relation}: not available, {why}")
        else:
            low, high = item.get("ci_low"), item.get("ci_high")
            lines.append(
                f"{relation}: {item['value']:.4g} [{low:.4g}, {high:.4g}], N = {item['n']}"
            )
    return lines
