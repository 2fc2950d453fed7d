"""Markdown: pipe tables, and text of others that is shown, never markup."""

import re
from collections.abc import Iterable
from urllib.parse import quote

_MARKUP = {"<": "&lt;", ">": "&gt;", "|": r"\|", "`": r"\`"}
# A bracket in a text is a bracket; one that an address follows would be a link.
_PIPE = re.compile(r"(?<!\\)\|")
_LINK = re.compile(r"\](?=[(\[])")


def plain(text: object) -> str:
    r"""Text for a cell of a pipe table: one line, no HTML, no link, no column of its own.

    Examples
    --------
    >>> print(plain("<b>x</b>|[y](z)"))
    &lt;b&gt;x&lt;/b&gt;\|[y\](z)
    """
    words = " ".join(str(text).split())
    shown = "".join(_MARKUP.get(c, c) for c in words if c.isprintable())
    return _LINK.sub(r"\]", shown)


def address(url: str) -> str:
    """Address for a link: only http(s), and nothing that could end the link.

    Examples
    --------
    >>> address("https://example.org/a_(b)?c=d"), address("javascript:alert(1)")
    ('https://example.org/a_%28b%29?c=d', '')
    """
    return quote(url, safe="/:?#=&%+,;~@!*.-_") if re.match(r"https?://", url) else ""


def markdown_table(header: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    r"""Pipe table; a pipe in a cell is escaped, unless `plain` did so already.

    Examples
    --------
    >>> print(markdown_table(["a"], [["x|y"]]), end="")
    | a |
    |---|
    | x\|y |
    """
    head = list(header)
    lines = [head, *(list(row) for row in rows)]
    text = ["| " + " | ".join(_PIPE.sub(r"\|", str(c)) for c in line) + " |" for line in lines]
    return "\n".join([text[0], "|" + "---|" * len(head), *text[1:]]) + "\n"
