"""Steps as doit tasks: content hashes decide what is stale, two notebooks run at a time.

doit rather than pytask because an unchanged build must answer at once: measured side by side, a no-op
takes a tenth of the time.
"""

import fcntl
import json
import sys
import traceback
from collections.abc import Callable, Generator, Iterable
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from threading import Lock
from typing import Any

from doit.cmd_base import TaskLoader2
from doit.dependency import Dependency, JsonDB
from doit.doit_cmd import DoitMain
from doit.exceptions import TaskFailed, UnmetDependency
from doit.reporter import ConsoleReporter
from doit.task import Task, dict_to_task

from llmexposure.base.errors import BuildError, ProjectError
from llmexposure.base.files import sha256_of
from llmexposure.base.project import Project, shown
from llmexposure.publish import forms, manifest, paper, steps, whole
from llmexposure.publish.steps import Step

WORKERS = 2
# A notebook that is new, or reads something new, is known only when it has run: then the build looks again.
PASSES = 3


def _state(project: Project) -> Path:
    return project.build / "state.json"


# What the steps of the last run said that failed: doit makes its reporter itself.
_failures: list[str] = []


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
        """Hand over each failure once, message only."""
        _failures[:] = [
            failure["exception"].message
            for failure in self.failures
            if not isinstance(failure["exception"], UnmetDependency)
        ]


def _guard(project: Project, action: Callable[[], None]) -> Callable[[], TaskFailed | bool]:
    def run() -> TaskFailed | bool:
        try:
            action()
        except ProjectError as error:
            return TaskFailed(str(error))
        except Exception as error:  # noqa: BLE001 - a step that breaks must still be named
            log = project.build / "log" / "failure.txt"
            log.parent.mkdir(parents=True, exist_ok=True)
            log.write_text(traceback.format_exc(), encoding="utf-8")
            return TaskFailed(f"{type(error).__name__}: {error} (trace in {shown(log)})")
        return True

    return run


def _digests(outputs: Iterable[Path | str]) -> dict[str, str]:
    """SHA-256 of the outputs as they are now; a missing one counts as such."""
    return {str(p): sha256_of(Path(p)) if Path(p).is_file() else "missing" for p in outputs}


def _as_written(task: Task, values: dict[str, Any]) -> bool:
    """Whether the outputs are as the step left them: cut short or edited by hand, it runs again."""
    task.value_savers.append(lambda: {"digests": _digests(task.targets)})
    return values.get("digests") == _digests(task.targets)


def _task(
    project: Project,
    name: str,
    action: Callable[[], None],
    inputs: Iterable[Path],
    outputs: Iterable[Path],
) -> Task:
    return dict_to_task(
        {
            "name": name,
            "actions": [(_guard(project, action),)],
            "file_dep": [str(p) for p in inputs],
            "targets": [str(p) for p in outputs],
            "uptodate": [(_as_written,)],
            # Capturing swaps sys.stdout, which threads would leave swapped.
            "io": {"capture": False},
        }
    )


_noting = Lock()


def _notebook(project: Project, step: Step) -> Task:
    def action() -> None:
        # Imported late: papermill is slow to import and an unchanged build never needs it.
        from llmexposure.publish.execute import execute

        noted = execute(project, step.notebook, step.parameters)
        with _noting:
            notes = steps.read_notes(project) | {step.name: noted}
            steps.write_notes(project, notes)
        # What the run read and made is what it depends on from now on; what only the last one made goes.
        fresh = steps.step(project, step.notebook, notes)
        for path in {*step.outputs, *step.handed} - steps.made(project, notes):
            path.unlink(missing_ok=True)
        # A table that an earlier notebook handed on while this one ran, too late for it, is none of
        # these: the next pass finds it missing here and runs the notebook again.
        read = {project.root / path for path in noted[steps.READS]}
        late = {p for p in fresh.inputs if p.is_relative_to(project.handed) and p not in read}
        task.file_dep = {str(path) for path in {*fresh.inputs} - late}
        task.targets[:] = [str(path) for path in (*fresh.outputs, *fresh.handed)]

    # An input that is gone is no reason to stop: the notebook runs and says what it misses.
    made = (project.results, project.handed)
    inputs = [p for p in step.inputs if p.exists() or any(map(p.is_relative_to, made))]
    task = _task(project, step.name, action, inputs, (*step.outputs, *step.handed))
    return task


def _outputs(found: list[Step], folder: Path, suffix: str) -> list[Path]:
    """What the steps make in a folder, and what else of the kind lies there: the paper uses both."""
    made = [o for s in found for o in s.outputs if o.parent == folder and o.suffix == suffix]
    return list(dict.fromkeys([*made, *sorted(folder.glob(f"*{suffix}"))]))


def tasks(project: Project) -> list[Task]:
    """Every step of the build: the notebooks, the macros, the PDF (where TeX is installed)."""
    found = steps.steps(project)
    whole.check(project, found)
    task = partial(_task, project)
    do = lambda action, *more: partial(action, project, *more)  # noqa: E731 - a step, of this project
    first = (
        paper.available()
        and not (paper.work(project) / project.main.with_suffix(".aux").name).exists()
    )
    # First in the list, so that it runs while kernels get ready.
    out = [task("draft", do(paper.draft), [], [])] if first else []
    for step in found:
        out.append(_notebook(project, step))
        # What a new notebook reads is not known yet, so it waits for those that are.
        out[-1].task_dep += [s.name for s in found if step.new and not s.new]
    records = _outputs(found, project.results, ".json")
    tables = _outputs(found, project.tables, ".tex")
    written = paper.sources(project)
    macros = paper.macros(project)
    out.append(
        task(
            "macros",
            do(paper.write_macros),
            [*records, *tables, *written, *paper.style(project)],
            macros,
        )
    )
    pages = forms.inputs(project)
    if pages:
        inputs = [*records, *tables, *written, *(s.notebook for s in found), *pages]
        out.append(task("forms", do(forms.write), inputs, forms.outputs(project)))
    if paper.available():
        figures = _outputs(found, project.figures, ".pdf")
        inputs = [*macros, *figures, *tables, *written, *paper.style(project)]
        out.append(task("pdf", do(paper.compile_pdf), inputs, project.pdfs))
        out[-1].task_dep += ["draft"] if first else []
        if not any(step.new for step in found):  # else what they read and make is not known yet
            files = manifest.listed(project, found)
            action = do(manifest.write_manifest, files)
            out.append(task("checksums", action, files, [project.checksums]))
    return out


def explain(project: Project, found: list[Task] | None = None) -> dict[str, list[str]]:
    """Stale steps, and what may follow from them, with the reasons in words."""
    manager = Dependency(JsonDB, str(_state(project)))
    found = tasks(project) if found is None else found
    out = {}
    for task in found:
        status = manager.get_status(task, {t.name: t for t in found}, get_log=True)
        if status.status != "up-to-date":
            left = manager.get_values(task.name).get("digests", {})
            out[task.name] = _reasons(project, status.reasons, _edited(task, left))
    manager.close()
    return _with_followers(found, out)


def _with_followers(found: list[Task], stale: dict[str, list[str]]) -> dict[str, list[str]]:
    """Stale steps, and those that run when what a stale one makes comes out different."""
    out = stale
    while True:
        made = {path: task.name for task in found if task.name in out for path in task.targets}
        follow = {
            task.name: sorted({f"follows {made[path]}" for path in task.file_dep if path in made})
            for task in found
        }
        every = {t.name: stale.get(t.name) or follow[t.name] for t in found}
        if (known := {name for name, reasons in every.items() if reasons}) == out.keys():
            return {name: every[name] for name in every if name in known}
        out = {name: every[name] for name in known}


def _edited(task: Task, left: dict[str, str]) -> list[str]:
    """Outputs that are not as the step left them."""
    now = _digests(task.targets)
    return [path for path in now if left.get(path) != now[path]]


def _reasons(project: Project, reasons: dict[str, Any], edited: list[str]) -> list[str]:
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
        f"{words[kind]}: {_short(project, item)}" if not isinstance(items, bool) else words[kind]
        for kind, items in reasons.items()
        for item in (items if isinstance(items, list) else [items])
        if item
    ]


def _short(project: Project, item: Any) -> str:
    path = Path(str(item))
    return str(path.relative_to(project.root)) if path.is_relative_to(project.root) else str(item)


class Loader(TaskLoader2):
    """Hands the steps to doit."""

    def __init__(self, project: Project, found: list[Task], *, force: bool) -> None:
        self.state = _state(project)
        self.found = found
        self.force = force

    def setup(self, opt_values: dict[str, Any]) -> None:
        """Nothing to set up."""

    def load_doit_config(self) -> dict[str, Any]:
        """Settings that doit would otherwise read from a file."""
        return {
            "dep_file": str(self.state),
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
def _alone(project: Project) -> Generator[None]:
    """Hold the build folder: a second build waits, then finds that there is nothing left to do.

    The lock ends with the process that holds it, however that ends.
    """
    try:
        project.build.mkdir(parents=True, exist_ok=True)
    except FileExistsError:
        raise BuildError(
            f"{shown(project.build)} is a file; move it away, the build needs a folder"
        ) from None
    with (project.build / "build.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            sys.stderr.write("waiting for another build to finish ...\n")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _forget_broken_state(state: Path) -> None:
    """Remove a state file that cannot be read: everything is then built again."""
    try:
        sound = isinstance(json.loads(state.read_text(encoding="utf-8")), dict)
    except FileNotFoundError:
        return
    except (ValueError, OSError):
        sound = False
    if not sound:
        state.unlink()


def build(project: Project, *, force: bool = False) -> int:
    """Run what is stale; returns 0 when everything is up to date, else 1 or 2.

    Raises
    ------
    BuildError
        When a file stands where the build needs a folder, or nothing can be built in the project's.
    """
    paper.check_folder(project)
    with _alone(project):
        _forget_broken_state(_state(project))
        sys.stderr.writelines(f"{line}\n" for line in whole.tidy(project))
        for again in range(PASSES):
            found = tasks(project)
            stale = explain(project, found)
            if again and not stale:
                break
            before = steps.steps(project)
            new = {step.name for step in before if step.new}
            if force or any(name[:2].isdigit() for name in stale):
                from llmexposure.publish.kernel import warm_up

                warm_up()
            loader = Loader(project, found, force=force and not again)
            status = DoitMain(loader, config_filenames=()).run(["run"])
            # Of new notebooks one may have needed another's results: once more if that is there now, or
            # if something is made no longer, which what used it learns only then.
            notes = steps.read_notes(project)
            made = {path for step in before for path in (*step.outputs, *step.handed)}
            if status and not made - steps.made(project, notes) and not new & notes.keys():
                break
        sys.stderr.writelines(f"error: {message}\n" for message in _failures if status)
        return status
