"""Ids of postings: as stated, as a hash where they are too long to keep, or the number of the row.

A repeated posting is told by a hash of what it says (`contents_of`), whatever its id.
"""

import hashlib

import polars as pl

from llmexposure.postings.contract import MAX_ID
from llmexposure.postings.read.raw import RawBatch

# A number that a spreadsheet wrote in its own way: the last digits are gone.
_CUT = r"^\d(?:[.,]\d+)?[eE]\+\d+$"
# What two rows must have in common to be one posting.
_SAME = ("title", "description", "city", "salary_min", "salary_max")


def kept_ids(stated: pl.Series) -> pl.Series:
    """Ids that fit the contract: those of more than `MAX_ID` characters as 32 hex digits of BLAKE2b.

    Two different ones become the same with a probability of n^2 / 2^129.

    >>> kept_ids(pl.Series(["a", "x" * 1000])).to_list()
    ['a', 'c9b2bd4ff487864c29fb41fab3e8187e']
    """
    long = (stated.str.len_chars() > MAX_ID).fill_null(False).arg_true()
    if not len(long):
        return stated
    hashes = [hashlib.blake2b(text.encode(), digest_size=16).hexdigest() for text in stated[long]]
    return stated.clone().scatter(long, pl.Series(hashes, dtype=pl.String))


def id_notes(batch: RawBatch, stated: pl.Series) -> dict[str, tuple[pl.Series, pl.Series | None]]:
    """What is to be said of the ids of a batch: by note, to which rows it applies, and their cells."""
    everywhere = pl.repeat(batch.numbered, len(stated), dtype=pl.Boolean, eager=True)
    if batch.numbered:
        return {"numbered_id": (everywhere, None)}
    cut = stated.str.contains(_CUT).fill_null(False)
    long = (stated.str.len_chars() > MAX_ID).fill_null(False)
    return {"long_id": (long, None), "cut_id": (cut, stated if cut.any() else None)}


def contents_of(columns: dict[str, pl.Series]) -> pl.Series:
    """64-bit hash of title, text, place and pay of each posting; without text, of its id.

    Many postings without text have title and place in common: they are not one posting for that.

    Of n postings that all differ, two are taken for one with a probability of n^2 / 2^65: one in a
    million for five million.

    >>> rows = {"title": ["Clerk"] * 2, "description": ["Files"] * 2, "city": ["Wuhan", None]}
    >>> cells = {name: pl.Series(values) for name, values in rows.items()}
    >>> pay = {name: pl.Series([3000.0, 3000.0]) for name in ("salary_min", "salary_max")}
    >>> contents_of(cells | pay).n_unique()
    2
    """
    hashes = pl.DataFrame(
        {name: columns[name].hash(seed=place) for place, name in enumerate(_SAME)}
    )
    same = hashes.to_struct("contents").hash(seed=0)
    untold = columns["description"].is_null()
    return columns["posting_id"].hash(seed=0).zip_with(untold, same) if untold.any() else same
