"""Sheets of workbooks, every cell as text, with the row of each record."""

from pathlib import Path
from zipfile import BadZipFile

import pandas as pd
import xlrd
from openpyxl.utils.exceptions import InvalidFileException

from llmexposure.errors import DataError
from llmexposure.paths import shown
from llmexposure.readers.place import LINE

_UNREADABLE = (OSError, ValueError, KeyError, BadZipFile, InvalidFileException, xlrd.XLRDError)


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
    old = path.suffix == ".xls"
    try:
        cells = _old_cells(path, sheet) if old else _cells(path, sheet)
    except _UNREADABLE as error:
        raise DataError(
            f"{shown(path)}: sheet '{sheet}' cannot be read ({error}). "
            "Get the workbook again from where it came."
        ) from None
    cells.index = pd.RangeIndex(1, len(cells) + 1, name=LINE)
    return _headed(cells, heading_row)


def _cells(path: Path, sheet: str | int) -> pd.DataFrame:
    return pd.read_excel(
        path, sheet_name=sheet, header=None, dtype=str, keep_default_na=False, engine="openpyxl"
    )


def _old_cells(path: Path, sheet: str | int) -> pd.DataFrame:
    # pandas is dropping its reader for the old format, so xlrd is called directly.
    with xlrd.open_workbook(path) as book:
        found = book.sheet_by_index(sheet) if isinstance(sheet, int) else book.sheet_by_name(sheet)
        return pd.DataFrame([found.row_values(row) for row in range(found.nrows)])


def _headed(cells: pd.DataFrame, heading_row: int) -> pd.DataFrame:
    body = cells.loc[heading_row + 1 :].astype("str").apply(lambda column: column.str.strip())
    body = body.mask(body == "").dropna(how="all")
    return body.set_axis(cells.loc[heading_row].astype("str").str.strip(), axis="columns")
