"""Find dictionary terms in a column of texts, all in one pass over each text (Aho-Corasick)."""

import polars as pl

from llmexposure.postings.occupation.titles import spelled

# One number orders the terms found in a title: weight, then length, then place from the left.
_WEIGHT, _LENGTH = 1_000_000, 1_000


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
