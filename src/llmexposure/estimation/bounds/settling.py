"""Which further figure would settle the sign that the printed figures leave open.

Two questions about the figures that are not printed. How small would all of them have to be for the sign
to be settled (a breakdown point in the sense of Masten and Poirier 2020)? And which single one, if it
were printed, would settle it, at which values?
"""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from llmexposure.base.errors import DataError
from llmexposure.estimation.bounds.sets import OutcomeSet, RegressorSet
from llmexposure.estimation.bounds.slopes import centred, cross_product_range, sign

_STEPS = 17  # halvings of the interval from 0 to 1: to 1e-5
_FEW = 200  # vertices that are tried before all are


@dataclass(frozen=True)
class Breakdown:
    """Largest bound on the unprinted outcomes under which the sign is settled.

    Attributes
    ----------
    bound
        In units of the outcome; 0 where the sign is open even if they are all zero.
    sign
        ``negative`` or ``positive``, or ``unsettled`` where ``bound`` is 0.
    """

    bound: float
    sign: str


def within(outcomes: OutcomeSet, units: np.ndarray, bound: float) -> OutcomeSet:
    """The set in which the outcomes of the masked units, shape (n,), are at most ``bound`` either way."""
    low = np.where(units, np.maximum(outcomes.low, -bound), outcomes.low)
    high = np.where(units, np.minimum(outcomes.high, bound), outcomes.high)
    return replace(outcomes, low=low, high=high).checked()


def breakdown(points: np.ndarray, outcomes: OutcomeSet, units: np.ndarray) -> Breakdown:
    """Breakdown point of the sign in the outcomes of the masked units, by bisection to 1e-5.

    Sets grow with the bound, so the sign is settled below the point and open above it.

    Parameters
    ----------
    points
        Vertices of the regressors, shape (m, n).

    Examples
    --------
    >>> known = np.array([[0.1, 0.5, 0.9]])
    >>> rise = OutcomeSet(np.array([-1.0, -1.0, 0.2]), np.array([1.0, 1.0, 0.2]))
    >>> found = breakdown(known, rise, np.array([True, True, False]))
    >>> found.sign, round(found.bound, 3)
    ('positive', 0.2)
    """
    found = sign(points, within(outcomes, units, 0.0))
    low, high = 0.0, 1.0
    if found == "unsettled":
        return Breakdown(0.0, found)
    # The sign can be lost on one side only: the largest product (for a negative sign) reaches zero.
    weights = centred(points) if found == "negative" else -centred(points)
    for _ in range(_STEPS):
        middle = (low + high) / 2
        settled = within(outcomes, units, middle).largest(weights).max() < 0
        low, high = (middle, high) if settled else (low, middle)
    return Breakdown(low, found)


def settling_outcome(
    points: np.ndarray, outcomes: OutcomeSet, unit: int
) -> dict[str, tuple[float, float]]:
    """Values of one unit's outcome that would settle the sign, an open interval for each sign.

    For a given regressor the largest sum of cross-products is linear in the value, so those that make it
    negative at every vertex are an interval. The bound on the whole is left out, which can only make
    the interval smaller. An interval without values has its first end above the second.

    Raises
    ------
    DataError
        When the outcomes have to sum to zero: the others then move with the value.
    """
    if outcomes.closed:
        raise DataError("settling values need outcomes that are free to sum to anything")
    free = replace(outcomes.known(unit, 0.0), whole=np.inf)
    weights = centred(points)
    most, least = free.largest(weights), -free.negated().largest(weights)
    return {
        "negative": _below_zero(most, weights[:, unit]),
        "positive": _below_zero(-least, -weights[:, unit]),
    }


def _below_zero(constant: np.ndarray, rate: np.ndarray) -> tuple[float, float]:
    """Values v with ``constant + rate * v < 0`` in every row."""
    if (constant[rate == 0] >= 0).any():
        return np.inf, -np.inf
    up, down = rate > 0, rate < 0
    return (
        (-constant[down] / rate[down]).max(initial=-np.inf),
        (-constant[up] / rate[up]).min(initial=np.inf),
    )


def settling_outcomes(
    points: np.ndarray, outcomes: OutcomeSet, possible: OutcomeSet
) -> pd.DataFrame:
    """Settling values of every outcome, within what is possible for it.

    Parameters
    ----------
    possible
        Intervals in which the value may turn out: what is printed, without our readings.

    Returns
    -------
    pandas.DataFrame
        ``unit``, ``sign``, ``low``, ``high`` (values that settle it), ``nearest`` (the one nearest to
        zero), and ``width_left`` (range of the sum of cross-products that would be left, as a fraction, if
        the value were in the middle of its interval in ``outcomes``). One row a unit and sign that can
        be settled, one with a missing sign for a unit that cannot; the nearest value first.
    """
    rows = []
    for unit in range(len(outcomes.low)):
        middle = (outcomes.low[unit] + outcomes.high[unit]) / 2
        left = _width(points, outcomes.known(unit, middle)) / _width(points, outcomes)
        row = {"unit": unit, "width_left": left}
        ends = (possible.low[unit], possible.high[unit])
        found = settling_outcome(points, outcomes, unit)
        met = {s: (max(a, ends[0]), min(b, ends[1])) for s, (a, b) in found.items()}
        fits = [
            {"sign": s, "low": a, "high": b, "nearest": float(np.clip(0.0, a, b))}
            for s, (a, b) in met.items()
            if a < b
        ]
        rows += [{**row, **fit} for fit in fits or [{"sign": None}]]
    frame = pd.DataFrame(rows, columns=["unit", "sign", "low", "high", "nearest", "width_left"])
    by = frame["nearest"].abs().fillna(np.inf)
    return frame.loc[by.sort_values(kind="stable").index].reset_index(drop=True)


def settled_at(
    points: np.ndarray, outcomes: OutcomeSet, possible: OutcomeSet, *, values: int = 9
) -> pd.DataFrame:
    """Sign if one unit's outcome were known, at equally spaced values of what is possible for it.

    Works for every set, also where outcomes have a whole or sum to zero. What a few vertices leave open is
    open; only what they settle is checked on all.

    Returns
    -------
    pandas.DataFrame
        ``unit``, ``value``, ``sign``. Values that contradict the other statements are left out.
    """
    few = points[:: max(1, len(points) // _FEW)]
    rows = []
    for unit, ends in enumerate(zip(possible.low, possible.high, strict=True)):
        for value in np.linspace(*ends, values):
            known = outcomes.known(unit, value)
            if not known.empty:
                found = sign(few, known)
                found = found if found == "unsettled" else sign(points, known)
                rows.append({"unit": unit, "value": value, "sign": found})
    return pd.DataFrame(rows, columns=["unit", "value", "sign"])


def settling_regressors(
    regressors: RegressorSet, outcomes: OutcomeSet, *, values: int = 3
) -> pd.DataFrame:
    """Whether knowing one unit's regressor could settle the sign: ``unit``, ``sign``, ``width_left``.

    Each unit with an open interval is tried at equally spaced values that include its ends;
    ``width_left`` is as in `settling_outcomes`, at the middle.
    """
    tight = regressors.tight()
    whole = _width(tight.vertices, outcomes)
    rows = []
    for unit in np.flatnonzero(tight.low < tight.high):
        known = [
            tight.known(unit, v).vertices
            for v in np.linspace(tight.low[unit], tight.high[unit], values)
        ]
        signs = {sign(points, outcomes) for points in known} - {"unsettled"}
        left = _width(known[values // 2], outcomes) / whole
        rows.append({"unit": unit, "sign": ", ".join(sorted(signs)) or None, "width_left": left})
    return pd.DataFrame(rows, columns=["unit", "sign", "width_left"])


def _width(points: np.ndarray, outcomes: OutcomeSet) -> float:
    low, high = cross_product_range(points, outcomes)
    return high - low
