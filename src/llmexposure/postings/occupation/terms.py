"""Dictionary terms found in job titles and texts, after titles are spelt one way."""

import polars as pl

# Full-width forms differ from ASCII by a constant; the ideographic space is apart from them.
_WIDE = "".join(chr(code + 0xFEE0) for code in range(0x21, 0x7F)) + "\u3000"
_NARROW = "".join(chr(code) for code in range(0x21, 0x7F)) + " "
_ASCII_WORD = r"([a-z0-9]+(?:[+#.]+[a-z0-9]*)*|\.[a-z]+)"
_REMARK = r"\([^()]*\)|\[[^\[\]]*\]|【[^【】]*】|<[^<>]*>|\{[^{}]*\}|[-—–－:][^-—–－:]*方向"
# One number orders the terms found in a title: weight, then length, then place from the left.
_WEIGHT, _LENGTH = 1_000_000, 1_000


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


def spelled_terms(terms: pl.DataFrame) -> pl.DataFrame:
    """Terms as they are looked for, with their length in Chinese characters.

    Two Latin letters count as one Chinese character, the width that they take and about the
    information that they carry. Chinese terms are looked for without the outer spaces.
    """
    form = spelled(pl.col("term"))
    inner = form.str.strip_chars()
    begins, ends = inner.str.contains(r"^[ -~]"), inner.str.contains(r"[ -~]$")
    pattern = (
        pl.when(begins).then(pl.lit(" ")).otherwise(pl.lit(""))
        + inner
        + pl.when(ends).then(pl.lit(" ")).otherwise(pl.lit(""))
    )
    letters = inner.str.count_matches(r"[!-~]")
    length = inner.str.len_chars() - (letters / 2).floor()
    return terms.with_columns(pattern=pattern, length=length.cast(pl.Int64))


def find_terms(text: pl.Series, terms: pl.DataFrame) -> pl.DataFrame:
    """Every place where a term stands in a text, unless it is part of a longer term there.

    Parameters
    ----------
    text
        Texts in the spelling of `spelled`.
    terms
        From `spelled_terms`; ``pattern`` is unique.

    Returns
    -------
    polars.DataFrame
        ``row`` (number of the text), ``start`` (byte offset) and the columns of ``terms``.
    """
    patterns = terms["pattern"].to_list()
    hits = pl.DataFrame(
        {
            "pattern": text.str.extract_many(patterns, overlapping=True),
            "start": text.str.find_many(patterns, overlapping=True),
        }
    ).with_row_index("row")
    long = hits.filter(pl.col("pattern").list.len() > 0).explode("pattern", "start")
    return _outermost(long).join(terms, on="pattern", how="left", maintain_order="left")


def _outermost(hits: pl.DataFrame) -> pl.DataFrame:
    """Drop terms that lie inside a longer one: in '数据库工程师', '工程' says nothing."""
    spans = hits.with_columns(end=pl.col("start") + pl.col("pattern").str.len_bytes())
    spans = spans.sort(["row", "start", "end"], descending=[False, False, True])
    reached = pl.col("end").cum_max().shift(1).over("row")
    return spans.filter(reached.is_null() | (pl.col("end") > reached)).drop("end")


def best_term(hits: pl.DataFrame) -> pl.DataFrame:
    """The one term of each text that decides: heaviest, then longest, then last.

    Last, because the noun that names the job stands at the end of a title, in Chinese as in
    English. Terms are unique, so that no two can stand at one place with the same length.

    Returns
    -------
    polars.DataFrame
        One line for each ``row`` of ``hits``, sorted by it.
    """
    order = pl.col("weight") * _WEIGHT + pl.col("length") * _LENGTH
    order = order + pl.col("start").clip(upper_bound=_LENGTH - 1)
    return hits.sort("row", order, maintain_order=True).group_by("row", maintain_order=True).last()
