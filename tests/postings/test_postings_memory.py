"""Memory does not grow with the file: a file far larger than what validation takes."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

STATUS = Path("/proc/self/status")
# Rows validated, and the highest memory in use (kB).
MEASURE = """
import re, sys
from llmexposure.postings import validated_batches

rows = sum(len(checked.valid) for checked in validated_batches(sys.argv[1], batch_rows=2_000))
print(rows, re.search(r"VmHWM:\\s+(\\d+)", open("/proc/self/status").read())[1])
"""


def postings(rows: int) -> pa.Table:
    """A kilobyte of text a row, which does not compress to nothing."""
    letters = np.random.default_rng(1).integers(97, 122, (rows, 1000), dtype=np.uint8)
    text = [line.tobytes().decode() for line in letters]
    numbers = [str(number) for number in range(rows)]
    return pa.table({"posting_id": numbers, "title": numbers, "description": text})


def peak(path: Path, rows: int) -> int:
    """Memory that validating a file of so many rows takes at most, in MB."""
    table = postings(rows)
    if path.suffix == ".parquet":
        pq.write_table(table, path, row_group_size=rows, compression="none", use_dictionary=False)
    else:
        table.to_pandas().to_csv(path, index=False)
    command = [sys.executable, "-c", MEASURE, str(path)]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    found, memory = map(int, told.split())
    assert found == rows
    return memory // 1000


@pytest.mark.skipif(not STATUS.exists(), reason="the system does not tell the memory of a process")
@pytest.mark.parametrize("kind", ["parquet", "csv"])
def test_memory_does_not_grow_with_the_file(tmp_path, kind):
    small, large = (peak(tmp_path / f"{rows}.{kind}", rows) for rows in (20_000, 110_000))
    assert large - small < 45, "MB; the text of the larger file is 90 MB more"
