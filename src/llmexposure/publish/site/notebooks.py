"""Executed notebooks for the web edition: below each cell the numbers that the record took from it."""

import html
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import nbformat

from llmexposure.base.errors import BuildError
from llmexposure.base.files import write_text
from llmexposure.base.project import Project
from llmexposure.publish.pages import recorded
from llmexposure.publish.site.pages import relinked
from llmexposure.publish.steps import notebooks
from llmexposure.report.record import Entry

_EMPTY_HEAD = re.compile(r"<th>\s*</th>")


def executed(project: Project) -> list[Path]:
    """Executed copies that the last build left, one for each notebook of the project.

    Raises
    ------
    BuildError
        When the paper was not built on this machine.
    """
    copies = [project.build / "notebooks" / path.name for path in notebooks(project)]
    if absent := [path.stem for path in copies if not path.is_file()]:
        raise BuildError(
            f"{len(absent)} of {len(copies)} notebooks have no executed copy in build/notebooks "
            f"({absent[0]} is the first): run make paper, then make site"
        )
    return copies


def write(
    path: Path,
    entries: Mapping[str, Entry],
    alternatives: Mapping[str, str],
    included: Mapping[str, str],
    target: Path,
) -> None:
    """Write one executed notebook as the site shows it."""
    notebook = _read(path, "notebooks", included)
    write_text(target, nbformat.writes(annotated(notebook, entries, alternatives)) + "\n")


def plain(path: Path, folder: str, included: Mapping[str, str]) -> str:
    """A notebook of another folder as a page."""
    return nbformat.writes(_read(path, folder, included)) + "\n"


def _read(path: Path, folder: str, included: Mapping[str, str]) -> Any:
    notebook = nbformat.read(path, as_version=4)
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            cell.source = relinked(cell.source, folder, included)
    return notebook


def annotated(notebook: Any, entries: Mapping[str, Entry], alternatives: Mapping[str, str]) -> Any:
    """The notebook with a target and the recorded numbers at each cell, and a text for each picture.

    Parameters
    ----------
    notebook
        An executed notebook.
    entries
        What it recorded, by key.
    alternatives
        Alternative text of each figure, by name.
    """
    by_cell: dict[str, dict[str, Entry]] = {}
    for key, item in entries.items():
        by_cell.setdefault(item["cell"], {})[key] = item
    cells = []
    for cell in notebook.cells:
        found = by_cell.get(cell.id, {})
        if cell.cell_type == "code":
            names = [key.split(".")[2] for key in found if key.endswith(".figure")]
            shown = [name for name in names if name in alternatives]
            cell.outputs = [_kept(output, shown, alternatives) for output in cell.outputs]
            cell.metadata["mystnb"] = {"image": {"alt": f"Picture made by cell {cell.id}"}}
            cells.append(_mark(cell.id))
        cells.append(cell)
        if found:
            table = recorded(found).replace("<table>", '<div class="scroll" tabindex="0"><table>')
            cells.append(_raw(f"record-{cell.id}", table.replace("</table>", "</table></div>")))
    notebook.cells = cells
    notebook.metadata.pop("papermill", None)
    return notebook


def _kept(output: Any, figures: list[str], alternatives: Mapping[str, str]) -> Any:
    """An output in the richest form that a page can show; the figure of a cell is that of `figures/`."""
    data = output.get("data")
    if data is None:
        return output
    order = ("text/html", "image/png", "image/svg+xml", "text/markdown", "text/plain")
    best = next((kind for kind in order if kind in data), None)
    if best == "image/png" and len(figures) == 1:
        name = figures[0]
        alternative = html.escape(alternatives[name])
        output["data"] = {
            "text/html": f'<img src="../figures/{name}.png" alt="{alternative}" loading="lazy">'
        }
    elif best:
        # A head without words says nothing to who hears the page: there it is a cell.
        shown = data[best] if best != "text/html" else _EMPTY_HEAD.sub("<td></td>", data[best])
        output["data"] = {best: shown}
    return output


def _mark(cell: str) -> Any:
    return _raw(f"mark-{cell}", f'<p class="cell-name" id="cell-{cell}">cell {cell}</p>')


def _raw(name: str, text: str) -> Any:
    return nbformat.v4.new_markdown_cell(f"```{{raw}} html\n{text}\n```", id=name[:64])
