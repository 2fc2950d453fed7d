"""A regressor built as shares times shocks: standard errors, and which shocks a slope comes from.

Cities with similar occupations share the shocks of those occupations and so their residuals, wherever
they lie; clustering by place misses that. Adao, Kolesar and Morales (2019) sum scores by occupation.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from llmexposure.base.errors import DataError
from llmexposure.base.estimate import Z95, Estimate
from llmexposure.estimation.regression.design import Design


@dataclass(frozen=True)
class ShiftShare:
    """A shift-share slope with two intervals.

    Attributes
    ----------
    akm
        Normal interval with the AKM standard error.
    akm0
        The interval of nulls not rejected when the null is imposed; better with few shocks. Its ``se`` is
        its length over 2 x 1.96. When the accepted nulls are no bounded interval (they may then be two
        half-lines, and ``p`` may be small all the same) both ends and ``se`` are infinite.
    effective_shocks
        One over the sum of squared mean shares; below about 20 neither interval is reliable.
    """

    akm: Estimate
    akm0: Estimate
    effective_shocks: float


def akm(
    found: Design,
    shares: pd.DataFrame,
    *,
    shocks: pd.Series | None = None,
) -> ShiftShare:
    """Slope with AKM and AKM0 inference (Adao, Kolesar and Morales 2019).

    se = sqrt(sum_s g_s^2 (sum_i w_is e_i)^2) / x'x, g the coefficients of x (net of controls) on the
    shares. AKM0 uses residuals at the null and solves the quadratic inequality for it.

    Parameters
    ----------
    found
        Regression of the outcome on the shift-share variable, without weights.
    shares
        Units by shocks (cities by occupations); rows sum to one, or to a number that is controlled for.
    shocks
        The shocks, by column of ``shares``. When given, g is the shock less its share-weighted mean: the
        shock-level regression of Borusyak, Hull and Jaravel (2022), which also works with more shocks
        than units. They are then taken as the only source of variation of the regressor.

    Raises
    ------
    DataError
        See ``unit_shares``; also when shares are collinear and no shocks are given.

    Examples
    --------
    >>> from llmexposure.estimation.regression.design import design
    >>> rng = np.random.default_rng(1)
    >>> shares = pd.DataFrame(rng.dirichlet(np.ones(20), size=100))
    >>> frame = pd.DataFrame({"x": shares @ rng.normal(size=20)})
    >>> frame["y"] = 2 * frame["x"] + rng.normal(scale=0.1, size=100)
    >>> found = akm(design(frame, "y", "x"), shares).akm
    >>> found.ci_low < 2 < found.ci_high
    True
    """
    values = unit_shares(found, shares)
    ordered = None if shocks is None else shocks.reindex(shares.columns)
    if ordered is not None and ordered.isna().any():
        raise DataError(f"{ordered.index[ordered.isna()][0]} has shares but no shock")
    (value, error), x = found.fit(), found.residual(found.x)
    slope, size = float(value), float(x @ x)
    g = _shocks(found, values, ordered)
    free, lean = g * (values.T @ error), g * (values.T @ x)
    mean = values.sum(axis=0) / values.sum()
    return ShiftShare(
        _akm(found.n, slope, float(np.sqrt(free @ free) / size)),
        _akm0(found.n, slope, size, free, lean),
        float(1 / (mean @ mean)),
    )


def _akm(n: int, slope: float, se: float) -> Estimate:
    """Normal inference."""
    p = float(2 * stats.norm.sf(abs(slope) / se))
    return Estimate(slope, n, se, slope - Z95 * se, slope + Z95 * se, p)


def _akm0(n: int, slope: float, size: float, free: np.ndarray, lean: np.ndarray) -> Estimate:
    """Nulls b with (slope - b)^2 size^2 <= z^2 sum (free + (slope - b) lean)^2."""
    at_zero = free + slope * lean
    p = float(2 * stats.norm.sf(abs(slope) * size / np.sqrt(at_zero @ at_zero)))
    lead = (size / Z95) ** 2 - lean @ lean
    if lead <= 0:
        return Estimate(slope, n, np.inf, -np.inf, np.inf, p)
    middle = free @ lean / lead
    reach = float(np.sqrt(middle**2 + free @ free / lead))
    centre = slope - float(middle)
    return Estimate(slope, n, reach / Z95, centre - reach, centre + reach, p)


def _shocks(found: Design, values: np.ndarray, shocks: pd.Series | None) -> np.ndarray:
    """Shocks net of what the controls explain, length s."""
    if shocks is not None:
        size = values.sum(axis=0)
        given = shocks.to_numpy(float)
        return given - size @ given / size.sum()
    if np.linalg.matrix_rank(values) < values.shape[1]:
        raise DataError(
            f"{values.shape[1]} shares of {found.n} units are collinear, so the shocks cannot be "
            "recovered from the regressor; pass `shocks`, or use fewer occupations"
        )
    return np.linalg.lstsq(values, found.residual(found.x), rcond=None)[0]


def unit_shares(found: Design, shares: pd.DataFrame) -> np.ndarray:
    """Shares of the design's units, shape (n, s).

    Raises
    ------
    DataError
        When a unit has no shares, or their sum is not among the constant and controls.
    """
    rows = shares.reindex(found.units)
    if rows.isna().any(axis=None):
        raise DataError(f"{rows.index[rows.isna().any(axis=1)][0]} lacks shares")
    values = rows.to_numpy(float)
    total = values.sum(axis=1)
    if np.abs(found.residual(total)).max() > 1e-8 * np.abs(total).max():
        raise DataError(
            "shares do not sum to the same number in every unit; add their sum as a control "
            "(Borusyak, Hull and Jaravel 2022)"
        )
    return values


def rotemberg(found: Design, shares: pd.DataFrame, shocks: pd.Series) -> pd.DataFrame:
    """Rotemberg weights of a shift-share regression.

    Slope = sum_s alpha_s beta_s with alpha_s = g_s w_s'x / sum_r g_r w_r'x and beta_s = w_s'y / w_s'x
    the slope that uses share s alone as instrument (Goldsmith-Pinkham, Sorkin and Swift
    2020); x and y net of controls. The weights depend on the level of the shocks when shares sum to
    one: shocks are taken less their share-weighted mean, which leaves the slope as it is.

    Returns
    -------
    pandas.DataFrame
        Indexed by shock, largest |alpha| first: ``alpha`` (sums to one, may be negative), ``beta``,
        ``shock``, ``mean_share``. ``beta`` is missing where share and regressor are unrelated.

    Raises
    ------
    DataError
        When the regressor is not the sum of shares times shocks.

    Examples
    --------
    >>> from llmexposure.estimation.regression.design import design
    >>> shares = pd.DataFrame([[0.7, 0.3], [0.4, 0.6], [0.1, 0.9], [0.5, 0.5]], columns=["a", "b"])
    >>> shocks = pd.Series({"a": 1.0, "b": 0.0})
    >>> frame = pd.DataFrame({"x": shares @ shocks, "y": [2.0, 1.0, 0.5, 1.0]})
    >>> rotemberg(design(frame, "y", "x"), shares, shocks)["alpha"].round(6).to_dict()
    {'a': 0.575, 'b': 0.425}
    """
    values = unit_shares(found, shares)
    g = shocks.reindex(shares.columns).to_numpy(float)
    x, y = found.residual(found.x), found.residual(found.y)
    if not np.allclose(found.residual(values @ g), x, atol=1e-8 * np.sqrt(x @ x)):
        raise DataError("the regressor is not the sum of these shares times these shocks")
    mean = values.sum(axis=0) / values.sum()
    centred = g - mean @ g
    own_x, own_y = values.T @ x, values.T @ y
    related = np.abs(own_x) > 1e-12 * np.sqrt(x @ x)
    found_table = pd.DataFrame(
        {
            "alpha": centred * own_x / (centred @ own_x),
            "beta": np.where(related, own_y / np.where(related, own_x, 1.0), np.nan),
            "shock": g,
            "mean_share": mean,
        },
        index=shares.columns,
    )
    return found_table.sort_values("alpha", key=np.abs, ascending=False, kind="stable")
