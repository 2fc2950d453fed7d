"""Tables as files: rounded, keyed, the same bytes every time."""

import os
from pathlib import Path

import pandas as pd

from llmexposure.base.formulas import escape_formulas
from llmexposure.base.rounding import canonical


def canonical_frame(frame: pd.DataFrame) -> pd.DataFrame:
    """Copy of a table with every float rounded by `canonical`."""
    out = frame.copy()
    for column in out.select_dtypes("float"):
        out[column] = out[column].map(canonical, na_action="ignore").astype(float)
    return out


def to_csv_text(frame: pd.DataFrame) -> str:
    """Table as CSV text: no index, UTF-8, Unix line ends, missing values empty, no formulas."""
    return escape_formulas(canonical_frame(frame)).to_csv(index=False, lineterminator="\n")


def write_text(path: Path, text: str) -> None:
    """Write a whole file or nothing: to a neighbour first, then moved into place."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    part.write_text(text, encoding="utf-8", newline="\n")
    part.replace(path)
