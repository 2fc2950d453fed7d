"""Measure a first and a second `make paper` in a fresh clone, and scoring; write docs/measured.json.

    python benchmarks/measure.py [--rows 1000000]

The clone has no environment and no build folder, so the first run installs the Python packages. Whether
TeX was there already is said, since installing it is most of a first run without it.
"""

import argparse
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from process_tree import watched

ROOT = Path(__file__).parents[1]


def size(folder: Path) -> float:
    """Megabytes under a folder, links not followed."""
    return sum(p.lstat().st_size for p in folder.rglob("*") if not p.is_dir()) / 1e6


def machine() -> str:
    """Processors, memory and system."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"{os.cpu_count()} cores, {memory:.0f} GB, {platform.system()} {platform.machine()}"


def build(folder: Path) -> dict[str, str]:
    """Clone, build twice, and look."""
    tex = "installed already" if shutil.which("xelatex") else "installed by it"
    subprocess.run(["git", "clone", "--quiet", str(ROOT), str(folder)], check=True)
    repository = size(folder)
    first, second = (watched(["make", "paper"], folder) for _ in range(2))
    return {
        "machine": machine(),
        "Python": platform.python_version(),
        f"first make paper (packages installed by it, TeX {tex})": f"{first.seconds:.0f} s",
        "second make paper, nothing changed": f"{second.seconds:.1f} s",
        "peak memory, all processes together": f"{first.peak / 1e3:.1f} GB",
        "disk: clone": f"{repository:.0f} MB",
        "disk: Python environment": f"{size(folder / '.venv') / 1e3:.1f} GB",
        "disk: build folder": f"{size(folder / 'build'):.0f} MB",
    }


def scoring(kind: str, rows: int) -> dict[str, float]:
    """What the benchmark of `llmexposure score` found."""
    bench = [sys.executable, str(Path(__file__).with_name("bench_scoring.py"))]
    line = [*bench, "--rows", str(rows), "--kind", kind, "--workers", "2"]
    done = subprocess.run(line, check=True, capture_output=True, text=True)
    return json.loads(done.stdout.splitlines()[-1])


def score(rows: int) -> dict[str, str]:
    """Scoring of a Parquet file and of one CSV, with two processes."""
    parquet, csv = scoring("parquet", rows), scoring("csv", rows)
    said = f"{rows:,} Chinese postings of 350 characters, two processes"
    return {
        "machine": machine(),
        f"{said}, Parquet": f"{parquet['per_second']:,.0f} a second",
        "the same, one CSV file": f"{csv['per_second']:,.0f} a second",
        "ten million at that speed, Parquet": f"{1e7 / parquet['per_second'] / 60:.0f} minutes",
        "peak memory, all processes together, Parquet": f"{parquet['peak_mb'] / 1e3:.1f} GB",
        "the same for one CSV file": f"{csv['peak_mb'] / 1e3:.1f} GB",
    }


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=1_000_000)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        found = {"build": build(Path(name) / "clone"), "score": score(given.rows)}
    text = json.dumps(found, indent=1, ensure_ascii=False) + "\n"
    (ROOT / "docs" / "measured.json").write_text(text, encoding="utf-8")
    print(text, end="")


if __name__ == "__main__":
    main()
