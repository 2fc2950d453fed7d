"""A share of yes among units, with its interval."""

import numpy as np
import pandas as pd
from scipy import stats
from statsmodels.stats.proportion import proportion_confint

from llmexposure.base.errors import DataError
from llmexposure.base.estimate import Estimate


def proportion(yes: pd.Series | np.ndarray, weights: pd.Series | None = None) -> Estimate:
    """Share of units that say yes, with a 95% interval between 0 and 1.

    Unweighted: the interval of Wilson (1927). Weighted: the ratio of weighted sums with its linearised
    standard error (HC1 of the weighted mean), and the interval of Korn and Graubard (1998): the exact
    binomial interval of Clopper and Pearson at `effective_n` units instead of n. Korn and Graubard
    take the effective number from the standard error, which a few heavy units make too small; Kish's
    comes from the weights alone.

    Parameters
    ----------
    yes
        Booleans, one a unit; an array may have any shape.
    weights
        Units of the population that each stands for; same index.

    Raises
    ------
    DataError
        Without units; see `effective_n`.

    Examples
    --------
    >>> proportion(pd.Series([True, True, False, True])).value
    0.75
    >>> proportion(pd.Series([True, True, False]), pd.Series([1.0, 1.0, 2.0])).value
    0.5
    """
    said = np.asarray(yes)
    if said.size == 0:
        raise DataError("share of units that say yes: there are no units")
    if weights is not None:
        return _weighted(said.astype(float), weights)
    return share_of(int(said.sum()), said.size)


def share_of(yes: int, n: int) -> Estimate:
    """Share of ``n`` independent units that say yes: binomial standard error, interval of Wilson (1927).

    Examples
    --------
    >>> share_of(95, 100).value
    0.95
    """
    share = yes / n
    low, high = proportion_confint(yes, n, method="wilson")
    return Estimate(share, n, float(np.sqrt(share * (1 - share) / n)), float(low), float(high))


def effective_n(weights: pd.Series) -> float:
    """How many units of equal weight say as much: (sum w)^2 / sum w^2 (Kish 1965).

    Raises
    ------
    DataError
        When a weight is missing, infinite or not above zero.

    Examples
    --------
    >>> effective_n(pd.Series([1.0, 1.0, 2.0]))
    2.6666666666666665
    """
    w = weights.to_numpy(float)
    wrong = np.flatnonzero(~(np.isfinite(w) & (w > 0)))
    if len(wrong):
        raise DataError(
            f"weight of unit {weights.index[wrong[0]]} is {w[wrong[0]]}, expected a number above zero; "
            "leave out units that stand for none"
        )
    return float(w.sum() ** 2 / (w @ w))


def _weighted(yes: np.ndarray, weights: pd.Series) -> Estimate:
    size, w, n = effective_n(weights), weights.to_numpy(float), len(yes)
    # Rounded, so that all yes is exactly one whatever the weights.
    share = round(float(w @ yes / w.sum()), 12)
    se = float(np.sqrt(n / max(n - 1, 1)) * np.linalg.norm(w * (yes - share)) / w.sum())
    low = stats.beta.ppf(0.025, share * size, (1 - share) * size + 1) if share > 0 else 0.0
    high = stats.beta.ppf(0.975, share * size + 1, (1 - share) * size) if share < 1 else 1.0
    return Estimate(share, n, se, float(low), float(high))
