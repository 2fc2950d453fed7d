"""Slopes of equally long windows, of which only one begins with the event."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from llmexposure.base.errors import DataError
from llmexposure.estimation.regression.event_study import period_slopes


@dataclass(frozen=True)
class Placebo:
    """The slope after the event among those of windows that end before it.

    Attributes
    ----------
    rows
        One row a window: ``start``, ``period`` (its end), ``slope``, ``se``, ``ci_low``, ``ci_high``,
        ``kind`` (placebo, straddling, event, later, or earlier than the first placebo).
    actual
        Slope of the window that starts with the event.
    low, high
        Smallest and largest placebo slope.
    as_low
        Share of the placebo windows with a slope at least as low. They overlap and are few: a
        description, not a p-value.
    count
        Number of placebo windows.
    """

    rows: pd.DataFrame
    actual: float
    low: float
    high: float
    as_low: float
    count: int


def rolling_slopes(logs: pd.DataFrame, exposure: pd.Series, months: int) -> pd.DataFrame:
    """Slope on exposure of the change over every window of ``months`` months, by its end.

    Parameters
    ----------
    logs
        Log outcome, units by consecutive months, nothing missing.
    """
    changes = logs.diff(months, axis=1).iloc[:, months:]
    rows = period_slopes(changes, exposure)
    return rows.assign(start=list(logs.columns[:-months]))


def placebo(
    logs: pd.DataFrame, exposure: pd.Series, event: str, first: str, months: int
) -> Placebo:
    """Compare the window that starts in the month ``event`` with those that end by it.

    Parameters
    ----------
    first
        Earliest starting month of a placebo window.

    Raises
    ------
    DataError
        When no placebo window, or no window after the event, fits.
    """
    rows = rolling_slopes(logs, exposure, months)
    start, end = rows["start"], rows["period"]
    kinds = [start < first, end <= event, start < event, start == event]
    rows["kind"] = np.select(kinds, ["earlier", "placebo", "straddling", "event"], "later")
    actual = rows.loc[rows["kind"] == "event", "slope"]
    fakes = rows.loc[rows["kind"] == "placebo", "slope"]
    if actual.empty or fakes.empty:
        raise DataError(
            f"placebo windows of {months} months from {first}, event {event}: "
            f"{len(fakes)} placebo and {len(actual)} event windows fit in {logs.columns[0]} to "
            f"{logs.columns[-1]}; use shorter windows"
        )
    value = float(actual.iloc[0])
    as_low = float((fakes <= value).mean())
    return Placebo(rows, value, float(fakes.min()), float(fakes.max()), as_low, len(fakes))
