"""Steps as doit tasks: content hashes decide what is stale, two notebooks run at a time.

doit rather than pytask because an unchanged build must answer at once: measured side by side, a no-op
takes a tenth of the time.
"""

import fcntl
import json
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from doit.cmd_base import TaskLoader2
from doit.dependency import Dependency, JsonDB
from doit.doit_cmd import DoitMain
from doit.exceptions import TaskFailed, UnmetDependency
from doit.reporter import ConsoleReporter
from doit.task import Task, dict_to_task

from llmexposure.base.errors import BuildError, ProjectError
from llmexposure.base.files import sha256_of
from llmexposure.base.project import (
    BUILD,
    FIGURES,
    GENERATED,
    PAPER,
    README,
    RESULTS,
    SOURCES_TOML,
    shown,
)
from llmexposure.publish import manifest, paper
from llmexposure.publish.steps import Step, steps

STATE = BUILD / "state.json"
WORKERS = 2


class Reporter(ConsoleReporter):
    """One line a step that runs; one message a step that fails."""

    def execute_task(self, task: Task) -> None:
        """Say which step starts."""
        self.outstream.write(f"building {task.name}\n")

    def skip_uptodate(self, task: Task) -> None:
        """Stay quiet about what is up to date."""

    def add_failure(self, task: Task, fail: Any) -> None:
        """Keep the message for the end."""
        self.failures.append({"task": task, "exception": fail})

    def complete_run(self) -> None:
        """Print each failure once, message only."""
        for failure in self.failures:
            if not isinstance(failure["exception"], UnmetDependency):
                sys.stderr.write(f"error: {failure['exception'].message}\n")


def _guard(action: Callable[[], None]) -> Callable[[], TaskFailed | bool]:
    def run() -> TaskFailed | bool:
        try:
            action()
        except ProjectError as error:
            return TaskFailed(str(error))
        except Exception as error:  # noqa: BLE001 - a step that breaks must still be named
            log = BUILD / "log" / "failure.txt"
            log.parent.mkdir(parents=True, exist_ok=True)
            log.write_text(traceback.format_exc(), encoding="utf-8")
            return TaskFailed(f"{type(error).__name__}: {error} (trace in {shown(log)})")
        return True

    return run


def _digests(outputs: list[Path]) -> dict[str, str]:
    """SHA-256 of the outputs as they are now; a missing one counts as such."""
    return {str(p): sha256_of(p) if p.is_file() else "missing" for p in outputs}


def _as_written(task: Task, values: dict[str, Any], outputs: list[Path]) -> bool:
    """Whether the outputs are as the step left them: cut short or edited by hand, it runs again."""
    task.value_savers.append(lambda: {"digests": _digests(outputs)})
    return values.get("digests") == _digests(outputs)


def _task(name: str, action: Callable[[], None], inputs: list[Path], outputs: list[Path]) -> Task:
    return dict_to_task(
        {
            "name": name,
            "actions": [(_guard(action),)],
            "file_dep": [str(p) for p in inputs],
            "targets": [str(p) for p in outputs],
            "uptodate": [(_as_written, [outputs])],
            # Capturing swaps sys.stdout, which threads would leave swapped.
            "io": {"capture": False},
        }
    )


def _notebook(step: Step) -> Task:
    def action() -> None:
        # Imported late: papermill is slow to import and an unchanged build never needs it.
        from llmexposure.publish.execute import execute

        execute(step, step.parameters)

    return _task(step.name, action, list(step.inputs), list(step.outputs))


def _outputs(found: list[Step], folder: Path, suffix: str) -> list[Path]:
    """What the steps make in a folder, and what else of the kind lies there: the paper uses both."""
    made = [o for s in found for o in s.outputs if o.parent == folder and o.suffix == suffix]
    return list(dict.fromkeys([*made, *sorted(folder.glob(f"*{suffix}"))]))


def tasks() -> list[Task]:
    """Every step of the build: the notebooks, the macros, the PDF (where TeX is installed)."""
    found = steps()
    records = _outputs(found, RESULTS, ".json")
    tables = _outputs(found, GENERATED / "tables", ".tex")
    macros = [GENERATED / "results.tex", GENERATED / "exhibits.tex"]
    figures = _outputs(found, FIGURES, ".pdf")
    written = [*paper.sources(), PAPER / "references.bib", PAPER / "llmexposure.sty"]
    first = paper.available() and not (paper.TEX / "paper.aux").exists()
    # First in the list, so that it runs while kernels get ready.
    out = [_task("draft", paper.draft, [], [])] if first else []
    out += [_notebook(s) for s in found]
    out.append(_task("macros", paper.write_macros, [*records, *tables, *paper.sources()], macros))
    readme = [paper.FINDINGS, paper.MEASURED, SOURCES_TOML]
    if paper.FINDINGS.exists():
        out.append(_task("readme", paper.write_readme, [*records, *readme], [README]))
    if paper.MEASURED.exists():
        inputs = [*records, *tables, *paper.sources(), *(s.notebook for s in found), SOURCES_TOML]
        out.append(_task("forms", paper.write_forms, [*inputs, paper.MEASURED], paper.FORMS))
    if paper.available():
        inputs = [*macros, *figures, *tables, *written]
        out.append(_task("pdf", paper.compile_pdf, inputs, [paper.PDF]))
        out[-1].task_dep += ["draft"] if first else []
        files = manifest.listed(found)
        action = partial(manifest.write_manifest, files)
        out.append(_task("checksums", action, files, [manifest.MANIFEST]))
    return out


def explain(found: list[Task] | None = None) -> dict[str, list[str]]:
    """Stale steps with the reasons, in words."""
    manager = Dependency(JsonDB, str(STATE))
    found = tasks() if found is None else found
    out = {}
    for task in found:
        status = manager.get_status(task, {t.name: t for t in found}, get_log=True)
        if status.status != "up-to-date":
            left = manager.get_values(task.name).get("digests", {})
            out[task.name] = _reasons(status.reasons, _edited(task, left))
    manager.close()
    return out


def _edited(task: Task, left: dict[str, str]) -> list[str]:
    """Outputs that are not as the step left them."""
    now = _digests([Path(path) for path in task.targets])
    return [path for path in now if left.get(path) != now[path]]


def _reasons(reasons: dict[str, Any], edited: list[str]) -> list[str]:
    if "uptodate_false" in reasons:
        reasons = {**reasons, "uptodate_false": edited}
    words = {
        "has_no_dependencies": "has no inputs",
        "missing_file_dep": "input missing",
        "changed_file_dep": "input changed",
        "added_file_dep": "input new",
        "removed_file_dep": "input gone",
        "missing_target": "output missing",
        "uptodate_false": "output not as the build left it",
        "checker_changed": "first build here",
    }
    return [
        f"{words[kind]}: {_short(item)}" if not isinstance(items, bool) else words[kind]
        for kind, items in reasons.items()
        for item in (items if isinstance(items, list) else [items])
        if item
    ]


def _short(item: Any) -> str:
    path = Path(str(item))
    return str(path.relative_to(PAPER.parent)) if path.is_relative_to(PAPER.parent) else str(item)


class Loader(TaskLoader2):
    """Hands the steps to doit."""

    def __init__(self, found: list[Task], *, force: bool) -> None:
        self.found = found
        self.force = force

    def setup(self, opt_values: dict[str, Any]) -> None:
        """Nothing to set up."""

    def load_doit_config(self) -> dict[str, Any]:
        """Settings that doit would otherwise read from a file."""
        return {
            "dep_file": str(STATE),
            "backend": "json",
            "reporter": Reporter,
            "always": self.force,
            "continue": True,
            "num_process": WORKERS,
            "par_type": "thread",
            "verbosity": 0,
        }

    def load_tasks(self, cmd: Any, pos_args: list[str]) -> list[Task]:
        """The steps."""
        return self.found


@contextmanager
def _alone() -> Iterator[None]:
    """Hold the build folder: a second build waits, then finds that there is nothing left to do.

    The lock ends with the process that holds it, however that ends.
    """
    try:
        BUILD.mkdir(parents=True, exist_ok=True)
    except FileExistsError:
        raise BuildError(
            f"{shown(BUILD)} is a file; move it away, the build needs a folder"
        ) from None
    with (BUILD / "build.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            sys.stderr.write("waiting for another build to finish ...\n")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _forget_broken_state() -> None:
    """Remove a state file that cannot be read: everything is then built again."""
    try:
        sound = isinstance(json.loads(STATE.read_text(encoding="utf-8")), dict)
    except FileNotFoundError:
        return
    except (ValueError, OSError):
        sound = False
    if not sound:
        STATE.unlink()


def build(*, force: bool = False) -> int:
    """Run what is stale; returns 0 when everything is up to date, else 1 or 2.

    Raises
    ------
    BuildError
        When a file stands where the build needs a folder.
    """
    with _alone():
        _forget_broken_state()
        found = tasks()
        if force or any(name[:2].isdigit() for name in explain(found)):
            from llmexposure.publish.kernel import warm_up

            warm_up()
        return DoitMain(Loader(found, force=force), config_filenames=()).run(["run"])
