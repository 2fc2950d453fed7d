"""Steps in a source that no occupation took by itself: England's adverts, quarter by quarter.

A change of what is collected moves many codes in one month, moves the total or the mix as no other year did
in that season, and is not in another source. Averages of three months spread it over three.
"""

import numpy as np
import pandas as pd

QUARTER = 3


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
    return out.join(pd.DataFrame({f"{name}_unusual": unusual(out[name]) for name in out}))


def unusual(series: pd.Series) -> pd.Series:
    """A monthly series less the median of the same month in the other years.

    Examples
    --------
    >>> months = ["2021-09", "2022-09", "2023-09"]
    >>> unusual(pd.Series([0.1, 0.0, -0.3], index=months)).round(2).tolist()
    [0.25, 0.1, -0.35]
    """
    season = series.index.str[-2:]
    others = [
        series[(season == s) & (series.index != m)].median()
        for m, s in zip(series.index, season, strict=True)
    ]
    return series - others


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
    sums = np.log(coded.groupby(family).sum()).diff(QUARTER, axis=1).iloc[:, QUARTER:]
    codes = np.log(coded).diff(QUARTER, axis=1).iloc[:, QUARTER:]
    below = codes.apply(unusual, axis=1)[month].lt(0)
    return pd.DataFrame(
        {
            "change": sums[month],
            "unusual": sums.apply(unusual, axis=1)[month],
            "fell": below.groupby(family).mean(),
            "codes": below.groupby(family).size(),
        }
    )
