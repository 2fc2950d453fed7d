"""Upstream tables that several tests of the taxonomy look at."""

from pathlib import Path

import pandas as pd
import pytest


@pytest.fixture(scope="session")
def oews_2022(mirror: Path) -> pd.DataFrame:
    """OEWS May 2022, national: code, level of the code, employment."""
    return pd.read_excel(
        mirror / "bls_oews" / "national_M2022_dl.xlsx", usecols=["OCC_CODE", "O_GROUP", "TOT_EMP"]
    )
