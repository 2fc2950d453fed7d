"""Imports go one way: the press knows nothing of the study, and the study is ordered."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from llmexposure.base.project import current

SOURCE = current().root / "src" / "llmexposure"
PRESS = ["base", "report", "publish"]
STUDY = ["exposure", "estimation", "data", "postings", "simulation", "derive", "analysis"]
ALLOWED = {
    **{name: PRESS[:place] for place, name in enumerate(PRESS)},
    **{name: ["base", "report", *STUDY[:place]] for place, name in enumerate(STUDY)},
    "cli": [*PRESS, *STUDY],
}
# Pairs of packages of which the first imports the second.
PAIRS = 42


def package(file: Path) -> str:
    """First part of a module's name below `llmexposure`."""
    return file.relative_to(SOURCE).with_suffix("").parts[0]


def imported(code: str) -> Iterator[str]:
    """Packages that a module's text imports from."""
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Import):
            names = [name.name.split(".") for name in node.names]
            yield from (name[1] for name in names if name[0] == "llmexposure" and name[1:])
        if isinstance(node, ast.ImportFrom) and node.module:
            first, *rest = node.module.split(".")
            if first == "llmexposure":
                yield from rest[:1] or [name.name for name in node.names]


MODULES = sorted(f for f in SOURCE.rglob("*.py") if f.parent != SOURCE or f.name[0] != "_")
USES = {
    (package(file), used, file.relative_to(SOURCE).as_posix())
    for file in MODULES
    for used in imported(file.read_text(encoding="utf-8"))
    if used not in (package(file), "__version__")
}


def test_there_are_ten_packages_and_the_command_line():
    assert {package(file) for file in MODULES} == set(ALLOWED)


@pytest.mark.parametrize("name", ALLOWED)
def test_a_package_imports_from_those_before_it(name):
    wrong = [(file, used) for own, used, file in USES if own == name and used not in ALLOWED[name]]
    assert wrong == []


def test_packages_know_few_others():
    assert len({(own, used) for own, used, _ in USES}) <= PAIRS


def test_an_import_within_a_function_counts():
    code = "def f():\n    from llmexposure.report import style\n    from llmexposure import data"
    assert list(imported(code)) == ["report", "data"]
