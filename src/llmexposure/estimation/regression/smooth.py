"""A locally weighted curve with a bootstrap band (Cleveland 1979)."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from statsmodels.nonparametric.smoothers_lowess import lowess

from llmexposure.base.estimate import Estimate
from llmexposure.estimation.resampling.draws import percentile_estimate


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
        Height at the left and right end less the height at the peak (see `less_peak`). Zero when the
        peak is the end.
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
    peak = percentile_estimate(grid[centre.argmax()], grid[drawn.argmax(axis=1)], len(data))
    first, last = (less_peak(centre, drawn, end, len(data)) for end in (0, -1))
    return Curve(band, peak, first, last)


def less_peak(centre: np.ndarray, drawn: np.ndarray, end: int, n: int) -> Estimate:
    """Height of a curve at one end less its height at its peak, wherever that is: zero or less.

    The peak of an estimated curve is found where its errors are high, so an interval that holds the
    place found fixed excludes zero too often when the end is as high as any place. The difference is the
    least of those from each place. Here all of these lie within c standard deviations of their
    estimates at once with a probability of 97.5% on either side, c from the largest studentised error
    over draws, so the least of the bounds bounds the least difference (Chernozhukov, Lee and Rosen
    2013, without their selection of places; it can only cover more often than it says).

    Parameters
    ----------
    centre
        Heights at the places, length m.
    drawn
        The same in each draw of a bootstrap, shape (draws, m).
    end
        The place to compare: 0 the first, -1 the last.
    n
        Units behind the curve.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> hill = np.array([0.0, 1.0, 0.9])
    >>> found = less_peak(hill, hill + 0.1 * rng.normal(size=(999, 3)), 0, 100)
    >>> found.value, -1.6 < found.ci_low < -1.2, -0.8 < found.ci_high < -0.5
    (-1.0, True, True)
    """
    others = np.delete(np.arange(len(centre)), end)
    less = centre[end] - centre[others]
    off = drawn[:, [end]] - drawn[:, others] - less
    # Above zero, so that a curve without error divides.
    spread = np.maximum(off.std(axis=0, ddof=1), np.finfo(float).tiny)
    below, above = (np.percentile((side * off / spread).max(axis=1), 97.5) for side in (1, -1))
    low, high = (less - below * spread).min(), (less + above * spread).min()
    se = (drawn[:, end] - drawn.max(axis=1)).std(ddof=1)
    # The end is one of the places, so the difference is never above zero.
    return Estimate(
        min(0.0, float(less.min())), n, float(se), min(0.0, float(low)), min(0.0, float(high))
    )


def _curve(x: np.ndarray, y: np.ndarray, grid: np.ndarray, frac: float) -> np.ndarray:
    return lowess(y, x, frac=frac, it=0, xvals=grid)


def _resampled(
    x: np.ndarray, y: np.ndarray, grid: np.ndarray, frac: float, rng: np.random.Generator
) -> np.ndarray:
    rows = rng.integers(0, len(x), len(x))
    return _curve(x[rows], y[rows], grid, frac)
