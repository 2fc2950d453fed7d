"""The bench script runs, and finds the default equal to scikit-learn."""

import os
import subprocess
import sys

import pytest

from llmexposure.base import project

SCRIPT = project.current().root / "benchmarks" / "bench_matching.py"


@pytest.mark.mirror
def test_the_bench_prints_its_table(mirror):
    command = [
        sys.executable,
        str(SCRIPT),
        "--rows",
        "600",
        "--only",
        "ours",
        "sentence embeddings",
    ]
    env = {**os.environ, "LLMEXPOSURE_MIRROR": str(mirror)}
    out = subprocess.run(command, capture_output=True, text=True, env=env, check=True).stdout
    assert "peak MB" in out
    assert "100.00% of 600" in out
