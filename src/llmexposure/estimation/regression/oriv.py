"""Two noisy measures of exposure as instruments for each other (ORIV), and how much attenuation they leave.

Both measures are x plus an error that is unrelated to x, to the other's error and to the outcome's. The slope
depends on the data only through second moments of outcome, measures and controls, so a resample is a
set of weights on the units' outer products.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from llmexposure.base.errors import DataError
from llmexposure.base.estimate import Estimate
from llmexposure.estimation.regression.cr2 import cr2
from llmexposure.estimation.regression.design import design
from llmexposure.estimation.resampling.draws import percentile_estimate
from llmexposure.estimation.resampling.slope import permutation_p

# Resamples in which the measures do not move together have no slope; more of them than this is an error.
MOST_WITHOUT_SLOPE = 0.01


@dataclass(frozen=True)
class Oriv:
    """Slope free of attenuation.

    Attributes
    ----------
    estimate
        Slope on true exposure; error clustered by unit, t interval with units - 1 degrees of freedom.
    correlation
        Correlation of outcome and true exposure, given the controls (not bounded by one in a sample).
    first_stage_f
        F statistic of one measure on the other; below about 10 the interval is not to be trusted.
    """

    estimate: Estimate
    correlation: float
    first_stage_f: float


def oriv(
    frame: pd.DataFrame, outcome: str, measures: tuple[str, str], controls: Sequence[str] = ()
) -> Oriv:
    """Obviously related instrumental variables (Gillen, Snowberg and Yariv 2019).

    The data are stacked twice, once with each measure as regressor and the other as its instrument
    (zero in the other stack), each stack with its own intercept and controls; 2SLS, clustered by unit.

    Raises
    ------
    DataError
        When the measures do not vary together.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> x = rng.normal(size=2_000)
    >>> frame = pd.DataFrame({"y": x, "a": x + rng.normal(size=2_000), "b": x + rng.normal(size=2_000)})
    >>> bool(abs(oriv(frame, "y", ("a", "b")).estimate.value - 1) < 0.1)
    True
    """
    y, a, b, df = _partialled(frame, outcome, measures, controls)
    n, common = len(y), a @ b
    # Fitted values of the first stage: a from b in one stack, b from a in the other.
    a_hat, b_hat = b * common / (b @ b), a * common / (a @ a)
    size = a_hat @ a + b_hat @ b
    slope = float((a_hat + b_hat) @ y / size)
    scores = a_hat * (y - slope * a) + b_hat * (y - slope * b)
    rows, columns = 2 * n, 1 + 2 * (n - df - 1)
    factor = n / (n - 1) * (rows - 1) / (rows - columns)
    se = float(np.sqrt(factor * scores @ scores) / size)
    half = float(stats.t.ppf(0.975, n - 1) * se)
    p = float(2 * stats.t.sf(abs(slope) / se, n - 1))
    r2 = common**2 / ((a @ a) * (b @ b))
    return Oriv(
        Estimate(slope, n, se, slope - half, slope + half, p),
        float(slope * np.sqrt(common / (y @ y))),
        float(r2 * df / (1 - r2)) if r2 < 1 else np.inf,
    )


def _partialled(
    frame: pd.DataFrame, outcome: str, measures: tuple[str, str], controls: Sequence[str]
) -> tuple[np.ndarray, np.ndarray, np.ndarray, int]:
    """Residuals of outcome and both measures on the controls, and residual degrees of freedom."""
    data = frame[[outcome, *measures, *controls]].dropna()
    one, two = (design(data, outcome, m, controls) for m in measures)
    a, b = one.residual(one.x), two.residual(two.x)
    if a @ b <= 0:
        raise DataError(
            f"{measures[0]} and {measures[1]} do not move together (covariance {a @ b:.3g}): "
            "they cannot be two measures of one exposure"
        )
    return one.residual(one.y), a, b, one.df


@dataclass(frozen=True)
class OrivRange:
    """ORIV slope with a second interval and its dependence on single units.

    Attributes
    ----------
    bootstrap
        The slope, the standard deviation and percentile interval over resamples of units.
    permutation_p
        Of no association with true exposure: ORIV is zero exactly when the outcome is unrelated to the
        sum of the measures, each over its variance, so that sum's permutation test is the test.
    loo_min, loo_max, loo_min_unit, loo_max_unit
        Smallest and largest slope when any one unit is left out.
    """

    bootstrap: Estimate
    permutation_p: float
    loo_min: float
    loo_max: float
    loo_min_unit: str
    loo_max_unit: str


def oriv_range(
    frame: pd.DataFrame,
    outcome: str,
    measures: tuple[str, str],
    controls: Sequence[str] = (),
    *,
    draws: int,
    seed: int,
) -> OrivRange:
    """Bootstrap, permutation and leave-one-out for `llmexposure.estimation.regression.oriv.oriv`.

    The order of the rows plays no part; the permutation goes with the index.

    Raises
    ------
    DataError
        When the measures fail to move together in more than 1% of the resamples.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> x = rng.normal(size=500)
    >>> frame = pd.DataFrame({"y": x, "a": x + rng.normal(size=500), "b": x + rng.normal(size=500)})
    >>> found = oriv_range(frame, "y", ("a", "b"), draws=199, seed=1)
    >>> found.bootstrap.ci_low < found.bootstrap.value < found.bootstrap.ci_high
    True
    """
    columns = [*controls, outcome, *measures]
    # Sorted by value, so that the same draws meet the same units whatever the order of the rows.
    data = frame[columns].astype(float).dropna().sort_values(columns)
    value = oriv(data, outcome, measures, controls).estimate.value
    rows = np.column_stack([np.ones(len(data)), data.to_numpy()])
    outer, n = rows[:, :, None] * rows[:, None, :], len(data)
    drawn = np.random.default_rng(seed).multinomial(n, np.full(n, 1 / n), draws)
    slopes = weighted_slopes(outer, drawn.astype(float))
    if np.isnan(slopes).mean() > MOST_WITHOUT_SLOPE:
        raise DataError(
            f"{measures[0]} and {measures[1]} do not move together in {np.isnan(slopes).mean():.0%} "
            "of the resamples: too weak instruments for each other"
        )
    without = weighted_slopes(outer, 1 - np.eye(n))
    least, most = np.argmin(without), np.argmax(without)
    return OrivRange(
        percentile_estimate(value, slopes, n),
        _permutation(data, outcome, measures, controls, draws=draws, seed=seed),
        float(without[least]),
        float(without[most]),
        str(data.index[least]),
        str(data.index[most]),
    )


def weighted_slopes(outer: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """ORIV slope for each row of ``weights``; NaN where the measures do not move together.

    Parameters
    ----------
    outer
        Outer products of (1, controls, y, a, b) by unit, shape (n, k, k).
    weights
        Shape (draws, n).
    """
    n, k, _ = outer.shape
    moments = (weights @ outer.reshape(n, -1)).reshape(-1, k, k)
    c = k - 3
    among, between = moments[:, :c, :c], moments[:, :c, c:]
    left = moments[:, c:, c:] - between.transpose(0, 2, 1) @ np.linalg.solve(among, between)
    ya, yb, ab = left[:, 0, 1], left[:, 0, 2], left[:, 1, 2]
    aa, bb = left[:, 1, 1], left[:, 2, 2]
    slope = (ya / aa + yb / bb) / (ab * (1 / aa + 1 / bb))
    return np.where(ab > 0, slope, np.nan)


def _permutation(
    data: pd.DataFrame,
    outcome: str,
    measures: tuple[str, str],
    controls: Sequence[str],
    *,
    draws: int,
    seed: int,
) -> float:
    designs = [design(data, outcome, m, controls) for m in measures]
    a, b = (d.residual(d.x) for d in designs)
    joint = data.assign(joint_measure=a / (a @ a) + b / (b @ b))
    return permutation_p(design(joint, outcome, "joint_measure", controls), draws=draws, seed=seed)


@dataclass(frozen=True)
class Attenuation:
    """Reliability of two measures: the share of an OLS slope that measurement error leaves.

    Attributes
    ----------
    first, second
        lambda = cov(a, b) / var of the measure, with its CR2 interval.
    mean
        The same for the mean of the two (Spearman 1910, Brown 1910).
    """

    first: Estimate
    second: Estimate
    mean: float


def attenuation(frame: pd.DataFrame, measures: tuple[str, str]) -> Attenuation:
    """Attenuation factor lambda of each measure and of their mean.

    lambda = var(x) / (var(x) + var(error)); cov(a, b) estimates var(x), so lambda of a is the slope of b
    on a. OLS on a alone tends to lambda times the true slope.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> x = rng.normal(size=5_000)
    >>> frame = pd.DataFrame({"a": x + rng.normal(size=5_000), "b": x + rng.normal(size=5_000)})
    >>> round(attenuation(frame, ("a", "b")).first.value, 1)
    0.5
    """
    a, b = measures
    covariance = frame[[a, b]].astype(float).dropna().cov()
    common = covariance.loc[a, b]
    return Attenuation(
        cr2(design(frame, b, a)).estimate,
        cr2(design(frame, a, b)).estimate,
        float(4 * common / covariance.to_numpy().sum()),
    )
