"""What each notebook reads and makes, as paths in the repository."""

from collections.abc import Mapping

from llmexposure.base.project import Project
from llmexposure.publish.steps import read_notes
from llmexposure.report.notes import IMPORTS, MAKES, READS

Steps = Mapping[str, Mapping[str, list[str]]]


def read_and_written(project: Project) -> dict[str, dict[str, list[str]]]:
    """Notebook to its ``inputs`` (itself, data, results, modules) and ``outputs``, by its notes."""
    return {
        name: {
            "inputs": [
                f"notebooks/{name}.ipynb",
                *uses[READS],
                *(_source(project, module) for module in uses[IMPORTS]),
            ],
            "outputs": [f"results/{name}.json", *uses[MAKES]],
        }
        for name, uses in read_notes(project).items()
    }


def _source(project: Project, module: str) -> str:
    """Source file of a module in the ``src`` of a project."""
    path = f"src/{module.replace('.', '/')}"
    return f"{path}/__init__.py" if (project.root / path).is_dir() else f"{path}.py"


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
