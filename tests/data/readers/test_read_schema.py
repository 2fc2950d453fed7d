"""The gate for every table: one message that names file, line, column, value, and what to do."""

from pathlib import Path

import numpy as np
import pandas as pd
import pandera.pandas as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmexposure.base.errors import DataError
from llmexposure.base.tables.schema import choose, keyed, read_csv, validate
from llmexposure.base.tables.text import read_text
from llmexposure.data.readers import columns as c

SHARES = keyed(
    {
        "sector": c.text(),
        "month": c.date(),
        "share": c.number(0, 1, nullable=True),
        "n_days": c.whole(1, 31),
        "final": pa.Column("bool"),
    },
    ["sector", "month"],
)
HEADING = "sector,month,share,n_days,final\n"
GOOD = "legal,2024-01-01,0.25,31,True\nsales,2024-01-01,,30,False\n"


def test_types_order_and_missing_values(write):
    path = write(
        "final,share,sector,month,n_days\nTrue,0.25,legal,2024-01-01,31\nfalse,,b,2024-02,3\n"
    )
    table = read_csv(path, SHARES)
    assert table.columns.tolist() == list(SHARES.columns)
    types = ["str", "datetime64[ns]", "float64", "int64", "bool"]
    assert table.dtypes.astype(str).tolist() == types
    assert np.isnan(table["share"][1])
    assert table["final"].tolist() == [True, False]
    assert table["month"].tolist() == [pd.Timestamp("2024-01-01"), pd.Timestamp("2024-02-01")]
    assert table.index.equals(pd.RangeIndex(2))
    assert not table.attrs


NUMBER = "expected a number ('.' as decimal mark, no thousands mark or unit). Correct the cell, "
NUMBER += "or leave it empty if unknown."
WHOLE = "expected a whole number (digits only, no thousands mark or unit). Correct the cell."
EMPTY = "the cell is empty, expected a value in every row. Fill it in, or remove the row."
DATE = "expected a date such as 2024-05-31. Correct the cell."


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("x,2024-01-01,12%,31,True", f"column 'share': found '12%', {NUMBER}"),
        ('x,2024-01-01,"1,000",31,True', f"column 'share': found '1,000', {NUMBER}"),
        ("x,2024-01-01,inf,31,True", f"column 'share': found 'inf', {NUMBER}"),
        ("x,2024-01-01,nan,31,True", f"column 'share': found 'nan', {NUMBER}"),
        ("x,2024-01-01,1_0,31,True", f"column 'share': found '1_0', {NUMBER}"),
        ("x,2024-01-01,0.1,30.5,True", f"column 'n_days': found '30.5', {WHOLE}"),
        ("x,1 May 2024,0.1,30,True", f"column 'month': found '1 May 2024', {DATE}"),
        ("x,2024-02-30,0.1,30,True", f"column 'month': found '2024-02-30', {DATE}"),
        (
            "x,2024-01-01,0.1,30,yes",
            "column 'final': found 'yes', expected True or False. Correct the cell.",
        ),
        (",2024-01-01,0.1,30,True", f"column 'sector': {EMPTY}"),
        ("x,2024-01-01,0.1,,True", f"column 'n_days': {EMPTY}"),
        (
            "x,2024-01-01,1.7,30,True",
            "column 'share': found '1.7', expected 1 or less. Correct the cell.",
        ),
        (
            "x,2024-01-01,0.1,0,True",
            "column 'n_days': found '0', expected 1 or more. Correct the cell.",
        ),
    ],
)
def test_message_for_a_bad_cell(write, refusal, row, message):
    path = write(f"{HEADING}{GOOD}{row}\n")
    assert refusal(read_csv, path, SHARES) == f"table.csv, line 4, {message}"


def test_message_for_a_repeated_key(write, refusal):
    path = write(f"{HEADING}{GOOD}legal,2024-01-01,0.1,30,True\n")
    assert refusal(read_csv, path, SHARES) == (
        "table.csv, line 4: column 'sector' = 'legal', column 'month' = '2024-01-01' is already on "
        "line 2, expected one row for each key (sector, month). Remove one of them, or correct its "
        "key."
    )


def test_first_of_several_repeats_is_named(write, refusal):
    row = "nursing,2024-01-01,0.1,30,True\n"
    message = refusal(read_csv, write(HEADING + GOOD + row + row + row), SHARES)
    assert message.startswith("table.csv, line 5: column 'sector' = 'nursing'")
    assert "is already on line 4" in message
    assert message.endswith("(1 more row fails the same way.)")


def test_good_rows_alone_pass(write):
    assert len(read_csv(write(HEADING + GOOD), SHARES)) == 2


def test_message_counts_the_other_rows_that_fail_alike(write, refusal):
    two = "a,2024-01-01,x,1,True\nb,2024-01-01,y,1,True\n"
    message = refusal(read_csv, write(HEADING + two), SHARES)
    assert message.endswith("(1 more row fails the same way.)")
    three = "a,2024-01-01,2,1,True\nb,2024-01-01,3,1,True\nc,2024-01-01,4,1,True\n"
    message = refusal(read_csv, write(HEADING + three), SHARES)
    assert "line 2, column 'share': found '2'" in message
    assert message.endswith("(2 more rows fail the same way.)")


def test_lines_are_those_of_the_file_even_after_blank_lines_and_cells_of_two_lines(write, refusal):
    content = HEADING + '"le\ngal",2024-01-01,0.1,1,True\n\nsales,2024-01-01,7,1,True\n'
    assert "line 5, column 'share': found '7'" in refusal(read_csv, write(content), SHARES)


IN_ORDER = pa.DataFrameSchema(SHARES.columns, strict=True, ordered=True)
HEADINGS = [
    (SHARES, "sektor,month,share,n_days,final\nlegal,2024-01-01,0.25,31,True\n",
     "column 'sector' is missing; found sektor, month, share, n_days, final. "
     "Is it 'sektor'? Rename it, or get the file again."),
    (SHARES, "x,month,share,n_days,final\na,2024-01-01,,1,True\n",
     "column 'sector' is missing; found x, month, share, n_days, final. "
     "Add it, or get the file again."),
    (SHARES, "sector,month,share,n_days,final,note\nlegal,2024-01-01,0.25,31,True,\n",
     "column 'note' is not part of this table; expected only sector, month, share, n_days, final. "
     "Remove or rename it."),
    (IN_ORDER, "month,sector,share,n_days,final\n2024-01-01,legal,0.25,31,True\n",
     "columns are in another order, expected sector, month, share, n_days, final."),
]  # fmt: skip


@pytest.mark.parametrize(("schema", "content", "said"), HEADINGS)
def test_message_for_headings(write, refusal, schema, content, said):
    assert refusal(read_csv, write(content), schema) == f"table.csv: {said}"


def schema(checks=None, name=None, **columns):
    made = {k: pa.Column(v) if isinstance(v, type) else v for k, v in columns.items()}
    return pa.DataFrameSchema(made, checks=checks, name=name)


ABOVE = pa.Check(lambda t: t["a"] > 0, error="a above 0")
ORDERED = pa.Check(lambda t: t["low"] <= t["high"], error="low is at most high")
SUM = pa.Check(lambda t: bool(t["share"].sum() == 1), error="shares that sum to 1")
NOT_NEGATIVE = pa.Column(float, pa.Check.ge(0))
CHECKED = {
    "a key of one column, declared unique": (
        schema(code=pa.Column(str, unique=True)), "code\na\nb\na\n",
        "table.csv, line 4: column 'code' = 'a' is already on line 2"),
    "a key is never missing, even where the schema forgets to say so": (
        keyed({"code": c.text(nullable=True), "n": c.whole(0)}, ["code"]), "code,n\na,1\n,2\n",
        "table.csv, line 3, column 'code': the cell is empty"),
    "the name of the schema is not taken for a column": (
        schema(ABOVE, "table", a=float), "a\n1\n-2\n",
        "table.csv, line 3: found a=-2; expected: a above 0. Correct the row."),
    "allowed values": (
        schema(label=pa.Column(str, pa.Check.isin(["E0", "E1"]))), "label\nE0\nE9\n",
        "table.csv, line 3, column 'label': found 'E9', expected one of E0, E1."),
    "a pattern": (
        schema(code=pa.Column(str, pa.Check.str_matches(r"^\d\d$"))), "code\n1\n",
        r"table.csv, line 2, column 'code': found '1', expected text of the form ^\d\d$."),
    "a check across columns speaks its own words": (
        schema(ORDERED, low=float, high=float), "low,high\n1,2\n4,3\n",
        "table.csv, line 3: found low=4, high=3; expected: low is at most high. Correct the row."),
    "a check of a whole table": (
        schema(SUM, share=float), "share\n0.5\n0.4\n",
        "table.csv: expected shares that sum to 1. Correct the table."),
    "the first bad row, whatever the column": (
        schema(a=NOT_NEGATIVE, b=NOT_NEGATIVE), "a,b\n1,-1\n-1,1\n", "table.csv, line 2, column 'b'"),
}  # fmt: skip


@pytest.mark.parametrize(("checked", "content", "said"), CHECKED.values(), ids=CHECKED)
def test_what_a_schema_can_ask(write, refusal, checked, content, said):
    assert refusal(read_csv, write(content), checked).startswith(said)


def test_types_are_given_without_coerce_in_the_schema(write):
    counts = pa.DataFrameSchema({"n": pa.Column(int), "x": pa.Column(float)}, strict=True)
    table = read_csv(write("n,x\n1,2\n"), counts)
    assert table.dtypes.astype(str).tolist() == ["int64", "float64"]


def test_validate_takes_a_table_that_is_already_typed():
    table = pd.DataFrame(
        {
            "sector": ["a", "b"],
            "month": pd.to_datetime(["2024-01-01", "2024-01-01"]),
            "share": [0.5, np.nan],
            "n_days": [1, 2],
            "final": [True, False],
        }
    )
    out = validate(table, SHARES, file=Path("data/x.csv"))
    pd.testing.assert_frame_equal(out, table.astype({"month": "datetime64[ns]"}))


def test_lines_are_counted_from_the_first_line_given():
    table = pd.DataFrame({"n": ["1", "x"]})
    counts = keyed({"n": c.whole(0)}, ["n"])
    with pytest.raises(DataError, match="line 11, column 'n': found 'x'"):
        validate(table, counts, file=Path("x.csv"), first_line=10)


def test_messages_name_the_columns_as_the_upstream_file_does(write, refusal):
    path = write("Task ID,Data Value\n1,n/a\n")

    def reader(path: Path) -> pd.DataFrame:
        rows = choose(read_text(path), {"Task ID": "task_id", "Data Value": "value"}, path)
        return validate(
            rows, keyed({"task_id": c.whole(1), "value": c.number()}, ["task_id"]), file=path
        )

    assert "line 2, column 'Data Value': found 'n/a'" in refusal(reader, path)


def test_heading_that_upstream_renamed(write, refusal):
    path = write("TaskID,x\n1,2\n")
    message = refusal(lambda p: choose(read_text(p), {"Task ID": "task_id"}, p), path)
    assert message == (
        "table.csv: column 'Task ID' is missing; found TaskID, x. Is it 'TaskID'? Rename it, "
        "or get the file again."
    )


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1, max_size=20))
def test_numbers_survive_writing_and_reading_to_the_last_bit(values):
    numbers = pa.DataFrameSchema({"x": pa.Column(float)})
    table = validate(pd.DataFrame({"x": [repr(v) for v in values]}), numbers, file=Path("x.csv"))
    assert table["x"].tolist() == values


@given(st.lists(st.integers(-(2**63), 2**63 - 1), min_size=1, max_size=20))
def test_whole_numbers_keep_every_digit(values):
    numbers = pa.DataFrameSchema({"n": pa.Column(int)})
    table = validate(pd.DataFrame({"n": [str(v) for v in values]}), numbers, file=Path("x.csv"))
    assert table["n"].tolist() == values
