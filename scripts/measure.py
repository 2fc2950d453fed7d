"""Measure a first and a second `make paper` in a fresh clone; write docs/measured.json.

The clone has no environment and no build folder, so the first run installs the Python packages. Whether
TeX was there already is said, since installing it is most of a first run without it.
"""

import json
import os
import platform
import resource
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]


def timed(command: list[str], folder: Path) -> float:
    """Seconds that a command takes."""
    start = time.perf_counter()
    subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start


def size(folder: Path) -> float:
    """Megabytes under a folder, links not followed."""
    return sum(p.lstat().st_size for p in folder.rglob("*") if not p.is_dir()) / 1e6


def memory() -> str:
    """Installed memory."""
    return f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 2**30:.0f} GB"


def measure(folder: Path) -> dict[str, str]:
    """Clone, build twice, and look."""
    tex = "installed already" if shutil.which("xelatex") else "installed by it"
    subprocess.run(["git", "clone", "--quiet", str(ROOT), str(folder)], check=True)
    repository = size(folder)
    first, second = (timed(["make", "paper"], folder) for _ in range(2))
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 2**20
    return {
        "machine": f"{os.cpu_count()} cores, {memory()}, {platform.system()} {platform.machine()}",
        "Python": platform.python_version(),
        f"first make paper (packages installed by it, TeX {tex})": f"{first:.0f} s",
        "second make paper, nothing changed": f"{second:.1f} s",
        "peak memory of the largest process": f"{peak:.1f} GB",
        "disk: clone": f"{repository:.0f} MB",
        "disk: Python environment": f"{size(folder / '.venv') / 1e3:.1f} GB",
        "disk: build folder": f"{size(folder / 'build'):.0f} MB",
    }


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as name:
        found = measure(Path(name) / "clone")
    text = json.dumps(found, indent=1, ensure_ascii=False) + "\n"
    (ROOT / "docs" / "measured.json").write_text(text, encoding="utf-8")
    print(text, end="")
