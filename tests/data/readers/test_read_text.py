"""Text tables are read strictly: what pandas would quietly mend is refused by line."""

from pathlib import Path

import pandas as pd
import pytest

from llmexposure.base.errors import DataError
from llmexposure.base.tables.text import read_text


def test_cells_stay_text_and_only_the_empty_cell_is_missing(write):
    table = read_text(write("code,share\n007,\nNA,1e3\nnan,0.10\n"))
    assert table["code"].tolist() == ["007", "NA", "nan"]
    assert table["share"].isna().tolist() == [True, False, False]
    assert table["share"].tolist()[1:] == ["1e3", "0.10"]


def test_other_marks_of_a_missing_value_can_be_named(write):
    table = read_text(write("a,b\nNA,1\n,NAN\n"), missing=("", "NA"))
    assert table.isna().to_numpy().tolist() == [[True, False], [True, False]]


def test_byte_order_mark_is_not_part_of_the_first_heading(write):
    assert read_text(write(b"\xef\xbb\xbfcode\nx\n")).columns.tolist() == ["code"]


def test_index_holds_the_line_on_which_a_record_begins(write):
    table = read_text(write('a,b\r\n1,"two\r\nlines"\r\n\r\n2,x\r\n'))
    assert table.index.tolist() == [2, 5]
    assert table["b"].tolist() == ["two\r\nlines", "x"]


def test_unusual_line_separators_within_a_cell_do_not_end_the_record(write):
    table = read_text(write("a,b\n1,x\u2028y\x0bz\n2,w\n"))
    assert table["b"].tolist() == ["x\u2028y\x0bz", "w"]
    assert table.index.tolist() == [2, 3]


def test_tabs_with_commas_inside(write):
    table = read_text(write('a\tb\n1\tx, y "z"\n'), delimiter="\t")
    assert table["b"].tolist() == ['x, y "z"']


REFUSED = {
    "another encoding": (
        "code,title\n1,ok\n2,caf\u00e9\n".encode("latin-1"),
        "table.csv, line 3, byte 6 of the line: found the byte 0xE9, expected UTF-8 text. "
        "Save the file again as UTF-8 ('CSV UTF-8' in spreadsheet programs)."),
    "bytes are counted from after the byte order mark": (
        b"\xef\xbb\xbf\xe9\n1\n", "table.csv, line 1, byte 1 of the line: found the byte 0xE9"),
    "UTF-16": (
        "a,b\n1,2\n".encode("utf-16"),
        "table.csv, line 1, byte 1 of the line: found the byte 0xFF, expected UTF-8"),
    "too many fields": (
        "code,title\n1,Clerks\n2,Clerks, general\n",
        "table.csv, line 3: found 3 fields, expected 2 as in the heading. "
        "Put a text that contains a comma in quotation marks; keep empty fields."),
    "a quotation mark that is never closed": (
        'a,b\n1,x\n2,"y\n3,z\n',
        "table.csv, line 3: the record that begins here cannot be read (unexpected end of data). "
        "Look for a quotation mark that is never closed"),
    "a column that appears twice": (
        "a,b,a\n1,2,3\n",
        "table.csv, line 1: column 'a' appears twice, expected each name once. "
        "Rename or remove one of them."),
}  # fmt: skip


@pytest.mark.parametrize(("content", "said"), REFUSED.values(), ids=REFUSED)
def test_a_bad_file_is_refused(write, refusal, content, said):
    assert refusal(read_text, write(content)).startswith(said)


def test_empty_file(write, refusal):
    wanted = (
        "table.csv: no rows found, expected a heading and rows. "
        "Restore the file, or get it again from where it came."
    )
    for content in ("", "\n\n", "a,b\n"):
        assert refusal(read_text, write(content)) == wanted


def test_absent_file(tmp_path: Path, refusal):
    assert refusal(read_text, tmp_path / "gone.csv") == (
        "gone.csv: cannot be read (No such file or directory). "
        "Restore the file, or get it again from where it came."
    )


def test_ragged_line_with_too_few_fields_which_pandas_would_fill(write, refusal):
    path = write("code,title,share\n1,Clerks,0.1\n2,Cooks\n")
    assert pd.read_csv(path)["share"].isna().sum() == 1
    assert "line 3: found 2 fields, expected 3" in refusal(read_text, path)


@pytest.mark.parametrize("text", ["a;b\n1;2\n", "a;b\n1,5;2\n"])
def test_semicolons_are_named_as_such(tmp_path, text):
    path = tmp_path / "t.csv"
    path.write_text(text)
    with pytest.raises(
        DataError, match="line 1: the fields are separated by semicolons, expected co"
    ):
        read_text(path)
