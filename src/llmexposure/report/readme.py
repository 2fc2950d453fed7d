"""The parts of README.md that are written from data: findings, sources, exhibits.

The README keeps them between ``<!-- begin NAME -->`` and ``<!-- end NAME -->``; the rest is prose.
"""

import re
from collections.abc import Mapping

from llmexposure.errors import BuildError
from llmexposure.report.latex import printed_field
from llmexposure.report.markdown import address, plain
from llmexposure.report.record import Entry, nearest
from llmexposure.sources.registry import Source

_KEY = re.compile(r"\{\{([\w.]+)(?::(\w+))?\}\}")


def fill(template: str, entries: Mapping[str, Entry]) -> str:
    """Replace ``{{KEY}}`` and ``{{KEY:FIELD}}`` (``ci`` for the interval) by printed results.

    Raises
    ------
    BuildError
        When a key is not in the record.
    """

    def one(match: re.Match[str]) -> str:
        key, field = match[1], match[2] or "value"
        if key not in entries:
            raise BuildError(f"README findings: no result {key}{nearest(key, entries)}")
        if field == "ci":
            low, high = (printed_field(entries[key], f) for f in ("ci_low", "ci_high"))
            return f"[{low}, {high}]"
        return plain(printed_field(entries[key], field))

    return _KEY.sub(one, template)


def sources_table(registry: Mapping[str, Source]) -> str:
    """Markdown table of the upstream sources with licence and whether copies may be passed on."""
    rows = ["| source | what | licence | may be passed on |", "|---|---|---|---|"]
    rows += [
        f"| [`{s.id}`]({address(s.page)}) | {plain(s.title)} | {plain(s.licence)} "
        f"| {'yes' if s.redistribute else 'no'} |"
        for s in registry.values()
    ]
    return "\n".join(rows) + "\n"


def exhibits_table(entries: Mapping[str, Entry]) -> str:
    """Markdown table of figures and tables with the notebook and cell that make them."""
    rows = ["| exhibit | kind | notebook | cell |", "|---|---|---|---|"]
    for key, item in sorted(entries.items(), key=lambda pair: (pair[1]["notebook"], pair[0])):
        if key.startswith("exhibit."):
            _, _, name, kind = key.split(".")
            link = f"[{item['notebook']}](notebooks/{item['notebook']}.ipynb)"
            rows.append(f"| {name} | {kind} | {link} | `{item['cell']}` |")
    return "\n".join(rows) + "\n"


def replace_blocks(readme: str, blocks: Mapping[str, str]) -> str:
    """README with the text between each pair of markers replaced.

    Raises
    ------
    BuildError
        When the README lacks a pair of markers.
    """
    for name, text in blocks.items():
        begin, end = f"<!-- begin {name} -->\n", f"<!-- end {name} -->"
        if begin not in readme or end not in readme:
            raise BuildError(f"README.md: expected the markers {begin.strip()} and {end}")
        before, rest = readme.split(begin, 1)
        after = rest.split(end, 1)[1]
        readme = f"{before}{begin}{text}{end}{after}"
    return readme
