"""The p-value of a statistic among its draws under the null."""

import numpy as np

# Draws that are equal to the observed statistic on paper count as at least as large.
TIE = 1e-9


def resampling_p(observed: np.ndarray | float, drawn: np.ndarray) -> np.ndarray | float:
    """Two-sided p-value, (1 + #{|drawn| >= |observed|}) / (draws + 1) (Phipson and Smyth 2010).

    Parameters
    ----------
    observed
        One statistic, or several of length k.
    drawn
        The same under the null: shape (draws,), or (draws, k).

    Examples
    --------
    >>> resampling_p(-2.0, np.array([1.0, 3.0, 2.0]))
    0.75
    """
    extreme = (np.abs(drawn) >= np.abs(observed) * (1 - TIE)).sum(axis=0)
    p = (1 + extreme) / (len(drawn) + 1)
    return float(p) if np.ndim(p) == 0 else p
