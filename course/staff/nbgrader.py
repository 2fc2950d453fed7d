"""The exercises as one nbgrader assignment, for those who grade with it.

nbgrader knows the student's own variant only; the hidden one is a matter of `staff.grade`.
"""

import json
from pathlib import Path
from typing import Any

from kit.tables import COURSE

from staff.export import data_of, kit_of
from staff.keys import key

ASSIGNMENT = "course"
CONFIG = """c = get_config()
c.CourseDirectory.course_id = "exposure"
c.ClearSolutions.code_stub = {"python": "# your code here"}
c.ExecutePreprocessor.timeout = 120
"""


def export(out: Path, instructor: Path = COURSE / "instructor") -> Path:
    """Write ``nbgrader_config.py`` and ``source/course`` into a new folder; returns the latter.

    Raises
    ------
    FileExistsError
        When the folder is not empty.
    """
    if out.exists() and any(out.iterdir()):
        raise FileExistsError(f"{out} holds other files; name a new folder")
    source = out / "source" / ASSIGNMENT
    source.mkdir(parents=True)
    (out / "nbgrader_config.py").write_text(CONFIG, encoding="utf-8")
    kit_of(source)
    data_of(source)
    for path in sorted(instructor.glob("e*.ipynb")):
        book = json.loads(path.read_text(encoding="utf-8"))
        book["cells"] = _cells(path.stem.split("_")[0], book["cells"], instructor)
        text = json.dumps(book, ensure_ascii=False, indent=1)
        (source / path.name).write_text(f"{text}\n", encoding="utf-8")
    return source


def _cells(exercise: str, cells: list[dict[str, Any]], instructor: Path) -> list[dict[str, Any]]:
    """Cells with nbgrader's marks, and behind them a test worth one point for each answer."""
    for cell in cells:
        if "### BEGIN SOLUTION" in "".join(cell["source"]):
            cell["metadata"]["nbgrader"] = _mark(cell["id"], solution=True)
    tests = [
        {
            "cell_type": "code",
            "id": f"test-{name.replace('_', '-')}",
            "metadata": {"nbgrader": _mark(f"test-{name}", grade=True)},
            "source": [
                "from kit.checks import earned\n\n",
                f'earned("{exercise}", answers, STUDENT, "{name}")',
            ],
            "execution_count": None,
            "outputs": [],
        }
        for name in key(exercise, 0, instructor)
    ]
    return [*cells, *tests]


def _mark(name: str, *, solution: bool = False, grade: bool = False) -> dict[str, Any]:
    mark = {
        "grade": grade, "solution": solution, "task": False, "locked": grade, "schema_version": 3,
        "grade_id": name,
    }  # fmt: skip
    return mark | ({"points": 1} if grade else {})
