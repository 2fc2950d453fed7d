"""Poisson pseudo-maximum likelihood with one regressor: a log-linear mean for outcomes with zeros.

E[y | x] = exp(a + b x + offset) needs no logarithm of y, is consistent whatever the distribution of y
(Gourieroux, Monfort and Trognon 1984) and is the usual remedy for log(0) (Santos Silva and Tenreyro
2006). Two parameters let one Newton loop fit a thousand resamples at once.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import statsmodels.api as sm

from llmexposure.base.errors import DataError
from llmexposure.base.estimate import Estimate
from llmexposure.estimation.resampling.draws import resampling_p

STEPS = 100
TOLERANCE = 1e-8
FEWEST = 12
LONGEST = 2.0  # largest change of the fitted log mean across the regressor's range, in one step


@dataclass(frozen=True)
class Ppml:
    """Slope of the log mean on the regressor.

    Attributes
    ----------
    estimate
        With the HC1 sandwich error and its normal interval.
    bootstrap
        The same slope with the percentile interval of a pairs bootstrap.
    permutation_p
        Regressor permuted over units, statistic studentised with the sandwich error.
    loo_min, loo_max
        Smallest and largest slope when one unit is left out (refitted).
    zeros
        Share of units whose outcome is zero.
    """

    estimate: Estimate
    bootstrap: Estimate
    permutation_p: float
    loo_min: float
    loo_max: float
    zeros: float


@dataclass(frozen=True)
class Fits:
    """Poisson fits of many resamples: level, slope and robust z statistic, each of length b."""

    level: np.ndarray
    slope: np.ndarray
    z: np.ndarray


def fits(
    y: np.ndarray, x: np.ndarray, offset: np.ndarray, weights: np.ndarray, start: float = 0.0
) -> Fits:
    """Fit every resample by Newton's method on the slope, with the best level at each step.

    Parameters
    ----------
    y, offset
        Length n.
    x, weights
        Length n, or shape (b, n): a regressor or a set of weights for each resample.
    start
        Slope to begin from.

    Raises
    ------
    DataError
        When Newton's method does not settle, as when all positive outcomes have one value of x.
    """
    x, weights = np.broadcast_arrays(np.atleast_2d(x), np.atleast_2d(weights))
    slope = np.full(len(x), start)
    for step_number in range(STEPS):
        size = weights * np.exp(offset + slope[:, None] * (x - x.mean()))
        scale = weights @ y / size.sum(axis=1)
        mass = size * scale[:, None]
        away = x - (np.einsum("bn,bn->b", mass, x) / mass.sum(axis=1))[:, None]
        information = np.einsum("bn,bn,bn->b", mass, away, away)
        score = weights * y - mass
        # Far from the optimum a full step can overshoot and oscillate, so steps get shorter.
        limit = LONGEST / np.ptp(x) / (1 + step_number / 10)
        step = np.einsum("bn,bn->b", score, away) / information
        if np.abs(step).max() < TOLERANCE:
            robust = np.sqrt(np.einsum("bn,bn,bn,bn->b", score, score, away, away))
            level = np.log(scale) - slope * x.mean()
            return Fits(level, slope, slope * information / robust)
        slope += np.clip(step, -limit, limit)
    raise DataError(f"Poisson fit: no convergence in {STEPS} steps; check for extreme values")


def ppml(
    frame: pd.DataFrame,
    outcome: str,
    regressor: str,
    *,
    exposure: str | None = None,
    draws: int,
    seed: int,
) -> Ppml:
    """Log-linear slope of a non-negative outcome, zeros included; the order of the rows plays no part.

    Parameters
    ----------
    exposure
        Column (such as employment) to whose size the mean is proportional; None: no offset.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> frame = pd.DataFrame({"x": rng.uniform(size=500)})
    >>> frame["y"] = rng.poisson(np.exp(0.5 + 1.5 * frame["x"]))
    >>> round(ppml(frame, "y", "x", draws=99, seed=1).estimate.value, 1)
    1.5
    """
    columns = [outcome, regressor, *([exposure] if exposure else [])]
    # Sorted by value, so that the same draws meet the same units whatever the order of the rows.
    data = frame[columns].astype(float).dropna().sort_values(columns)
    y, x = (data[c].to_numpy() for c in (outcome, regressor))
    if (y < 0).any():
        raise DataError(f"{outcome} has a negative value; a Poisson mean cannot be negative")
    if (y > 0).sum() < FEWEST:
        raise DataError(
            f"{outcome} is positive for {(y > 0).sum()} units, expected {FEWEST} or more: a resample "
            "with one positive outcome has no finite slope"
        )
    y = y / y.mean()
    offset = np.log(data[exposure].to_numpy()) if exposure else np.zeros(len(y))
    model = sm.GLM(y, sm.add_constant(x), family=sm.families.Poisson(), offset=offset)
    fit = model.fit(cov_type="HC1", tol=1e-12, maxiter=200)
    low, high = fit.conf_int()[1]
    value = float(fit.params[1])
    estimate = Estimate(
        value, len(y), float(fit.bse[1]), float(low), float(high), float(fit.pvalues[1])
    )
    rng, n = np.random.default_rng(seed), len(y)
    counts = rng.multinomial(n, np.full(n, 1 / n), size=draws).astype(float)
    drawn = fits(y, x, offset, counts, value).slope
    low, high = np.percentile(drawn, [2.5, 97.5])
    bootstrap = Estimate(value, n, float(drawn.std(ddof=1)), float(low), float(high))
    without = fits(y, x, offset, 1 - np.eye(n), value).slope
    p = _permutation_p(y, x, offset, draws, rng)
    return Ppml(
        estimate, bootstrap, p, float(without.min()), float(without.max()), float((y == 0).mean())
    )


def _permutation_p(
    y: np.ndarray, x: np.ndarray, offset: np.ndarray, draws: int, rng: np.random.Generator
) -> float:
    shuffled = rng.permuted(np.broadcast_to(x, (draws, len(x))), axis=1)
    drawn = fits(y, shuffled, offset, np.ones(len(y))).z
    return resampling_p(fits(y, x, offset, np.ones(len(y))).z[0], drawn)
