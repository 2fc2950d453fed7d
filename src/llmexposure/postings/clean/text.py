"""Text of postings made plain: no HTML, no control characters, a length that has a limit.

Emoji and everything else that a reader would see stay. Cells that look like a formula stay text.
"""

import html
import re
from collections.abc import Callable

import pandas as pd
import polars as pl
import pyarrow as pa

_TAGS = (
    "a|abbr|address|article|aside|b|big|blockquote|body|br|button|caption|center|cite|code|col|"
    "colgroup|dd|del|div|dl|dt|em|figure|font|footer|form|h[1-6]|head|header|hr|html|i|iframe|img|"
    "input|ins|label|li|link|main|mark|meta|nav|o:p|ol|option|p|pre|s|script|section|select|small|span|"
    "strike|strong|style|sub|sup|svg|table|tbody|td|textarea|tfoot|th|thead|title|tr|tt|u|ul|video|wbr"
)
_BLOCKS = "address|article|blockquote|br|dd|div|dl|dt|h[1-6]|hr|li|ol|p|pre|section|table|tr|ul"
_EDGE = re.compile(r"<!--|-->|</?(?:script|style)\b[^<>]{0,1000}>", re.IGNORECASE)
_HIDING = r"(?i)<!--|<script|<style"
_BLOCK = rf"(?i)</?({_BLOCKS})(\s[^<>]{{0,2000}})?/?>"
_TAG = rf"(?i)</?({_TAGS})(\s[^<>]{{0,2000}})?/?>"
_ENTITY = r"&(#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,30});"
_DOCTYPE = r"(?i)<!doctype[^<>]{0,200}>"
_MARKUP = rf"(?i)<[/!]?[a-z-]|{_ENTITY}"
# A spreadsheet writes a carriage return as _x000D_ (and any other control character likewise).
_LINE_END = r"(?i)_x000d_\r?\n?|\r\n?|[\x{85}\x{2028}\x{2029}]"
_LINE_END_HERE = r"(?i)\r|_x000d_|[\x{85}\x{2028}\x{2029}]"
# Control characters but tab and line feed; marks that turn the direction of writing; zero-width
# space, byte order mark. The zero-width joiner stays: emoji are made with it.
_CONTROL = (
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\x{200b}\x{200e}\x{200f}\x{202a}-\x{202e}"
    r"\x{2060}\x{2066}-\x{2069}\x{feff}]|(?i:_x00(?:0[0-9bce]|1[0-9a-f])_)"
)


def clean_text(column: pl.Series, limit: int, *, one_line: bool) -> pl.DataFrame:
    r"""Plain text of a column.

    Parameters
    ----------
    column
        Text of titles or descriptions.
    limit
        Characters after which a text is cut.
    one_line
        Whether line ends become spaces (titles, labels) or stay (descriptions).

    Returns
    -------
    polars.DataFrame
        ``text`` (missing where nothing is left), ``html``, ``control``, ``cut`` (whether something
        was taken out), one row a cell.

    Examples
    --------
    >>> clean_text(pl.Series(["<p>写代码</p><p>C++ &amp; Go</p>"]), 100, one_line=False)["text"][0]
    '写代码\nC++ & Go'
    """
    # Ten times the limit is enough to keep `limit` characters of all but pathological markup.
    shortened = column.str.len_chars() > 10 * limit
    text = column.str.head(10 * limit) if shortened.any() else column
    ends = text.str.contains(_LINE_END_HERE).any()
    text = text.str.replace_all(_LINE_END, "\n") if ends else text
    marked = text.str.contains(_MARKUP).fill_null(False)
    plain = _on(text, marked, _without_html)
    control = plain.str.contains(_CONTROL).fill_null(False)
    plain = _on(plain, control, lambda some: some.str.replace_all(_CONTROL, ""))
    plain = _spaced(plain, one_line).str.strip_chars()
    cut = (plain.str.len_chars() > limit).fill_null(False) | shortened.fill_null(False)
    plain = plain.str.head(limit).str.strip_chars() if cut.any() else plain
    return pl.DataFrame(
        {
            "text": plain.set(plain == "", None),
            "html": _changed(text, plain, marked, one_line),
            "control": control,
            "cut": cut,
        }
    )


def _changed(before: pl.Series, after: pl.Series, marked: pl.Series, one_line: bool) -> pl.Series:
    """Whether markup was taken out: what looked like a tag may have been '<5 years'."""
    if not marked.any():
        return marked
    spaced = _spaced(before.filter(marked), one_line).str.strip_chars()
    changed = spaced.ne_missing(after.filter(marked))
    return marked.clone().scatter(marked.arg_true(), changed)


def _on(text: pl.Series, where: pl.Series, change: Callable[[pl.Series], pl.Series]) -> pl.Series:
    """Text with a change made where it is needed, which is mostly nowhere."""
    if not where.any():
        return text
    return text.clone().scatter(where.arg_true(), change(text.filter(where)))


def _without_html(text: pl.Series) -> pl.Series:
    """Tags out, entities as characters, then tags out again: exports often escape twice."""
    plain = _without_tags(text)
    plain = pl.Series(plain.name, [html.unescape(cell) for cell in plain], pl.String)
    return _without_tags(plain)


def _without_tags(text: pl.Series) -> pl.Series:
    text = _on(text, text.str.contains(_HIDING), _without_hidden)
    return (
        text.str.replace_all(_DOCTYPE, " ").str.replace_all(_BLOCK, "\n").str.replace_all(_TAG, "")
    )


def _without_hidden(text: pl.Series) -> pl.Series:
    return pl.Series(text.name, [_shown(cell) for cell in text], pl.String)


def _shown(text: str) -> str:
    """Text without scripts, styles and comments that are closed; in time linear in its length."""
    pieces, after, hidden = [], 0, False
    for edge in _EDGE.finditer(text):
        opens = edge[0].startswith(("<!", "<s", "<S"))
        if opens and not hidden:
            pieces.append(text[after : edge.start()])
            after = edge.end()
        elif hidden and not opens:
            after = edge.end()
        hidden = opens
    return " ".join([*pieces, text[after:]])


def _spaced(text: pl.Series, one_line: bool) -> pl.Series:
    if one_line:
        return text.str.replace_all(r"\s+", " ")
    return text.str.replace_all(r"[ \t\x{a0}\x{3000}]*\n[\s]*", "\n")


def texts(column: pd.Series) -> pl.Series:
    """Column of texts for polars, named ``text``; missing stays missing.

    Examples
    --------
    >>> texts(pd.Series(["a", None])).to_list()
    ['a', None]
    """
    return pl.Series("text", pa.Array.from_pandas(column.astype("str"), type=pa.string()))
