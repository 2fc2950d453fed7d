"""Two noisy ratings of exposure: what OLS loses and what ORIV gets back."""

from dataclasses import dataclass

import numpy as np
from scipy import stats

from llmexposure.base.estimate import Estimate
from llmexposure.estimation.montecarlo.intervals import ALPHA
from llmexposure.estimation.montecarlo.outcomes import Units
from llmexposure.estimation.proportion import proportion


@dataclass(frozen=True)
class Recovery:
    """Estimated slopes as multiples of the true one.

    Attributes
    ----------
    ols, oriv
        Median ratio to the true slope.
    ols_coverage, oriv_coverage
        Of the 95% intervals: HC3 with t for one rating, clustered by unit for ORIV.
    length
        Median length of the ORIV interval over that of OLS.
    undefined
        Share of simulations in which the ratings do not move together, so that ORIV stops; they are
        left out of what is said of it.
    """

    ols: float
    oriv: float
    ols_coverage: Estimate
    oriv_coverage: Estimate
    length: float
    undefined: float


def ols_intervals(y: np.ndarray, a: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Slope and half-width (HC3, t) of each row of ``y`` on the same row of ``a``, both centred."""
    n, size = y.shape[1], (a**2).sum(axis=1)
    slope = (a * y).sum(axis=1) / size
    left = 1 - 1 / n - a**2 / size[:, None]
    score = a * (y - slope[:, None] * a) / left
    half = stats.t.ppf(1 - ALPHA / 2, n - 2) * np.sqrt((score**2).sum(axis=1)) / size
    return slope, half


def oriv_intervals(y: np.ndarray, a: np.ndarray, b: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The same by ORIV, see `oriv`; rows whose ratings do not move together are NaN."""
    n, common = y.shape[1], (a * b).sum(axis=1)
    common = np.where(common > 0, common, np.nan)[:, None]
    first = b * common / (b**2).sum(axis=1, keepdims=True)
    second = a * common / (a**2).sum(axis=1, keepdims=True)
    size = (first * a + second * b).sum(axis=1)
    slope = ((first + second) * y).sum(axis=1) / size
    error = slope[:, None] * np.stack([a, b])
    score = first * (y - error[0]) + second * (y - error[1])
    factor = n / (n - 1) * (2 * n - 1) / (2 * n - 3)
    se = np.sqrt(factor * (score**2).sum(axis=1)) / size
    return slope, stats.t.ppf(1 - ALPHA / 2, n - 1) * se


def two_raters(
    units: Units, slope: float, *, reliability: float, noise: float, simulations: int, seed: int
) -> Recovery:
    """Draw two ratings of the real exposure and an outcome that depends on the exposure itself.

    Parameters
    ----------
    reliability
        Share of a rating's variance that is exposure, for both ratings, whose errors are independent.
    noise
        Standard deviation of the outcome's error.

    Examples
    --------
    >>> import pandas as pd
    >>> from llmexposure.estimation.montecarlo.outcomes import units_of
    >>> units = units_of(pd.Series(np.linspace(0, 1, 200)), pd.Series(np.ones(200)))
    >>> found = two_raters(units, -1.0, reliability=0.5, noise=0.1, simulations=300, seed=1)
    >>> (round(found.ols, 1), round(found.oriv, 1))
    (0.5, 1.0)
    """
    rng, shape = np.random.default_rng(seed), (simulations, units.n)
    error = units.exposure.std() * np.sqrt((1 - reliability) / reliability)
    a, b = (units.exposure + error * rng.normal(size=shape) for _ in range(2))
    y = slope * units.exposure + noise * rng.normal(size=shape)
    y, a, b = (v - v.mean(axis=1, keepdims=True) for v in (y, a, b))
    one, one_half = ols_intervals(y, a)
    two, two_half = oriv_intervals(y, a, b)
    known = ~np.isnan(two)
    return Recovery(
        float(np.median(one) / slope),
        float(np.median(two[known]) / slope),
        proportion(np.abs(one - slope) <= one_half),
        proportion(np.abs(two - slope)[known] <= two_half[known]),
        float(np.median(two_half[known]) / np.median(one_half)),
        float(1 - known.mean()),
    )
