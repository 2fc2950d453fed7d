"""Slope with CR2 standard error and Satterthwaite degrees of freedom.

CR2 is unbiased when errors are independent with equal variance (in the weighted regression: variance
proportional to 1/weight); its degrees of freedom are those of the scaled chi-squared with the same
mean and variance under that model (Bell and McCaffrey 2002; Imbens and Kolesar 2016;
Pustejovsky and Tipton 2018). Without clusters this is HC2 with adjusted degrees of freedom.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from llmexposure.base.estimate import Estimate
from llmexposure.estimation.regression.design import (
    Clusters,
    Design,
    clusters_of,
    full_basis,
    score_weights,
)


@dataclass(frozen=True)
class BiasReduced:
    """A slope with its CR2 interval.

    Attributes
    ----------
    estimate
        OLS slope, CR2 error, interval and p-value from t with ``df`` degrees of freedom.
    df
        Satterthwaite degrees of freedom; below 5 the t approximation itself is rough.
    clusters
        Number of clusters; the number of units when none were given.
    """

    estimate: Estimate
    df: float
    clusters: int


def satterthwaite_df(found: Design, groups: Clusters, a: np.ndarray) -> float:
    """Degrees of freedom (tr K)^2 / tr(K^2), K_gh = a_g' (I - H)_gh a_h.

    K is diag(b) - C C' with b_g = a_g'a_g and C_g = a_g'Q_g, Q the basis of the full regression, so its
    traces need no n by n matrix.
    """
    b = groups.sums(a**2)
    c = groups.sums(a[:, None] * full_basis(found))
    cross = c.T @ c
    trace = b.sum() - np.trace(cross)
    squares = b @ b - 2 * b @ (c**2).sum(axis=1) + (cross**2).sum()
    return float(trace**2 / squares)


def cr2(found: Design, clusters: pd.Series | None = None) -> BiasReduced:
    """Slope of the design with CR2 inference.

    Parameters
    ----------
    clusters
        Cluster label by unit; None for independent units.

    Raises
    ------
    DataError
        When there are fewer than three clusters, or the slope rests on one of them.

    Examples
    --------
    >>> from llmexposure.estimation.regression.design import design
    >>> frame = pd.DataFrame({"y": [1.0, 2.0, 3.5, 4.0, 5.5], "x": [0.0, 1.0, 2.0, 3.0, 4.0]})
    >>> round(cr2(design(frame, "y", "x")).df, 2)
    1.95
    """
    groups = clusters_of(found, clusters)
    (value, error), x = found.fit(), found.residual(found.x)
    slope = float(value)
    a = score_weights(found, groups, "CR2")
    scores = groups.sums(a * error)
    se = float(np.sqrt(scores @ scores) / (x @ x))
    df = satterthwaite_df(found, groups, a)
    half = float(stats.t.ppf(0.975, df) * se)
    # A perfect fit has no standard error to divide by; its p-value is 0.
    p = float(2 * stats.t.sf(abs(slope) / se, df)) if se else 0.0
    estimate = Estimate(slope, found.n, se, slope - half, slope + half, p)
    return BiasReduced(estimate, df, groups.count)
