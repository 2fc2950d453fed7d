"""Run one notebook in a process of its own and write down its answers. Started by `staff.grade` only.

    python runner.py NOTEBOOK OUT COURSE EXERCISE SEED SECONDS

Cells run in order in one IPython session without a kernel; a cell that fails is noted and the next one
runs. Limits of this process: CPU seconds, size of a file, memory. They hold accidents, not attacks.
"""

import contextlib
import json
import math
import os
import resource
import sys
from pathlib import Path
from typing import Any

MEGABYTE = 2**20
LARGEST_FILE, LARGEST_MEMORY = 50 * MEGABYTE, 6 * 1024 * MEGABYTE


def plain(value: Any) -> Any:
    """Answer as JSON: a number, a word, a table as rows; of anything else its type."""
    if hasattr(value, "to_dict"):
        return value.to_dict("records") if value.ndim == 2 else value.to_dict()
    if hasattr(value, "item") and getattr(value, "size", 1) == 1:
        value = value.item()
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, list | tuple | dict):
        return json.loads(json.dumps(value, default=str))
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    return f"<{type(value).__name__}>"


def limit(seconds: int) -> None:
    """Set the limits of this process."""
    for what, most in (
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_FSIZE, LARGEST_FILE),
        (resource.RLIMIT_AS, LARGEST_MEMORY),
    ):
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(what, (most, most))


def run(notebook: Path) -> tuple[dict[str, Any], list[str]]:
    """Answers of a notebook and one line for each cell that failed."""
    from IPython.core.interactiveshell import InteractiveShell

    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    shell = InteractiveShell.instance()
    errors = []
    for number, cell in enumerate(cells, 1):
        if cell.get("cell_type") != "code":
            continue
        done = shell.run_cell("".join(cell["source"]), store_history=False, silent=True)
        if problem := done.error_before_exec or done.error_in_exec:
            first = (str(problem).splitlines() or [""])[0][:200]
            errors.append(f"cell {cell.get('id', number)}: {type(problem).__name__}: {first}")
    answers = shell.user_ns.get("answers")
    if not isinstance(answers, dict):
        return {}, [*errors, "no dictionary named answers"]
    return {str(name): plain(value) for name, value in answers.items()}, errors


def main(notebook: str, out: str, course: str, exercise: str, seed: str, seconds: str) -> None:
    """Run and write ``{"answers": ..., "errors": [...]}``."""
    limit(int(seconds))
    sys.path.insert(0, course)
    from kit import variants

    variants.forced[exercise] = int(seed)
    try:
        answers, errors = run(Path(notebook))
        text = json.dumps({"answers": answers, "errors": errors}, default=str)
    except SystemExit:
        text = json.dumps({"answers": {}, "errors": ["the notebook ended the session"]})
    except Exception as problem:  # a file that is no notebook
        line = f"{type(problem).__name__}: {str(problem)[:200]}"
        text = json.dumps({"answers": {}, "errors": [line]})
    Path(out).write_text(text, encoding="utf-8")
    os._exit(0)  # threads of the notebook shall not hold it


if __name__ == "__main__":
    main(*sys.argv[1:])
