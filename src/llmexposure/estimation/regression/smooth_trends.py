"""How far trends may bend before a slope's sign is lost: the smoothness restriction.

The trend before the event may change its slope only so much after it (Rambachan and Roth 2023, section 2.4).
The interval is the fixed-length one that they recommend for it (after Armstrong and Kolesar 2018): the
target's estimate less the best linear extrapolation of the earlier path, with room for the largest bias that
the restriction allows. The other restriction is in `regression.trend_sensitivity`.
"""

import numpy as np
from scipy import stats
from scipy.optimize import brentq, minimize
from scipy.special import ndtr

from llmexposure.base.errors import DataError
from llmexposure.estimation.regression.trend_sensitivity import Bounds, Path


def smoothness(path: Path, weights: np.ndarray, bound: float, alpha: float = 0.05) -> Bounds:
    """Bounds on a target when the trend's slope changes by at most ``bound`` a period.

    Parameters
    ----------
    weights
        Of the periods after the event in the target, length q.

    Examples
    --------
    >>> path = Path(np.array([0.2, 0.1]), np.array([-1.0]), 0.0001 * np.eye(3), 46, np.inf)
    >>> found = smoothness(path, np.array([1.0]), 0.05)
    >>> round(float(found.low), 2), round(float(found.high), 2)
    (-0.95, -0.85)
    """
    value, length = float(weights @ path.post), len(weights)
    after = np.abs(hinges(length) @ weights).sum()
    extrapolated = -path.pre[-1] * (weights @ np.arange(1, length + 1))
    bends = np.diff(np.append(path.pre, 0.0), 2)
    possible = len(bends) == 0 or np.abs(bends).max() <= bound * (1 + 1e-12)
    low, high = (value - extrapolated + side * bound * after for side in (-1, 1))
    centre, half = fixed_length(path, weights, bound, alpha)
    ends = (low, high) if possible else (np.nan, np.nan)
    return Bounds(bound, *ends, centre - half, centre + half)


def fixed_length(
    path: Path, weights: np.ndarray, bound: float, alpha: float = 0.05
) -> tuple[float, float]:
    """Centre and half-length of the shortest fixed-length interval.

    The weights are shortest by the path's working covariance; the length is by its robust one.

    As the p - 1 free weights are fitted to the same units, the standard error would be too small in
    small samples; it is raised as in an analysis of covariance with p - 1 covariates, of which this is
    one when bound is 0.
    """
    chosen = len(path.pre) - 1
    if chosen > path.df - 3:
        raise DataError(
            f"{chosen + 1} periods before the event need at least {chosen + 5} units, found {path.n}"
        )
    rest = path.df - chosen
    fitted = (1 + chosen / (rest - 1)) / (1 - chosen / path.df)
    scale = np.sqrt(fitted) * stats.t.ppf(0.975, rest) / stats.norm.ppf(0.975)
    w, bias = _best_weights(path, weights, bound, scale, alpha)
    s = scale * np.sqrt(w @ path.covariance @ w)
    # At the flat optimum weights are good to about 1e-7: cut to what machines agree on.
    centre = round(float(w @ np.append(path.pre, path.post)), 6)
    return centre, round(folded_critical(bias / s, alpha) * s, 6)


def _best_weights(
    path: Path, weights: np.ndarray, bound: float, scale: float, alpha: float
) -> tuple[np.ndarray, float]:
    """Weights on all slopes with the shortest interval, and the largest bias that they allow.

    Those on earlier slopes, v, are chosen through the weight g_j that the estimate then puts on a bend j
    periods before the base: v = A^-1 (sum_t t l_t, g), which removes every straight trend. The
    half-length, cv(b / s) s with b = bound (sum |g| + a constant), is convex in g.
    """
    p, length = len(path.pre), len(weights)
    covariance = scale**2 * (path.covariance if path.working is None else path.working)
    # Lags 1 to p run backwards in time; slopes are stored oldest first.
    inverse = np.linalg.inv(hinges(p))[::-1]
    fixed = np.concatenate([inverse[:, 0] * (weights @ np.arange(1, length + 1)), weights])
    moves = np.vstack([inverse[:, 1:], np.zeros((length, p - 1))])
    after = np.abs(hinges(length) @ weights).sum()
    if p == 1:
        return fixed, bound * after

    def half_length(parts: np.ndarray) -> tuple[float, np.ndarray]:
        w = fixed + moves @ (parts[: p - 1] - parts[p - 1 :])
        s = np.sqrt(w @ covariance @ w)
        b = bound * (parts.sum() + after)
        c = folded_critical(b / s, alpha)
        rise = np.tanh(c * b / s)  # derivative of the critical value
        by_s = (c - rise * b / s) * (moves.T @ covariance @ w) / s
        return c * s, np.concatenate([by_s, -by_s]) + rise * bound

    found = minimize(
        half_length, np.zeros(2 * (p - 1)), jac=True, method="SLSQP",
        bounds=[(0, None)] * (2 * (p - 1)), options={"ftol": 1e-14, "maxiter": 500},
    )  # fmt: skip
    g = found.x[: p - 1] - found.x[p - 1 :]
    return fixed + moves @ g, float(bound * (np.abs(g).sum() + after))


def hinges(periods: int) -> np.ndarray:
    """Matrix with rows j = 0, 1, ... of max(t - j, 0) for t = 1 to ``periods``: a bend at j, seen at t."""
    t = np.arange(1, periods + 1)
    return np.maximum(t - np.arange(periods)[:, None], 0.0)


def folded_critical(bias: float, alpha: float = 0.05) -> float:
    """1 - alpha quantile of |N(bias, 1)|.

    Examples
    --------
    >>> round(folded_critical(0.0), 3), round(folded_critical(5.0) - 5, 3)
    (1.96, 1.645)
    """

    def missing(c: float) -> float:
        return ndtr(c - bias) - ndtr(-c - bias) - (1 - alpha)

    return brentq(missing, 0, bias + stats.norm.ppf(1 - alpha / 2) + 1e-6, xtol=1e-14)
