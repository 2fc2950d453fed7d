"""Cells that a spreadsheet would run stay text in every CSV that is written for people."""

import csv
import io

import numpy as np
import pandas as pd
import pytest

from llmexposure.base.files import FORMULA_STARTS, SafeCsv, csv_text, escape_formulas, to_csv_text
from llmexposure.postings import validate_file

CELLS = [
    "=1+1",
    "=cmd|'/C calc'!A0",
    '=HYPERLINK("http://127.0.0.1","x")',
    '=WEBSERVICE("http://127.0.0.1/"&A1)',
    "=IMPORTXML(A1)",
    "+1+cmd|'/C calc'!A0",
    "-1+cmd|'/C calc'!A0",
    "-2-3",
    "+1 (555) 0100",
    "-1e5x",
    "@SUM(A1:A9)",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    "＝1+1",
    "＋1+1",
    "－1＋1",
    "＠SUM(A1)",
    '=DDE("cmd";"/C calc";"x")',
    "--1",
]
PLAIN = ["1+1", "a=b", "x@y.z", "3-5年", "'=1", ""]


def safe(frame, folder):
    with SafeCsv(folder / "a.csv") as file:
        file.write(frame)
    return (folder / "a.csv").read_text("utf-8-sig")


WRITERS = {
    "validate, score": safe,
    "figures, sweeps, forms": lambda frame, _: to_csv_text(frame),
    "rate": lambda frame, _: csv_text(frame),
}


@pytest.mark.parametrize("writer", WRITERS)
@pytest.mark.parametrize("text", CELLS)
def test_cell_heading_and_category_become_text(text, writer, tmp_path):
    frame = pd.DataFrame({"a": [text, None], text: pd.Categorical([text, "x"]), "n": [-1.5, 2]})
    rows = list(csv.reader(io.StringIO(WRITERS[writer](frame, tmp_path), newline="")))
    shown = "'" + text.replace("\r", "\n")
    assert rows[0] == ["a", shown, "n"]
    assert rows[1][:2] == [shown] * 2
    assert float(rows[1][2]) == -1.5
    assert not any(cell.startswith(FORMULA_STARTS) for row in rows for cell in row[:2])


@pytest.mark.parametrize("text", PLAIN)
def test_other_cells_stay(text):
    assert escape_formulas(pd.DataFrame({"a": [text]}))["a"].tolist() == [text]


@pytest.mark.parametrize("end", ["\r", "\r\n", "\n"])
@pytest.mark.parametrize("writer", WRITERS)
def test_a_line_end_in_a_cell_begins_no_row(writer, end, tmp_path):
    text = WRITERS[writer](pd.DataFrame({"a": [f"x{end}=1+1"], "b": [1]}), tmp_path)
    assert text == 'a,b\n"x\n=1+1",1\n'


def test_numbers_dates_and_missing_cells_stay_as_they_are():
    frame = pd.DataFrame(
        {"a": [-1, 2], "b": [np.nan, -0.5], "c": pd.to_datetime(["2024-01-01"] * 2)}
    )
    pd.testing.assert_frame_equal(escape_formulas(frame), frame)


@pytest.mark.parametrize("text", [c for c in CELLS if not set(c) & set("\r\n\t")])
def test_quarantine_of_a_hostile_file(text, tmp_path):
    path = tmp_path / "=a.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([["posting_id", "title", "description"], [text, text, ""]])
    validate_file(path, quarantine=tmp_path / "q.csv")
    rows = list(csv.reader((tmp_path / "q.csv").open(encoding="utf-8-sig", newline="")))
    assert len(rows) == 2
    assert text in rows[1][-1].replace('\\"', '"')
    assert not any(cell.startswith(FORMULA_STARTS) for cell in rows[1])
