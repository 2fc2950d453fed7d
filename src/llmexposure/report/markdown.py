"""Text of others in Markdown: shown, never markup."""

import re
from urllib.parse import quote

_MARKUP = {"<": "&lt;", ">": "&gt;", "|": r"\|", "`": r"\`"}
# A bracket in a text is a bracket; one that an address follows would be a link.
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
