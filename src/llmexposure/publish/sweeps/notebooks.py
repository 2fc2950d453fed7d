"""A notebook run once for each set of parameters of a sweep.

The committed record is left alone: results go to ``build/sweeps/<sweep>/<hash>.json``, one file a set,
and all of them to one table. A set that fails is named and the others are kept.
"""

import hashlib
import json
import os
import tempfile
from collections.abc import Callable, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pandas as pd

from llmexposure.base.errors import BuildError, ParameterError
from llmexposure.base.frames import to_csv_text, write_text
from llmexposure.base.project import BUILD, NOTEBOOKS, ROOT, shown
from llmexposure.publish.sweeps.expand import expand
from llmexposure.publish.sweeps.table import Sweep
from llmexposure.report import record
from llmexposure.report.parameters import check

FOLDER = BUILD / "sweeps"
TIMEOUT = 900  # seconds a cell may take
FIELDS = ["value", "unit", "n", "se", "ci_low", "ci_high", "p"]

Parameters = dict[str, Any]
Execute = Callable[[Path, Parameters, Path], dict[str, record.Entry]]


def notebook_of(sweep: Sweep) -> Path:
    """Notebook of a sweep.

    Raises
    ------
    ParameterError
        When there is no such notebook.
    """
    path = NOTEBOOKS / f"{sweep.units}.ipynb"
    if not path.exists():
        known = ", ".join(sorted(p.stem for p in NOTEBOOKS.glob("*.ipynb")))
        raise ParameterError(
            f"sweep {sweep.name}: no notebook {sweep.units!r}; expected one of {known}"
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


def execute(notebook: Path, given: Parameters, out: Path) -> dict[str, record.Entry]:
    """Run a notebook in a kernel of its own; returns its results and keeps the executed copy.

    Raises
    ------
    BuildError
        With the error of the cell that failed, or when the notebook recorded nothing.
    """
    import papermill
    from papermill.exceptions import PapermillExecutionError

    with tempfile.TemporaryDirectory() as stage, _stage(stage):
        try:
            papermill.execute_notebook(
                str(notebook), str(out), parameters=given, kernel_name="python3", cwd=str(ROOT),
                progress_bar=False, execution_timeout=TIMEOUT, log_output=False,
            )  # fmt: skip
        except PapermillExecutionError as error:
            raise BuildError(f"{error.ename}: {error.evalue} (trace in {shown(out)})") from None
        path = Path(stage) / notebook.stem / f"{notebook.stem}.json"
        if not path.exists():
            raise BuildError(f"{shown(notebook)} recorded no results; does it end run.finish()?")
        return record.load(path)


@contextmanager
def _stage(folder: str) -> Any:
    """Tell the notebook where to leave its outputs (see ``report.run``)."""
    before = os.environ.get("LLMEXPOSURE_STAGE")
    os.environ["LLMEXPOSURE_STAGE"] = folder
    try:
        yield
    finally:
        os.environ.pop("LLMEXPOSURE_STAGE")
        if before is not None:
            os.environ["LLMEXPOSURE_STAGE"] = before


def run(
    sweep: Sweep,
    notebook: Path,
    *,
    folder: Path = FOLDER,
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
    target = folder / sweep.name
    target.mkdir(parents=True, exist_ok=True)
    for given in parameter_sets(sweep, notebook):
        name = digest(notebook.stem, given)
        say(f"{name} {json.dumps(given, ensure_ascii=False)}")
        try:
            entries = execute(notebook, given, target / f"{name}.ipynb")
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
