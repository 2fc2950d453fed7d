"""Which interval the paper headlines: a rule fixed before the simulations were run.

Among the intervals whose coverage lies in [93%, 97%] in every design of the choice, the shortest on
average (geometric mean over designs of the ratio to the oracle). If there is none, the one that falls
below 93% by least in its worst design, and of several such the shortest.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

LOW, HIGH = 0.93, 0.97


@dataclass(frozen=True)
class Choice:
    """The interval chosen and how well it does.

    Attributes
    ----------
    interval
        Name of the interval.
    inside
        All intervals within the band in every design, shortest first; empty if there is none.
    lowest, highest
        Coverage of the chosen interval in the designs where it is lowest and highest.
    lowest_design, highest_design
        Those designs.
    """

    interval: str
    inside: tuple[str, ...]
    lowest: float
    highest: float
    lowest_design: str
    highest_design: str


def choose(coverage: pd.DataFrame, length: pd.DataFrame) -> Choice:
    """Apply the rule.

    Parameters
    ----------
    coverage, length
        Designs by intervals, both with the same labels.

    Examples
    --------
    >>> coverage = pd.DataFrame({"a": [0.95, 0.94], "b": [0.96, 0.95], "c": [0.92, 0.95]}, ["s", "t"])
    >>> length = pd.DataFrame({"a": [1.3, 1.2], "b": [1.1, 1.2], "c": [1.0, 1.0]}, ["s", "t"])
    >>> choose(coverage, length).inside
    ('b', 'a')
    """
    average = np.exp(np.log(length).mean()).sort_values(kind="stable")
    within = ((coverage >= LOW) & (coverage <= HIGH)).all()
    inside = tuple(name for name in average.index if within[name])
    shortfall = (LOW - coverage).clip(lower=0).max()[average.index]
    name = inside[0] if inside else str(shortfall.idxmin())
    mine = coverage[name]
    return Choice(name, inside, mine.min(), mine.max(), str(mine.idxmin()), str(mine.idxmax()))
