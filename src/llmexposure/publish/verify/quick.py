"""The committed record checked against itself, without building anything."""

import json
import os
import stat
from collections.abc import Callable, Iterator, Mapping
from itertools import zip_longest
from pathlib import Path

from llmexposure.base.checkout import git
from llmexposure.base.errors import ProjectError
from llmexposure.base.files import sha256_of
from llmexposure.base.project import Project, shown
from llmexposure.publish import forms, manifest, paper, whole
from llmexposure.publish.deposit import MANIFEST
from llmexposure.publish.steps import Step, steps
from llmexposure.publish.verify.files import OUTPUTS, RECORD, digests, of_the_paper
from llmexposure.report import latex, record
from llmexposure.report.latex import check_directions, check_references, used_keys
from llmexposure.report.parameters import check
from llmexposure.report.record import Entry
from llmexposure.report.tables import load, study

Entries = Mapping[str, Entry]
LARGEST = 2**28  # bytes of a file that is read
_TEXT = (".json", ".ipynb", ".csv", ".tex", ".sty", ".bib", ".md", ".toml", ".py")
_FIX = "run make paper and commit what it writes"


def problems(project: Project) -> list[str]:
    """What is wrong with the record, one line each; empty when it is consistent."""
    if found_unfit := unfit(project):
        return found_unfit
    try:
        entries, found = record.load_all(project.results), steps(project)
    except ProjectError as error:
        return [str(error)]
    checks = (
        keys(project, entries),
        generated(project, entries),
        outputs(project, found),
        exhibits(project, entries),
        origins(project, entries, found),
        tables(project),
        edited(project, found),
        pages(project),
        code(project),
    )
    return [line for check in checks for line in check]


def unfit(project: Project) -> list[str]:
    """Files that cannot be read safely, one line each: looked at before any of them is opened.

    Pipes and devices would wait or never end; links must stay within the project; text is UTF-8.
    """
    folders = ("data", "notebooks", "results", "figures", "paper", "docs", "src")
    tops = [project.data, *(project.root / name for name in folders)]
    single = [project.readme, project.sweeps_toml, project.parameters]
    walked = (Path(at, n) for top in tops for at, dirs, names in os.walk(top) for n in dirs + names)
    within = [root.resolve() for root in (project.root, project.lender) if root]
    paths = sorted({path for path in (*tops, *single, *walked) if os.path.lexists(path)})
    found = ((path, _unfit(path, within)) for path in paths if "__pycache__" not in path.parts)
    return [f"{path.as_posix()}: {why}" for path, why in found if why]


def _unfit(path: Path, within: list[Path]) -> str:
    try:
        seen = path.stat()
        if not any(path.resolve().is_relative_to(root) for root in within):
            return "is a link that leaves the project; put the file itself there"
        if stat.S_ISDIR(seen.st_mode):
            return "is a link to a folder; put the folder there" if path.is_symlink() else ""
        if not stat.S_ISREG(seen.st_mode):
            return "is a device or a pipe, expected a file"
        if seen.st_size > LARGEST:
            return f"has {seen.st_size:,} bytes, expected {LARGEST:,} at most"
        if path.suffix in _TEXT or path.name == "SHA256SUMS":
            path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        return f"is not UTF-8 at byte {error.start:,}; {_FIX}"
    except (OSError, RuntimeError) as error:
        return f"cannot be read ({getattr(error, 'strerror', None) or error})"
    return ""


def code(project: Project) -> Iterator[str]:
    """Files in ``src/`` that the commit, or the manifest of a deposit, does not have: imports find them."""
    known = _known(project.root)
    if known is None:
        return
    at = project.root / "src"
    names = {path.relative_to(project.root).as_posix() for path in at.rglob("*") if path.is_file()}
    extra = sorted(n for n in names - known if not n.endswith(".pyc") and ".egg-info/" not in n)
    yield from (f"{name} is not committed; commit it or remove it" for name in extra)


def _known(root: Path) -> set[str] | None:
    """Names of the files of a deposit or a checkout; None for any other folder."""
    if (root / MANIFEST).is_file():
        lines = (root / MANIFEST).read_text(encoding="utf-8", errors="replace").splitlines()
        return {line.partition("  ")[2] for line in lines}
    top = git(root, "rev-parse", "--show-toplevel", trusted=True)
    if top.returncode or not root.samefile(os.fsdecode(top.stdout).rstrip("\n")):
        return None
    listed = git(root, "ls-tree", "-r", "-z", "--name-only", "HEAD", trusted=True)
    return set(os.fsdecode(listed.stdout).split("\0"))


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
    yield from _said(lambda: check_references(paper.sources(project), paper.bibliography(project)))


def generated(project: Project, entries: Entries) -> Iterator[str]:
    """Macros that are not what the record gives, with the first key that differs."""
    fresh = {
        "results.tex": latex.macros(entries, paper.pages_address(project)),
        "exhibits.tex": paper.exhibits(entries),
    }
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
    made["the paper"] = of_the_paper(project) | {*map(shown, forms.outputs(project))}
    pages = {shown(path) for path in forms.outputs(project) if path.is_file()}
    present = digests(project.root, [RECORD, *OUTPUTS]).keys() | pages
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


def origins(project: Project, entries: Entries, found: list[Step]) -> Iterator[str]:
    """Results from a notebook or cell that is gone, or made with other parameters."""
    cells = {step.name: _cells(step.notebook) for step in found}
    given = {step.name: check(step.notebook, step.parameters) for step in found}
    other, gone = {}, set()
    for key, item in entries.items():
        notebook = item["notebook"]
        if notebook not in cells:
            gone.add(notebook)
        elif item.get("cell") not in cells[notebook]:
            yield f"results: {key} is of cell {item.get('cell')} of {notebook}, which is gone; {_FIX}"
        elif item.get("parameters", {}) != given[notebook]:
            other[notebook] = item.get("parameters", {})
    for name in sorted(gone):
        where = _printed(project, entries, name)
        yield f"notebooks/{name}.ipynb is gone, but not its results{where}; put it back, or {_FIX}"
    for name in sorted(other):
        now = {k: v for k, v in given[name].items() if other[name].get(k) != v}
        changed = ", ".join(f"{k} {other[name].get(k)!r} -> {v!r}" for k, v in now.items())
        where = _printed(project, entries, name)
        yield f"results/{name}.json was made with other parameters ({changed}){where}; {_FIX}"


def _printed(project: Project, entries: Entries, notebook: str) -> str:
    """Where the paper rests on the results of a notebook, and how often."""
    written = [*paper.sources(project), *sorted(project.tables.glob("*.tex"))]
    at = [
        (p, n)
        for p, n, _, k in used_keys(written)
        if entries.get(k, {}).get("notebook") == notebook
    ]
    if not at:
        return ""
    lines = list(dict.fromkeys(f"{shown(path)}:{number}" for path, number in at))
    more = f" and {len(lines) - 3} more lines" if len(lines) > 3 else ""
    return f"; {len(at)} numbers of the paper rest on it, in {', '.join(lines[:3])}{more}"


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
            saved = file.suffix == ".ipynb" and whole.has_outputs(file)
            yield f"{path} {whole.STRIP.format(path) if saved else f'{what} ({name}); {_FIX}'}"
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
