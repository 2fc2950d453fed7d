"""Steps in a source that no occupation took by itself: England's adverts, quarter by quarter.

A change of what is collected moves many codes in one month, moves the total or the mix as no other year did
in that season, and is not in another source. Averages of three months spread it over three.
"""

from typing import TypeVar

import numpy as np
import pandas as pd

QUARTER = 3
Monthly = TypeVar("Monthly", pd.Series, pd.DataFrame)


def quarter_changes(levels: pd.DataFrame, exposure: pd.Series) -> pd.DataFrame:
    """Log change of averages of three months against the three months before, and its slope on exposure.

    Parameters
    ----------
    levels
        Groups by months, each the mean of three; unassigned adverts count in the total.

    Returns
    -------
    pandas.DataFrame
        By month: ``total`` (log change of the sum), ``median`` (of the groups), ``slope``; each also less its
        median over the same month of the other years (``..._unusual``).
    """
    logs = np.log(levels).diff(QUARTER, axis=1).iloc[:, QUARTER:]
    known = logs.join(exposure.rename("exposure"), how="inner").dropna()
    x = known["exposure"] - known["exposure"].mean()
    out = pd.DataFrame(
        {
            "total": np.log(levels.sum()).diff(QUARTER).iloc[QUARTER:],
            "median": logs.median(),
            "slope": known[logs.columns].T @ x / (x @ x),
        }
    )
    return out.join(unusual(out).add_suffix("_unusual"))


def unusual(values: Monthly) -> Monthly:
    """A monthly series, or several as columns, less the median of the same month in the other years.

    Examples
    --------
    >>> months = ["2021-09", "2022-09", "2023-09"]
    >>> unusual(pd.Series([0.1, 0.0, -0.3], index=months)).round(2).tolist()
    [0.25, 0.1, -0.35]
    """
    season = values.index.str[-2:].to_numpy()
    others = values.astype(float).copy()
    for row, name in enumerate(season):
        same = season == name
        same[row] = False
        others.iloc[row] = values[same].median()
    return values - others


def by_family(levels: pd.DataFrame, month: str, digits: int = 1) -> pd.DataFrame:
    """Log change of each family of codes over the quarter that ends in ``month``, as in no other year.

    Parameters
    ----------
    digits
        Length of the code of a family: 1 for SOC major groups, 2 for sub-major groups.

    Returns
    -------
    pandas.DataFrame
        By family: ``change`` of its sum, ``unusual`` (less the median of other years), ``fell`` (share of its
        codes whose change is below the median of their other years), ``codes``.
    """
    coded = levels[levels.index.str.isdigit()]
    family = coded.index.str[:digits]
    season = [name for name in levels.columns[QUARTER:] if name[-2:] == month[-2:]]
    sums, codes = (
        np.log(table).diff(QUARTER, axis=1)[season]
        for table in (coded.groupby(family).sum(), coded)
    )
    below = unusual(codes.T).T[month].lt(0)
    return pd.DataFrame(
        {
            "change": sums[month],
            "unusual": unusual(sums.T).T[month],
            "fell": below.groupby(family).mean(),
            "codes": below.groupby(family).size(),
        }
    )
