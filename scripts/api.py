"""Write docs/reference/api.md from the docstrings: every public function and class, by package and module.

Run it after a change of a public name or of the first sentence of a docstring:
scripts/run.sh python scripts/api.py (with --check it writes nothing and fails when the page is out of date).
"""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "llmexposure"
PAGE = ROOT / "docs" / "reference" / "api.md"
# In the order in which they may import one another.
PACKAGES = (
    "base", "report", "publish", "exposure", "estimation", "data", "postings", "simulation", "derive",
    "analysis",
)  # fmt: skip
HEAD = """# Library

Written by `scripts/api.py` from the docstrings; do not edit. Names are those that other modules may use;
shapes, units, errors and examples stand in the docstring itself (`help(...)`, or the linked file). What each
package is for is in [architecture](../explanation/architecture.md).
"""


def sentence(node: ast.Module | ast.FunctionDef | ast.ClassDef) -> str:
    """First sentence of a docstring, in one line; empty without one."""
    text = " ".join((ast.get_docstring(node) or "").split("\n\n")[0].split())
    return text.split(". ")[0].removesuffix(".")


def called(function: ast.FunctionDef) -> str:
    """Arguments of a function by name, as they are given."""
    given = function.args
    words = [one.arg for one in (*given.posonlyargs, *given.args) if one.arg not in ("self", "cls")]
    words += [f"*{given.vararg.arg}"] if given.vararg else ["*"] if given.kwonlyargs else []
    words += [one.arg for one in given.kwonlyargs]
    words += [f"**{given.kwarg.arg}"] if given.kwarg else []
    return f"{function.name}({', '.join(words)})"


def public(body: list[ast.stmt]) -> Iterator[ast.FunctionDef | ast.ClassDef]:
    """Functions and classes of a body that others may use."""
    for node in body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"):
            yield node


def entries(node: ast.FunctionDef | ast.ClassDef) -> Iterator[str]:
    """Lines of one name; of a class also its methods."""
    name = called(node) if isinstance(node, ast.FunctionDef) else f"class {node.name}"
    yield f"- `{name}`: {sentence(node)}."
    if isinstance(node, ast.ClassDef):
        for method in public(node.body):
            if isinstance(method, ast.FunctionDef) and sentence(method):
                yield f"  - `{called(method)}`: {sentence(method)}."


def module(path: Path) -> Iterator[str]:
    """Section of a module; none when it has no public name."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    found = [line for node in public(tree.body) if sentence(node) for line in entries(node)]
    if found:
        inside = path.relative_to(SOURCE)
        parts = inside.parent.parts if path.stem == "__init__" else inside.with_suffix("").parts
        yield f"\n### [{'.'.join(parts)}](../../src/llmexposure/{inside.as_posix()})\n"
        yield f"{sentence(tree)}.\n"
        yield from found


def page() -> str:
    """The whole page."""
    lines = [HEAD]
    for package in PACKAGES:
        lines += [f"\n## {package}"]
        lines += [
            line for path in sorted((SOURCE / package).rglob("*.py")) for line in module(path)
        ]
    return "\n".join(lines) + "\n"


def main(words: list[str]) -> int:
    """Write the page, or say whether it is up to date."""
    text = page()
    if "--check" in words:
        same = PAGE.exists() and PAGE.read_text(encoding="utf-8") == text
        print("up to date" if same else "out of date: run scripts/run.sh python scripts/api.py")
        return 0 if same else 1
    PAGE.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
