"""Memory does not grow with the file, nor with what a small one unpacks to."""

import json
import os
import resource
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
    small, large = (peak(tmp_path / f"{rows}.{kind}", rows) for rows in (20_000, 200_000))
    assert large - small < 60, "MB; the text of the larger file is 180 MB more"


def one_text(path: Path, **how: object) -> None:
    """Twenty thousand rows with one text of 300 KB: 6 GB in a few kilobytes."""
    ids = [str(number) for number in range(20_000)]
    texts = pa.DictionaryArray.from_arrays(np.zeros(len(ids), "int32"), ["负责" * 50_000])
    columns = {"posting_id": ids, "title": ["Clerk"] * len(ids), "description": texts}
    pq.write_table(pa.table(columns), path, store_schema=False, compression="zstd", **how)


def own_keys(path: Path, rows: int) -> None:
    """Rows with ten keys that no other row has."""
    with path.open("w") as file:
        for number in range(rows):
            row = {"id": f"p{number}", "title": "Clerk", "description": "Files letters"}
            more = {f"k{number}_{key}": 1 for key in range(10)}
            file.write(json.dumps(row | more) + "\n")


BOMBS = {
    "a.parquet": one_text,
    "two.parquet": lambda path: one_text(path, data_page_version="2.0"),
    "small.jsonl": lambda path: own_keys(path, 3_000),
    "large.jsonl": lambda path: own_keys(path, 20_000),
}


@pytest.mark.skipif(sys.platform != "linux", reason="the limit is kept on Linux only")
@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_under_a_limit_of_two_gigabytes_is_one_message(tmp_path, name):
    BOMBS[name](tmp_path / name)
    limit = (2 * 2**30, 2 * 2**30)
    threads = {f"{name}_THREADS": "2" for name in ("POLARS_MAX", "OMP_NUM", "OPENBLAS_NUM")}
    done = subprocess.run(
        [sys.executable, "-m", "llmexposure.cli", "validate", str(tmp_path / name)],
        env={**os.environ, **threads},
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, limit),
        capture_output=True,
        text=True,
    )
    read = name.endswith("jsonl")
    assert done.returncode == (0 if read else 1), done.stderr
    assert done.stderr.count("\n") == (0 if read else 1), done.stderr
    assert read or "unpacks to far more" in done.stderr
