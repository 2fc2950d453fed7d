"""Sheets of workbooks: rows are counted as a spreadsheet program shows them."""

from pathlib import Path

import pytest

from llmexposure.data.readers.sheet import read_sheet


def test_heading_row_blank_rows_and_outer_blanks(workbook):
    path = workbook([["Title"], [], ["code", "share "], ["007", 0.25], [None, None], ["n/a", 3]])
    table = read_sheet(path, heading_row=3)
    assert table.columns.tolist() == ["code", "share"]
    assert table.index.tolist() == [4, 6]
    assert table["code"].tolist() == ["007", "n/a"]
    assert table["share"].tolist() == ["0.25", "3"]


def test_sheet_by_name(workbook):
    path = workbook([["a"], ["x"]], sheet="Appendix A")
    assert read_sheet(path, "Appendix A")["a"].tolist() == ["x"]


@pytest.mark.parametrize("sheet", ["Appendix B", 4])
def test_absent_sheet(workbook, refusal, sheet):
    message = refusal(read_sheet, workbook([["a"], ["x"]]), sheet)
    assert message.startswith(f"table.xlsx: sheet '{sheet}' cannot be read (")


@pytest.mark.parametrize("name", ["table.xlsx", "table.xls"])
def test_file_that_is_no_workbook(write, refusal, name):
    message = refusal(read_sheet, write("<html>Not found</html>", name))
    assert message.startswith(f"{name}: sheet '0' cannot be read (")
    assert message.endswith("Get the workbook again from where it came.")


@pytest.mark.parametrize("name", ["gone.xlsx", "gone.xls"])
def test_absent_workbook(tmp_path: Path, refusal, name):
    assert "No such file" in refusal(read_sheet, tmp_path / name)
