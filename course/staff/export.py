"""The course as students get it: lab, exercises, kit and the data they need; nothing of the instructor's."""

import json
import shutil
from pathlib import Path

from kit.tables import COURSE, TABLES, record

FOLDERS = ("lab", "lab_zh", "exercises")
LECTURER = "<!-- lecturer"  # what follows in a page is not for students
SKIP = shutil.ignore_patterns("__pycache__", ".ipynb_checkpoints", "capstone_work")
PAGES = ("README.md", "README.zh.md", "requirements.txt")
SOURCES = """# Data of the course

Tables of the repository that this course was exported from, under its licence (CC BY 4.0) and the terms of
the sources behind them: Indeed Hiring Lab's posting indices, O*NET (CC BY 4.0, US Department of
Labor), task ratings of Eloundou and co-authors, and the Occupational Employment and Wage Statistics of the
US Bureau of Labor Statistics. `record.json` holds the
numbers of the paper with interval, source and notebook.
"""


def export(out: Path) -> list[Path]:
    """Write the students' course to a new or formerly exported folder; returns its files.

    Raises
    ------
    FileExistsError
        When the folder holds something that no export made.
    """
    marker = out / "kit" / "keys.json"
    if out.exists() and any(out.iterdir()) and not marker.exists():
        raise FileExistsError(f"{out} holds other files; name a new folder")
    shutil.rmtree(out, ignore_errors=True)
    for folder in FOLDERS:
        shutil.copytree(COURSE / folder, out / folder, ignore=SKIP)
    for page in PAGES:
        text = (COURSE / page).read_text(encoding="utf-8").partition(LECTURER)[0].rstrip()
        (out / page).write_text(f"{text}\n", encoding="utf-8")
    kit_of(out)
    data_of(out)
    return sorted(path for path in out.rglob("*") if path.is_file())


def kit_of(out: Path) -> None:
    """Copy the kit into a folder."""
    shutil.copytree(COURSE / "kit", out / "kit", ignore=SKIP)


def data_of(out: Path) -> None:
    """Write the tables of the course and the record of the paper into the folder ``data``."""
    data = out / "data"
    data.mkdir()
    for name in TABLES:
        shutil.copy(COURSE.parent / "data" / "analysis" / f"{name}.csv", data)
    text = json.dumps(record(), ensure_ascii=False, sort_keys=True)
    (data / "record.json").write_text(text + "\n", encoding="utf-8")
    (data / "README.md").write_text(SOURCES, encoding="utf-8")
