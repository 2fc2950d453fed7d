r"""Tables of the paper as LaTeX: cells are keys of the record, numbers stand below each other."""

import re
from collections.abc import Sequence

from llmexposure.report.latex import escape

# A number as printed; what sets the label of a row in.
_NUMBER = re.compile(r"[<−]?[\d,]+(?:\.(?P<decimals>\d+))?(?P<tail>%| pp|)")
_INSETS = ("– ", "... ")


def table(
    header: Sequence[str],
    rows: Sequence[Sequence[str]],
    texts: Sequence[Sequence[str]] = (),
) -> str:
    r"""Booktabs table; the first column is text, every other cell a key.

    Also ``key:field``, ``key:ci`` for an interval and ``key|key`` for a set with two ends.

    Parameters
    ----------
    header
        Column heads, plain text.
    rows
        Row label, then one cell a column; an empty cell stays empty. A label with nothing beside it heads
        the rows below; ``– `` and ``... `` before a label set it in.
    texts
        What each cell prints, without the labels: its numbers are then aligned at the decimal point.
    """
    pads = [aligned(column) for column in zip(*texts, strict=True)]
    lines = []
    for number, row in enumerate(rows):
        cells = [_cell(cell) for cell in row[1:]]
        if pads:
            cells = [cell + pad[number] for cell, pad in zip(cells, pads, strict=True)]
        alone = len(cells) > 1 and not any(row[1:])
        lines.append(_heading(row[0], len(row), number) if alone else _line(row[0], cells))
    # An interval stands close to its estimate, on the left.
    kinds = "".join("l" if head.startswith("95%") else "r" for head in header[1:])
    spec = f"@{{}}l{kinds}@{{}}"
    body, head = lines, " & ".join(escape(h) for h in header) + r" \\"
    return "\n".join(
        [rf"\begin{{tabular}}{{{spec}}}", r"\toprule", head, r"\midrule", *body, r"\bottomrule",
         r"\end{tabular}", ""]
    )  # fmt: skip


def _line(label: str, cells: Sequence[str]) -> str:
    r"""A row; each mark before its label sets it in by a ``\quad``."""
    inset = ""
    while label.startswith(_INSETS):
        label, inset = label.split(" ", 1)[1], inset + r"\quad "
    return " & ".join([inset + escape(label), *cells]) + r" \\"


def _heading(label: str, columns: int, number: int) -> str:
    space = r"\addlinespace " if number else ""
    return rf"{space}\multicolumn{{{columns}}}{{@{{}}l}}{{\textit{{{escape(label)}}}}} \\"


def aligned(texts: Sequence[str]) -> list[str]:
    r"""What follows each number of a column set flush right, so that decimal points stand below each other.

    Intervals and words are left as they are.

    Examples
    --------
    >>> aligned(["−0.71", "0.012", "46", "5%", ""])
    ['\\hphantom{0\\%}', '\\hphantom{\\%}', '\\hphantom{.000\\%}', '\\hphantom{.000}', '']
    """
    found = [_NUMBER.fullmatch(text) for text in texts]
    places = max((len(m["decimals"] or "") for m in found if m), default=0)
    tail = max((m["tail"] for m in found if m), key=len, default="")
    return [_pad(match, places, tail) if match else "" for match in found]


def _pad(match: re.Match[str], places: int, tail: str) -> str:
    decimals = match["decimals"] or ""
    missing = "0" * (places - len(decimals))
    if places and not decimals:
        missing = "." + missing
    if tail.endswith(match["tail"]):
        missing += escape(tail.removesuffix(match["tail"])).replace(" ", "~")
    return rf"\hphantom{{{missing}}}" if missing else ""


def _cell(cell: str) -> str:
    if "|" in cell:
        low, high = cell.split("|")
        return rf"[\result{{{low}}}, \result{{{high}}}]"
    key, _, field = cell.partition(":")
    if not key:
        return ""
    if field == "ci":
        return rf"\resultci{{{key}}}"
    return rf"\result[{field}]{{{key}}}" if field else rf"\result{{{key}}}"
