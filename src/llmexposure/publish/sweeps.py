"""A notebook run once for each set of parameters of a sweep.

The committed record is left alone: results go to ``build/sweeps/<sweep>/<hash>.json``, one file a set,
and all of them to one table. A set that fails is named and the others are kept.
"""

import hashlib
import json
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from llmexposure.base.errors import BuildError, ParameterError
from llmexposure.base.files import to_csv_text, write_text
from llmexposure.base.project import Project, shown
from llmexposure.report import record
from llmexposure.report.parameters import check
from llmexposure.report.renamed import renamed
from llmexposure.report.sweeps import Sweep, expand

FIELDS = ["value", "unit", "n", "se", "ci_low", "ci_high", "p"]

Parameters = dict[str, Any]
Execute = Callable[[Project, Path, Parameters, Path], dict[str, record.Entry]]


def folder_of(project: Project, sweep: Sweep) -> Path:
    """Where the results of a sweep of a notebook go."""
    return project.build / "sweeps" / sweep.name


def notebook_of(project: Project, sweep: Sweep) -> Path:
    """Notebook of a sweep.

    Raises
    ------
    ParameterError
        When there is no such notebook.
    """
    path = project.notebooks / f"{sweep.units}.ipynb"
    if not path.exists():
        known = ", ".join(sorted(p.stem for p in project.notebooks.glob("*.ipynb")))
        raise ParameterError(
            f"sweep {sweep.name}: no notebook {sweep.units!r}; expected one of {known}"
            f"{renamed(sweep.units)}"
        )
    return path


def parameter_sets(sweep: Sweep, notebook: Path) -> list[Parameters]:
    """Parameter sets of a sweep, each checked against the notebook's declarations.

    Raises
    ------
    ParameterError
        Naming the sweep, the set and the parameter that is unknown, ill-typed or out of range.
    """
    sets = [dict(row) for row in expand(sweep).to_dict("records")]
    for given in sets:
        try:
            check(notebook, given)
        except ParameterError as error:
            raise ParameterError(f"sweep {sweep.name}, set {json.dumps(given)}: {error}") from None
    return sets


def digest(notebook: str, given: Mapping[str, Any]) -> str:
    """Name of a parameter set: the same for the same notebook and values, in any order.

    Examples
    --------
    >>> digest("a", {"x": 1, "y": 2}) == digest("a", {"y": 2, "x": 1})
    True
    """
    text = json.dumps([notebook, given], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def execute(
    project: Project, notebook: Path, given: Parameters, out: Path
) -> dict[str, record.Entry]:
    """Run a notebook in a kernel of its own; returns its results and keeps the executed copy.

    Raises
    ------
    BuildError
        With the error of the cell that failed, or when the notebook recorded nothing.
    """
    from llmexposure.publish.execute import run_cells

    with tempfile.TemporaryDirectory() as stage:
        run_cells(project, notebook, given, out, Path(stage))
        path = Path(stage) / notebook.stem / f"{notebook.stem}.json"
        if not path.exists():
            raise BuildError(f"{shown(notebook)} recorded no results; does it end run.finish()?")
        return record.load(path)


def run(
    project: Project,
    sweep: Sweep,
    *,
    execute: Execute = execute,
    say: Callable[[str], object] = print,
) -> tuple[pd.DataFrame, list[str]]:
    """Run a notebook for every parameter set; write one JSON file a set and one CSV file.

    Returns
    -------
    tuple
        Table with ``set`` (hash), the swept parameters, ``key`` and the fields of the record; and a
        message for each set that failed (its row has only ``error``).
    """
    rows: list[dict[str, Any]] = []
    failures = []
    notebook = notebook_of(project, sweep)
    target = folder_of(project, sweep)
    target.mkdir(parents=True, exist_ok=True)
    for given in parameter_sets(sweep, notebook):
        name = digest(notebook.stem, given)
        say(f"{name} {json.dumps(given, ensure_ascii=False)}")
        try:
            entries = execute(project, notebook, given, target / f"{name}.ipynb")
        except BuildError as error:
            failures.append(f"set {name} {json.dumps(given, ensure_ascii=False)}: {error}")
            rows.append({"set": name, **given, "error": str(error)})
            continue
        write_text(target / f"{name}.json", record.dump(entries))
        rows += [{"set": name, **given, "key": k, **_fields(e)} for k, e in entries.items()]
    table = pd.DataFrame(rows, columns=["set", *sweep.choices, "key", *FIELDS, "error"])
    write_text(target / f"{sweep.name}.csv", to_csv_text(table))
    return table, failures


def _fields(entry: record.Entry) -> dict[str, Any]:
    return {field: entry.get(field) for field in FIELDS}
