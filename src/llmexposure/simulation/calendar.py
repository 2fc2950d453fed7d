"""Months of the simulation, and how far along a change is in each of them."""

import numpy as np
import pandas as pd

MONTHS = pd.period_range("2022-01", "2024-06", freq="M")
BASE = MONTHS.year == 2022
LATEST = MONTHS.year == 2024
YEAR_BEFORE = (MONTHS.year == 2023) & (MONTHS.month <= 6)

# Postings of a calendar month relative to the average: spring and autumn are busy. An assumption.
# The same every year, so that growth over a year is growth of the share.
_SEASON = np.array([0.8, 1.1, 1.35, 1.15, 1.0, 0.95, 1.0, 1.0, 1.1, 0.9, 0.9, 0.75])
VOLUME = _SEASON[MONTHS.month - 1]


def ramp() -> np.ndarray:
    """Part of a change since 2022 that has happened: 0 in 2022, rising in 2023, 1 in 2024.

    Flat before and after, so that the mean of 2022 and that of the first half of 2024 differ by
    exactly the change, whatever the season.
    """
    months = (MONTHS.year - 2022) * 12 + MONTHS.month - 12
    return np.clip(months / 13, 0, 1).to_numpy()


def late_ramp() -> np.ndarray:
    """The same for changes over a year: 0 up to June 2023, 1 from January 2024."""
    months = (MONTHS.year - 2023) * 12 + MONTHS.month - 6
    return np.clip(months / 7, 0, 1).to_numpy()


def years_since(year: int) -> np.ndarray:
    """Years from the busy middle of the first half of ``year``, weighted by volume."""
    years = MONTHS.year + (MONTHS.month - 0.5) / 12
    half = (MONTHS.year == year) & (MONTHS.month <= 6)
    return (years - np.average(years[half], weights=VOLUME[half])).to_numpy()


def mean(values: np.ndarray, when: np.ndarray) -> np.ndarray:
    """Mean over chosen months of values by month (first axis), weighted by volume."""
    return np.average(values[when], axis=0, weights=VOLUME[when])
