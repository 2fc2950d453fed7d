"""Which cells run for which evidence: a cell may begin with ``# evidence: open, simulated``.

The comment keeps the cell plain Python, for the linter and for the build, which finds the inputs and
outputs of a notebook from its text. `install` makes the kernel skip the cells of evidence that was not
asked for. A cell without the comment always runs.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

from llmexposure.base.errors import ParameterError
from llmexposure.exposure.measures import OTHER
from llmexposure.report.record import EVIDENCE

GUARD = re.compile(r"#\s*evidence:\s*(\w+(?:\s*,\s*\w+)*)\s*$")
# What a run with this parameter shows. Open evidence has no panel of postings, so that part is simulated.
SHOWN = {
    "open": frozenset({"open", "simulated"}),
    "simulated": frozenset({"simulated"}),
    "postings": frozenset({"postings"}),
}


def named(cell: str) -> frozenset[str]:
    """Evidence that a cell is for; empty when it is for any.

    Raises
    ------
    ParameterError
        When the comment names something that is no kind of evidence.

    Examples
    --------
    >>> sorted(named("# evidence: postings, simulated"))
    ['postings', 'simulated']
    """
    match = GUARD.match(cell.split("\n", 1)[0])
    names = frozenset(re.split(r"\s*,\s*", match[1])) if match else frozenset()
    if unknown := names - set(EVIDENCE):
        raise ParameterError(
            f"cell for evidence {min(unknown)!r}: expected of {', '.join(EVIDENCE)}"
        )
    return names


def runs(cell: str, shown: frozenset[str]) -> bool:
    """Whether a cell runs when this evidence is shown; an empty set shows all."""
    return not shown or not named(cell) or bool(named(cell) & shown)


def shown_by(parameters: Mapping[str, Any]) -> frozenset[str]:
    """Evidence that a run with these parameters shows; empty (all) without a parameter ``evidence``.

    Raises
    ------
    ParameterError
        When ``postings`` is missing or not asked for, or the exposure does not score postings.

    Examples
    --------
    >>> sorted(shown_by({"evidence": "open", "exposure": "beta"}))
    ['open', 'simulated']
    """
    if "evidence" not in parameters:
        return frozenset()
    evidence, path = parameters["evidence"], parameters.get("postings", "")
    if (evidence == "postings") != bool(path):
        raise ParameterError(
            f"evidence is {evidence!r} and postings is {path!r}: a path goes with evidence 'postings'"
        )
    if parameters.get("exposure") in OTHER:
        if evidence != "open":
            raise ParameterError(
                f"exposure {parameters['exposure']!r} scores occupations, not activities, so there is no "
                "panel of postings with it; choose alpha, beta or gamma"
            )
        return frozenset({"open"})
    return SHOWN[evidence]


def skipping(shown: frozenset[str]) -> Callable[[list[str]], list[str]]:
    """Transformer of cells, as IPython takes it: those that do not run become a line that says so."""

    def transform(lines: list[str]) -> list[str]:
        if not lines or runs(lines[0], shown):
            return lines
        return [f'print("not run: evidence here is {", ".join(sorted(shown))}")\n']

    transform.llmexposure = True  # type: ignore[attr-defined]
    return transform


def install(shell: Any, shown: frozenset[str]) -> None:
    """Have a kernel skip cells from now on; an earlier choice in the same kernel is dropped."""
    cleanup = shell.input_transformers_cleanup
    cleanup[:] = [known for known in cleanup if not hasattr(known, "llmexposure")]
    cleanup.append(skipping(shown))
