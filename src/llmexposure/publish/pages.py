"""Where the trace of a number ends: its executed notebook as one HTML page that needs nothing else.

Below each cell stand the numbers that the record took from it, each under its key, so that a link from
the PDF (``07_timing.html#timing.open.us.slope``) ends at the number, in the cell that made it.
"""

import html
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import nbformat

from llmexposure.base.files import write_text
from llmexposure.base.project import Project
from llmexposure.report.latex import printed_field
from llmexposure.report.record import Entry, kinds

_MATH = re.compile(r"(`[^`]*`)|\$\$(.+?)\$\$|\$([^$\n]+?)\$", re.S)
# A picture without alternative text: `Run.figure` gives those of the record theirs.
_SILENT = re.compile(r"<img(?![^>]*\balt=)")
# More numbers than this are shown when the reader opens their table, or a link leads into it.
_SHOWN = 12
_PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
{code_style}
body {{ font: 15px/1.5 sans-serif; max-width: 62em; margin: 2em auto; padding: 0 1em; }}
.cell {{ position: relative; margin: 1em 0; }}
.code_cell::before {{ content: "cell " attr(data-cell); font: 11px monospace; color: #666; }}
.prompt, .anchor-link {{ display: none; }}
.input_area, .output_text pre {{ background: #f6f6f6; padding: .5em .8em; overflow-x: auto; }}
.output_area {{ overflow-x: auto; }}
pre {{ margin: 0; font: 13px/1.4 monospace; }}
table {{ border-collapse: collapse; font-size: 13px; margin: .5em 0; }}
td, th {{ padding: .15em .6em; border-bottom: 1px solid #ddd; text-align: right; }}
td:first-child, th:first-child {{ text-align: left; }}
img {{ max-width: 100%; }}
details.record {{ border-left: 3px solid #0072b2; padding-left: .8em; font-size: 13px; }}
tr:target {{ background: #fff2b3; }}
</style>
</head>
<body>
<p>Executed copy of notebooks/{name}.ipynb.</p>
{body}
<script>
const reveal = () => document.getElementById(decodeURIComponent(location.hash.slice(1)))
  ?.closest("details")?.setAttribute("open", "");
addEventListener("hashchange", reveal); reveal();
const target = document.querySelector(":target"); if (target) target.scrollIntoView();
</script>
</body>
</html>
"""


def folder(project: Project) -> Path:
    """Where the pages lie."""
    return project.build / "html"


def anchor(key: str) -> str:
    """Place of a result or an exhibit on the page of its notebook: an exhibit's is its name.

    Examples
    --------
    >>> anchor("exhibit.open.us_breakdown.table")
    'us_breakdown'
    """
    return key.split(".")[2] if key.startswith("exhibit.") else key


def write_page(executed: Path, entries: Mapping[str, Entry], target: Path) -> None:
    """Write the page of an executed notebook, with the entries that it recorded."""
    write_text(target, page(nbformat.read(executed, as_version=4), entries, executed.stem))


def page(notebook: Any, entries: Mapping[str, Entry], name: str) -> str:
    """HTML of an executed notebook: prose, equations, code, outputs, and below each cell its numbers."""
    from nbconvert.exporters import TemplateExporter
    from pygments.formatters.html import HtmlFormatter

    by_cell: dict[str, dict[str, Entry]] = {}
    for key, item in entries.items():
        by_cell.setdefault(item["cell"], {})[key] = item
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            cell.source = with_mathml(cell.source)
        elif found := by_cell.get(cell.id):
            data = {"text/html": recorded(found)}
            cell.outputs.append(nbformat.v4.new_output("display_data", data))
    body, _ = TemplateExporter.from_notebook_node(_exporter(), notebook)
    body = re.sub(r'id="cell-id=([^"]+)"', r'id="cell-\1" data-cell="\1"', body)
    body = _SILENT.sub('<img alt="Figure; its values are in figures/ as CSV"', body)
    style = HtmlFormatter().get_style_defs(".highlight")
    return _PAGE.format(title=name, name=name, code_style=style, body=body)


@cache
def _exporter() -> Any:
    """Made once for all pages: its templates are compiled when they are first used."""
    from nbconvert.exporters import HTMLExporter
    from nbconvert.filters import Highlight2HTML

    exporter = HTMLExporter(template_name="basic")
    # The notebooks are the project's own. Sanitising them, and the second parse in which HTMLExporter
    # looks for pictures without a text, took most of the time.
    exporter.register_filter("clean_html", lambda text: text)
    exporter.register_filter("highlight_code", Highlight2HTML(pygments_lexer="python"))
    exporter.register_filter("filter_data_type", _best)
    return exporter


def _best(output: Mapping[str, Any]) -> list[str]:
    """The richest form of an output that a page can show."""
    order = ("text/html", "image/png", "image/svg+xml", "text/markdown", "text/plain")
    return [next((kind for kind in order if kind in output), "text/plain")]


def recorded(entries: Mapping[str, Entry]) -> str:
    """Table of the numbers that the record took from a cell, one row a key."""
    rows = "".join(_row(key, item) for key, item in sorted(entries.items()))
    opened = " open" if len(entries) <= _SHOWN else ""
    head = (
        "<tr><th>key</th><th>value</th><th>95% interval</th><th>p</th><th>N</th><th>kind</th></tr>"
    )
    return (
        f'<details class="record"{opened}><summary>In the record from this cell: {len(entries)}'
        f"</summary><table>{head}{rows}</table></details>"
    )


def _row(key: str, item: Entry) -> str:
    value, low, high, p, n = (
        printed_field(item, field) if field in item else ""
        for field in ("value", "ci_low", "ci_high", "p", "n")
    )
    if key.startswith("exhibit."):
        key_cell, value, n = f"{anchor(key)} ({key.rsplit('.', 1)[1]})", "", f"{value} {item['of']}"
    else:
        key_cell = key
    cells = (key_cell, value, f"[{low}, {high}]" if low else "", p, n, kinds(item))
    inside = "".join(f"<td>{html.escape(cell)}</td>" for cell in cells)
    return f'<tr id="{html.escape(anchor(key))}">{inside}</tr>'


def with_mathml(markdown: str) -> str:
    r"""Markdown with its equations as MathML, which browsers draw themselves; code stays as it is.

    Examples
    --------
    >>> with_mathml("`$HOME` and $x$").count("<math")
    1
    """
    return _MATH.sub(_equation, markdown)


def _equation(match: re.Match[str]) -> str:
    from latex2mathml.converter import convert

    code, block, inline = match.groups()
    if code:
        return code
    return convert(block.strip(), display="block") if block else convert(inline)
