"""Weights in common use for composite indices, computed from the data themselves.

Each takes min-max scaled components (units by components, larger is better) and returns weights that sum
to one.
"""

from collections.abc import Callable

import numpy as np
import pandas as pd
from scipy import stats


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
