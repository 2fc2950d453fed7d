"""Run one notebook through papermill and move its outputs into place only when all of it succeeded."""

import json
import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import nbformat
import papermill
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from papermill.engines import NBClientEngine, NotebookExecutionManager, papermill_engines
from papermill.exceptions import PapermillExecutionError

from llmexposure.base.errors import BuildError
from llmexposure.base.frames import write_text
from llmexposure.base.project import BUILD, FIGURES, GENERATED, RESULTS, ROOT, STAGE, shown
from llmexposure.publish.kernel import ForkKernelManager
from llmexposure.publish.steps import Step
from llmexposure.report import record
from llmexposure.report.parameters import check

EXECUTED = BUILD / "notebooks"
# Seconds a cell may take before the notebook counts as hanging.
TIMEOUT = int(os.environ.get("LLMEXPOSURE_CELL_SECONDS", "900"))
# Where this root is, as seen from the root that a person called the build in.
PREFIX = os.environ.get("LLMEXPOSURE_SHOWN_PREFIX", "")
# Notebook of this build that met an error first: those that rest on one table fail alike.
_MET_BY: dict[str, Path] = {}


class SavedOnce(NBClientEngine):
    """papermill's engine, but for one thing: the notebook is written at its end, however it ends.

    papermill writes it before and after each cell, which took a tenth of a build.
    """

    @classmethod
    def execute_managed_notebook(
        cls, nb_man: NotebookExecutionManager, kernel_name: str, **given: Any
    ) -> None:
        """Run the cells; papermill then writes the notebook, also after an exception."""
        path, nb_man.output_path = nb_man.output_path, None
        try:
            super().execute_managed_notebook(nb_man, kernel_name, **given)
        finally:
            nb_man.output_path = path


papermill_engines.register("saved_once", SavedOnce)


def execute(step: Step, parameters: Mapping[str, Any] | None = None) -> None:
    """Run a notebook and publish its outputs.

    Raises
    ------
    ParameterError
        Before a kernel starts, naming the parameter.
    BuildError
        Naming the failing cell, or an output that was declared and not made. Outputs of earlier runs
        are then untouched.
    """
    check(step.notebook, parameters or {})
    executed = EXECUTED / step.notebook.name
    executed.parent.mkdir(parents=True, exist_ok=True)
    try:
        papermill.execute_notebook(
            str(step.notebook),
            str(executed),
            parameters=dict(parameters or {}),
            kernel_name="python3",
            engine_name="saved_once",
            kernel_manager_class=ForkKernelManager,
            cwd=str(ROOT),
            progress_bar=False,
            execution_timeout=TIMEOUT,
            log_output=False,
        )
    except PapermillExecutionError as error:
        raise BuildError(_failure(step.notebook, error)) from None
    except CellTimeoutError:
        raise BuildError(
            _stopped(step.notebook, executed, f"took over {TIMEOUT} seconds")
        ) from None
    except DeadKernelError:
        reason = "its kernel was killed: is there enough memory?"
        raise BuildError(_stopped(step.notebook, executed, reason)) from None
    _tidy(executed)
    _publish(step, executed)


def _failure(notebook: Path, error: PapermillExecutionError) -> str:
    cell = nbformat.read(notebook, as_version=4).cells[_source_index(notebook, error.source)]
    told = f"{error.ename}: {error.evalue}"
    first = _MET_BY.setdefault(told, notebook)
    if first != notebook:
        return f"{shown(notebook)}: cell '{cell.id}' failed as {shown(first)} did"
    return (
        f"{shown(notebook)}: cell '{cell.id}' failed: {told} "
        f"(full trace in {PREFIX}{shown(EXECUTED / notebook.name)}; earlier outputs are unchanged)"
    )


def _stopped(notebook: Path, executed: Path, reason: str) -> str:
    """Message for a run that ended without an error of its own: the last cell that had begun."""
    cells = nbformat.read(executed, as_version=4).cells
    begun = [c.id for c in cells if "start_time" in c.metadata.get("papermill", {})
             and c.metadata.papermill.start_time]  # fmt: skip
    return f"{shown(notebook)}: cell '{begun[-1] if begun else '?'}': {reason}"


def _source_index(notebook: Path, source: str) -> int:
    cells = nbformat.read(notebook, as_version=4).cells
    return next((i for i, c in enumerate(cells) if c.source == source), 0)


def _tidy(executed: Path) -> None:
    """Drop run times and machine details, so that two runs give the same file."""
    found = nbformat.read(executed, as_version=4)
    found.metadata.pop("papermill", None)
    for cell in found.cells:
        cell.metadata.pop("papermill", None)
        cell.metadata.pop("execution", None)
    nbformat.write(found, executed)


def _cell_ids(executed: Path) -> dict[int, str]:
    cells = nbformat.read(executed, as_version=4).cells
    return {c.execution_count: c.id for c in cells if c.get("execution_count")}


def _publish(step: Step, executed: Path) -> None:
    stage = STAGE / step.name
    placed = {path: _staged(stage, path) for path in step.outputs}
    made = {p for p in stage.rglob("*") if p.is_file()}
    if missing := [p.name for p in placed.values() if p not in made]:
        raise BuildError(f"{shown(step.notebook)}: did not write {', '.join(missing)}")
    if extra := sorted(p.name for p in made - set(placed.values())):
        raise BuildError(
            f"{shown(step.notebook)}: wrote {', '.join(extra)}, which it does not name"
        )
    ids = _cell_ids(executed)
    path = stage / f"{step.name}.json"
    entries = {
        k: {**e, "cell": ids.get(e["cell"])} for k, e in json.loads(path.read_text()).items()
    }
    write_text(path, record.dump(entries))
    for target, source in placed.items():
        target.parent.mkdir(parents=True, exist_ok=True)
        source.replace(target)
    shutil.rmtree(stage)


def _staged(stage: Path, target: Path) -> Path:
    folder = {FIGURES: "figures", GENERATED / "tables": "tables", RESULTS: "."}[target.parent]
    return stage / folder / target.name
