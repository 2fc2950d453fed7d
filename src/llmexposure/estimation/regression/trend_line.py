"""Each unit's own straight line from before the event, and what is left of a change without it."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from llmexposure.base.errors import DataError


def trend_line(wide: pd.DataFrame, fitted: Sequence[str]) -> pd.DataFrame:
    """Least-squares line of each unit through the periods ``fitted``, drawn over all periods.

    Parameters
    ----------
    wide
        Outcome, units by equally spaced periods in order, nothing missing.

    Raises
    ------
    DataError
        With fewer than two periods to fit.

    Examples
    --------
    >>> wide = pd.DataFrame([[1.0, 2.0, 9.0]], columns=["a", "b", "c"])
    >>> trend_line(wide, ["a", "b"]).round(6).to_numpy().tolist()
    [[1.0, 2.0, 3.0]]
    """
    if len(fitted) < 2:
        raise DataError(f"a line through {len(fitted)} period(s): expected at least two")
    time = np.column_stack([np.ones(wide.shape[1]), np.arange(wide.shape[1])])
    known = wide.columns.get_indexer(list(fitted))
    fit = time @ np.linalg.pinv(time[known])
    return pd.DataFrame(wide.to_numpy()[:, known] @ fit.T, index=wide.index, columns=wide.columns)


def net_of_trend(wide: pd.DataFrame, fitted: Sequence[str], target: Sequence[str]) -> pd.Series:
    """Mean over the target periods of each unit's distance from its own earlier line.

    Its slope on exposure is the event study's slope less the straight line through the earlier slopes.
    """
    ahead = list(target)
    return (wide[ahead] - trend_line(wide, fitted)[ahead]).mean(axis=1)


def net_of_last_step(
    wide: pd.DataFrame, base: str, before: Sequence[str], target: Sequence[str]
) -> pd.DataFrame:
    """Change since the base less the last earlier step carried on, beside the earlier bends.

    Regressed on exposure with the bends as covariates, ``change`` has the slope that is left of the
    event study's when the best straight line is taken away: coefficients of the bends move the line,
    and least squares chooses them (the smoothness restriction with bound 0, weights by regression).

    Parameters
    ----------
    before
        Periods up to the one before ``base``, at least one.

    Returns
    -------
    pandas.DataFrame
        ``change``, and ``bend_1`` and so on from the oldest, one fewer than the periods before.
    """
    ahead = wide.columns.get_indexer(list(target)).mean() - wide.columns.get_loc(base)
    known = wide[[*before, base]].to_numpy()
    bends = np.diff(known, 2, axis=1)
    change = wide[list(target)].mean(axis=1) - wide[base] - ahead * (known[:, -1] - known[:, -2])
    columns = {f"bend_{k}": bends[:, k - 1] for k in range(1, bends.shape[1] + 1)}
    return pd.DataFrame({"change": change, **columns}, index=wide.index)
