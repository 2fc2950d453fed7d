"""What a notebook reads and writes, found from its text without running it.

A notebook reads the tables it asks for with ``run.load("name")``, the results of earlier notebooks it
asks for with ``run.earlier("name")``, and the library modules it imports (with all that those import);
it writes what it names in ``run.figure("name"`` and ``run.table("name"`` (or ``slope_table``,
``correlation_table``, ``longtable``), and its own file of the record. Of an ``if`` or a conditional
expression on a parameter only the branch that runs counts.
"""

import ast
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, TypeGuard

import grimp

import llmexposure
from llmexposure.base.project import (
    BUILD,
    FIGURES,
    GENERATED,
    NOTEBOOKS,
    RESULTS,
    SWEEPS_TOML,
    TAXONOMY,
    table_file,
)
from llmexposure.publish import given
from llmexposure.report.parameters import declared

PACKAGE = "llmexposure"
_CALL = r"run\.{}\(\s*[\"'](\w+)[\"']"


@dataclass(frozen=True)
class Step:
    """One notebook: where it is, the files it depends on, the files it makes, what it is given."""

    notebook: Path
    inputs: tuple[Path, ...]
    outputs: tuple[Path, ...]
    parameters: Mapping[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """File name without its ending, such as ``02_recruitment_share``."""
        return self.notebook.stem


def code(notebook: Path) -> str:
    """Code cells of a notebook as one text."""
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    return "\n\n".join("".join(c["source"]) for c in cells if c["cell_type"] == "code")


class _Chosen(ast.NodeTransformer):
    """Puts the branch that runs in the place of an ``if`` on a parameter."""

    def __init__(self, parameters: Mapping[str, Any]) -> None:
        self.parameters = parameters

    def visit_If(self, node: ast.If) -> Any:
        """A statement becomes the statements of one branch."""
        self.generic_visit(node)
        if not self._is_on_parameter(node.test):
            return node
        return node.body if self.parameters[node.test.id] else node.orelse

    def visit_IfExp(self, node: ast.IfExp) -> Any:
        """An expression becomes one of its two."""
        self.generic_visit(node)
        if not self._is_on_parameter(node.test):
            return node
        return node.body if self.parameters[node.test.id] else node.orelse

    def _is_on_parameter(self, test: ast.expr) -> TypeGuard[ast.Name]:
        return isinstance(test, ast.Name) and test.id in self.parameters


def chosen(text: str, parameters: Mapping[str, Any]) -> str:
    """What of a text runs with these parameters.

    Examples
    --------
    >>> chosen("run.figure('own' if postings else 'simulated')", {"postings": ""})
    "run.figure('simulated')"
    """
    if not any(re.search(rf"\bif {name}\b", text) for name in parameters):
        return text
    return ast.unparse(_Chosen(parameters).visit(ast.parse(text)))


def called(text: str, method: str) -> list[str]:
    """Names given as first argument to ``run.<method>`` (a pattern), in order, each once."""
    return list(dict.fromkeys(re.findall(_CALL.format(method), text)))


def imported(text: str) -> set[str]:
    """Modules of the package that the text imports."""
    graph = _graph()
    found = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(PACKAGE):
            names = {f"{node.module}.{alias.name}" for alias in node.names} | {node.module}
            found |= names & graph.modules
        elif isinstance(node, ast.Import):
            found |= {a.name for a in node.names} & graph.modules
    return found


@cache
def _graph() -> grimp.ImportGraph:
    return grimp.build_graph(PACKAGE, cache_dir=str(BUILD / "grimp"))


def module_file(module: str) -> Path:
    """Source file of a module of the package."""
    base = Path(llmexposure.__file__).parents[1].joinpath(*module.split("."))
    package = base / "__init__.py"
    return package if package.exists() else base.with_suffix(".py")


def library(text: str) -> list[Path]:
    """Source files of the modules that the text imports, with everything that they import."""
    direct = imported(text)
    graph = _graph()
    closure = direct.union(*(graph.find_upstream_modules(m) for m in direct)) if direct else set()
    return sorted({module_file(m) for m in closure})


def tables(text: str) -> list[Path]:
    """Committed tables that the text loads."""
    return [table_file(name) for name in called(text, "load")]


def _read(modules: list[Path]) -> list[Path]:
    """Modules, and the files that they may read by themselves: tables of ours and of the package."""
    own = sorted({path for module in modules for path in module.parent.glob("*.csv")})
    sweeps = [SWEEPS_TOML] if any(m.parent.name in ("sweeps", "curves") for m in modules) else []
    maps = [path for path in sorted(TAXONOMY.glob("*.csv")) if path.stem != "codebook"]
    return [*modules, *own, *maps, *sweeps]


def step(notebook: Path) -> Step:
    """Inputs and outputs of one notebook, with the parameters that it is given."""
    parameters = given.parameters(notebook)
    defaults = {name: parameter.default for name, parameter in declared(notebook).items()}
    text = chosen(code(notebook), {**defaults, **parameters})
    figures = [
        FIGURES / f"{name}.{kind}"
        for name in called(text, "figure")
        for kind in ("csv", "pdf", "png")
    ]
    earlier = [RESULTS / f"{name}.json" for name in called(text, "earlier")]
    made = [GENERATED / "tables" / f"{name}.tex" for name in called(text, r"(?:\w+_|long)?table")]
    return Step(
        notebook,
        (notebook, *tables(text), *earlier, *_read(library(text)), *given.files()),
        (RESULTS / f"{notebook.stem}.json", *figures, *made),
        parameters,
    )


def steps(folder: Path = NOTEBOOKS) -> list[Step]:
    """Every numbered notebook, in order."""
    return [step(path) for path in sorted(folder.glob("[0-9][0-9]_*.ipynb"))]
