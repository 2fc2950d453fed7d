"""The parts of README.md that are written from data: findings, what was measured, sources.

The README keeps them between ``<!-- begin NAME -->`` and ``<!-- end NAME -->``; the rest is prose.
"""

import re
from collections.abc import Mapping

from llmexposure.base.errors import BuildError
from llmexposure.base.sources.registry import Source
from llmexposure.report.latex import printed_field
from llmexposure.report.markdown import address, markdown_table, plain
from llmexposure.report.measured import Measured, measured_table
from llmexposure.report.record import Entry, nearest

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
    rows = [
        [
            f"[`{s.id}`]({address(s.page)})",
            plain(s.title),
            plain(s.licence),
            "yes" if s.redistribute else "no",
        ]
        for s in registry.values()
    ]
    return markdown_table(["source", "what", "licence", "may be passed on"], rows)


def blocks(
    findings: str,
    entries: Mapping[str, Entry],
    registry: Mapping[str, Source],
    measured: Measured,
) -> dict[str, str]:
    """Every block of the README; ``findings`` is the template of the first."""
    return {
        "findings": fill(findings, entries),
        "measured": measured_table(measured["build"]),
        "sources": sources_table(registry),
    }


def replace_blocks(page: str, blocks: Mapping[str, str], file: str = "README.md") -> str:
    """Page with the text between each pair of markers replaced.

    Raises
    ------
    BuildError
        When the page lacks a pair of markers; names the file.
    """
    for name, text in blocks.items():
        begin, end = f"<!-- begin {name} -->\n", f"<!-- end {name} -->"
        if begin not in page or end not in page:
            raise BuildError(f"{file}: expected the markers {begin.strip()} and {end}")
        before, rest = page.split(begin, 1)
        after = rest.split(end, 1)[1]
        page = f"{before}{begin}{text}{end}{after}"
    return page
