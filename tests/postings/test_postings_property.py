"""Whatever the bytes, the counts add up or the file is refused in words."""

import csv
import io
import json
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from llmexposure.base.errors import ProjectError
from llmexposure.postings import (
    COLUMNS,
    SCHEMA,
    Summary,
    from_frame,
    validate_batch,
    validate_file,
    validated_batches,
)

NAMES = ("posting_id", "title", "description", "degree", "experience", "salary", "date", "openings")
CELLS = st.one_of(
    st.text(max_size=30),
    st.sampled_from(
        ["本科", "3-5年", "8k-12k", "-1", "2999-01-01", "<p>x</p>", "=1", "\x00", '"', "1"]
    ),
)
ROW = st.lists(CELLS, min_size=len(NAMES), max_size=len(NAMES))
SMALL = settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow])
HEADING = ",".join(NAMES) + "\n"


def summed(content: bytes, name: str = "a.csv", batch_rows: int = 3) -> Summary | None:
    """Summary of a file with this content, checked in every way; None where it is refused."""
    with TemporaryDirectory() as folder:
        path, out = Path(folder) / name, Path(folder) / "q.csv"
        path.write_bytes(content)
        try:
            summary = validate_file(path, quarantine=out, batch_rows=batch_rows)
        except ProjectError:
            return None
        assert summary.rows == summary.valid + summary.quarantined
        assert summary.quarantined == sum(summary.by_reason.values())
        assert len(pd.read_csv(out)) == summary.quarantined
        for checked in validated_batches(path, batch_rows=batch_rows):
            SCHEMA.validate(checked.valid)
            assert list(checked.valid.columns) == list(COLUMNS)
        return summary


@SMALL
@given(st.lists(ROW, max_size=8))
def test_well_formed_rows_are_all_counted(rows):
    stream = io.StringIO(newline="")
    csv.writer(stream, quoting=csv.QUOTE_ALL).writerows([NAMES, *rows])
    content = stream.getvalue().encode("utf-8", "replace")
    found = summed(content)
    assert found is not None
    assert found.rows == len(rows)
    alone = summed(content, batch_rows=2)
    assert (found.valid, found.by_reason) == (alone.valid, alone.by_reason)


@SMALL
@given(st.binary(max_size=300))
def test_any_bytes_behind_a_heading_add_up(noise):
    summed(HEADING.encode() + noise)


@SMALL
@given(st.binary(max_size=300))
def test_any_bytes_add_up_or_are_refused(noise):
    summed(noise)
    summed(noise, "a.jsonl")
    summed(noise, "a.parquet")
    summed(noise, "a.csv.gz")


@SMALL
@given(st.lists(st.text(alphabet='a,"\n\r;\t<&=\x00很', max_size=20), max_size=10))
def test_any_text_behind_a_heading_adds_up(pieces):
    summed((HEADING + "\n".join(pieces)).encode())


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner),
    max_leaves=8,
)


@SMALL
@given(st.lists(JSON, min_size=1, max_size=6))
def test_every_line_of_json_is_a_row(values):
    ok = {"posting_id": "x", "title": "t", "description": "d"}
    text = "".join(f"{json.dumps(value)}\n" for value in [ok, *values])
    found = summed(text.encode(), "a.jsonl", batch_rows=100)
    assert found is not None
    assert found.rows == len(values) + 1
    assert found.valid >= 1


@SMALL
@given(st.lists(st.fixed_dictionaries(dict.fromkeys(NAMES, JSON)), max_size=5))
def test_any_table_in_memory_adds_up(rows):
    frame = pd.DataFrame(rows, columns=list(NAMES), dtype=object)
    valid, quarantined = validate_batch(from_frame(frame))
    assert len(valid) + len(quarantined) == len(rows)
    SCHEMA.validate(valid)
