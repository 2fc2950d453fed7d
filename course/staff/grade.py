"""Grade a folder of submissions: ``SUBMISSIONS/<student's number>/e1_alpha_beta.ipynb`` and so on.

Grading executes what students wrote, with the rights of whoever grades. Each notebook runs in a process and
a folder of its own, with limits and a timeout; that holds crashes, endless loops and stray files, not malice.
For a class that you do not know, grade in a container or as a user without rights.
"""

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
from kit.checks import Judged, judge
from kit.tables import COURSE
from kit.variants import own_seed

from llmexposure.base.files import to_csv_text, write_text
from staff.keys import EXERCISES, INSTRUCTOR, key, reference

RUNNER = Path(__file__).with_name("runner.py")
POINTS = 10.0


@dataclass(frozen=True)
class Settings:
    """Of an instructor's ``hidden.toml``: seeds by exercise, and the share of points on them."""

    seeds: dict[str, int]
    hidden_share: float
    folder: Path

    @classmethod
    def read(cls, folder: Path) -> "Settings":
        """Read the file.

        Raises
        ------
        ValueError
            When the share is not from 0 to 1.
        """
        found = tomllib.loads((folder / "hidden.toml").read_text(encoding="utf-8"))
        share = float(found["hidden_share"])
        if not 0 <= share <= 1:
            raise ValueError(f"{folder / 'hidden.toml'}: hidden_share is {share}; expected 0 to 1")
        return cls({e: int(s) for e, s in found["seeds"].items()}, share, folder)


@dataclass(frozen=True)
class Ran:
    """What a run left: answers, lines of errors, stray files."""

    answers: dict[str, Any]
    errors: list[str]
    files: list[str]


def run(notebook: Path, exercise: str, seed: int, seconds: int) -> Ran:
    """Run a copy of a notebook on a variant, in a folder that is thrown away."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        work, out = Path(folder) / "exercises", Path(folder) / "answers.json"
        work.mkdir()
        shutil.copy(notebook, work / "submission.ipynb")
        command = [sys.executable, str(RUNNER), "submission.ipynb", str(out), str(COURSE), exercise]
        ended = _finish([*command, str(seed), str(seconds)], work, seconds)
        files = sorted(p.relative_to(work).as_posix() for p in work.rglob("*") if p.is_file())
        stray = [name for name in files if name != "submission.ipynb"]
        try:
            found = json.loads(out.read_text(encoding="utf-8"))
            return Ran(found["answers"], found["errors"], stray)
        except (OSError, ValueError, KeyError, TypeError):
            return Ran({}, [ended], stray)


def _finish(command: list[str], work: Path, seconds: int) -> str:
    """Wait for a process and all that it started; says how it ended when it left nothing."""
    kept = {k: os.environ[k] for k in ("PATH", "LANG", "LC_ALL") if k in os.environ}
    quiet = {"HOME": str(work.parent), "MPLBACKEND": "Agg", "OMP_NUM_THREADS": "1"}
    quiet |= {"OPENBLAS_NUM_THREADS": "1", "IPYTHONDIR": str(work.parent / "ipython")}
    process = subprocess.Popen(
        command, cwd=work, env={**kept, **quiet}, stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip
    try:
        code = process.wait(timeout=seconds)
        ended = f"the process ended with code {code} before it answered"
    except subprocess.TimeoutExpired:
        ended = f"stopped after {seconds} seconds"
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    return ended


def grade(
    submissions: Path, settings: Settings, seconds: int = 60, jobs: int = 1
) -> Iterator[dict[str, Any]]:
    """One row for each student and exercise, in order; ``jobs`` notebooks run at once.

    Raises
    ------
    FileNotFoundError
        When the folder has no submissions.
    """
    students = sorted(p for p in submissions.iterdir() if p.is_dir() and p.name[0] != ".")
    if not students:
        raise FileNotFoundError(f"{submissions} has no folders; expected one for each student")
    reference(settings.folder)  # once, before threads ask for it
    pairs = [(student, exercise) for student in students for exercise in EXERCISES]
    with ThreadPoolExecutor(jobs) as pool:
        yield from pool.map(lambda pair: _row(*pair, settings, seconds), pairs)


def _row(student: Path, exercise: str, settings: Settings, seconds: int) -> dict[str, Any]:
    found = sorted(p for p in student.glob(f"{exercise}_*.ipynb") if p.is_file())
    row = {"student": student.name, "exercise": exercise, "points": 0.0, "of": POINTS}
    if len(found) != 1:
        what = "not handed in" if not found else f"{len(found)} notebooks; expected one"
        return {**row, "own": 0, "hidden": 0, "answers": 0, "hints": "", "errors": what,
                "files": "", "seconds": 0.0}  # fmt: skip
    begun = time.monotonic()
    own = own_seed(student.name, exercise)
    seeds = [own, settings.seeds[exercise]]
    runs = [run(found[0], exercise, seed, seconds) for seed in seeds]
    judged = [
        judge(exercise, seed, done.answers, key(exercise, seed, settings.folder))
        for seed, done in zip(seeds, runs, strict=True)
    ]
    full = [sum(item.full for item in items) for items in judged]
    n, share = len(judged[0]), settings.hidden_share
    points = POINTS * ((1 - share) * full[0] + share * full[1]) / n
    return {
        **row, "points": round(points, 1), "own": full[0], "hidden": full[1], "answers": n,
        "hints": _hints(*judged),
        "errors": "; ".join(dict.fromkeys(e for done in runs for e in done.errors)),
        "files": ", ".join([*dict.fromkeys(f for done in runs for f in done.files)][:5]),
        "seconds": round(time.monotonic() - begun, 1),
    }  # fmt: skip


def _hints(own: list[Judged], hidden: list[Judged]) -> str:
    """Ids of the hints of the student's own variant; where only the hidden one fails, ``typed``."""
    said = [f"{i.name}: {i.verdict}" for i in own if not i.full]
    typed = [f"{i.name}: typed" for i, j in zip(own, hidden, strict=True) if i.full and not j.full]
    return "; ".join([*said, *typed])


def write(rows: list[dict[str, Any]], out: Path) -> None:
    """Write the grades as CSV; a cell that a spreadsheet would run as a formula gets an apostrophe."""
    write_text(out, to_csv_text(pd.DataFrame(rows)))


__all__ = ["INSTRUCTOR", "Settings", "grade", "run", "write"]
