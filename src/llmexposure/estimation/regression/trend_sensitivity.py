"""How far trends may depart from parallel before a slope's sign is lost (Rambachan and Roth 2023).

The coefficients of an event study are slopes on exposure, beta = effect + delta, where delta is what would
have happened anyway; parallel trends say delta = 0. Two restrictions let the periods before the event speak
about delta after it (their section 2.4):

relative magnitudes
    no step of delta after the event is larger than ``bound`` times the largest step before it;
smoothness
    the step of delta changes by at most ``bound`` from one period to the next, so 0 is a straight line.

A target is a weighted sum of the effects after the event. As effects are free, only the target and the
path before the event carry information, and no nuisance parameters are left.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from scipy import stats
from scipy.optimize import brentq
from scipy.special import ndtr, owens_t

from llmexposure.base.errors import DataError

# Newton's method starts within 0.32 of the root; six steps reach the last bit.
NEWTON_STEPS = 6
# The search for a breakdown value starts here; one beyond ``FURTHEST`` is reported as infinite.
FIRST, FURTHEST = 2.0**-10, 2.0**20


@dataclass(frozen=True)
class Path:
    """Slopes on exposure relative to the base period, with their joint covariance.

    Attributes
    ----------
    pre, post
        Slopes before and after the base period, oldest first; periods are equally spaced.
    covariance
        Of ``pre`` then ``post``, shape (p + q, p + q).
    n, df
        Units, and residual degrees of freedom across them (infinite for a normal limit).
    working
        Covariance by which weights on earlier periods are chosen; None for ``covariance`` itself. One
        that treats all units alike is steadier: weights that look best by a robust covariance are
        those that happen to cancel a few units' errors.
    """

    pre: np.ndarray
    post: np.ndarray
    covariance: np.ndarray
    n: int
    df: float
    working: np.ndarray | None = None

    @cached_property
    def inflated(self) -> np.ndarray:
        """Covariance times (t / z)^2, so that normal intervals become the t intervals of OLS."""
        ratio = stats.t.ppf(0.975, self.df) / stats.norm.ppf(0.975)
        return self.covariance * ratio**2


@dataclass(frozen=True)
class Bounds:
    """What one bound on the violation of parallel trends leaves of a target.

    Attributes
    ----------
    bound
        Mbar (a ratio) or M (slope per period, squared).
    low, high
        Identified set were the estimated path the true one; NaN where the path itself breaks the bound.
    ci_low, ci_high
        Robust 95% confidence set.
    """

    bound: float
    low: float
    high: float
    ci_low: float
    ci_high: float


def slope_path(wide: pd.DataFrame, exposure: pd.Series, base: str) -> Path:
    """Slopes of the change since ``base`` in every other period, with their joint HC3 covariance.

    Parameters
    ----------
    wide
        Outcome, units by equally spaced periods in order, nothing missing.
    exposure
        By unit, fixed before the event.

    Raises
    ------
    DataError
        When there is no period before or after ``base``.
    """
    place = wide.columns.get_loc(base)
    if not 0 < place < wide.shape[1] - 1:
        raise DataError(f"base period {base}: expected at least one period before and one after it")
    data = wide.loc[wide.index.intersection(exposure.dropna().index)]
    x = exposure.loc[data.index].to_numpy(float)
    x = x - x.mean()
    y = data.sub(data[base], axis=0).drop(columns=base).to_numpy(float)
    y = y - y.mean(axis=0)
    slope = x @ y / (x @ x)
    leverage = 1 / len(x) + x**2 / (x @ x)
    error, df = y - np.outer(x, slope), len(x) - 2
    scores = error * (x / (1 - leverage) / (x @ x))[:, None]
    alike = error.T @ error / (df * (x @ x))
    return Path(slope[:place], slope[place:], scores.T @ scores, len(x), df, alike)


def mean_weights(after: Sequence[str], target: Sequence[str]) -> np.ndarray:
    """Weights of the periods after the event for the mean over some of them.

    Examples
    --------
    >>> mean_weights(["2023-02", "2023-05"], ["2023-05"]).tolist()
    [0.0, 1.0]
    """
    inside = np.isin(list(after), list(target))
    return inside / inside.sum()


def relative_magnitudes(
    path: Path, weights: np.ndarray, bound: float, alpha: float = 0.05
) -> Bounds:
    """Bounds on a target when steps after the event are at most ``bound`` times the largest before.

    For each earlier step d and each sign, the target lies within k d of its estimate, k = bound times
    `reach`: two moment inequalities, tested with the least-favourable critical value (Andrews, Roth and
    Pakes 2023). The confidence set is the hull of the union over steps and signs (Rambachan and Roth
    2023, lemma 2.2); it covers at least as often as it says.

    Parameters
    ----------
    weights
        Of the periods after the event in the target, length q.

    Examples
    --------
    >>> path = Path(np.array([0.1]), np.array([-1.0]), 0.01 * np.eye(2), 46, np.inf)
    >>> found = relative_magnitudes(path, np.array([1.0]), 2)
    >>> round(float(found.low), 2), round(float(found.high), 2)
    (-1.2, -0.8)
    """
    k, p = bound * reach(weights), len(path.pre)
    target = np.concatenate([np.zeros(p), weights])
    steps = np.diff(np.eye(p + 1), axis=0)[:, :-1]
    steps = np.hstack([steps, np.zeros((p, len(path.post)))])
    steps = np.vstack([steps, -steps])
    beta = np.concatenate([path.pre, path.post])
    value, d = target @ beta, steps @ beta
    variance = target @ path.inflated @ target
    cross = steps @ path.inflated @ target
    own = k**2 * np.einsum("si,ij,sj->s", steps, path.inflated, steps)
    below = np.sqrt(np.maximum(variance - 2 * k * cross + own, 0))
    above = np.sqrt(np.maximum(variance + 2 * k * cross + own, 0))
    c = joint_critical((own - variance) / np.maximum(below * above, 1e-300), alpha)
    low, high = value - k * d - c * below, value + k * d + c * above
    kept = low <= high
    span = k * np.abs(d).max()
    return Bounds(bound, value - span, value + span, low[kept].min(), high[kept].max())


def reach(weights: np.ndarray) -> float:
    """Largest value of a target's violation when no step exceeds one: sum_j |sum_{t >= j} l_t|."""
    return float(np.abs(np.cumsum(np.asarray(weights)[::-1])).sum())


def joint_critical(correlation: np.ndarray, alpha: float = 0.05) -> np.ndarray:
    """C with P(max(Z1, Z2) > c) = alpha for standard normals of the given correlation.

    By Owen's T function: P(both <= c) = ndtr(c) - 2 T(c, sqrt((1 - r) / (1 + r))) (Owen 1956).

    Examples
    --------
    >>> joint_critical(np.array([-1.0, 0.0, 1.0])).round(3).tolist()
    [1.96, 1.955, 1.645]
    """
    r = np.clip(correlation, -1, 1)
    ratio = np.sqrt((1 - r) / np.maximum(1 + r, 1e-300))
    c = np.full(r.shape, stats.norm.ppf(1 - alpha / 2))
    for _ in range(NEWTON_STEPS):
        short = 1 - alpha - (ndtr(c) - 2 * owens_t(c, ratio))
        density = np.exp(-(c**2) / 2) / np.sqrt(2 * np.pi)
        c = c + short / (2 * density * ndtr(c * ratio))
    return c


def sensitivity(
    bounded: Callable[[Path, np.ndarray, float], Bounds],
    path: Path,
    weights: np.ndarray,
    bounds: list[float],
) -> pd.DataFrame:
    """One row a bound: ``bound``, ``low``, ``high``, ``ci_low``, ``ci_high``."""
    return pd.DataFrame([vars(bounded(path, weights, bound)) for bound in bounds])


def breakdown_value(
    bounded: Callable[[Path, np.ndarray, float], Bounds], path: Path, weights: np.ndarray
) -> float:
    """Smallest bound at which the robust confidence set of a target includes zero."""

    def margin(bound: float) -> float:
        found = bounded(path, weights, bound)
        return max(found.ci_low, -found.ci_high)

    return breakdown(margin)


def breakdown(margin: Callable[[float], float]) -> float:
    """Smallest bound at which a set includes zero.

    Parameters
    ----------
    margin
        Distance of zero from the set at a bound: positive outside, falling as the bound grows.

    Returns
    -------
    float
        0 when zero is inside from the start, infinite when no bound up to ``FURTHEST`` lets it in.

    Examples
    --------
    >>> round(breakdown(lambda bound: 0.3 - bound), 6)
    0.3
    """
    if margin(0.0) <= 0:
        return 0.0
    low, high = 0.0, FIRST
    while margin(high) > 0:
        low, high = high, 2 * high
        if high > FURTHEST:
            return np.inf
    return float(brentq(margin, low, high, xtol=1e-12, rtol=1e-9))


def identified_breakdown(path: Path, weights: np.ndarray) -> float:
    """Mbar at which the identified set reaches zero, were the estimated path the true one."""
    largest = np.abs(np.diff(np.append(path.pre, 0.0))).max()
    return float(abs(weights @ path.post) / (reach(weights) * largest))


def leave_one_out_breakdown(
    wide: pd.DataFrame, exposure: pd.Series, base: str, weights: np.ndarray
) -> pd.Series:
    """Mbar at which the robust set includes zero, without each unit in turn, by unit."""
    return pd.Series(
        {
            unit: breakdown_value(
                relative_magnitudes, slope_path(wide.drop(unit), exposure, base), weights
            )
            for unit in wide.index
        }
    )


def largest_bend(path: Path) -> float:
    """Largest change of the path's step before the event: what M would have to be to allow for it.

    Examples
    --------
    >>> path = Path(np.array([0.3, 0.1]), np.array([-1.0]), np.eye(3), 46, np.inf)
    >>> round(largest_bend(path), 6)
    0.1
    """
    return float(np.abs(np.diff(np.append(path.pre, 0.0), 2)).max())
