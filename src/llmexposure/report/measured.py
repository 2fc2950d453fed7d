"""Run time, memory and disk as measured: ``docs/measured.json``, written by ``benchmarks/measure.py``."""

import json
from pathlib import Path
from typing import Literal

from llmexposure.report.markdown import markdown_table, plain

# What was measured, in words, to its value with unit; of the build of the paper, and of scoring.
Measured = dict[Literal["build", "score"], dict[str, str]]


def read_measured(path: Path) -> Measured:
    """What was measured last."""
    return json.loads(path.read_text(encoding="utf-8"))


def measured_table(rows: dict[str, str]) -> str:
    """Markdown table of one part.

    Examples
    --------
    >>> print(measured_table({"time": "9 s"}), end="")
    | what | measured |
    |---|---|
    | time | 9 s |
    """
    return markdown_table(["what", "measured"], [[plain(k), plain(v)] for k, v in rows.items()])
