"""The part of README.md that is written from results: what was found.

The README keeps them between ``<!-- begin NAME -->`` and ``<!-- end NAME -->``; the rest is prose.
"""

import re
from collections.abc import Mapping
from pathlib import Path

from llmexposure.base.errors import BuildError
from llmexposure.report.latex import Tied, check_says, printed_field
from llmexposure.report.markdown import plain
from llmexposure.report.record import Entry, nearest

_KEY = re.compile(r"\{\{([\w.]+)(?::(\w+))?\}\}")
# {{words|sign|KEY,KEY}}: words that the results must bear out, as \says in the paper.
_SAYS = re.compile(r"\{\{([^{}|]+)\|([^{}|]+)\|([\w.,*]+)\}\}")


def fill(template: str, entries: Mapping[str, Entry]) -> str:
    """Replace ``{{KEY}}`` and ``{{KEY:FIELD}}`` (``ci`` for the interval) by printed results.

    ``{{words|sign|KEY,KEY}}`` prints the words if the results bear them out (`report.latex.check_says`).

    Raises
    ------
    BuildError
        When a key is not in the record, or words are not borne out.
    """
    for one in tied_words(template, Path("docs/findings.md")):
        check_says(f"{one.file}:{one.line}: '{one.words}'", one.sign, one.keys, entries)
    template = _SAYS.sub(r"\1", template)

    def one(match: re.Match[str]) -> str:
        key, field = match[1], match[2] or "value"
        if key not in entries:
            raise BuildError(f"README findings: no result {key}{nearest(key, entries)}")
        if field == "ci":
            low, high = (printed_field(entries[key], f) for f in ("ci_low", "ci_high"))
            return f"[{low}, {high}]"
        return plain(printed_field(entries[key], field))

    return _KEY.sub(one, template)


def tied_words(template: str, file: Path) -> list[Tied]:
    """Every ``{{words|sign|KEY,KEY}}`` of a template."""
    return [
        Tied(file, number, words, sign, names.split(","))
        for number, line in enumerate(template.splitlines(), 1)
        for words, sign, names in _SAYS.findall(line)
    ]


def blocks(findings: str, entries: Mapping[str, Entry]) -> dict[str, str]:
    """Every block of the README; ``findings`` is the template."""
    return {"findings": fill(findings, entries)}


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
