"""AI Occupational Exposure of Felten, Raj and Seamans (2021), and its language-modelling version.

Codes are SOC 2010. Scores are standard scores over the 774 occupations (mean 0, sd 1), without
unit. Source: github.com/AIOE-Data/AIOE, which states no licence.
"""

from pathlib import Path

import pandas as pd

from llmexposure.base.tables.schema import choose, keyed, validate
from llmexposure.data.readers import columns as c
from llmexposure.data.readers.sheet import read_sheet


def _read(path: Path, sheet: str, heading: str, score: str) -> pd.DataFrame:
    rows = choose(read_sheet(path, sheet), {"SOC Code": "soc_2010", heading: score}, path)
    return validate(rows, keyed({"soc_2010": c.soc(), score: c.number()}, ["soc_2010"]), file=path)


def read_aioe(path: Path) -> pd.DataFrame:
    """Exposure to ten AI applications together: ``soc_2010`` (key), ``aioe``; 774 rows."""
    return _read(path, "Appendix A", "AIOE", "aioe")


def read_lm_aioe(path: Path) -> pd.DataFrame:
    """Exposure to language modelling alone: ``soc_2010`` (key), ``lm_aioe``; 774 rows."""
    return _read(path, "LM AIOE", "Language Modeling AIOE", "lm_aioe")
