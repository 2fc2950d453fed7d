"""How often tests reject: power of one test at chosen true slopes, errors and power of a family of tests.

Power belongs to an effect chosen beforehand. At the estimate itself it only restates the p-value
(Hoenig and Heisey 2001), so nothing here takes an estimated slope.

An effect is a partial correlation r: with a given regressor and errors of standard deviation s, the
slope b has r^2 / (1 - r^2) = b^2 var(x) / s^2.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from llmexposure.base.errors import DataError
from llmexposure.base.estimate import Estimate
from llmexposure.estimation.montecarlo.intervals import (
    ALPHA,
    CLOSED,
    RESAMPLED,
    half_widths,
    resampling_tests,
)
from llmexposure.estimation.montecarlo.outcomes import Units, normal
from llmexposure.estimation.montecarlo.study import Effort
from llmexposure.estimation.proportion import proportion
from llmexposure.estimation.regression.design import each_row
from llmexposure.estimation.resampling.family import romano_wolf
from llmexposure.estimation.resampling.slope import webb_weights, wild_draws


def power_curve(
    units: Units, effects: Sequence[float], effort: Effort, *, seed: int
) -> pd.DataFrame:
    """Share of simulations in which each test rejects a zero slope.

    Normal errors of equal variance, the same ones at every effect, so that curves are smooth.

    Parameters
    ----------
    effects
        Partial correlations, above -1 and below 1.

    Returns
    -------
    pandas.DataFrame
        Indexed by ``r``: ``exact`` (noncentral t) and one column a test; without outcomes to
        resample, only the tests with a closed form.

    Examples
    --------
    >>> from llmexposure.estimation.montecarlo.outcomes import units_of
    >>> units = units_of(pd.Series(np.linspace(0, 1, 13)), pd.Series(np.ones(13)))
    >>> found = power_curve(units, [0.0, 0.8], Effort(2_000, 250, 199), seed=1)
    >>> bool(found.loc[0.8, "exact"] > 0.9 and abs(found.loc[0.0, "ols"] - 0.05) < 0.02)
    True
    """
    rng, regression = np.random.default_rng(seed), units.regression
    outcomes = normal(units, effort.closed, rng)
    value, error = regression.fit(outcomes)
    half = half_widths(regression, error)
    slopes = slope_of(units, np.asarray(effects, dtype=float), 1.0)
    rejected = {name: [(np.abs(value + b) > half[name]).mean() for b in slopes] for name in CLOSED}
    counts = {name: np.zeros(len(slopes)) for name in RESAMPLED}
    for rows in effort.batches():
        tests = resampling_tests(regression, outcomes[rows], effort.draws, rng)
        for name, test in tests.items():
            # The test of zero for b x + u is the test of -b for u.
            counts[name] += [(test.p(-b) < ALPHA).sum() for b in slopes]
    if effort.resampled:
        rejected |= {name: list(count / effort.resampled) for name, count in counts.items()}
    exact = [correlation_power(float(r), units.n) for r in effects]
    return pd.DataFrame({"exact": exact, **rejected}, index=pd.Index(effects, name="r"))


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


def slope_of(units: Units, r: np.ndarray, noise: float) -> np.ndarray:
    """Slope whose partial correlation is ``r`` when errors have standard deviation ``noise``.

    Examples
    --------
    >>> from llmexposure.estimation.montecarlo.outcomes import units_of
    >>> units = units_of(pd.Series([0.0, 0, 1, 1]), pd.Series(np.ones(4)))
    >>> round(float(slope_of(units, np.array(0.6), 0.2)), 6)
    0.3
    """
    return r / np.sqrt(1 - r**2) * noise / units.exposure.std()


def correlation_of(units: Units, slope: np.ndarray, noise: float) -> np.ndarray:
    """Partial correlation that belongs to a slope; the inverse of `slope_of`.

    Examples
    --------
    >>> from llmexposure.estimation.montecarlo.outcomes import units_of
    >>> units = units_of(pd.Series([0.0, 0, 1, 1]), pd.Series(np.ones(4)))
    >>> round(float(correlation_of(units, np.array(0.3), 0.2)), 6)
    0.6
    """
    ratio = slope * units.exposure.std() / noise
    return ratio / np.sqrt(1 + ratio**2)


@dataclass(frozen=True)
class FamilyError:
    """Family-wise error and power of one family of outcomes.

    Attributes
    ----------
    plain, adjusted
        Share of simulations in which some true null is rejected, by unadjusted wild bootstrap
        p-values and by Romano-Wolf.
    power
        Share of the false nulls that Romano-Wolf rejects; None when every null is true.
    """

    plain: Estimate
    adjusted: Estimate
    power: float | None


def familywise(
    units: Units,
    effects: Sequence[float],
    effort: Effort,
    *,
    correlation: float,
    seed: int,
) -> FamilyError:
    """Test several outcomes with equally correlated normal errors on the same exposure.

    Parameters
    ----------
    effects
        True partial correlation of each outcome with exposure; zero where the null is true.
    correlation
        Between the errors of any two outcomes, from 0 to below 1.

    Examples
    --------
    >>> import pandas as pd
    >>> from llmexposure.estimation.montecarlo.outcomes import units_of
    >>> units = units_of(pd.Series(np.linspace(0, 1, 13)), pd.Series(np.ones(13)))
    >>> found = familywise(units, [0.0] * 5, Effort(0, 250, 99), correlation=0.0, seed=1)
    >>> found.adjusted.value < found.plain.value
    True
    """
    rng, regression = np.random.default_rng(seed), units.regression
    slopes = slope_of(units, np.asarray(effects, dtype=float), 1.0)
    true = slopes == 0
    plain, adjusted, found = [], [], []
    for rows in effort.batches():
        m = rows.stop - rows.start
        weights = webb_weights(effort.draws, units.n, rng)
        own = rng.normal(size=(len(slopes), m, units.n))
        common = rng.normal(size=(m, units.n))
        error = np.sqrt(1 - correlation) * own + np.sqrt(correlation) * common
        tests = [
            wild_draws(regression, each_row(regression), weights, b * units.exposure + u)
            for b, u in zip(slopes, error, strict=True)
        ]
        p = romano_wolf(tests)
        plain.append((np.array([test.p() for test in tests])[true] < ALPHA).any(axis=0))
        adjusted.append((p[:, true] < ALPHA).any(axis=1))
        found.append(p[:, ~true] < ALPHA)
    return FamilyError(
        proportion(np.concatenate(plain)),
        proportion(np.concatenate(adjusted)),
        None if true.all() else float(np.concatenate(found).mean()),
    )


def detectable(se: float, df: float, *, power: float = 0.8) -> float:
    """Smallest true slope that a two-sided test at 5% finds with a given probability (Bloom 1995).

    (t_{0.975} + t_{power}) se, both quantiles with ``df`` degrees of freedom: it depends on the error and not
    on the estimate.

    Examples
    --------
    >>> round(detectable(0.1, 1e6), 2)
    0.28
    """
    return float((stats.t.ppf(1 - ALPHA / 2, df) + stats.t.ppf(power, df)) * se)
