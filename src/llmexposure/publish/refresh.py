"""New vintages of upstream files: which tables, numbers and sentences they would change.

Everything happens in a copy: tables are derived from the newer files, the paper is built on them, and its
record is compared with the committed one. The working tree stays as it is; what it would take to adopt the
vintage (tables and the register of sources) is left in ``build/refresh``.
"""

import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from llmexposure.base.errors import BuildError, SourceError
from llmexposure.base.files import sha256_of, write_text
from llmexposure.base.project import Project, mirror, shown
from llmexposure.base.sources.locate import cache_path
from llmexposure.base.sources.registry import SourceFile, find_file, load_registry
from llmexposure.publish import forms, paper
from llmexposure.publish.forms.readme import tied_words as tied_findings
from llmexposure.publish.verify import copies
from llmexposure.publish.verify.compare import Change, Kind, compare_records
from llmexposure.publish.verify.files import digests, how_much
from llmexposure.publish.verify.rebuild import environment
from llmexposure.publish.verify.text import table
from llmexposure.report import record
from llmexposure.report.latex import check_says, printed_field, tied_words, used_keys
from llmexposure.report.record import Entry

DATA = "data/**/*.csv"
_SENTENCE = (
    "mend the sentence"  # in a message of `check_says`: the build stops, its numbers are there
)
# Root of the copy and folder of upstream files -> what was not derived, a line each.
Derive = Callable[[Path, Path], list[str]]
Moved = Mapping[str, list[tuple[str, str, str]]]


@dataclass(frozen=True)
class Refresh:
    """What a newer vintage changes.

    Attributes
    ----------
    files
        Newer upstream files, as ``source/name``.
    kept
        What could not be derived here, a line each.
    tables
        Derived table to how it differs.
    numbers
        Results that moved by more than half of the last printed digit, are gone or are new.
    within
        How many results moved by less.
    lines
        File and line of the text to the numbers that print otherwise there: key, before, now.
    untrue
        Sentences that the results no longer bear out, with file, line, words and results.
    failure
        What the build said when it stopped for another reason than a sentence.
    """

    files: tuple[str, ...]
    kept: tuple[str, ...]
    tables: Mapping[str, str]
    numbers: tuple[Change, ...]
    within: int
    lines: Moved
    untrue: tuple[str, ...]
    failure: str = ""


def newer(folder: Path) -> dict[SourceFile, Path]:
    """Registered files of which ``folder`` has other bytes, as ``<source id>/<file name>``.

    Raises
    ------
    SourceError
        When a file there is not registered, or none is newer.
    """
    registry = load_registry()
    paths = sorted(path for path in folder.glob("*/*") if path.is_file())
    known = {find_file(registry, path.parent.name, path.name): path for path in paths}
    found = {file: path for file, path in known.items() if file.found(path) != file.known_by}
    if not found:
        raise SourceError(
            f"{folder}: no file of another vintage; expected <source id>/<file name> as `llmexposure "
            f"sources` names them, with other bytes ({len(known)} registered files there are the known ones)"
        )
    return found


def registered(text: str, arrived: Mapping[SourceFile, Path]) -> str:
    """Text of the register with checksum and size of the newer files.

    Raises
    ------
    SourceError
        When a file has no checksum there to replace.
    """
    for file, path in arrived.items():
        head = f'[source.{file.source}.files."{file.name}"]'
        before, mark, rest = text.partition(head)
        rest, sums = re.subn(r'sha256 = "\w+"', f'sha256 = "{sha256_of(path)}"', rest, count=1)
        rest, sizes = re.subn(r"bytes = \d+", f"bytes = {path.stat().st_size}", rest, count=1)
        if file.sha256 is None or not (mark and sums and sizes):
            raise SourceError(f"{head}: expected sha256 and bytes, which the newer file replaces")
        text = before + mark + rest
    return text


def gather(arrived: Mapping[SourceFile, Path], folder: Path) -> None:
    """Fill ``folder`` with links to every upstream file that is here, the newer ones in their place."""
    old = mirror()
    for source in load_registry().values():
        for file in source.files.values():
            places = [old / file.label] if old else []
            found = arrived.get(file) or next(
                filter(Path.is_file, [*places, cache_path(file)]), None
            )
            if found:
                (folder / file.source).mkdir(parents=True, exist_ok=True)
                (folder / file.label).symlink_to(found.resolve())


def run(copy: Path, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
    """Run a command of the command line on a copy, with its own code where it has some."""
    return subprocess.run(
        [sys.executable, "-m", "llmexposure.cli", *words],
        cwd=copy,
        env={**environment(copy), **more},
        capture_output=True,
        text=True,
        check=False,
    )


def derive(copy: Path, upstream: Path) -> list[str]:
    """Derive the tables of a copy with `llmexposure data`; what was kept, a line each.

    Raises
    ------
    SourceError
        With what the command said when a newer file could not be read.
    """
    done = run(copy, "data", "--write", "--partial", LLMEXPOSURE_MIRROR=str(upstream))
    if done.returncode:
        raise SourceError(f"no tables from the newer files: {done.stderr.strip()}")
    return [line for line in done.stdout.splitlines() if line.startswith("not derived here")]


def refresh(project: Project, folder: Path, by: Derive = derive) -> Refresh:
    """Derive and build with the newer files of ``folder`` in a copy, and compare.

    Parameters
    ----------
    folder
        ``<source id>/<file name>``, files of newer vintages only or among others.
    by
        How the tables of the copy are derived.

    Raises
    ------
    SourceError
        When no file is newer, or one cannot be read.
    """
    arrived = newer(folder)
    with tempfile.TemporaryDirectory(prefix="llmexposure-refresh-") as place:
        copy, upstream = Path(place) / "copy", Path(place) / "upstream"
        copies.copy_tree(project.root, copy)
        register = Project(copy).sources_toml
        write_text(register, registered(register.read_text(encoding="utf-8"), arrived))
        gather(arrived, upstream)
        kept = by(copy, upstream)
        changed = _tables(project.root, copy)
        _leave(project, copy, [*changed, "data/sources.toml"])
        failure = _build(copy) if changed else ""
        entries = [record.load_all(Project(root).results) for root in (project.root, copy)]
    files = tuple(file.label for file in arrived)
    return _compared(project, entries[0], entries[1], files, tuple(kept), changed, failure)


def _tables(old: Path, new: Path) -> dict[str, str]:
    """Tables that differ, and how."""
    before, after = digests(old, [DATA]), digests(new, [DATA])
    names = [n for n in sorted(before.keys() | after.keys()) if before.get(n) != after.get(n)]

    def content(root: Path, name: str) -> bytes | None:
        return (root / name).read_bytes() if (root / name).exists() else None

    return {name: how_much(name, content(old, name), content(new, name)) for name in names}


def _leave(project: Project, copy: Path, names: Iterable[str]) -> None:
    """Put what adopts the vintage into ``build/refresh``; what lay there goes."""
    out = project.build / "refresh"
    shutil.rmtree(out, ignore_errors=True)
    for name in names:
        (out / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(copy / name, out / name)


def _build(copy: Path) -> str:
    """Build the copy; what it said when it stopped for another reason than a sentence."""
    done = run(copy, "build")
    said = [line for line in done.stderr.splitlines() if line.startswith("error: ")]
    other = [line for line in said if _SENTENCE not in line]
    if not done.returncode or (said and not other):
        return ""
    return "\n".join(other) or done.stderr.strip() or f"exit status {done.returncode}"


def _compared(
    project: Project,
    old: Mapping[str, Entry],
    new: Mapping[str, Entry],
    files: tuple[str, ...],
    kept: tuple[str, ...],
    tables: Mapping[str, str],
    failure: str,
) -> Refresh:
    changes = compare_records(old, new)
    off = tuple(change for change in changes if change.kind is not Kind.WITHIN)
    within = {change.name for change in changes} - {change.name for change in off}
    return Refresh(
        files,
        kept,
        tables,
        off,
        len(within),
        printed_otherwise(project, old, new),
        tuple(untrue(project, new)),
        failure,
    )


def printed_otherwise(
    project: Project, old: Mapping[str, Entry], new: Mapping[str, Entry]
) -> Moved:
    """Lines of the text whose numbers print otherwise, by file and line: key, before, now."""
    found: dict[str, list[tuple[str, str, str]]] = {}
    for path, line, field, key in used_keys(paper.sources(project)):
        if key in old:
            before = printed_field(old[key], field)
            now = printed_field(new[key], field) if key in new else "gone"
            if before != now:
                name = key if field == "value" else f"{key}:{field}"
                found.setdefault(f"{shown(path)}:{line}", []).append((name, before, now))
    return found


def untrue(project: Project, entries: Mapping[str, Entry]) -> list[str]:
    """Sentences of paper and findings that the entries do not bear out, each with its results."""
    tied = tied_words(paper.sources(project))
    findings = forms.findings(project)
    if findings.exists():
        tied += tied_findings(findings.read_text(encoding="utf-8"), findings)
    found = []
    for one in tied:
        try:
            check_says(f"{shown(one.file)}:{one.line}: '{one.words}'", one.sign, one.keys, entries)
        except BuildError as error:
            found.append(str(error).removesuffix(f"; {_SENTENCE}"))
    return found


def report(found: Refresh) -> str:
    """The refresh in words, as Markdown; what no longer holds comes first."""
    lines = ["# Newer vintage", "", f"Files: {', '.join(found.files)}."]
    lines += [f"- {line}" for line in found.kept]
    if found.failure:
        lines += ["", "## The build stopped", "", *found.failure.splitlines()]
        lines += ["", "Numbers below are those of the notebooks that ran."]
    lines += ["", f"## Sentences no longer true: {len(found.untrue)}", ""]
    lines += [f"- {line}" for line in found.untrue]
    moved = [[at, *cells] for at, rows in found.lines.items() for cells in rows]
    lines += ["", f"## Lines of the text that print other numbers: {len(found.lines)}", ""]
    lines += table(["line", "result", "before", "now"], moved) if moved else []
    numbers = [[c.name, c.field, c.old, c.new, c.by, c.kind] for c in found.numbers]
    lines += ["", f"## Results that moved: {len({c.name for c in found.numbers})}", ""]
    lines += [f"{found.within} more moved by less than half of their last printed digit.", ""]
    lines += (
        table(["result", "field", "before", "now", "difference", ""], numbers) if numbers else []
    )
    lines += ["", f"## Tables that differ: {len(found.tables)}", ""]
    lines += table(["table", "difference"], found.tables.items()) if found.tables else []
    return "\n".join(lines) + "\n"


def summary(project: Project, folder: Path, by: Derive = derive) -> list[str]:
    """Refresh, write the report to ``build/refresh/report.md``; lines for the screen."""
    found = refresh(project, folder, by)
    path = project.build / "refresh" / "report.md"
    write_text(path, report(found))
    return [
        f"{len(found.files)} newer files, {len(found.tables)} tables differ",
        *found.kept,
        *([f"the build stopped: {found.failure.splitlines()[0]}"] if found.failure else []),
        f"{len({c.name for c in found.numbers})} results moved, "
        f"{len(found.lines)} lines of the text print other numbers",
        f"{len(found.untrue)} sentences are no longer true" + (":" if found.untrue else ""),
        *(f"  {line}" for line in found.untrue),
        f"The whole report: {shown(path)}; tables and register to adopt it: {shown(path.parent / 'data')}",
    ]
