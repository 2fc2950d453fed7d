"""Weights of activities that make a category's mean exposure what it should be."""

import numpy as np
from scipy.optimize import brentq

from llmexposure.base.errors import ParameterError

_STEEPEST = 200.0


def tilted(weights: np.ndarray, ratings: np.ndarray, target: float, name: str) -> np.ndarray:
    """Probabilities nearest to ``weights`` whose mean rating is ``target``.

    Exponential tilting, p_d proportional to w_d exp(k s_d): of all distributions with that mean it
    has the smallest Kullback-Leibler divergence from w (Csiszar 1975, Annals of Probability 3).

    Parameters
    ----------
    weights, ratings
        Length d; weights positive, ratings in [0, 1].
    target
        Mean rating to reach, strictly between the smallest and the largest rating.
    name
        Of the category, for the message.

    Raises
    ------
    ParameterError
        If no weights of these activities have that mean.

    Examples
    --------
    >>> tilted(np.ones(2), np.array([0.0, 1.0]), 0.75, "x").round(3).tolist()
    [0.25, 0.75]
    """

    def probabilities(steepness: float) -> np.ndarray:
        # The largest exponent is 0, so that nothing overflows.
        exponent = steepness * ratings
        p = weights * np.exp(exponent - exponent.max())
        return p / p.sum()

    def gap(steepness: float) -> float:
        return float(probabilities(steepness) @ ratings - target)

    if gap(-_STEEPEST) >= 0 or gap(_STEEPEST) <= 0:
        raise ParameterError(
            f"category {name}: no mix of its activities has a mean exposure of {target:.3f}; their "
            f"ratings run from {ratings.min():.3f} to {ratings.max():.3f}. Choose another rating."
        )
    return probabilities(brentq(gap, -_STEEPEST, _STEEPEST, xtol=1e-12))
