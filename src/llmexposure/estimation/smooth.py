"""A locally weighted curve with a bootstrap band (Cleveland 1979)."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from statsmodels.nonparametric.smoothers_lowess import lowess

from llmexposure.estimation.estimate import Estimate


@dataclass(frozen=True)
class Curve:
    """A smooth curve.

    Attributes
    ----------
    band
        ``x``, ``value``, ``ci_low``, ``ci_high`` (pointwise 95%).
    peak
        Where the curve is highest, with its percentile interval.
    first_less_peak, last_less_peak
        Height at the left and right end less the height at the peak of the whole sample; the place of
        that peak is held fixed in the draws. Zero when the peak is the end.
    """

    band: pd.DataFrame
    peak: Estimate
    first_less_peak: Estimate
    last_less_peak: Estimate


def smooth(
    frame: pd.DataFrame,
    x: str,
    y: str,
    *,
    frac: float = 0.5,
    points: int = 60,
    draws: int,
    seed: int,
) -> Curve:
    """Curve of ``y`` on ``x``, units resampled for the band.

    Parameters
    ----------
    frac
        Share of the units that each local line uses.
    points
        Places at which the curve is drawn, even between the 1st and the 99th percentile of ``x``.

    Examples
    --------
    >>> frame = pd.DataFrame({"x": np.linspace(0, 1, 200)})
    >>> frame["y"] = -((frame["x"] - 0.6) ** 2)
    >>> curve = smooth(frame, "x", "y", frac=0.2, draws=9, seed=1)
    >>> abs(curve.peak.value - 0.6) < 0.03
    True
    """
    # Sorted by value, so that the same draws meet the same units whatever the order of the rows.
    data = frame[[x, y]].astype(float).dropna().sort_values([x, y])
    values, heights = data[x].to_numpy(), data[y].to_numpy()
    grid = np.linspace(*np.percentile(values, [1, 99]), points)
    centre = _curve(values, heights, grid, frac)
    rng = np.random.default_rng(seed)
    drawn = np.array([_resampled(values, heights, grid, frac, rng) for _ in range(draws)])
    low, high = np.percentile(drawn, [2.5, 97.5], axis=0)
    band = pd.DataFrame({"x": grid, "value": centre, "ci_low": low, "ci_high": high})
    peak = _percentile(grid[centre.argmax()], grid[drawn.argmax(axis=1)], len(data))
    top, at = centre.max(), centre.argmax()
    first, last = (
        _percentile(centre[end] - top, drawn[:, end] - drawn[:, at], len(data)) for end in (0, -1)
    )
    return Curve(band, peak, first, last)


def _curve(x: np.ndarray, y: np.ndarray, grid: np.ndarray, frac: float) -> np.ndarray:
    return lowess(y, x, frac=frac, it=0, xvals=grid)


def _resampled(
    x: np.ndarray, y: np.ndarray, grid: np.ndarray, frac: float, rng: np.random.Generator
) -> np.ndarray:
    rows = rng.integers(0, len(x), len(x))
    return _curve(x[rows], y[rows], grid, frac)


def _percentile(value: float, drawn: np.ndarray, n: int) -> Estimate:
    low, high = np.percentile(drawn, [2.5, 97.5])
    return Estimate(float(value), n, float(drawn.std(ddof=1)), float(low), float(high))
