"""How far a number walks through this code: files entered, and classes that hand a row on.

Two walks: from the committed table of sectors to the slope in the abstract, and from an address of 300
simulated Chinese postings to their counts by occupation and month. A file counts when one of its functions is
entered, in any thread; what runs at import is no step. `test_setup_walks.py` holds the limits.

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
SOURCE = f"{REPOSITORY}/src/llmexposure/"
CELLS = ("parameters", "start", "imports", "data", "by-hand", "slope", "finish")
# Classes that do the work, or say how it is to be done: one instance for all rows.
TOOLS = {
    "ChineseFeatures", "Choice", "ColumnMap", "Engine", "Evidence", "Job", "Journal", "Layout",
    "LexicalMatcher", "Materials", "Pairs", "Scorer", "Seen", "SeenIds", "Terms",
}  # fmt: skip


class Walk:
    """Files in order of first entry, and classes of what functions were given and gave back."""

    def __init__(self, step: Callable[[], object]) -> None:
        self.files: dict[str, None] = {}
        self._met: set[type] = set()
        threading.setprofile(self._follow)
        sys.setprofile(self._follow)
        step()
        sys.setprofile(None)
        threading.setprofile(None)

    def _follow(self, frame: FrameType, event: str, value: object) -> None:
        code = frame.f_code
        if event not in ("call", "return") or not code.co_filename.startswith(SOURCE):
            return
        if code.co_flags & inspect.CO_NEWLOCALS:  # a function, not the body of a module or class
            self.files.setdefault(code.co_filename.removeprefix(SOURCE))
        given = frame.f_locals.values() if event == "call" else [value]
        self._met.update(map(type, list(given)))

    def carriers(self, package: str) -> list[str]:
        """Classes of a package that were met, without tools and what begins with ``_``."""
        met = {kind.__name__ for kind in self._met if kind.__module__.startswith(package)}
        return sorted(name for name in met - TOOLS if name[0] != "_")


def sectors_to_slope() -> Walk:
    """The cells of notebook 02 that make the slope of the abstract, then the macros of the paper."""
    from llmexposure.base.project import current
    from llmexposure.publish.paper import write_macros

    text = (REPOSITORY / "notebooks" / "02_recruitment_share.ipynb").read_text(encoding="utf-8")
    code = {cell["id"]: "".join(cell["source"]) for cell in json.loads(text)["cells"]}
    names: dict[str, object] = {}
    return Walk(lambda: [*(exec(code[cell], names) for cell in CELLS), write_macros(current())])  # noqa: S102


def postings_to_counts(folder: Path) -> Walk:
    """Simulated Chinese postings as CSV, and a broken row, validated, scored and counted."""
    from llmexposure.postings.count import count_file
    from llmexposure.simulation.write import write_simulation

    address = folder / "postings.csv"
    write_simulation(address, 300, seed=1)
    with address.open("a", encoding="utf-8") as file:
        file.write("one field\n")
    return Walk(lambda: count_file(str(address), language="zh", folder=folder / "counts"))


def main() -> None:
    """Take both walks in a copy of the repository, so that nothing of it is written; print JSON."""
    with tempfile.TemporaryDirectory() as root:
        os.environ["LLMEXPOSURE_ROOT"] = root
        for name in ("data", "docs", "notebooks", "results"):
            Path(root, name).symlink_to(REPOSITORY / name)
        shutil.copytree(REPOSITORY / "paper", Path(root, "paper"))
        for module in pkgutil.walk_packages([SOURCE], "llmexposure."):
            importlib.import_module(module.name)
        slope, counts = sectors_to_slope(), postings_to_counts(Path(root))
    carriers = counts.carriers("llmexposure.postings")
    rows = {"files": list(counts.files), "carriers": carriers}
    number = {"files": list(slope.files)}
    print(json.dumps({"sectors_to_slope": number, "postings_to_counts": rows}, indent=1))


if __name__ == "__main__":
    main()
