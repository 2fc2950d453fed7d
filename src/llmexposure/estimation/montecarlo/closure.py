"""Changes of posting shares that sum to one, from counts drawn in two periods.

A unit's share in the second period is its expected share times a lognormal shock of its own, divided by
the sum over units; counts are multinomial. One unit's good luck is thus every other unit's bad luck.
In log-ratios that only moves the intercept. In points it does not: there a shock is felt in proportion
to the unit's size.
"""

import numpy as np

from llmexposure.base.errors import DataError
from llmexposure.estimation.montecarlo.units import Units


def share_slope(units: Units) -> float:
    """Negative slope of shares on exposure that halves the share of the unit it hits hardest.

    Examples
    --------
    >>> import pandas as pd
    >>> from llmexposure.estimation.montecarlo.units import units_of
    >>> units = units_of(pd.Series([0.0, 0.0, 1.0, 1.0]), pd.Series([0.4, 0.3, 0.2, 0.1]))
    >>> round(share_slope(units), 6)
    -0.1
    """
    above = units.centred > 0
    return float(-(units.size[above] / units.centred[above]).min() / 2)


def share_changes(
    shock: float,
    postings: int,
    units: Units,
    simulations: int,
    slope: float,
    rng: np.random.Generator,
) -> np.ndarray:
    """Changes of shares (fractions) whose expected values lie on a line in exposure.

    Raises
    ------
    DataError
        When the slope would push an expected share to zero or below.
    """
    expected = units.size + slope * units.centred
    if expected.min() <= 0:
        unit = units.regression.units[expected.argmin()]
        raise DataError(
            f"a slope of {slope:g} gives {unit} an expected share of {expected.min():.3g}; "
            "expected a share above 0, so choose a slope nearer to 0"
        )
    before, after = _counts(np.log(expected), shock, postings, units, simulations, rng)
    return (after - before) / postings


def log_ratio_changes(
    shock: float,
    postings: int,
    units: Units,
    simulations: int,
    slope: float,
    rng: np.random.Generator,
) -> np.ndarray:
    """Changes of centred log-ratios; expected log shares move by ``slope`` times exposure.

    Raises
    ------
    DataError
        When a unit gets no posting, since its log-ratio is not defined.
    """
    expected = np.log(units.size) + slope * units.exposure
    counts = _counts(expected, shock, postings, units, simulations, rng)
    if min(count.min() for count in counts) == 0:
        raise DataError(f"{postings:,} postings leave a unit without any; draw more postings")
    before, after = (np.log(count) for count in counts)
    change = after - before
    return change - change.mean(axis=1, keepdims=True)


def _counts(
    log_share: np.ndarray,
    shock: float,
    postings: int,
    units: Units,
    simulations: int,
    rng: np.random.Generator,
) -> tuple[np.ndarray, np.ndarray]:
    """Counts before and after, each of shape (simulations, n)."""
    before = rng.multinomial(postings, units.size, size=simulations)
    own = shock * rng.normal(size=(simulations, units.n)) - shock**2 / 2
    level = np.exp(log_share + own)
    return before, rng.multinomial(postings, level / level.sum(axis=1, keepdims=True))
