"""Repeated ids across units: found in the order of the input, whoever scored what."""

import polars as pl

from llmexposure.postings.clean.seen import SeenIds


def split_repeated(scored: pl.DataFrame, seen: SeenIds) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Rows with a new id, and ``row`` and ``posting_id`` of the others; ``seen`` is updated.

    Examples
    --------
    >>> table = pl.DataFrame({"row": [1, 2], "posting_id": ["a", "b"]})
    >>> seen = SeenIds()
    >>> _ = seen.repeated(pl.Series(["b"]))
    >>> split_repeated(table, seen)[1].rows()
    [(2, 'b')]
    """
    if scored.is_empty():
        return scored, pl.DataFrame(schema={"row": pl.Int64, "posting_id": pl.String})
    repeated = seen.repeated(scored["posting_id"])
    return scored.filter(~repeated), scored.filter(repeated).select("row", "posting_id")
