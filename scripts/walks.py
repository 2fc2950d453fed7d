"""How far a number has to walk through this code: files entered, and classes that hand a row on.

Two walks are measured: from the committed table of sectors to the slope in the abstract, and from an
address of 300 simulated Chinese postings to their counts by occupation and month, with one worker. A
file is on a walk when one of its functions is entered. All modules are imported before: what runs at
import is no step. The test `tests/setup/test_setup_walks.py` holds the limits.

    scripts/run.sh python scripts/walks.py
"""

import importlib
import inspect
import json
import os
import pkgutil
import shutil
import sys
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path
from types import FrameType

REPOSITORY = Path(__file__).resolve().parents[1]
SOURCE = str(REPOSITORY / "src" / "llmexposure")
CELLS = ("parameters", "start", "imports", "data", "slope", "finish")
# Classes that do the work, or say how it is to be done: one instance for all rows.
TOOLS = {
    "ChineseFeatures", "ColumnMap", "Engine", "Job", "Journal", "LexicalMatcher", "Materials", "Pairs",
    "Place", "SafeCsv", "Scorer", "SeenIds",
}  # fmt: skip


class Walk:
    """Files under ``src/llmexposure`` in order of first entry, and classes met on the way."""

    def __init__(self) -> None:
        self.files: dict[str, None] = {}
        self._met: set[type] = set()

    def of(self, step: Callable[[], object]) -> "Walk":
        """Follow one call, in every thread."""
        threading.setprofile(self._follow)
        sys.setprofile(self._follow)
        try:
            step()
        finally:
            sys.setprofile(None)
            threading.setprofile(None)
        return self

    def carriers(self, package: str) -> list[str]:
        """Classes of a package whose instances were handed to or from a function."""
        own = {kind.__name__ for kind in self._met if kind.__module__.startswith(package)}
        return sorted(name for name in own - TOOLS if not name.startswith("_"))

    def _follow(self, frame: FrameType, event: str, value: object) -> None:
        code = frame.f_code
        if event not in ("call", "return") or not code.co_filename.startswith(SOURCE):
            return
        if code.co_flags & inspect.CO_NEWLOCALS:
            self.files.setdefault(code.co_filename[len(SOURCE) + 1 :])
        given = list(frame.f_locals.values()) if event == "call" else [value]
        self._met |= {type(each) for each in given}


def sectors_to_slope() -> Walk:
    """The cells of notebook 02 that make the slope of the abstract, then the macros of the paper."""
    from llmexposure.base.project import NOTEBOOKS
    from llmexposure.publish.paper import write_macros

    book = json.loads((NOTEBOOKS / "02_recruitment_share.ipynb").read_text(encoding="utf-8"))
    code = {cell["id"]: "".join(cell["source"]) for cell in book["cells"]}
    names: dict[str, object] = {}

    def step() -> None:
        for cell in CELLS:
            exec(code[cell], names)  # noqa: S102 (our own notebook)
        write_macros()

    return Walk().of(step)


def postings_to_counts() -> Walk:
    """Simulated Chinese postings as CSV, one of them broken, validated, scored and counted as a user's are."""
    from llmexposure.postings.count import count_file
    from llmexposure.simulation.write import write_simulation

    with tempfile.TemporaryDirectory() as folder:
        address = Path(folder) / "postings.csv"
        write_simulation(address, 300, seed=1)
        with address.open("a", encoding="utf-8") as file:
            file.write("one field\n")  # a row for the quarantine
        return Walk().of(
            lambda: count_file(str(address), language="zh", folder=Path(folder) / "counts")
        )


def main() -> None:
    """Measure both walks in a copy of the repository; print them as JSON."""
    with tempfile.TemporaryDirectory() as root:
        os.environ["LLMEXPOSURE_ROOT"] = root
        for name in ("data", "docs", "notebooks", "results"):
            (Path(root) / name).symlink_to(REPOSITORY / name)
        shutil.copytree(REPOSITORY / "paper", Path(root) / "paper")
        package = importlib.import_module("llmexposure")
        for module in pkgutil.walk_packages(package.__path__, "llmexposure."):
            importlib.import_module(module.name)
        slope, counts = sectors_to_slope(), postings_to_counts()
    found = {
        "sectors_to_slope": {"files": list(slope.files)},
        "postings_to_counts": {
            "files": list(counts.files),
            "carriers": counts.carriers("llmexposure.postings"),
        },
    }
    print(json.dumps(found, indent=1))


if __name__ == "__main__":
    main()
