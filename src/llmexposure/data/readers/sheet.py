"""Sheets of workbooks, every cell as text, with the row of each record."""

import re
from pathlib import Path
from zipfile import ZipFile

import pandas as pd
import xlrd

from llmexposure.base.errors import DataError
from llmexposure.base.project import shown
from llmexposure.base.tables.place import LINE

# Bytes that a workbook may unpack to. The largest that we read has 20 million.
LARGEST = 2**28
# A cell beyond column ZZ or row 199,999: the rows before it would be filled up with empty cells.
_FAR = re.compile(
    rb"""\br\s*=\s*["'](?:[A-Z]{3,}[0-9]+|[A-Z]*(?:[2-9][0-9]{5}|[0-9]{7,}))["']""", re.I
)


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
    except Exception as error:  # noqa: BLE001 - the parsers raise errors of many kinds
        raise DataError(
            f"{shown(path)}: sheet '{sheet}' cannot be read ({error}). "
            "Get the workbook again from where it came."
        ) from None
    if len(cells) < heading_row:
        raise DataError(f"{shown(path)}: sheet '{sheet}' has no row {heading_row} with headings.")
    cells.index = pd.RangeIndex(1, len(cells) + 1, name=LINE)
    return _headed(cells, heading_row)


def _cells(path: Path, sheet: str | int) -> pd.DataFrame:
    _refuse_bombs(path)
    return pd.read_excel(
        path, sheet_name=sheet, header=None, dtype=str, keep_default_na=False, engine="openpyxl"
    )


def _refuse_bombs(path: Path) -> None:
    with ZipFile(path) as book:
        if (size := sum(entry.file_size for entry in book.infolist())) > LARGEST:
            raise ValueError(f"it unpacks to {size:,} bytes, over {LARGEST:,}")
        for name in book.namelist():
            if "/worksheets/" in f"/{name}".lower() and _FAR.search(book.read(name)):
                raise ValueError("it has cells beyond column ZZ or row 199,999")


def _old_cells(path: Path, sheet: str | int) -> pd.DataFrame:
    # pandas is dropping its reader for the old format, so xlrd is called directly.
    with xlrd.open_workbook(path) as book:
        found = book.sheet_by_index(sheet) if isinstance(sheet, int) else book.sheet_by_name(sheet)
        return pd.DataFrame([found.row_values(row) for row in range(found.nrows)])


def _headed(cells: pd.DataFrame, heading_row: int) -> pd.DataFrame:
    body = cells.loc[heading_row + 1 :].astype("str").apply(lambda column: column.str.strip())
    body = body.mask(body == "").dropna(how="all")
    return body.set_axis(cells.loc[heading_row].astype("str").str.strip(), axis="columns")
