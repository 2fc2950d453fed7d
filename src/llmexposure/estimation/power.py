"""What a regression with this many units can detect.

The t statistic of the slope follows a noncentral t with n - 2 - controls degrees of freedom and
noncentrality sqrt(n - controls) r / sqrt(1 - r^2), r the partial correlation, for a given regressor and
normal errors of equal variance (Cohen 1988, chapter 9: lambda = f^2 (u + v + 1), f^2 = r^2 / (1 - r^2),
u = 1, v the degrees of freedom).

Power belongs to an effect chosen beforehand. At the estimate itself it only restates the p-value
(Hoenig and Heisey 2001), so no function here takes an estimated slope from a design.
"""

import numpy as np
from scipy import optimize, stats

from llmexposure.errors import DataError
from llmexposure.estimation.design import Design


def _power(noncentrality: float, df: float, alpha: float) -> float:
    """Power of the two-sided t test."""
    # The square of the noncentral t: scipy's noncentral t returns NaN in the far tail, and its
    # noncentral F is wrong at exactly zero.
    size = noncentrality**2
    return float(stats.ncf.sf(stats.f.isf(alpha, 1, df), 1, df, size)) if size else alpha


def _df(n: int, controls: int) -> int:
    """Residual degrees of freedom, at least one."""
    if n - 2 - controls < 1:
        raise DataError(f"power: {n} units are too few for {controls} control(s)")
    return n - 2 - controls


def detectable_noncentrality(df: float, power: float = 0.8, alpha: float = 0.05) -> float:
    """Noncentrality at which the two-sided t test has the given power.

    Raises
    ------
    DataError
        Unless alpha < power < 1.
    """
    if not alpha < power < 1:
        raise DataError(f"power {power}: expected a value between alpha = {alpha} and 1")
    enough = 1.0
    while _power(enough, df, alpha) < power:
        enough *= 2
    return float(optimize.brentq(lambda d: _power(d, df, alpha) - power, 1e-6, enough, xtol=1e-12))


def critical_correlation(n: int, controls: int = 0, alpha: float = 0.05) -> float:
    """Smallest |r| that reaches significance: t / sqrt(df + t^2).

    Examples
    --------
    >>> round(critical_correlation(13), 3)
    0.553
    """
    df = _df(n, controls)
    t = stats.t.ppf(1 - alpha / 2, df)
    return float(t / np.sqrt(df + t**2))


def correlation_power(r: float, n: int, controls: int = 0, alpha: float = 0.05) -> float:
    """Power of the test of a zero (partial) correlation when it is ``r``.

    Examples
    --------
    >>> round(correlation_power(0.3, 82), 2)
    0.8
    """
    if not -1 < r < 1:
        raise DataError(f"correlation {r}: expected a value between -1 and 1")
    df = _df(n, controls)
    return _power(float(np.sqrt((df + 2) * r**2 / (1 - r**2))), df, alpha)


def detectable_correlation(
    n: int, controls: int = 0, *, power: float = 0.8, alpha: float = 0.05
) -> float:
    """Smallest |r| that is found with the given power.

    Examples
    --------
    >>> round(detectable_correlation(13), 2)
    0.65
    """
    df = _df(n, controls)
    d = detectable_noncentrality(df, power, alpha)
    return float(d / np.sqrt(df + 2 + d**2))


def residual_se(found: Design) -> float:
    """Standard error of the slope with errors of equal variance."""
    x, y = found.residual(found.x), found.residual(found.y)
    error = y - x * (x @ y) / (x @ x)
    return float(np.sqrt(error @ error / found.df / (x @ x)))


def slope_power(found: Design, slope: float, alpha: float = 0.05) -> float:
    """Power against a true ``slope`` at the design's size, spread and residual variance.

    Examples
    --------
    >>> import pandas as pd
    >>> from llmexposure.estimation.design import design
    >>> frame = pd.DataFrame({"y": [0.0, 2, 1, 3, 2, 4], "x": np.arange(6.0)})
    >>> found = design(frame, "y", "x")
    >>> round(slope_power(found, detectable_slope(found)), 6)
    0.8
    """
    return _power(slope / residual_se(found), found.df, alpha)


def detectable_slope(found: Design, *, power: float = 0.8, alpha: float = 0.05) -> float:
    """Smallest |slope| found with the given power, in the outcome's units per unit of exposure.

    Takes the residual variance and the spread of exposure of the design as the true ones.
    """
    return detectable_noncentrality(found.df, power, alpha) * residual_se(found)
