"""What a regression with this many units can detect.

Power belongs to an effect chosen beforehand. At the estimate itself it only restates the p-value
(Hoenig and Heisey 2001), so nothing here takes an estimated slope.
"""

from scipy import stats

from llmexposure.base.errors import DataError


def correlation_power(r: float, n: int, alpha: float = 0.05) -> float:
    """Power of the two-sided t test of no correlation when the correlation is ``r``.

    The squared t statistic of the slope follows a noncentral F with 1 and n - 2 degrees of freedom and
    noncentrality n r^2 / (1 - r^2), for a given regressor and normal errors of equal variance (Cohen 1988,
    chapter 9).

    Raises
    ------
    DataError
        Unless -1 < r < 1, and with fewer than three units.

    Examples
    --------
    >>> round(correlation_power(0.3, 82), 2)
    0.8
    """
    if not -1 < r < 1:
        raise DataError(f"correlation {r}: expected a value between -1 and 1")
    if n < 3:
        raise DataError(f"power: {n} units are too few, expected 3 or more")
    size = n * r**2 / (1 - r**2)
    # scipy's noncentral F is wrong at exactly zero.
    return float(stats.ncf.sf(stats.f.isf(alpha, 1, n - 2), 1, n - 2, size)) if size else alpha
