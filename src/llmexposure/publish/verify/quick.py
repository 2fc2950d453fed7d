"""The committed record checked against itself, without building anything."""

import json
from collections.abc import Callable, Iterator, Mapping
from itertools import zip_longest
from pathlib import Path

from llmexposure.base.errors import ProjectError
from llmexposure.base.files import sha256_of
from llmexposure.base.project import Project, shown
from llmexposure.publish import forms, manifest, paper
from llmexposure.publish.steps import Step, steps
from llmexposure.publish.verify.files import FORMS, OF_THE_PAPER, OUTPUTS, RECORD, digests
from llmexposure.report import latex, record
from llmexposure.report.latex import check_directions
from llmexposure.report.parameters import check
from llmexposure.report.record import Entry
from llmexposure.report.tables import load, study

Entries = Mapping[str, Entry]
_FIX = "run make paper and commit what it writes"


def problems(project: Project) -> list[str]:
    """What is wrong with the record, one line each; empty when it is consistent."""
    try:
        entries, found = record.load_all(project.results), steps(project)
    except ProjectError as error:
        return [str(error)]
    checks = (
        keys(project, entries),
        generated(project, entries),
        outputs(project, found),
        exhibits(project, entries),
        origins(entries, found),
        tables(project),
        edited(project, found),
        pages(project),
    )
    return [line for check in checks for line in check]


def _said(action: Callable[[], object]) -> Iterator[str]:
    try:
        action()
    except ProjectError as error:
        yield str(error)


def keys(project: Project, entries: Entries) -> Iterator[str]:
    """Keys of a wrong form; what the paper prints or says and the record does not bear out."""
    for key in entries:
        if not record.KEY.fullmatch(key) or key.split(".")[1] != entries[key]["evidence"]:
            yield f"results: {key} is not relation.evidence.scope.quantity with its own evidence"
    written = [*paper.sources(project), *sorted(project.tables.glob("*.tex"))]
    yield from _said(lambda: latex.check_keys(written, entries))
    yield from _said(lambda: check_directions(paper.sources(project), entries))


def generated(project: Project, entries: Entries) -> Iterator[str]:
    """Macros that are not what the record gives, with the first key that differs."""
    fresh = {"results.tex": latex.macros(entries), "exhibits.tex": paper.exhibits(entries)}
    for name, text in fresh.items():
        path = project.generated / name
        old = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
        new = text.splitlines()
        if old != new:
            other = next((a for a, b in zip_longest(new, old, fillvalue="") if a != b), "")
            yield f"{shown(path)} is not what results/ gives, first at {other[:120]!r}; {_FIX}"


def outputs(project: Project, found: list[Step]) -> Iterator[str]:
    """Outputs that a notebook names and that are not there, and files that nothing makes."""
    made = {step.name: {shown(path) for path in step.outputs} for step in found}
    made["the paper"] = {*OF_THE_PAPER, *(FORMS if forms.inputs(project) else ())}
    present = digests(project.root, [RECORD, *OUTPUTS]).keys()
    for name, files in made.items():
        if missing := sorted(files - present):
            more = f" and {len(missing) - 1} more" if len(missing) > 1 else ""
            yield f"{name}: {missing[0]}{more} not in the record; {_FIX}"
    orphans = sorted(present - set().union(*made.values()))
    yield from (f"{name}: no notebook makes it; remove it" for name in orphans)


def exhibits(project: Project, entries: Entries) -> Iterator[str]:
    """Exhibits of the record without their files."""
    for key in entries:
        if key.startswith("exhibit."):
            _, _, name, kind = key.split(".")
            table = project.tables / f"{name}.tex"
            path = table if kind == "table" else project.figures / f"{name}.csv"
            if not path.exists():
                yield f"results: {key} has no {shown(path)}; {_FIX}"


def origins(entries: Entries, found: list[Step]) -> Iterator[str]:
    """Results from a notebook or cell that is gone, or made with other parameters."""
    cells = {step.name: _cells(step.notebook) for step in found}
    given = {step.name: check(step.notebook, step.parameters) for step in found}
    other = set()
    for key, item in entries.items():
        notebook = item["notebook"]
        if item.get("cell") not in cells.get(notebook, ()):
            yield f"results: {key} is of cell {item.get('cell')} of {notebook}, which is gone; {_FIX}"
        elif item.get("parameters", {}) != given[notebook]:
            other.add(notebook)
    yield from (
        f"results/{name}.json was made with other parameters than the notebook has; {_FIX}"
        for name in sorted(other)
    )


def _cells(notebook: Path) -> set[str]:
    return {cell["id"] for cell in json.loads(notebook.read_text(encoding="utf-8"))["cells"]}


def tables(project: Project) -> Iterator[str]:
    """Committed tables that break their schema, and tables without one."""
    for path in sorted([*project.analysis.glob("*.csv"), *project.published.glob("*.csv")]):
        if path.stem in study().tables:
            yield from _said(lambda name=path.stem: load(name))
        elif path.stem != "codebook":
            yield f"{shown(path)} has no schema"


def edited(project: Project, found: list[Step]) -> Iterator[str]:
    """Files that were changed after the build: by hand, in a merge, or without building again."""
    name = shown(project.checksums)
    try:
        recorded = manifest.read_manifest(project)
    except ProjectError as error:
        yield str(error)
        return
    outputs = set(map(shown, manifest.made(project, found)))
    listed = set(map(shown, manifest.listed(project, found)))
    for path in sorted(recorded.keys() & listed):
        file = project.root / path
        if file.is_file() and sha256_of(file) != recorded[path]:
            what = (
                "was edited after the build" if path in outputs else "has changed since the build"
            )
            yield f"{path} {what} ({name}); {_FIX}"
    for path in sorted(recorded.keys() ^ listed):
        yield f"{path} is {'new' if path in listed else 'no longer'} in what {name} lists; {_FIX}"


def pages(project: Project) -> Iterator[str]:
    """README and forms that are not what the record gives."""
    try:
        found = forms.stale(project)
    except ProjectError as error:
        yield str(error)
        return
    for path in found:
        yield f"{shown(path)} is not what results/ and the paper give; {_FIX}"


def size(project: Project) -> str:
    """What the record holds, in words."""
    entries, folder = record.load_all(project.results), len(list(project.results.glob("*.json")))
    files, tables = len(digests(project.root, OUTPUTS)), len(study().tables)
    return f"{len(entries)} results of {folder} notebooks, {files} files, {tables} data tables"
