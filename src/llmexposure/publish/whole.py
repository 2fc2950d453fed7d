"""Notebooks as a whole: each under its own name, one maker of each output, nothing left of those gone."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from llmexposure.base.errors import BuildError
from llmexposure.base.project import Project, shown
from llmexposure.publish import steps
from llmexposure.publish.steps import Notes, Step

_START = re.compile(r"""\bstart\(\s*["']([^"']*)["']""")

STRIP = "holds saved outputs; strip them before a commit: scripts/run.sh nbstripout --keep-id {}"


def check(project: Project, found: Iterable[Step]) -> None:
    """Stop before anything runs when a notebook would write what is not its own.

    Raises
    ------
    BuildError
        Naming a notebook that starts under another's name, two that make one file, or results that no
        notebook makes.
    """
    found = list(found)
    for step in found:
        if (name := started_as(step.notebook)) not in (None, step.name):
            raise BuildError(
                f"{shown(step.notebook)}: start({name!r}) takes the name of the notebook's own file; "
                f"expected start({step.name!r})"
            )
        check_makes(step.name, step.outputs, {s.name: s.outputs for s in found})
    made = {path for step in found for path in step.outputs}
    known = steps.read_notes(project).keys()
    for path in sorted({*project.results.glob("*.json")} - made):
        if path.stem not in known:
            raise BuildError(
                f"{shown(path)}: there is no notebook {path.stem}.ipynb that makes it; remove the file, or "
                "put the notebook back"
            )


def check_makes(name: str, made: Iterable[Path], others: Mapping[str, Iterable[Path]]) -> None:
    """Stop when a notebook makes a file that another one makes.

    Raises
    ------
    BuildError
        Naming the file and both.
    """
    wanted = {*made}
    for other, outputs in others.items():
        if other != name and (both := wanted & {*outputs}):
            one, two = sorted((name, other))
            raise BuildError(
                f"{shown(min(both))} is made by two notebooks, {one} and {two}; give the figure or table "
                "another name in one of them"
            )


def started_as(notebook: Path) -> str | None:
    """Name that a notebook starts under, read without running it; None when it does not say."""
    cells = json.loads(notebook.read_text(encoding="utf-8")).get("cells", [])
    code = (c for c in cells if c["cell_type"] == "code")
    found = (_START.search("".join(c["source"])) for c in code)
    return next((match[1] for match in found if match), None)


def has_outputs(notebook: Path) -> bool:
    """Whether a notebook was saved with outputs, which are not committed."""
    cells = json.loads(notebook.read_text(encoding="utf-8")).get("cells", [])
    return any(cell.get("outputs") or cell.get("execution_count") for cell in cells)


def gone(project: Project, notes: Notes) -> dict[str, list[Path]]:
    """What notebooks that are no longer there have left behind, by notebook."""
    there = {path.stem for path in steps.notebooks(project)}
    kept = steps.made(project, {name: uses for name, uses in notes.items() if name in there})
    return {
        name: sorted(p for p in steps.made(project, {name: uses}) - kept if p.exists())
        for name, uses in notes.items()
        if name not in there
    }


def tidy(project: Project) -> Iterator[str]:
    """Remove what notebooks that are gone have left, so that the paper cannot print it; says so.

    Also names the notebooks that are no part of the build.
    """
    notes = steps.read_notes(project)
    for name, files in gone(project, notes).items():
        from llmexposure.publish import pages  # late: an unchanged build never needs nbformat

        for path in files:
            path.unlink()
        (pages.folder(project) / f"{name}.html").unlink(missing_ok=True)
        more = f" and {len(files) - 1} more files of it" if len(files) > 1 else ""
        what = f"; removed {shown(files[0])}{more}" if files else ""
        yield f"notebooks/{name}.ipynb is gone{what} (git has them, should you want it back)"
    if notes.keys() - {path.stem for path in steps.notebooks(project)}:
        steps.write_notes(project, notes)
    for path in steps.notebooks(project):
        if has_outputs(path):
            yield f"{shown(path)} {STRIP.format(shown(path))}"
    for path in steps.left_out(project):
        yield (
            f"{shown(path)} is left out: expected a name such as 19_topic.ipynb, of digits, letters and "
            "underscores"
        )
