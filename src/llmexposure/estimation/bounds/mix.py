"""How far a change of the mix of groups can move a share, when no group changes what it asks for.

With share p_g in group g and mix w_g, a total share is sum_g w_g p_g. It can move because groups change their
shares, or because the mix does; without counts by group the second part is not known, but it has bounds.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.optimize import brentq, linprog

from llmexposure.base.errors import DataError

_STEEPEST = 1e3


@dataclass(frozen=True)
class MixChange:
    """Change of a total share that the mix alone gives, as fractions.

    Attributes
    ----------
    moved
        If every group grew as its index says, from a mix that gives the share at the start.
    untilted
        The same from the weights as they are, whatever share they give at the start.
    lowest, highest
        Over all ways to lose the same number of units while no group grows.
    groups
        Number of groups.
    """

    moved: float
    untilted: float
    lowest: float
    highest: float
    groups: int


def tilted(weights: pd.Series, shares: pd.Series, target: float) -> pd.Series:
    """Weights closest to the given ones (in relative entropy) whose mean share is ``target``; sum to one.

    w_g proportional to weights_g exp(lambda shares_g), with lambda solved for (Csiszar 1975).

    Raises
    ------
    DataError
        When no mix of the groups has that share.

    Examples
    --------
    >>> mix = tilted(pd.Series([1.0, 1.0]), pd.Series([0.0, 1.0]), 0.25)
    >>> mix.round(6).tolist()
    [0.75, 0.25]
    """
    if not shares.min() < target < shares.max():
        raise DataError(
            f"no mix of {len(shares)} groups has the share {target:.4g}; expected one between "
            f"{shares.min():.4g} and {shares.max():.4g}"
        )

    def mix(slope: float) -> pd.Series:
        log = np.log(weights) + slope * shares
        raw = np.exp(log - log.max())
        return raw / raw.sum()

    found = brentq(lambda slope: float(mix(slope) @ shares) - target, -_STEEPEST, _STEEPEST)
    return mix(float(found))


def mix_change(
    weights: pd.Series, shares: pd.Series, growth: pd.Series, *, start: float, left: float
) -> MixChange:
    """Change of a total share from the mix of groups, each of which keeps its own share.

    Parameters
    ----------
    weights, shares
        By group, nothing missing: units at the start (any scale), tilted so that they give ``start``,
        and the share within each group, 0 to 1.
    growth
        Units at the end over those at the start, by group; only how groups differ matters.
    start
        Total share at the start.
    left
        Units of all groups at the end over those at the start, at most 1 for the bounds: a group of mix
        w_g then has at most w_g / left.

    Raises
    ------
    DataError
        When the groups cannot give ``start``, or ``left`` is not above 0 and at most 1.

    Examples
    --------
    >>> two = pd.Series([1.0, 1.0]), pd.Series([0.0, 1.0]), pd.Series([0.5, 1.0])
    >>> found = mix_change(*two, start=0.5, left=0.75)
    >>> round(found.moved, 4), round(found.lowest, 4), round(found.highest, 4)
    (0.1667, -0.1667, 0.1667)
    """
    if not 0 < left <= 1:
        raise DataError(f"units left: {left:.4g}, expected above 0 and at most 1 (nothing grows)")
    before = tilted(weights, shares, start)
    limits = [(0.0, most) for most in before / left]
    low, high = (
        sign * linprog(sign * shares, A_eq=[np.ones(len(shares))], b_eq=[1], bounds=limits).fun
        for sign in (1, -1)
    )
    return MixChange(
        _moved(before, shares, growth),
        _moved(weights, shares, growth),
        float(low) - start,
        float(high) - start,
        len(shares),
    )


def _moved(weights: pd.Series, shares: pd.Series, growth: pd.Series) -> float:
    end = weights * growth
    return float(end @ shares / end.sum() - weights @ shares / weights.sum())
