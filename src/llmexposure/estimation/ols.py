"""Cross-sectional slope with HC3 errors, permutation p-value and leave-one-out range."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from statsmodels.regression.linear_model import WLS
from statsmodels.tools.tools import add_constant

from llmexposure.estimation.cr2 import cr2
from llmexposure.estimation.design import Design, design
from llmexposure.estimation.estimate import Estimate
from llmexposure.estimation.permutation import permutation_p
from llmexposure.estimation.wild import wild

DRAWS = 9_999


@dataclass(frozen=True)
class Slope:
    """Slope of an outcome on exposure.

    Attributes
    ----------
    estimate
        OLS slope, HC3 standard error, t interval with n - k degrees of freedom; or with CR2.
    wild
        The same slope with the p-value and interval of the restricted wild bootstrap (Webb weights).
    permutation_p
        Randomisation inference (Freedman-Lane where there are controls), studentised.
    loo_min, loo_max
        Smallest and largest slope when any one unit is left out (exact).
    loo_min_unit, loo_max_unit
        The units whose absence gives them.
    intercept, r2
        Of the full regression.
    """

    estimate: Estimate
    wild: Estimate
    permutation_p: float
    loo_min: float
    loo_max: float
    loo_min_unit: str
    loo_max_unit: str
    intercept: float
    r2: float


def leave_one_out(found: Design) -> np.ndarray:
    """Slope without each unit in turn, length n (exact; Belsley, Kuh and Welsch 1980, eq. 2.1)."""
    x, y = found.residual(found.x), found.residual(found.y)
    slope = x @ y / (x @ x)
    error = y - slope * x
    return slope - x * error / ((x @ x) * (1 - found.leverage))


def cross_section(
    frame: pd.DataFrame,
    outcome: str,
    regressor: str,
    controls: Sequence[str] = (),
    *,
    weights: str | None = None,
    inference: str = "hc3",
    draws: int = DRAWS,
    seed: int,
) -> Slope:
    """Slope of ``outcome`` on ``regressor``, given ``controls``, over the rows of ``frame``.

    Rows with a missing value in any column used are dropped and do not count in n.

    Parameters
    ----------
    inference
        Of the headline interval: 'hc3', or 'cr2' (units as clusters, Satterthwaite degrees of freedom;
        see `estimation.cr2`). The other intervals stand beside it either way.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> frame = pd.DataFrame({"beta": rng.uniform(size=200)})
    >>> frame["change"] = 1 - 0.5 * frame["beta"] + rng.normal(scale=0.01, size=200)
    >>> round(cross_section(frame, "change", "beta", draws=99, seed=1).estimate.value, 2)
    -0.5
    """
    found = design(frame, outcome, regressor, controls, weights)
    data = frame.loc[found.units]
    fit = WLS(
        data[outcome].astype(float),
        add_constant(data[[regressor, *controls]].astype(float), has_constant="add"),
        weights=data[weights] if weights else 1.0,
    ).fit(cov_type="HC3", use_t=True)
    low, high = fit.conf_int().loc[regressor]
    without = leave_one_out(found)
    estimate = Estimate(
        fit.params[regressor], found.n, fit.bse[regressor], low, high, fit.pvalues[regressor]
    )
    return Slope(
        cr2(found).estimate if inference == "cr2" else estimate,
        wild(found, draws=max(draws, 99), seed=seed),
        permutation_p(found, draws=draws, seed=seed),
        without.min(),
        without.max(),
        str(found.units[without.argmin()]),
        str(found.units[without.argmax()]),
        fit.params["const"],
        fit.rsquared,
    )


def slopes(
    frame: pd.DataFrame,
    outcome: str,
    regressors: Sequence[str],
    controls: Sequence[str] = (),
    **options: Any,
) -> dict[str, Slope]:
    """Slope on each of several regressors, one regression each; options as in `cross_section`."""
    return {name: cross_section(frame, outcome, name, controls, **options) for name in regressors}
