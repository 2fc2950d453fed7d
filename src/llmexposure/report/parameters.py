"""Notebook parameters: declared once, in the cell tagged ``parameters``, and checked from there.

A declaration is an annotated assignment; its comment may state what is allowed, and after a semicolon what it
means (``papermill --help-notebook`` prints both):

    exposure: str = "beta"  # one of: alpha, beta, gamma; a task labelled E2 counts 0, 0.5 or 1
    draws: int = 9999  # from 99 to 99999; random assignments
    baseline: str = "2022-11"  # month; first of the two compared
    begin: str = "2022-11-30"  # day
    comparison: str = "auto"  # period: 2022, 2024-H1, 2022-11, 2022-01:2022-06 or auto
"""

import ast
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from llmexposure.base.errors import ParameterError
from llmexposure.base.project import shown
from llmexposure.base.spans import MONTH, SPAN
from llmexposure.report.renamed import renamed

_TYPES = {"str": str, "int": int, "float": (int, float), "bool": bool, "list": list, "dict": dict}
_LINE = re.compile(r"^(\w+)\s*:\s*(\w+)\s*=\s*(.*?)\s*(?:#\s*(.*))?$")


@dataclass(frozen=True)
class Parameter:
    """One declared parameter: name, type name, default, what limits it, and what it means."""

    name: str
    kind: str
    default: Any
    rule: str = ""
    meaning: str = ""

    def problem(self, value: Any) -> str | None:
        """What is wrong with a value, or None."""
        wrong_bool = isinstance(value, bool) and self.kind != "bool"
        if wrong_bool or not isinstance(value, _TYPES[self.kind]):
            return f"expected {self.kind}, found {type(value).__name__} {value!r}"
        if match := re.match(r"one of: (.+)", self.rule):
            allowed = [v.strip() for v in match[1].split(",")]
            if str(value) not in allowed:
                return f"expected one of {', '.join(allowed)}, found {value!r}"
        match = re.match(r"from (\S+) to (\S+)", self.rule)
        if match and not float(match[1]) <= value <= float(match[2]):
            return f"expected a number from {match[1]} to {match[2]}, found {value!r}"
        if self.rule.startswith("month") and not re.fullmatch(MONTH, value):
            return f"expected a month such as 2022-11, found {value!r}"
        if self.rule == "day" and not _is_day(value):
            return f"expected a day such as 2022-11-30, found {value!r}"
        if self.rule.startswith("period") and not SPAN.fullmatch(value):
            return (
                "expected a period such as 2022, 2024-H1, 2022-11, 2022-01:2022-06 or auto, "
                f"found {value!r}"
            )
        return None


def _is_day(value: str) -> bool:
    try:
        return date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


def declared(notebook: Path) -> dict[str, Parameter]:
    """Parameters of a notebook, read from its ``parameters`` cell without running it.

    Raises
    ------
    ParameterError
        When there is not exactly one such cell, or a line of it is not a declaration.
    """
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    tagged = [c for c in cells if "parameters" in c.get("metadata", {}).get("tags", [])]
    if len(tagged) != 1:
        raise ParameterError(
            f"{shown(notebook)}: {len(tagged)} cells tagged 'parameters', expected 1"
        )
    found = {}
    for line in "".join(tagged[0]["source"]).splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        match = _LINE.match(line)
        if match is None or match[2] not in _TYPES:
            raise ParameterError(
                f"{shown(notebook)}: parameter line {line!r}: expected 'name: type = value  # rule' "
                f"with type one of {', '.join(_TYPES)}"
            )
        name, kind, value, rule = match.groups()
        limit, _, meaning = (rule or "").partition(";")
        try:
            default = ast.literal_eval(value)
        except (SyntaxError, ValueError):
            raise ParameterError(
                f"{shown(notebook)}: parameter line {line!r}: the value is no literal that ends on this "
                "line; write name, type, value and rule in one line"
            ) from None
        found[name] = Parameter(name, kind, default, limit.strip(), meaning.strip() or limit)
    return found


def check(
    notebook: Path, given: Mapping[str, Any], known: Mapping[str, Parameter] | None = None
) -> dict[str, Any]:
    """Full set of parameter values: the defaults, overridden by those given.

    Raises
    ------
    ParameterError
        Naming the first parameter that is unknown, of the wrong type or out of range.
    """
    known = declared(notebook) if known is None else known
    for name in given:
        if name not in known:
            raise ParameterError(
                f"{shown(notebook)}: unknown parameter {name!r}; it takes {', '.join(known)}"
                f"{renamed(f'-p {name}')}"
            )
    values = {name: given.get(name, p.default) for name, p in known.items()}
    for name, value in values.items():
        if problem := known[name].problem(value):
            raise ParameterError(f"{shown(notebook)}: parameter {name}: {problem}")
    return values


def typed(notebook: Path, words: Mapping[str, str]) -> dict[str, Any]:
    """Parameters of a notebook from words on the command line, checked.

    Raises
    ------
    ParameterError
        When the notebook does not take a name, or does not allow the value.
    """
    known = declared(notebook)
    if unknown := [name for name in words if name not in known]:
        raise ParameterError(
            f"unknown parameter {unknown[0]!r}; expected one of {', '.join(known)}"
        )
    values = {name: _typed(word, known[name].kind) for name, word in words.items()}
    check(notebook, values)
    return values


def _typed(word: str, kind: str) -> Any:
    whole = kind == "int" and word.lstrip("-").isdigit()
    return int(word) if whole else word
