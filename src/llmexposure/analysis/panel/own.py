"""A user's own postings: from their address to counts, and what the paper on them says in a line each."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from llmexposure.base.errors import DataError, ParameterError
from llmexposure.base.project import Project, shown
from llmexposure.postings.count import account_of, count_file
from llmexposure.postings.own_counts import is_counted
from llmexposure.postings.read.address import shown_address
from llmexposure.report import record
from llmexposure.report.parameters import typed
from llmexposure.report.tables import Variant

NOTEBOOK = "17_postings_panel"
PANEL = "panel.csv"
POSTINGS = "postings"  # parameter that names the counts
SECTIONS = ("own_postings.tex", "own_postings_title.tex")
RELATIONSHIPS = (
    "recruitment_share", "application_share", "degree_requirement", "experience_requirement",
    "remote_work",
)  # fmt: skip


def folder(first: Project) -> Project:
    """Project of the paper on the postings: ``build/postings``."""
    return Project(first.build / "postings", lender=first.root)


def counts(
    address: str,
    *,
    say: Callable[[str], object] = print,
    **reading: Any,
) -> Path:
    """Counts of postings by occupation and month: made now, unless the address is of counts already.

    ``reading`` are options of `count_file`, which say how the postings are read.

    Raises
    ------
    DataError, ParameterError
        When the postings cannot be used; the message says why.
    """
    panel = Path(address)
    if not is_counted(panel):
        say(f"counting {shown_address(address)}")
        panel = count_file(address, **reading)
        for line in account_of(panel):
            say(line)
    say(f"counts: {shown(panel)}")
    return panel


def variant(first: Project, panel: Path, words: Mapping[str, str]) -> Variant:
    """The paper on counts of postings; ``words`` are parameters of the notebook as given on the command line.

    Raises
    ------
    ParameterError
        When the notebook does not take a name, or does not allow the value.
    """
    notebook = first.notebooks / f"{NOTEBOOK}.ipynb"
    if POSTINGS in words:
        raise ParameterError(f"{POSTINGS} is where the counts go; it is no parameter to give")
    given = {**typed(notebook, words), POSTINGS: PANEL}
    sections = tuple(first.paper / name for name in SECTIONS)
    return Variant(folder(first).root, NOTEBOOK, given, {PANEL: panel}, sections)


def summary(project: Project) -> list[str]:
    """Each relationship on the postings in a line: slope with interval, or why there is none.

    Raises
    ------
    DataError
        When the notebook on the postings has no results there.
    """
    path = project.results / f"{NOTEBOOK}.json"
    if not path.exists():
        raise DataError(f"{shown(path)} is not there")
    found = record.load(path)
    return [f"{relation}: {_found(found, relation)}" for relation in RELATIONSHIPS]


def _found(entries: Mapping[str, record.Entry], relation: str) -> str:
    item = entries.get(f"{relation}.postings.panel.slope")
    if item is None:
        return f"not available, {entries[f'{relation}.postings.panel.unavailable']['value']}"
    low, high = item.get("ci_low"), item.get("ci_high")
    return f"{item['value']:.4g} [{low:.4g}, {high:.4g}], N = {item['n']}"
