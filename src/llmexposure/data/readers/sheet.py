"""Sheets of workbooks, every cell as text, with the row of each record. Their sha256 was checked before."""

from pathlib import Path

import pandas as pd

from llmexposure.base.errors import DataError
from llmexposure.base.project import shown
from llmexposure.base.tables.text import LINE


def read_sheet(path: Path, sheet: str | int = 0, *, heading_row: int = 1) -> pd.DataFrame:
    """Read one sheet of an .xlsx workbook, or of an .xls one.

    Parameters
    ----------
    path
        The workbook.
    sheet
        Name or position (from 0) of the sheet.
    heading_row
        Row, counted from 1 as a spreadsheet program shows it, that holds the column headings.

    Returns
    -------
    pandas.DataFrame
        Text columns as headed, trimmed of outer blanks, NaN where empty; empty rows are left out;
        the index, named ``line``, holds the row (from 1) of each record.

    Raises
    ------
    DataError
        If the file is absent or no workbook, or lacks the sheet.
    """
    try:
        cells = pd.read_excel(
            path, sheet_name=sheet, header=None, dtype=str, keep_default_na=False, engine="calamine"
        )
    except Exception as error:  # noqa: BLE001 - the parsers raise errors of many kinds
        raise DataError(
            f"{shown(path)}: sheet '{sheet}' cannot be read ({error}). "
            "Get the workbook again from where it came."
        ) from None
    if len(cells) < heading_row:
        raise DataError(f"{shown(path)}: sheet '{sheet}' has no row {heading_row} with headings.")
    cells.index = pd.RangeIndex(1, len(cells) + 1, name=LINE)
    return _headed(cells, heading_row)


def _headed(cells: pd.DataFrame, heading_row: int) -> pd.DataFrame:
    body = cells.loc[heading_row + 1 :].astype("str").apply(lambda column: column.str.strip())
    body = body.mask(body == "").dropna(how="all")
    return body.set_axis(cells.loc[heading_row].astype("str").str.strip(), axis="columns")
