"""How far unprinted outcomes may go before a sign is open: frontiers of assumptions.

A family of sets of outcomes grows with a bound: what is not printed may move that far and no further. The
sign is settled up to one value of the bound, the breakdown point (Masten and Poirier 2020); with a second
assumption along the other axis the breakdown points are a frontier.

Of the many vertices of the regressors a few decide. A bound is found on those and then checked on all, and
what contradicts it joins the few: the answer is that of all vertices, for a fraction of the work.
"""

from collections.abc import Callable, Iterable

import numpy as np

from llmexposure.estimation.bounds.sets import ZERO, OutcomeSet
from llmexposure.estimation.bounds.slopes import centred

Family = Callable[[float], OutcomeSet]
_STEPS = 16  # halvings of the range of the bound: a range of 0.2 to 3e-6
_JOIN = 8  # vertices that join at a time, the worst first


def frontier(
    points: np.ndarray, families: Iterable[Family], sign: str, *, low: float, high: float
) -> np.ndarray:
    """Largest bound under which the sign is settled, one for each family.

    Parameters
    ----------
    points
        Vertices of the regressors, shape (m, n).
    families
        Each from a bound to the set of outcomes that it allows; a larger bound allows all that a smaller
        one does.
    sign
        ``negative`` or ``positive``: which sign is to be certain.
    low, high
        Range of the bounds, in units of the outcome.

    Returns
    -------
    numpy.ndarray
        Length of ``families``. ``high`` where the sign is certain in the whole range; missing where it is
        certain for none, or only for bounds that contradict the other statements.

    Examples
    --------
    >>> known = np.array([[0.1, 0.5, 0.9]])
    >>> def gains_of_the_last(bound):
    ...     return OutcomeSet(np.array([0.02, 0.0, -1.0]), np.array([0.02, 0.0, bound]))
    >>> frontier(known, [gains_of_the_last], "negative", low=-0.1, high=0.1).round(4).tolist()
    [0.02]
    """
    weights = centred(points)
    few = weights[:1]
    found = []
    for family in families:
        sets = family if sign == "negative" else _negated(family)
        bound, few = _largest(weights, few, sets, low, high)
        found.append(bound)
    return np.array(found)


def _negated(family: Family) -> Family:
    return lambda bound: family(bound).negated()


def _largest(
    weights: np.ndarray, few: np.ndarray, sets: Family, low: float, high: float
) -> tuple[float, np.ndarray]:
    """Largest bound under which no vertex has a product of zero or more, and the vertices that decide."""
    bound = high
    while True:
        bound = _on_few(few, sets, low, bound)
        here = sets(bound) if np.isfinite(bound) else None
        if here is None or here.empty:
            return np.nan, few
        products = here.largest(weights)
        wrong = np.flatnonzero(products >= -ZERO)
        if not wrong.size:
            return bound, few
        worst = wrong[np.argsort(-products[wrong], kind="stable")[:_JOIN]]
        few = np.unique(np.vstack([few, weights[worst]]), axis=0)


def _on_few(few: np.ndarray, sets: Family, low: float, high: float) -> float:
    def settled(bound: float) -> bool:
        here = sets(bound)
        return here.empty or bool(here.largest(few).max() < -ZERO)

    if settled(high):
        return high
    if not settled(low):
        return np.nan
    for _ in range(_STEPS):
        middle = (low + high) / 2
        low, high = (middle, high) if settled(middle) else (low, middle)
    return low
