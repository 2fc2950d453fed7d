"""Components of a composite index on a common scale, and weights in common use.

A weighting scheme takes min-max scaled components (units by components, larger is better) and returns
weights that sum to one.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from llmexposure.base.errors import DataError


@dataclass(frozen=True)
class Intervals:
    """Scaled components of n units, each known up to an interval.

    Attributes
    ----------
    lower, upper
        Shape (n, k); equal where a value is exact.
    """

    lower: np.ndarray
    upper: np.ndarray


def _by_maximum(x: np.ndarray) -> tuple[float, float]:
    return 0.0, float(x.max())


def _by_range(x: np.ndarray) -> tuple[float, float]:
    return float(x.min()), float(np.ptp(x))


def _by_deviation(x: np.ndarray) -> tuple[float, float]:
    return float(x.mean()), float(x.std())


# Offset and unit of the linear scalings. The order of weighted sums does not depend on the offset, and
# a change of unit is undone by a change of weight: all linear scalings allow the same raw weights.
LINEAR: dict[str, Callable[[np.ndarray], tuple[float, float]]] = {
    "maximum": _by_maximum,
    "min_max": _by_range,
    "z_score": _by_deviation,
}
SCALINGS = (*LINEAR, "rank", "log")


def scaled(values: pd.DataFrame, half_width: pd.Series, how: str) -> Intervals:
    """Components scaled one by one; half widths are those of the rounding.

    Parameters
    ----------
    values
        Units by components, as printed.
    half_width
        By component: a printed value x stands for something from x - h to x + h; 0: exact.
    how
        ``maximum`` (x over the largest), ``min_max``, ``z_score``, ``rank`` (0 lowest, 1 highest; equal
        values share their mean rank, or any rank among them where rounding hides their order) or
        ``log`` (of the value, then min-max). Offset and unit are taken from the printed values.

    Raises
    ------
    DataError
        When a component is not positive after rounding down, or does not vary.

    Examples
    --------
    >>> values = pd.DataFrame({"a": [2.0, 1.0], "b": [1.0, 4.0]})
    >>> scaled(values, pd.Series({"a": 0.5, "b": 0.0}), "maximum").upper.tolist()
    [[1.25, 0.25], [0.75, 1.0]]
    """
    if how not in SCALINGS:
        raise DataError(f"scaling {how!r} is unknown; expected one of {', '.join(SCALINGS)}")
    ends = [_column(values[c], float(half_width[c]), how) for c in values]
    return Intervals(np.column_stack([e[0] for e in ends]), np.column_stack([e[1] for e in ends]))


def _column(column: pd.Series, half: float, how: str) -> tuple[np.ndarray, np.ndarray]:
    x = column.to_numpy(float)
    if np.ptp(x) == 0:
        raise DataError(f"component {column.name} does not vary, so it cannot be scaled")
    if how == "rank":
        methods = ("min", "max") if half else ("average", "average")
        low, high = (column.rank(method=m).to_numpy(float) for m in methods)
        return (low - 1) / (len(x) - 1), (high - 1) / (len(x) - 1)
    if how == "log":
        if x.min() <= half:
            raise DataError(f"component {column.name} may be 0 or less, so it has no logarithm")
        offset, unit = _by_range(np.log(x))
        return (np.log(x - half) - offset) / unit, (np.log(x + half) - offset) / unit
    offset, unit = LINEAR[how](x)
    return (x - half - offset) / unit, (x + half - offset) / unit


def equal(scaled: pd.DataFrame) -> pd.Series:
    """The same weight for every component."""
    return pd.Series(1 / scaled.shape[1], index=scaled.columns)


def entropy(values: pd.DataFrame) -> pd.Series:
    """Weights that grow with how unevenly a component is spread over units.

    With p_ik the unit's part of the component's sum, e_k = -sum_i p_ik ln p_ik / ln n and w_k in proportion
    to 1 - e_k (Hwang and Yoon 1981, section 3.2.2); 0 ln 0 is 0.

    Examples
    --------
    >>> entropy(pd.DataFrame({"even": [1.0, 1.0], "uneven": [1.0, 0.0]})).tolist()
    [0.0, 1.0]
    """
    p = values / values.sum()
    e = stats.entropy(p.to_numpy(float)) / np.log(len(values))
    return pd.Series((1 - e) / (1 - e).sum(), index=values.columns)


def critic(scaled: pd.DataFrame) -> pd.Series:
    """Weights in proportion to c_k = s_k sum_l (1 - r_kl): spread times conflict with the others.

    s is the standard deviation of the scaled component, r the correlation (Diakoulaki, Mavrotas and
    Papayannakis 1995, eq. 5).
    """
    information = scaled.std() * (1 - scaled.corr()).sum()
    return information / information.sum()


def first_component(scaled: pd.DataFrame) -> pd.Series:
    """Loadings of the first principal component of the correlation matrix, made to sum to one.

    They are positive when all components are positively related; else no composite index is meant.
    """
    _, vectors = np.linalg.eigh(scaled.corr().to_numpy())
    loading = vectors[:, -1]
    return pd.Series(loading / loading.sum(), index=scaled.columns)


SCHEMES: dict[str, Callable[[pd.DataFrame], pd.Series]] = {
    "equal": equal,
    "entropy": entropy,
    "critic": critic,
    "pca": first_component,
}


def kendall(scores: pd.Series, rank: pd.Series) -> float:
    """Kendall's tau-b of scores with a rank (1 is best): 1 when the scores give the printed order."""
    return float(stats.kendalltau(scores, -rank).statistic)
