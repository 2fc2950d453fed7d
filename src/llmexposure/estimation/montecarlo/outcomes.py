"""Outcomes with a known slope on exposure, drawn on the real units under several kinds of error.

Every function takes units, number of simulations, slope and generator and returns outcomes of shape
(simulations, n). Errors of `linear` have a mean of zero in every unit and variances whose mean over
the units is ``scale`` squared, so that designs differ in shape and not in how much noise there is.

In the designs with shares a unit's share in the second period is its expected share times a lognormal shock
of its own, divided by the sum over units; counts are multinomial. One unit's good luck is thus every other
unit's bad luck. In log-ratios that only moves the intercept. In points it does not: there a shock is felt
in proportion to the unit's size.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
import pandas as pd

from llmexposure.base.errors import DataError
from llmexposure.estimation.regression.design import Design, design

# Spread of the most exposed unit's error, in spreads of the least exposed unit's.
RISE = 4.0
# Spread of the error of the unit with the highest leverage, in spreads of the others'.
OUTLIER = 5.0
# Share of the error variance that the more and the less exposed units each have in common.
COMMON = 0.3

REVERSED = "variance_reversed"
LABELS = {
    "normal": "Normal, equal variances",
    "variance_exposure": "Variance rises with exposure",
    "variance_size": "Variance falls with size",
    "heavy": "Heavy tails (t, 5 df)",
    "skewed": "Skewed (exponential)",
    "closure_clr": "Shares sum to one, log-ratios",
    "closure_pp": "Shares sum to one, points",
    "influential": "Stress: one wild unit",
    "common_shock": "Stress: shared shocks",
    "variance_reversed": "Stress: variance falls with exposure",
}
"""Designs by name, with what figures and tables call them."""

STRESS = ("influential", "common_shock", REVERSED)
"""Designs that are shown but are no part of the choice.

One wild unit and shared shocks were set apart before anything was run. The last was added after the
choice had been made, to see whether it matters in which direction variances differ; what the rule makes
of it is reported.
"""

SHARES = ("closure_clr", "closure_pp")
"""Designs of shares, in which outcomes are not linear in the slope."""

BENCHMARK = "closure_pp"
"""The design nearest to the 13 categories: changes, in points, of shares that sum to one."""


@dataclass(frozen=True)
class Units:
    """Exposure and size of the units, and the regression on exposure that they make.

    Attributes
    ----------
    exposure
        Length n.
    size
        Share of all postings or jobs in the base period, length n, sums to one.
    regression
        Constant and exposure; its outcome is zero, since outcomes are what is drawn.
    """

    exposure: np.ndarray
    size: np.ndarray
    regression: Design

    @property
    def n(self) -> int:
        """Number of units."""
        return len(self.exposure)

    @property
    def centred(self) -> np.ndarray:
        """Exposure less its mean, length n."""
        return self.exposure - self.exposure.mean()


Errors = Callable[[Units, int, np.random.Generator], np.ndarray]
Outcomes = Callable[[Units, int, float, np.random.Generator], np.ndarray]


def units_of(exposure: pd.Series, size: pd.Series) -> Units:
    """Units from exposure and size by label; only the labels of ``exposure`` count.

    Examples
    --------
    >>> found = units_of(pd.Series([0.2, 0.5, 0.8, 0.9]), pd.Series([10.0, 10, 20, 40]))
    >>> found.size.tolist()
    [0.125, 0.125, 0.25, 0.5]
    """
    frame = pd.DataFrame({"exposure": exposure, "size": size.reindex(exposure.index)})
    found = design(frame.assign(outcome=0.0), "outcome", "exposure")
    kept = frame.loc[found.units]
    share = (kept["size"] / kept["size"].sum()).to_numpy()
    return Units(kept["exposure"].to_numpy(dtype=float), share, found)


def outcomes(shock: float, postings: int) -> dict[str, Outcomes]:
    """Every design of `LABELS`, by name.

    Parameters
    ----------
    shock
        Standard deviation of a unit's own change, in log points.
    postings
        Postings of a period, of which counts are drawn in the designs with shares.
    """
    kinds = (
        normal, variance_exposure, variance_size, heavy, skewed, influential, common_shock,
        variance_reversed,
    )  # fmt: skip
    drawn: dict[str, Outcomes] = {kind.__name__: partial(linear, kind, shock) for kind in kinds}
    drawn["closure_clr"] = partial(log_ratio_changes, shock, postings)
    drawn["closure_pp"] = partial(share_changes, shock, postings)
    return {name: drawn[name] for name in LABELS}


def linear(
    errors: Errors,
    scale: float,
    units: Units,
    simulations: int,
    slope: float,
    rng: np.random.Generator,
) -> np.ndarray:
    """Slope times exposure, plus errors.

    Examples
    --------
    >>> import pandas as pd
    >>> from llmexposure.estimation.montecarlo.outcomes import units_of
    >>> units = units_of(pd.Series([0.2, 0.5, 0.8, 0.9]), pd.Series(np.ones(4)))
    >>> linear(normal, 0.0, units, 1, 2.0, np.random.default_rng(1)).tolist()
    [[0.4, 1.0, 1.6, 1.8]]
    """
    return slope * units.exposure + scale * errors(units, simulations, rng)


def normal(units: Units, simulations: int, rng: np.random.Generator) -> np.ndarray:
    """Independent normal errors of variance one."""
    return rng.normal(size=(simulations, units.n))


def heavy(units: Units, simulations: int, rng: np.random.Generator) -> np.ndarray:
    """Student's t with five degrees of freedom, scaled to variance one."""
    return rng.standard_t(5, size=(simulations, units.n)) * np.sqrt(3 / 5)


def skewed(units: Units, simulations: int, rng: np.random.Generator) -> np.ndarray:
    """Exponential less its mean: skewness two."""
    return rng.exponential(size=(simulations, units.n)) - 1


def variance_exposure(units: Units, simulations: int, rng: np.random.Generator) -> np.ndarray:
    """Spread rises linearly with exposure, by `RISE` from the least to the most exposed."""
    place = (units.exposure - units.exposure.min()) / np.ptp(units.exposure)
    return unequal(1 + (RISE - 1) * place, simulations, rng)


def variance_reversed(units: Units, simulations: int, rng: np.random.Generator) -> np.ndarray:
    """Spread is largest where exposure is lowest, by `RISE`: in the few units that matter most."""
    place = (units.exposure.max() - units.exposure) / np.ptp(units.exposure)
    return unequal(1 + (RISE - 1) * place, simulations, rng)


def variance_size(units: Units, simulations: int, rng: np.random.Generator) -> np.ndarray:
    """Variance is one over size, as if every unit were a mean over its postings."""
    return unequal(units.size**-0.5, simulations, rng)


def influential(units: Units, simulations: int, rng: np.random.Generator) -> np.ndarray:
    """The unit with the highest leverage has `OUTLIER` times the spread of the others."""
    spread = np.ones(units.n)
    spread[units.regression.leverage.argmax()] = OUTLIER
    return unequal(spread, simulations, rng)


def unequal(spread: np.ndarray, simulations: int, rng: np.random.Generator) -> np.ndarray:
    """Normal errors whose standard deviations are proportional to ``spread`` (length n)."""
    scaled = spread / np.sqrt((spread**2).mean())
    return rng.normal(size=(simulations, len(spread))) * scaled


def common_shock(units: Units, simulations: int, rng: np.random.Generator) -> np.ndarray:
    """Units below and above the middle of the range of exposure each share a shock."""
    above = units.exposure > (units.exposure.min() + units.exposure.max()) / 2
    shared = rng.normal(size=(simulations, 2))[:, above.astype(int)]
    return np.sqrt(COMMON) * shared + np.sqrt(1 - COMMON) * normal(units, simulations, rng)


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


def share_slope(units: Units) -> float:
    """Negative slope of shares on exposure that halves the share of the unit it hits hardest.

    Examples
    --------
    >>> import pandas as pd
    >>> from llmexposure.estimation.montecarlo.outcomes import units_of
    >>> units = units_of(pd.Series([0.0, 0.0, 1.0, 1.0]), pd.Series([0.4, 0.3, 0.2, 0.1]))
    >>> round(share_slope(units), 6)
    -0.1
    """
    above = units.centred > 0
    return float(-(units.size[above] / units.centred[above]).min() / 2)
