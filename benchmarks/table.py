"""One table of speed and memory, every line a ratio of two things measured in turn in the same run.

    python benchmarks/table.py [--repeats 5] [--only rebuild scoring growth] [--largest 10000000]

Writes build/performance.csv and build/performance.png. The two sides of a line are measured in turn, so
that a machine that is busy for a while slows both; the load of the machine stands in every line.
"""

import argparse
import csv
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from process_tree import Used, watched

ROOT = Path(__file__).parents[1]
HERE = Path(__file__).parent
GROUPS = ("rebuild", "scoring", "growth")
EDITED = "05_experience_requirement"
FIELDS = (
    "line", "against", "ratio", "lowest", "highest", "seconds", "seconds_against", "peak_mb",
    "repeats", "load",
)  # fmt: skip
# What a rows-a-second benchmark is asked for, by the name of its line.
MATCHERS = ("ours, Chinese", "ours, Chinese, duties found first", "ours", "scikit-learn")


@dataclass
class Line:
    """What was measured on the two sides; ``amount`` is seconds, or rows a second."""

    name: str
    against: str
    ours: list[float] = field(default_factory=list)
    theirs: list[float] = field(default_factory=list)
    peak: float = 0
    load: list[float] = field(default_factory=list)

    def add(self, ours: float, theirs: float, peak: float) -> None:
        """One more pair."""
        self.ours.append(ours)
        self.theirs.append(theirs)
        self.peak = max(self.peak, peak)
        self.load.append(os.getloadavg()[0])

    def row(self) -> dict[str, object]:
        """As a row of the table."""
        ratios = [one / other for one, other in zip(self.ours, self.theirs, strict=True)]
        ours, theirs = statistics.median(self.ours), statistics.median(self.theirs)
        values = (
            self.name, self.against, f"{statistics.median(ratios):.3g}", f"{min(ratios):.3g}",
            f"{max(ratios):.3g}", f"{ours:.3g}", f"{theirs:.3g}", f"{self.peak:.0f}", len(ratios),
            f"{statistics.median(self.load):.1f}",
        )  # fmt: skip
        return dict(zip(FIELDS, values, strict=True))


def python(folder: Path) -> dict[str, str]:
    """Environment in which a Python runs the package of a folder."""
    dropped = {"LLMEXPOSURE_ROOT", "PYTHONPATH", "VIRTUAL_ENV"}
    kept = {name: value for name, value in os.environ.items() if name not in dropped}
    return {**kept, "PYTHONPATH": str(folder / "src")}


@contextmanager
def environment(folder: Path) -> Iterator[None]:
    """Environment of this process, replaced for what it starts."""
    before, during = dict(os.environ), python(folder)
    os.environ.clear()
    os.environ.update(during)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def checkout(folder: Path, commit: str) -> Path:
    """A clone at a commit."""
    git = ["git", "-c", "advice.detachedHead=false"]
    subprocess.run([*git, "clone", "--quiet", "--shared", str(ROOT), str(folder)], check=True)
    subprocess.run([*git, "checkout", "--quiet", commit], cwd=folder, check=True)
    return folder


def notebooks(folder: Path) -> list[Path]:
    """Notebooks in the order of the build: those whose tables others read come first."""
    found = sorted(folder.glob("notebooks/*.ipynb"))
    first = [path for path in found if path.stem[:2] in ("01", "12")]
    last = [path for path in found if path.stem[:2] == "00"]
    return [*first, *(path for path in found if path not in [*first, *last]), *last]


def build(folder: Path, *more: str) -> Used:
    """`llmexposure build`."""
    with environment(folder):
        return watched([sys.executable, "-m", "llmexposure.cli", "build", *more], folder)


def stock(folder: Path) -> Used:
    """Papermill as it comes, one notebook after another, in the folder's own environment where it has one."""
    own = folder / ".venv/bin/python"
    chosen = own if own.exists() else sys.executable
    lines = [
        f'"{chosen}" -m papermill --no-progress-bar "notebooks/{path.name}" build/stock.ipynb'
        for path in notebooks(folder)
    ]
    (folder / "build").mkdir(exist_ok=True)
    with environment(folder):
        return watched(["sh", "-ec", "\n".join(lines)], folder)


def in_one_process(folder: Path) -> Used:
    """All notebooks in one process, one after another, each in a namespace of its own."""
    with environment(folder):
        return watched(
            [sys.executable, str(HERE / "one_process.py"), *map(str, notebooks(folder))], folder
        )


def edit(folder: Path, number: int) -> None:
    """Change a comment in the last cell of a notebook."""
    path = folder / f"notebooks/{EDITED}.ipynb"
    whole = json.loads(path.read_text(encoding="utf-8"))
    whole["cells"][-1]["source"].append(f"\n# {number}")
    path.write_text(json.dumps(whole, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def rebuild(repeats: int, old: str) -> list[Line]:
    """Rebuilds against papermill as it comes and against one process; no-op and an edit against a rebuild."""
    whole = "forced rebuild with all PDFs"
    pairs: dict[str, Callable[[Path], Used]] = {
        "papermill as it comes, today's notebooks, one after another": stock,
        "all notebooks in one process, no PDF": in_one_process,
    }
    with tempfile.TemporaryDirectory() as name:
        here = checkout(Path(name) / "now", "HEAD")
        build(here)
        lines = {other: Line(whole, other) for other in pairs}
        then = f"papermill as it comes, notebooks of {old}, one after another"
        before = checkout(Path(name) / "then", old) if has(old) else None
        if before:
            subprocess.run(["make", "--quiet", "setup"], cwd=before, check=True, env=python(before))
            lines[then] = Line(whole, then)
        small = {
            what: Line(what, whole) for what in ("nothing changed", "one notebook edited, to PDF")
        }
        for number in range(repeats):
            forced = build(here, "--force")
            for other, run in pairs.items():
                lines[other].add(forced.seconds, run(here).seconds, forced.peak)
            if before:
                lines[then].add(forced.seconds, stock(before).seconds, forced.peak)
            build(here)  # what the runs by hand left is made again
            idle = build(here)
            edit(here, number)
            edited = build(here)
            for line, used in zip(small.values(), (idle, edited), strict=True):
                line.add(used.seconds, forced.seconds, used.peak)
    return [*lines.values(), *small.values()]


def has(commit: str) -> bool:
    """Whether the history here reaches a commit."""
    asked = ["git", "cat-file", "-e", f"{commit}^{{commit}}"]
    return subprocess.run(asked, cwd=ROOT, capture_output=True, check=False).returncode == 0


def scored(rows: int, workers: int, kind: str = "parquet") -> dict[str, float]:
    """Rows a second and megabytes of `llmexposure score`."""
    given = ["--rows", str(rows), "--workers", str(workers), "--kind", kind, "--bound", "1e9"]
    return answer("bench_scoring.py", given)


def matched(name: str, rows: int) -> float:
    """Rows a second of a matcher alone, in one process."""
    with tempfile.TemporaryDirectory() as folder:
        sys.path.insert(0, str(HERE))
        from bench_matching import measured, write_texts

        write_texts(Path(folder), rows)
        return measured(name, Path(folder), rows)["per_second"]


def answer(script: str, given: list[str]) -> dict[str, float]:
    """Last line of a benchmark, which is JSON."""
    line = [sys.executable, str(HERE / script), *given]
    done = subprocess.run(line, check=True, capture_output=True, text=True)
    return json.loads(done.stdout.splitlines()[-1])


def scoring(repeats: int, rows: int) -> list[Line]:
    """Rows a second of scoring end to end against the matcher alone and others; more is better."""
    ours = f"scoring {rows:,} postings end to end, two processes, rows a second"
    lines = {name: Line(ours, f"twice {name}: matcher alone") for name in MATCHERS[:2]}
    two = Line(ours, "the same with one process")
    text = Line(ours.replace("postings", "postings of a CSV"), "the same of Parquet")
    plain = Line("matching English, rows a second", "scikit-learn: TF-IDF, dense product")
    meaning = Line("matching English, rows a second", "sentence embeddings")
    for _ in range(repeats):
        whole = scored(rows, 2)
        for name, line in lines.items():
            line.add(whole["per_second"], 2 * matched(name, min(rows, 60_000)), whole["peak_mb"])
        two.add(whole["per_second"], scored(rows, 1)["per_second"], whole["peak_mb"])
        other = scored(rows, 2, "csv")
        text.add(other["per_second"], whole["per_second"], other["peak_mb"])
        english = matched("ours", 20_000)
        plain.add(english, matched("scikit-learn", 20_000), 0)
        if shutil.which("python") and installed("sentence_transformers"):
            meaning.add(english, matched("sentence embeddings", 40_000), 0)
    found = [*lines.values(), two, text, plain, meaning]
    return [line for line in found if line.ours]


def installed(package: str) -> bool:
    """Whether a package is there."""
    from importlib.util import find_spec

    return find_spec(package) is not None


def growth(largest: int) -> list[Line]:
    """Rows a second and memory as the postings grow, against a tenth of them; once each."""
    lines, rows = [], 10_000
    smaller = scored(rows, 2)
    while rows * 10 <= largest:
        rows *= 10
        larger = scored(rows, 2)
        line = Line(f"scoring {rows:,} postings, rows a second", f"scoring {rows // 10:,}")
        line.add(larger["per_second"], smaller["per_second"], larger["peak_mb"])
        lines.append(line)
        smaller = larger
    return lines


def write(lines: list[Line]) -> None:
    """The table, and the figure of its ratios with their spread."""
    import matplotlib.pyplot as plt

    rows = [line.row() for line in lines]
    (ROOT / "build").mkdir(exist_ok=True)
    with (ROOT / "build/performance.csv").open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, FIELDS, lineterminator="\n")
        table.writeheader()
        table.writerows(rows)
    middle = [float(str(row["ratio"])) for row in rows]
    low = [one - float(str(row["lowest"])) for one, row in zip(middle, rows, strict=True)]
    high = [float(str(row["highest"])) - one for one, row in zip(middle, rows, strict=True)]
    figure, axes = plt.subplots(figsize=(7, 0.55 * len(rows) + 1), layout="constrained")
    axes.errorbar(middle, range(len(rows)), xerr=[low, high], fmt="o", color="#0072B2", capsize=3)
    axes.set_yticks(
        range(len(rows)), [f"{row['line']}\nagainst {row['against']}" for row in rows], size=8
    )
    axes.axvline(1, color="0.6", linewidth=0.8)
    axes.set(
        xscale="log",
        xlabel="Ratio: median, lowest and highest of the repeats",
        ylim=(len(rows) - 0.5, -0.5),
    )
    figure.savefig(ROOT / "build/performance.png", dpi=150, metadata={"Software": None})


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--only", nargs="*", default=list(GROUPS), choices=GROUPS)
    parser.add_argument(
        "--old", default="a88b25f", help="commit whose notebooks papermill runs too"
    )
    parser.add_argument("--rows", type=int, default=300_000)
    parser.add_argument("--largest", type=int, default=1_000_000)
    given = parser.parse_args()
    lines: list[Line] = []
    if "rebuild" in given.only:
        lines += rebuild(given.repeats, given.old)
    if "scoring" in given.only:
        lines += scoring(given.repeats, given.rows)
    if "growth" in given.only:
        lines += growth(given.largest)
    write(lines)
    for line in lines:
        print(json.dumps(line.row(), ensure_ascii=False))


if __name__ == "__main__":
    main()
