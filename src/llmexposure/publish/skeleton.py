"""A new notebook that runs: parameters, one table, one recorded number; the build takes it from there."""

import csv
import json
import re
from pathlib import Path
from typing import Any

from llmexposure.base.errors import DataError, ParameterError
from llmexposure.base.files import write_text
from llmexposure.base.project import Project, shown

_NAME = re.compile(r"(\d\d)_([a-z][a-z0-9_]*)", re.ASCII)
_START = "from llmexposure.report.run import start  # no such module? Take the kernel of .venv (make setup)"


def write(project: Project, name: str, table: str | None = None) -> Path:
    """Write ``notebooks/NN_topic.ipynb`` about a committed table; returns the file.

    Parameters
    ----------
    table
        Name of a table of ``data/``; None takes the first of ``data/analysis``.

    Raises
    ------
    ParameterError
        When the name is no ``NN_topic`` or its file or number is taken.
    DataError
        When there is no such table.
    """
    match = _NAME.fullmatch(name)
    if match is None:
        raise ParameterError(
            f"{name!r}: expected two digits and a topic in lower case, such as 18_my_topic"
        )
    path = project.notebooks / f"{name}.ipynb"
    for other in sorted(project.notebooks.glob(f"{match[1]}_*.ipynb")):
        raise ParameterError(f"{shown(other)} has the number {match[1]}; take a free one")
    table = table or _first(project)
    sources = _sources(project.table_file(table))
    text = json.dumps(_book(match[1], match[2], table, sources), ensure_ascii=False, indent=1)
    write_text(path, f"{text}\n")
    return path


def _first(project: Project) -> str:
    found = sorted(p.stem for p in project.analysis.glob("*.csv") if p.stem != "codebook")
    if not found:
        raise DataError(f"{shown(project.analysis)} holds no table; commit one first")
    return found[0]


def _sources(table: Path) -> list[str]:
    """Sources of a table by the codebook in its folder; none when that does not say."""
    codebook = table.with_name("codebook.csv")
    if not codebook.exists():
        return []
    with codebook.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["table"] == table.stem]
    return list(dict.fromkeys(s for row in rows for s in row["source"].split()))


def _book(number: str, topic: str, table: str, sources: list[str]) -> dict[str, Any]:
    title = topic.replace("_", " ")
    key = f"{topic}.open.{table}.rows"
    cells = [
        ("title-text", f"# {int(number)}. {title[:1].upper()}{title[1:]}\n\n**Question.** One sentence.\n\n"
         "**Method.** One sentence, and the equation where it is used.\n\n**What would change your mind.** A "
         "result that you do not expect.\n\nEvidence: `open`."),
        ("parameters-text", "**Parameters.** Change one, then run everything from here."),
        ("parameters", "least: int = 1  # from 1 to 1000000; fewest rows that the table must have"),
        ("start", f'{_START}\n\nrun = start("{number}_{topic}", globals(), source={json.dumps(sources)})'),
        ("data-text", f"## Data\n\nThe table `{table}`, as committed."),
        ("data", f'frame = run.load("{table}")\nassert len(frame) >= least\nframe.head()'),
        ("record-text", "## A number\n\nIts key has four parts: relation, evidence, scope, quantity. In the "
         f"paper it is `\\result{{{key}}}`."),
        ("record", f'run.record("{key}", len(frame), "count", 0)'),
        ("finish", "run.finish()"),
    ]  # fmt: skip
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    return {
        "cells": [_cell(name, text) for name, text in cells],
        "metadata": {"kernelspec": kernel, "language_info": {"name": "python"}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }


def _cell(name: str, text: str) -> dict[str, Any]:
    kind = "markdown" if name.endswith("-text") else "code"
    tags = {"tags": ["parameters"]} if name == "parameters" else {}
    cell = {"cell_type": kind, "id": name, "metadata": tags, "source": text.splitlines(True)}
    return cell | ({"execution_count": None, "outputs": []} if kind == "code" else {})
