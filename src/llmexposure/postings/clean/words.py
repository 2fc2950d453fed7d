"""One value for each distinct wording, looked up once a batch."""

from collections.abc import Callable

import polars as pl

# Cells that hold no value in some common export. 'none' in small letters is a degree.
ABSENT = (
    "",
    "-",
    "--",
    "/",
    "N/A",
    "n/a",
    "NA",
    "NaN",
    "nan",
    "NULL",
    "null",
    "None",
    "\\N",
    "NaT",
)


def as_cells(column: pl.Series) -> pl.Series:
    """Column as trimmed text, missing where the cell says that there is no value.

    Numbers are written without a needless '.0'.
    """
    if column.dtype.is_float() or column.dtype.is_decimal():
        column = _whole(column.cast(pl.Float64).fill_nan(None))
    text = column.cast(pl.String).str.strip_chars().str.strip_chars("\u3000\xa0\ufeff\x00")
    return text.set(text.is_in(ABSENT), None)


def _whole(column: pl.Series) -> pl.Series:
    is_whole = (column == column.round(0)) & (column.abs() < 2**53)
    whole = column.set(~is_whole, None).cast(pl.Int64).cast(pl.String)
    return whole.fill_null(column.cast(pl.String))


def by_word(
    cells: pl.Series, rule: Callable[[str], tuple], names: dict[str, pl.DataType]
) -> pl.DataFrame:
    """Apply a rule to each distinct cell.

    Parameters
    ----------
    cells
        Text; missing cells give missing results.
    rule
        From a cell to a tuple of values, one a name.
    names
        Names and types of the results.

    Returns
    -------
    polars.DataFrame
        One row a cell, in the same order.
    """
    words = cells.drop_nulls().unique(maintain_order=True)
    results = [rule(word) for word in words]
    table = pl.DataFrame(results, schema=names, orient="row").insert_column(0, words.alias("word"))
    found = cells.alias("word").to_frame().join(table, on="word", how="left", maintain_order="left")
    return found.drop("word")
