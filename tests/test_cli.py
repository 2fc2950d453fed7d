"""The command line: what is said of an error, and of none."""

import os
import subprocess
import sys


def test_a_reader_that_has_enough_is_no_error_of_the_disk():
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(
        [sys.executable, "-m", "llmexposure.cli", "sources"],
        stdout=writer, stderr=subprocess.PIPE, text=True, check=False,
    )  # fmt: skip
    os.close(writer)
    assert done.returncode == 1
    assert done.stderr == ""


def test_the_package_runs_as_the_command():
    command = [sys.executable, "-m", "llmexposure", "--version"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.startswith("llmexposure, version ")
