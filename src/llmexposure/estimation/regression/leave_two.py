"""Range of the slope when any two units are left out, exactly and without refitting."""

from dataclasses import dataclass

import numpy as np

from llmexposure.base.errors import DataError
from llmexposure.estimation.regression.clusters import full_basis
from llmexposure.estimation.regression.design import Design


@dataclass(frozen=True)
class LeaveTwoOut:
    """Extremes of the slope over all pairs of units left out.

    Attributes
    ----------
    low, high
        Smallest and largest slope.
    low_pair, high_pair
        The two units whose absence gives them.
    pairs, sign_changes
        Number of pairs without which the slope is defined, and how many of them turn its sign.
    """

    low: float
    high: float
    low_pair: tuple[str, str]
    high_pair: tuple[str, str]
    pairs: int
    sign_changes: int


def without_pairs(found: Design) -> np.ndarray:
    """Slope without units i and j, shape (n, n); missing on the diagonal and where it is undefined.

    b(-S) = b - c_S' (I - H_SS)^{-1} e_S with c = x / x'x (Belsley, Kuh and Welsch 1980, for sets of
    rows), the 2 by 2 inverse written out.
    """
    x, y = found.residual(found.x), found.residual(found.y)
    slope, c = x @ y / (x @ x), x / (x @ x)
    error, basis = y - slope * x, full_basis(found)
    hat = basis @ basis.T
    left = 1 - np.diag(hat)
    determinant = np.outer(left, left) - hat**2
    half = c[:, None] * (left[None, :] * error[:, None] + hat * error[None, :])
    undefined = (determinant <= 1e-10) | np.eye(found.n, dtype=bool)
    change = (half + half.T) / np.where(undefined, 1.0, determinant)
    return np.where(undefined, np.nan, slope - change)


def leave_two_out(found: Design) -> LeaveTwoOut:
    """Range of the slope over all pairs of units left out.

    Raises
    ------
    DataError
        When the slope is undefined without any pair.

    Examples
    --------
    >>> import pandas as pd
    >>> from llmexposure.estimation.regression.design import design
    >>> frame = pd.DataFrame({"y": [0.0, 1, 2, 3, 9], "x": np.arange(5.0)}, index=list("abcde"))
    >>> found = leave_two_out(design(frame, "y", "x"))
    >>> round(found.low, 6), found.low_pair
    (1.0, ('a', 'e'))
    """
    slopes = without_pairs(found)
    upper = np.triu_indices(found.n, 1)
    values = slopes[upper]
    if np.isnan(values).all():
        raise DataError(f"leaving out two of {found.n} units leaves no slope; it needs more units")
    x, y = found.residual(found.x), found.residual(found.y)

    def pair(k: int) -> tuple[str, str]:
        return str(found.units[upper[0][k]]), str(found.units[upper[1][k]])

    return LeaveTwoOut(
        float(np.nanmin(values)),
        float(np.nanmax(values)),
        pair(int(np.nanargmin(values))),
        pair(int(np.nanargmax(values))),
        int((~np.isnan(values)).sum()),
        int((values * (x @ y) < 0).sum()),
    )
