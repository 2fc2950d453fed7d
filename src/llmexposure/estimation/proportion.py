"""A share of yes among units, with its interval."""

import numpy as np
import pandas as pd
import statsmodels.api as sm
from statsmodels.stats.proportion import proportion_confint

from llmexposure.errors import DataError
from llmexposure.estimation.estimate import Estimate


def proportion(yes: pd.Series, weights: pd.Series | None = None) -> Estimate:
    """Share of units that say yes, with a 95% interval.

    Unweighted: the interval of Wilson (1927), which stays between 0 and 1. Weighted: the ratio of weighted
    sums with its linearised standard error, which is HC1 of the weighted mean.

    Parameters
    ----------
    yes
        Booleans, one a unit.
    weights
        Units of the population that each stands for; same index.

    Raises
    ------
    DataError
        Without units.

    Examples
    --------
    >>> proportion(pd.Series([True, True, False, True])).value
    0.75
    >>> proportion(pd.Series([True, True, False]), pd.Series([1.0, 1.0, 2.0])).value
    0.5
    """
    n = len(yes)
    if n == 0:
        raise DataError("share of units that say yes: there are no units")
    if weights is not None:
        return _weighted(yes, weights)
    share = float(yes.mean())
    low, high = proportion_confint(int(yes.sum()), n, method="wilson")
    return Estimate(share, n, float(np.sqrt(share * (1 - share) / n)), float(low), float(high))


def _weighted(yes: pd.Series, weights: pd.Series) -> Estimate:
    model = sm.WLS(yes.to_numpy(float), np.ones(len(yes)), weights=weights.to_numpy(float))
    fit = model.fit(cov_type="HC1", use_t=True)
    low, high = fit.conf_int()[0]
    return Estimate(
        round(float(fit.params[0]), 12), len(yes), float(fit.bse[0]), float(low), float(high)
    )
