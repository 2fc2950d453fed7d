"""Slope of the change of shares on exposure when part of the total has no category.

In period t a fraction u_t of the total has no category; the classified have shares s_ot. Whatever the unknown
shares q_ot of the rest are, the true share is (1 - u_t) s_ot + u_t q_ot, and the slope of its change on
exposure E is

    b = sum_o w_o [(1 - u_1) s_o1 - (1 - u_0) s_o0] + u_1 sum_o w_o q_o1 - u_0 sum_o w_o q_o0,

with w_o = (E_o - mean E) / sum_j (E_j - mean E)^2. It is linear in q, so its extremes lie where one category
takes all (the worst case of Horowitz and Manski 1995): without assumption q_0 and q_1 go to opposite ends;
with the same mix of the unclassified in both periods, q_0 = q_1, one category takes both.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from llmexposure.base.errors import DataError


@dataclass(frozen=True)
class ShareSlopes:
    """Slope over the classified, and its bounds over everyone.

    Attributes
    ----------
    classified
        Slope of the change of the shares of what has a category.
    same_mix
        Smallest and largest slope when those without category have one mix in both periods, whatever it is.
    any_mix
        Smallest and largest slope without any assumption.
    """

    classified: float
    same_mix: tuple[float, float]
    any_mix: tuple[float, float]


def slope_weights(exposure: pd.Series) -> pd.Series:
    """Weights w whose inner product with an outcome is its least-squares slope; zero without exposure.

    Examples
    --------
    >>> slope_weights(pd.Series([0.0, 1.0, None])).tolist()
    [-1.0, 1.0, 0.0]
    """
    away = exposure - exposure.mean()
    return (away / (away**2).sum()).fillna(0.0)


def share_slopes(
    counts: pd.DataFrame, exposure: pd.Series, unclassified: tuple[float, float]
) -> ShareSlopes:
    """Slope of the change of shares over the classified, and its sharp bounds over everyone.

    Parameters
    ----------
    counts
        Units by two periods in order; every unit of the classification, so that shares sum to one.
    exposure
        By unit; a unit without one counts in the shares and not in the slope, here too.
    unclassified
        Count without a category in each period.

    Raises
    ------
    DataError
        For another number of periods or a missing count.

    Examples
    --------
    >>> counts = pd.DataFrame([[50, 40], [50, 60]], index=["a", "b"])
    >>> found = share_slopes(counts, pd.Series([0.0, 1.0], ["a", "b"]), (0, 0))
    >>> round(found.classified, 2), found.any_mix == found.same_mix
    (0.2, True)
    """
    if counts.shape[1] != 2 or counts.isna().any(axis=None):
        raise DataError("counts: expected two periods and a count in every cell")
    weights = slope_weights(exposure.reindex(counts.index)).to_numpy()
    values, totals = counts.to_numpy(dtype=float), counts.sum().to_numpy(dtype=float)
    missing = np.array(unclassified, dtype=float)
    unknown = missing / (totals + missing)
    early, late = weights @ (values / (totals + missing))
    low, high = weights.min(), weights.max()
    known, gap = late - early, unknown[1] - unknown[0]
    same = sorted((known + gap * low, known + gap * high))
    widest = (
        known + unknown[1] * low - unknown[0] * high,
        known + unknown[1] * high - unknown[0] * low,
    )
    shares = values / totals
    return ShareSlopes(
        float(weights @ (shares[:, 1] - shares[:, 0])),
        (float(same[0]), float(same[1])),
        (float(widest[0]), float(widest[1])),
    )
