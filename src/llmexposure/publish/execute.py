"""Run one notebook through papermill and move its outputs into place only when all of it succeeded."""

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
from llmexposure.base.project import Project, shown
from llmexposure.publish import pages, whole
from llmexposure.publish.environment import cell_seconds
from llmexposure.publish.kernel import manager_for
from llmexposure.publish.steps import parse, steps
from llmexposure.report import notes, record
from llmexposure.report.parameters import check

# Notebook of this build that met an error first: those that rest on one table fail alike.
_MET_BY: dict[str, Path] = {}


class SavedOnce(NBClientEngine):
    """papermill's engine, but for one thing: the notebook is written at its end, however it ends.

    papermill writes it before and after each cell, which took a tenth of a build.
    """

    @classmethod
    def execute_managed_notebook(
        cls, nb_man: NotebookExecutionManager, kernel_name: str, *args: Any, **given: Any
    ) -> None:
        """Run the cells; papermill then writes the notebook, also after an exception."""
        path, nb_man.output_path = nb_man.output_path, None
        try:
            super().execute_managed_notebook(nb_man, kernel_name, *args, **given)
        finally:
            nb_man.output_path = path


papermill_engines.register("saved_once", SavedOnce)


def executed(project: Project, notebook: Path) -> Path:
    """Executed copy of a notebook, with its outputs to look at."""
    return project.build / "notebooks" / notebook.name


def execute(
    project: Project, notebook: Path, parameters: Mapping[str, Any]
) -> dict[str, list[str]]:
    """Run a notebook and publish its outputs.

    Returns
    -------
    dict
        What the notebook read, imported and made (see `publish.steps`).

    Raises
    ------
    ParameterError
        Before a kernel starts, naming the parameter.
    BuildError
        Naming the failing cell. Outputs of earlier runs are then untouched.
    """
    check(notebook, parameters)
    out = executed(project, notebook)
    out.parent.mkdir(parents=True, exist_ok=True)
    run_cells(project, notebook, parameters, out, project.stage)
    _tidy(out)
    noted = _publish(project, notebook)
    entries = record.load(project.results / f"{notebook.stem}.json")
    pages.write_page(out, entries, pages.folder(project) / f"{notebook.stem}.html")
    return noted


def run_cells(
    project: Project, notebook: Path, parameters: Mapping[str, Any], out: Path, stage: Path
) -> None:
    """Run the cells of a notebook in a kernel of its own; its outputs are left in ``stage``.

    Raises
    ------
    BuildError
        Naming the failing cell, or the one in which the kernel was stopped or killed.
    """
    try:
        papermill.execute_notebook(
            str(notebook),
            str(out),
            parameters=dict(parameters),
            kernel_name="python3",
            engine_name="saved_once",
            kernel_manager_class=manager_for(project, stage),
            cwd=str(project.root),
            progress_bar=False,
            execution_timeout=cell_seconds(),
            log_output=False,
        )
    except PapermillExecutionError as error:
        raise BuildError(_failure(notebook, out, error)) from None
    except CellTimeoutError:
        raise BuildError(_stopped(notebook, out, f"took over {cell_seconds()} seconds")) from None
    except DeadKernelError:
        reason = "its kernel was killed: is there enough memory?"
        raise BuildError(_stopped(notebook, out, reason)) from None


def _failure(notebook: Path, out: Path, error: PapermillExecutionError) -> str:
    cell = nbformat.read(notebook, as_version=4).cells[_source_index(notebook, error.source)]
    told = f"{error.ename}: {error.evalue}"
    first = _MET_BY.setdefault(told, notebook)
    if first != notebook:
        return f"{shown(notebook)}: cell '{cell.id}' failed as {shown(first)} did"
    return (
        f"{shown(notebook)}: cell '{cell.id}' failed: {told} "
        f"(full trace in {shown(out)}; earlier outputs are unchanged)"
    )


def _stopped(notebook: Path, out: Path, reason: str) -> str:
    """Message for a run that ended without an error of its own: the last cell that had begun."""
    cells = nbformat.read(out, as_version=4).cells
    begun = [c.id for c in cells if "start_time" in c.metadata.get("papermill", {})
             and c.metadata.papermill.start_time]  # fmt: skip
    return f"{shown(notebook)}: cell '{begun[-1] if begun else '?'}': {reason}"


def _source_index(notebook: Path, source: str) -> int:
    cells = nbformat.read(notebook, as_version=4).cells
    return next((i for i, c in enumerate(cells) if c.source == source), 0)


def _tidy(out: Path) -> None:
    """Drop run times and machine details, so that two runs give the same file."""
    found = nbformat.read(out, as_version=4)
    found.metadata.pop("papermill", None)
    for cell in found.cells:
        cell.metadata.pop("papermill", None)
        cell.metadata.pop("execution", None)
    nbformat.write(found, out)


def _kind(project: Project, target: Path) -> str:
    """Folder of a run's outputs from which a file is moved into place."""
    if target.is_relative_to(project.handed):
        return "handed"
    return "tables" if target.suffix == ".tex" else "figures"


def _publish(project: Project, notebook: Path) -> dict[str, list[str]]:
    """Move the outputs of a run into place; returns its notes."""
    stage, name = project.stage / notebook.stem, notebook.stem
    path = stage / f"{name}.json"
    if not path.exists():
        raise BuildError(f"{shown(notebook)}: recorded nothing; does it end with run.finish()?")
    noted = parse((stage / notes.FILE).read_text(encoding="utf-8"))[name]
    others = {s.name: s.outputs for s in steps(project)}
    whole.check_makes(name, [project.root / made for made in noted[notes.MAKES]], others)
    for made in noted[notes.MAKES]:
        target = project.root / made
        target.parent.mkdir(parents=True, exist_ok=True)
        (stage / _kind(project, target) / target.name).replace(target)
    project.results.mkdir(parents=True, exist_ok=True)
    path.replace(project.results / path.name)
    shutil.rmtree(stage)
    return noted
