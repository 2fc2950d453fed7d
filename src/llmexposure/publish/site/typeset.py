r"""LaTeX of the paper as HTML: captions, and tables whose cells are keys of the record.

It reads what captions and generated tables hold (``\result``, ``\says``, references, quotes, equations, a few
marks) and no more. A command that it does not know stops the build, so that none is printed as it stands.
"""

import html
import re
from collections.abc import Callable, Mapping
from pathlib import Path

from llmexposure.base.errors import BuildError
from llmexposure.base.project import Project, shown
from llmexposure.report.latex import EXHIBIT, keyed_lines, printed_field
from llmexposure.report.record import Entry

Link = Callable[[str], str]
_RESULT = re.compile(r"\\result(ci)?(?:\[(\w+)\])?\{([^}]+)\}")
_SAYS = re.compile(r"\\says\{([^{}]*)\}\{[^{}]*\}\{[^{}]*\}")
_REFERENCE = re.compile(r"(?:Figures?|Tables?)~?\\ref\{(?:fig|tab):(\w+)\}")
_MARKED = re.compile(r"\\(?:emph|textit|texttt|mbox)\{([^{}]*)\}")
_MATH = re.compile(r"(?<!\\)\$([^$]+)\$")
_PLAIN = (
    (r"\allowbreak{}", ""), (r"\allowbreak", ""), (r"\addlinespace", ""), ("---", "—"), ("--", "–"),
    ("``", "“"), ("''", "”"), (r"\textasciitilde{}", "&#126;"), (r"\textasciicircum{}", "^"), ("~", " "),
    (r"\quad", "&emsp;"), (r"\,", " "), (r"\%", "%"), (r"\&amp;", "&amp;"), (r"\_", "_"), (r"\$", "$"),
    (r"\#", "#"), (r"\{", "{"), (r"\}", "}"),
)  # fmt: skip


def captions(project: Project) -> dict[str, str]:
    """LaTeX of the caption of each exhibit that the paper prints; keys of results in full.

    Exhibits go by kind and name, as in ``table_us_slopes``: a figure and a table may share a name.

    Raises
    ------
    BuildError
        When a caption has no end.
    """
    found: dict[str, str] = {}
    for path in sorted((project.paper / "sections").glob("*.tex")):
        text = "\n".join(line for _, line in keyed_lines(path))
        for match in EXHIBIT.finditer(text):
            found[f"{match[1].removeprefix('long')}_{match[2]}"] = " ".join(
                _argument(text, match.end(), path).split()
            )
    return found


def _argument(text: str, start: int, path: Path) -> str:
    """What stands between the brace at ``start`` and the one that closes it."""
    depth = 0
    for place in range(start, len(text)):
        depth += {"{": 1, "}": -1}.get(text[place], 0)
        if depth == 0:
            return text[start + 1 : place]
    raise BuildError(f"{shown(path)}: a caption is not closed: {text[start : start + 60]!r}")


def as_html(text: str, entries: Mapping[str, Entry], link: Link | None = None) -> str:
    r"""HTML of a piece of LaTeX.

    Parameters
    ----------
    text
        LaTeX, keys in full.
    entries
        The record.
    link
        Address of a key; without one numbers are plain text.

    Raises
    ------
    BuildError
        When a command is left that has no form here.

    Examples
    --------
    >>> as_html(r"\says{Six}{6 any}{a.open.us.n} countries, 95\% intervals", {})
    'Six countries, 95% intervals'
    """
    pieces: list[str] = []  # finished HTML, kept out of the way of what follows

    def keep(piece: str) -> str:
        pieces.append(piece)
        return f"\x00{len(pieces) - 1}\x01"

    def number(match: re.Match[str]) -> str:
        fields = ("ci_low", "ci_high") if match[1] else (match[2] or "value",)
        values = [html.escape(printed_field(entries[match[3]], field)) for field in fields]
        text = f"[{', '.join(values)}]" if match[1] else values[0]
        return keep(f'<a href="{link(match[3])}">{text}</a>' if link else text)

    text = _RESULT.sub(number, text)
    text = _MATH.sub(lambda m: keep(_equation(m[1])), text)
    text = _SAYS.sub(r"\1", text)
    text = _REFERENCE.sub(lambda m: f"“{m[1].replace('_', ' ')}”", text)
    text = _MARKED.sub(r"\1", html.escape(text, quote=False))
    for old, new in _PLAIN:
        text = text.replace(old, new)
    if left := re.search(r"\\[A-Za-z]+", text):
        raise BuildError(f"the web edition has no form for {left[0]} in {text[:80]!r}")
    text = text.replace("{", "").replace("}", "")
    return re.sub("\x00(\\d+)\x01", lambda m: pieces[int(m[1])], text).strip()


_SIMPLE = {r"-": "−", r"\beta": "β", r"\alpha": "α", r"\infty": "∞", "<": "&lt;", ">": "&gt;"}


def _equation(latex: str) -> str:
    """A symbol as a letter, any other equation as MathML."""
    from latex2mathml.converter import convert

    if latex in _SIMPLE:
        return _SIMPLE[latex]
    return f"<i>{latex}</i>" if latex.isalpha() else convert(latex)


def as_text(text: str, entries: Mapping[str, Entry]) -> str:
    r"""Plain text of a caption, for the alternative text of a picture.

    Examples
    --------
    >>> as_text(r"Slope per unit of $\beta$.", {})
    'Slope per unit of β.'
    """
    bare = re.sub(r"\^2", "²", text)
    bare = re.sub(r"<annotation.*?</annotation>|<[^>]+>", "", as_html(bare, entries))
    return html.unescape(bare)


_HEADED = re.compile(r"\\multicolumn\{\d+\}\{(?:[^{}]|\{[^{}]*\})*\}(\{.*\})$")


def table(
    path: Path, entries: Mapping[str, Entry], link: Link
) -> tuple[list[str], list[list[str]]]:
    """Head and rows of a generated table, each cell as HTML; no rows for a table over several pages.

    A row that heads those below it has a single cell.
    """
    body = path.read_text(encoding="utf-8")
    if not body.startswith(r"\begin{tabular}"):
        return [], []
    rows = [
        [
            as_html(cell, entries, link)
            for cell in re.split(r"(?<!\\)&", _HEADED.sub(r"\1", line[:-2].strip()))
        ]
        for line in body.splitlines()
        if line.endswith(r"\\")
    ]
    return rows[0], rows[1:]
