"""Starters: the instructor's notebooks without what stands between BEGIN SOLUTION and END SOLUTION."""

import json
import re
from pathlib import Path

from kit.tables import COURSE

BLANK = "# your code here"
_REGION = re.compile(r"^([ \t]*)### BEGIN SOLUTION\n.*?^[ \t]*### END SOLUTION$", re.S | re.M)


def starter(text: str) -> str:
    """Text of a notebook without its solutions.

    Raises
    ------
    ValueError
        When a region begins and does not end.
    """
    book = json.loads(text)
    for cell in book["cells"]:
        if cell["cell_type"] != "code":
            continue
        source = _REGION.sub(rf"\1{BLANK}", "".join(cell["source"]))
        if "SOLUTION" in source:
            raise ValueError(f"cell {cell['id']}: a solution begins and does not end")
        cell["source"] = source.splitlines(keepends=True)
        cell["outputs"], cell["execution_count"] = [], None
    return json.dumps(book, ensure_ascii=False, indent=1) + "\n"


def write(instructor: Path, out: Path = COURSE / "exercises") -> list[Path]:
    """Write a starter for each notebook of an instructor's folder; returns the files."""
    out.mkdir(parents=True, exist_ok=True)
    made = []
    for path in sorted(instructor.glob("e*.ipynb")):
        target = out / path.name
        target.write_text(starter(path.read_text(encoding="utf-8")), encoding="utf-8")
        made.append(target)
    return made
