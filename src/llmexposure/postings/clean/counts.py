"""Openings and applications: whole numbers from wordings such as 3人, 若干, 1,200."""

import re

import polars as pl

from llmexposure.postings.clean.wordings import as_cells, by_word, spelled
from llmexposure.postings.contract import MAX_COUNT

# A number is not stated; that is no fault.
_SEVERAL = {"若干", "若干人", "若干名", "不限", "多人", "several", "multiple", "招若干人"}
_COUNT = re.compile(
    r"(?:招聘?)?(\d[\d,]*)(?:\.0+)?(?:人|名|个|位|次|份|\+)?(?:已?投递|applicants?|openings?)?"
)
_RANGE = re.compile(r"(?:招聘?)?(\d+)(?:人|名)?-\d+(?:人|名|个)?")


def count_of(wording: str) -> tuple[int | None, bool]:
    """Whole number of one wording, and whether it could be read; of a range, the lower end.

    >>> count_of("招3人"), count_of("2-5人"), count_of("若干"), count_of("-2")
    ((3, True), (2, True), (None, True), (None, False))
    """
    text = spelled(wording)[:100].replace(" ", "")
    if text in _SEVERAL:
        return None, True
    found = _COUNT.fullmatch(text) or _RANGE.fullmatch(text)
    number = int(found[1].replace(",", "")) if found else -1
    return (number, True) if 0 <= number <= MAX_COUNT else (None, False)


def harmonise_count(column: pl.Series) -> pl.DataFrame:
    """Whole numbers of a column: ``count`` and ``known`` (missing where the cell is empty)."""
    return by_word(as_cells(column), count_of, {"count": pl.Int64, "known": pl.Boolean})
