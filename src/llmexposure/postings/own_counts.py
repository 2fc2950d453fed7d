"""A user's counts of postings: read where they are counted already, else counted by the command line."""

import subprocess
import sys
from pathlib import Path

import pandas as pd

from llmexposure.base.errors import DataError
from llmexposure.base.tables.schema import read_csv
from llmexposure.data.schemas.simulated import OWN_COUNTS

_COUNT_FIRST = (
    "For headings, an encoding or a language of your own, count first (`llmexposure panel POSTINGS --columns "
    "mapping.toml --language zh`) and give the notebook the panel.csv that it names."
)
_HEADING = ",".join(OWN_COUNTS.key)


def is_counted(path: Path) -> bool:
    """Whether a file holds counts by occupation and month, told from its heading."""
    if path.suffix != ".csv" or not path.is_file():
        return False
    with path.open(encoding="utf-8", errors="replace") as file:
        return file.readline().startswith(f"{_HEADING},")


def own_counts(address: str) -> pd.DataFrame:
    """Counts by occupation and month of a file of postings, or of a file of such counts.

    Postings are validated, scored and counted by ``llmexposure panel``, in a process of its own: scoring
    starts workers, which a notebook's kernel must not. What it has counted before it finds again.

    Raises
    ------
    DataError
        With the message of that command, and how to count with options of one's own.
    """
    path = Path(address)
    if not is_counted(path):
        command = [sys.executable, "-m", "llmexposure.cli", "panel", address, "--quiet"]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            raise DataError(f"{done.stderr.strip().removeprefix('error: ')} {_COUNT_FIRST}")
        path = Path(done.stdout.splitlines()[-1])
    return read_csv(path, OWN_COUNTS.schema)
