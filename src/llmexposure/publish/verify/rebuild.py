"""A rebuild in a clean copy, and everything that comparing it with the record says."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from llmexposure.base.project import Project
from llmexposure.publish.verify import causes, copies
from llmexposure.publish.verify.causes import Cause
from llmexposure.publish.verify.compare import (
    Change,
    Section,
    Verdict,
    compare_records,
    section,
    verdict,
)
from llmexposure.publish.verify.files import (
    FORMS,
    OUTPUTS,
    RECORD,
    compare_files,
    digests,
    how_much,
    of_the_paper,
)
from llmexposure.publish.verify.inputs import Steps, read_and_written
from llmexposure.report import record
from llmexposure.report.record import Entry

_LONG_AGO = 1_000_000_000  # seconds; no output of a build is this old


@dataclass(frozen=True)
class Verification:
    """A rebuild compared with the record.

    ``against`` says which record; ``kept`` are outputs that this machine did not make again;
    ``failure`` is what the build said when it failed.
    """

    against: str
    numbers: Section
    files: Section
    kept: tuple[str, ...] = ()
    causes: tuple[Cause, ...] = ()
    failure: str = ""

    @property
    def verdict(self) -> Verdict:
        """Full, minor, partial or not reproducible."""
        return verdict([self.numbers, self.files], failed=bool(self.failure))

    @property
    def numbers_hold(self) -> bool:
        """Whether the build went through and every result is identical or within its tolerance."""
        return not self.failure and bool(self.numbers.names) and not self.numbers.differing()

    def __str__(self) -> str:
        compared = len(self.numbers.names) + len(self.files.names)
        differ = self.numbers.differing() + self.files.differing()
        kept = f"; files not rebuilt here: {len(self.kept)}" if self.kept else ""
        share = f", {differ / compared:.1%}" if differ else ""
        why = "the build failed; " if self.failure else ""
        return f"{self.verdict} ({why}{differ} of {compared} results and files differ{share}{kept})"


def environment(copy: Path) -> dict[str, str]:
    """Environment in which the code, notebooks and data of a copy are those that run."""
    given = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    own = copy / "src"
    code = {"PYTHONPATH": str(own.resolve())} if own.is_dir() else {}
    return {**given, **code, "LLMEXPOSURE_ROOT": str(copy)}


def _python(copy: Path, *arguments: str, stdout: int) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", *arguments],
        cwd=copy,
        env=environment(copy),
        stdout=stdout,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )


def rebuild_and_compare(root: Path, against: str | None = None) -> Verification:
    """Rebuild the files of ``root`` in a clean copy and compare with the record.

    Parameters
    ----------
    root
        A checkout, or an unpacked archive: then the record is what lies in its own folders.
    against
        Git revision whose record counts; the last commit unless given.

    Raises
    ------
    BuildError
        When ``against`` is no commit of this checkout.
    """
    with tempfile.TemporaryDirectory(prefix="llmexposure-verify-") as folder:
        old, new = Path(folder) / "record", Path(folder) / "rebuilt"
        if against is None and not copies.is_checkout(root):
            copies.copy_tree(root, old)
            name = "the files of this folder (no git checkout)"
        else:
            name = f"commit {copies.commit(root, against or 'HEAD')}"
            copies.export(root, against or "HEAD", old)
        copies.copy_tree(root, new)
        changed = _changed(causes.sources(old), causes.sources(new))
        failure = _build(new)
        steps = read_and_written(Project(new))
        kept = _kept(new, steps)
        return _compared(name, old, new, changed, steps, kept, failure)


def _changed(old: Mapping[str, str], new: Mapping[str, str]) -> list[str]:
    return [name for name in sorted(old.keys() | new.keys()) if old.get(name) != new.get(name)]


def _build(copy: Path) -> str:
    """Build everything in a copy; returns what it said when it failed."""
    for name in digests(copy, [RECORD, *OUTPUTS]):
        os.utime(copy / name, (_LONG_AGO, _LONG_AGO))
    # Progress goes to stderr: stdout is for the report alone.
    done = _python(copy, "llmexposure.cli", "build", "--force", stdout=2)
    return (done.stderr.strip() or f"exit status {done.returncode}") if done.returncode else ""


def _kept(copy: Path, steps: Steps) -> list[str]:
    """Outputs that something makes and that were not made again; the others must go."""
    made = {path for files in steps.values() for path in files["outputs"]}
    made |= of_the_paper(Project(copy)) | {*FORMS}
    old = [
        name
        for name in digests(copy, [RECORD, *OUTPUTS])
        if (copy / name).stat().st_mtime == _LONG_AGO
    ]
    for name in set(old) - made:
        (copy / name).unlink()
    return [name for name in old if name in made]


def _compared(
    name: str, old: Path, new: Path, changed: list[str], steps: Steps, kept: list[str], failure: str
) -> Verification:
    before, after = (_entries(root, kept) for root in (old, new))
    files = [
        {n: d for n, d in digests(root, OUTPUTS).items() if n not in kept} for root in (old, new)
    ]
    numbers = section(before.keys() | after.keys(), compare_records(before, after))
    changes = [_measured(change, old, new) for change in compare_files(*files)]
    bytes_ = section(files[0].keys() | files[1].keys(), changes)
    moved = _moved([*numbers.changes, *changes], {**before, **after}, steps)
    lock = causes.pins(new / causes.LOCK)
    why = [
        *causes.changed_inputs(old, new, changed, steps, moved),
        *causes.changed_parameters(before, after),
        *causes.changed_packages(causes.pins(old / causes.LOCK), lock),
        *causes.unlike_the_lock(lock),
    ]
    return Verification(name, numbers, bytes_, tuple(kept), tuple(why), failure)


def _entries(root: Path, kept: Iterable[str]) -> dict[str, Entry]:
    paths = [p for p in sorted(root.glob(RECORD)) if f"results/{p.name}" not in kept]
    return {key: item for path in paths for key, item in record.load(path).items()}


def _measured(change: Change, old: Path, new: Path) -> Change:
    versions = [
        p.read_bytes() if p.exists() else None for p in (old / change.name, new / change.name)
    ]
    return replace(change, by=how_much(change.name, *versions))


def _moved(changes: Iterable[Change], entries: Mapping[str, Entry], steps: Steps) -> set[str]:
    """Notebooks that made a result or file which is not as recorded."""
    makers = {path: name for name, files in steps.items() for path in files["outputs"]}
    makers |= {key: item["notebook"] for key, item in entries.items()}
    return {makers[change.name] for change in changes if change.name in makers}
