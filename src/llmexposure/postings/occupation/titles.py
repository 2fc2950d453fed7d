"""One spelling for job titles and dictionary terms, so that they can be compared as plain text."""

import pandas as pd
import polars as pl

# Full-width forms differ from ASCII by a constant; the ideographic space is apart from them.
_WIDE = "".join(chr(code + 0xFEE0) for code in range(0x21, 0x7F)) + "\u3000"
_NARROW = "".join(chr(code) for code in range(0x21, 0x7F)) + " "
_ASCII_WORD = r"([a-z0-9]+(?:[+#.]+[a-z0-9]*)*|\.[a-z]+)"
_REMARK = r"\([^()]*\)|\[[^\[\]]*\]|【[^【】]*】|<[^<>]*>|\{[^{}]*\}|[-—–－:][^-—–－:]*方向"


def texts(column: pd.Series) -> pl.Series:
    """Column of texts for polars, named ``text``; missing stays missing.

    Examples
    --------
    >>> texts(pd.Series(["a", None])).to_list()
    ['a', None]
    """
    return pl.from_pandas(column.astype("str").rename("text").reset_index(drop=True)).cast(
        pl.String
    )


def spelled(text: pl.Expr) -> pl.Expr:
    """Lower case, half-width, with every run of Latin letters between single spaces.

    Because dictionary terms are spelled the same way, the term ``ic`` (`` ic ``) is found in
    ``IC设计`` but not in ``music``, without looking at word boundaries one match at a time.

    Examples
    --------
    >>> pl.select(spelled(pl.lit("高级Ｊａｖａ开发")))[0, 0]
    ' 高级 java 开发 '
    """
    narrow = text.fill_null("").str.replace_many(list(_WIDE), list(_NARROW))
    spaced = narrow.str.to_lowercase().str.replace_all(_ASCII_WORD, " $1 ")
    # A space that stands between two Chinese characters says nothing; it would break up terms.
    joined = spaced.str.replace_all(r"([^ -~])\s+([^ -~])", "$1$2")
    return pl.format(" {} ", joined.str.strip_chars()).str.replace_all(r"\s+", " ")


def without_remarks(text: pl.Expr) -> pl.Expr:
    """Title without what stands in brackets, which is mostly pay, place or product, and without '-...方向'.

    Examples
    --------
    >>> pl.select(without_remarks(pl.lit("销售经理(双休)")))[0, 0].strip()
    '销售经理'
    """
    return text.str.replace_all("（", "(").str.replace_all("）", ")").str.replace_all(_REMARK, " ")
