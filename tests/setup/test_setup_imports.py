"""Imports go one way: the order of the rooms is the one that CONTRIBUTING.md gives."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from llmexposure.paths import ROOT

SOURCE = ROOT / "src" / "llmexposure"


def order() -> list[str]:
    """Rooms in the order of the list."""
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    said = text.partition("Imports go one way")[2].partition("A test reads")[0]
    return re.findall(r"`(\w+)`", said)


def room(file: Path) -> str:
    """First part of a module's name below the package."""
    return file.relative_to(SOURCE).with_suffix("").parts[0]


def imported(code: str) -> Iterator[str]:
    """Rooms that a module's text imports from."""
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Import):
            names = [name.name.split(".") for name in node.names]
            yield from (name[1] for name in names if name[0] == "llmexposure" and name[1:])
        if isinstance(node, ast.ImportFrom) and node.module:
            first, *rest = node.module.split(".")
            if first == "llmexposure":
                yield from rest[:1] or [name.name for name in node.names]


MODULES = sorted(f for f in SOURCE.rglob("*.py") if f.parent != SOURCE or f.name != "__init__.py")


def test_every_room_is_in_the_list_once():
    assert sorted(order()) == sorted({room(file) for file in MODULES})


@pytest.mark.parametrize("name", sorted({room(file) for file in MODULES}))
def test_a_room_imports_from_those_before_it(name):
    allowed = {*order()[: order().index(name) + 1], "__version__"}
    for file in MODULES:
        if room(file) == name:
            used = set(imported(file.read_text(encoding="utf-8")))
            assert used <= allowed, f"{file.relative_to(SOURCE)} imports {used - allowed}"


def test_an_import_within_a_function_counts():
    code = (
        "def f():\n    from llmexposure.report import style\n    from llmexposure import datasets"
    )
    assert list(imported(code)) == ["report", "datasets"]
