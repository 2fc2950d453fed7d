"""A sweep as a table: one row a combination of choices, in a fixed order."""

from itertools import product

import pandas as pd

from llmexposure.base.errors import ParameterError
from llmexposure.publish.sweeps.table import Sweep


def expand(sweep: Sweep) -> pd.DataFrame:
    """Every combination of the choices, less what is excluded; the last axis varies fastest.

    Returns
    -------
    pandas.DataFrame
        One column an axis (object values), index named ``specification``, from 1.

    Raises
    ------
    ParameterError
        When nothing is left, or an exclusion excludes nothing (two exclusions that overlap are fine).

    Examples
    --------
    >>> from llmexposure.publish.sweeps.table import Exclusion
    >>> choices = {"level": ["fine", "coarse"], "sample": ["all", "large"]}
    >>> drop = Exclusion({"level": ["coarse"], "sample": ["large"]}, "every group is large")
    >>> sweep = Sweep("a", "A", "occupations", choices, (drop,), {})
    >>> expand(sweep)["sample"].tolist()
    ['all', 'large', 'all']
    """
    rows = pd.DataFrame(product(*sweep.choices.values()), columns=list(sweep.choices), dtype=object)
    dropped = pd.Series(False, index=rows.index)
    for number, exclusion in enumerate(sweep.exclude, 1):
        hit = pd.Series(True, index=rows.index)
        for axis, values in exclusion.where.items():
            hit &= rows[axis].isin(values)
        if not hit.any():
            raise ParameterError(f"sweep {sweep.name}: exclude {number} excludes nothing")
        dropped |= hit
    kept = rows[~dropped].reset_index(drop=True)
    if kept.empty:
        raise ParameterError(f"sweep {sweep.name}: the exclusions leave no combination")
    return kept.set_axis(pd.RangeIndex(1, len(kept) + 1, name="specification"))
