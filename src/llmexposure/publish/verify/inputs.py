"""What each notebook reads and writes, as paths in the repository.

``python -m llmexposure.publish.verify.inputs`` prints it as JSON: run in a copy, it tells of that copy.
"""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path

from llmexposure.base.project import NOTEBOOKS, ROOT
from llmexposure.publish.steps import steps

Steps = Mapping[str, Mapping[str, list[str]]]


def read_and_written() -> dict[str, dict[str, list[str]]]:
    """Notebook to its ``inputs`` and ``outputs``; what lies outside the repository is left out."""
    return {
        step.name: {"inputs": _inside(step.inputs), "outputs": _inside(step.outputs)}
        for step in steps(NOTEBOOKS)
    }


def _inside(paths: Iterable[Path]) -> list[str]:
    return [p.relative_to(ROOT).as_posix() for p in paths if p.is_relative_to(ROOT)]


def all_inputs(name: str, steps: Steps) -> set[str]:
    """Inputs of a notebook, with those of the notebooks whose results it reads.

    Examples
    --------
    >>> steps = {"1": {"inputs": ["a"], "outputs": ["r"]}, "2": {"inputs": ["r"], "outputs": []}}
    >>> sorted(all_inputs("2", steps))
    ['a', 'r']
    """
    makers = {output: step for step, files in steps.items() for output in files["outputs"]}
    found: set[str] = set()
    waiting = [name]
    while waiting:
        fresh = set(steps[waiting.pop()]["inputs"]) - found
        found |= fresh
        waiting += [makers[path] for path in fresh if path in makers]
    return found


if __name__ == "__main__":
    print(json.dumps(read_and_written()))
