"""Notebook 02: postings of sectors, their changes between months, and the shares that they imply.

An index says how postings grew. Shares need a base weight besides, and sum to one, so that one share
falls when another rises; their centred log-ratio does not.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from llmexposure.base.errors import DataError
from llmexposure.estimation.regression.ols import Slope, cross_section


def wide(postings: pd.DataFrame, country: str) -> pd.DataFrame:
    """Postings index of one country, sectors by months."""
    rows = postings[postings["country"] == country]
    return rows.pivot(index="sector", columns="month", values="postings_index").sort_index(axis=1)


def latest(postings: pd.DataFrame, country: str, spare: int = 1) -> str:
    """Latest month that is complete, to the day, in all of the country's sectors but at most ``spare``.

    One rule for every country. Some series stop early; a month that few sectors reach would change who
    is compared. Months that miss a day are not in the table at all.
    """
    table = wide(postings, country)
    reached = table.isna().sum() <= spare
    return str(table.columns[reached][-1])


def log_change(wide: pd.DataFrame, baseline: str, comparison: str) -> pd.Series:
    """Log change of each row between two columns of a units-by-months table.

    Units that miss either month are left out (missing stays missing).

    Raises
    ------
    DataError
        When a month is not in the table.
    """
    for month in (baseline, comparison):
        if month not in wide.columns:
            raise DataError(
                f"month {month} is not in the data; expected one of "
                f"{wide.columns.min()} to {wide.columns.max()}"
            )
    return (np.log(wide[comparison]) - np.log(wide[baseline])).dropna().rename("change")


def changes(
    postings: pd.DataFrame, sectors: pd.DataFrame, country: str, baseline: str, comparison: str
) -> pd.DataFrame:
    """Sectors that have an index in both months, with ``change`` (log points) and ``log_wage``.

    Returns
    -------
    pandas.DataFrame
        Indexed by sector: the columns of ``sectors``, ``change`` and ``log_wage``.
    """
    change = log_change(wide(postings, country), baseline, comparison)
    out = sectors.set_index("sector").join(change, how="inner")
    return out.assign(log_wage=np.log(out["wage_2022"]))


def window_slopes(
    postings: pd.DataFrame,
    sectors: pd.DataFrame,
    windows: Mapping[str, tuple[str, str, str]],
    measure: str,
    **options: Any,
) -> dict[str, Slope]:
    """Slope of the log change on exposure for several windows.

    Parameters
    ----------
    windows
        Name to (country, baseline month, comparison month).
    options
        As in `cross_section`.
    """
    return {
        name: cross_section(changes(postings, sectors, *window), "change", measure, **options)
        for name, window in windows.items()
    }


def months_before(months: Sequence[str], event: str, count: int) -> list[str]:
    """The ``count`` months of the table that come just before ``event``, oldest first."""
    earlier = [m for m in sorted(months) if m < event]
    return earlier[-count:]


def post_mean(log_index: pd.DataFrame, event: str, pre: Sequence[str]) -> pd.Series:
    """Mean log index after the event less the mean over the pre-period, by unit.

    With unit and period effects its slope on exposure is the two-way fixed-effects estimate; collapsing
    first makes inference honest about serial correlation (Bertrand, Duflo and Mullainathan 2004).
    """
    after = [m for m in log_index.columns if m > event]
    return log_index[after].mean(axis=1) - log_index[list(pre)].mean(axis=1)


def shares(index: pd.DataFrame, base_weights: pd.Series, base: str) -> pd.DataFrame:
    """Posting shares implied by index series and a base period's weights.

    s_ot = w_o I_ot / I_o,base / sum_j w_j I_jt / I_j,base, so that the shares of the base period are the
    weights themselves. An index alone says nothing about shares: the weights are an assumption.

    Parameters
    ----------
    index
        Units by periods, nothing missing.
    base_weights
        By unit, positive; scaled to sum to one.
    base
        Column of ``index`` to which the weights belong.

    Returns
    -------
    pandas.DataFrame
        Same shape; each column sums to one.

    Examples
    --------
    >>> index = pd.DataFrame({"t0": [100.0, 100.0], "t1": [100.0, 300.0]}, index=["a", "b"])
    >>> shares(index, pd.Series({"a": 1.0, "b": 1.0}), "t0")["t1"].tolist()
    [0.25, 0.75]
    """
    weights = base_weights.reindex(index.index)
    level = index.div(index[base], axis=0).mul(weights, axis=0)
    return level / level.sum()


def clr(share: pd.DataFrame) -> pd.DataFrame:
    """Centred log-ratio of each column (Aitchison 1986): log s_o minus the mean of log s.

    Columns of the result sum to zero, so a change of one share is not forced on the others.
    """
    logs = np.log(share)
    return logs - logs.mean()


def later_slopes(
    files: Mapping[str, pd.DataFrame | None],
    postings: pd.DataFrame,
    sectors: pd.DataFrame,
    baseline: str,
    measure: str,
) -> pd.DataFrame | str:
    """Slope of each country from the base month to the last complete one, by a later file and the one in use.

    Parameters
    ----------
    files
        Country to its rows of a later vintage; None where the file is not here.

    Returns
    -------
    pandas.DataFrame or str
        By country and file: ``end``, ``slope``, ``ci_low``, ``ci_high`` (HC3), ``n``; a sentence where no
        file is here.
    """
    rows = {}
    for country, later in files.items():
        for name, table in {"later": later, "in use": postings}.items():
            if later is None or table is None:
                continue
            end = latest(table, country)
            frame = changes(table, sectors, country, baseline, end)
            found = cross_section(frame, "change", measure, seed=0).estimate
            rows[country, name] = {"end": end, "slope": found.value, "ci_low": found.ci_low,
                                   "ci_high": found.ci_high, "n": found.n}  # fmt: skip
    if not rows:
        return "not rebuilt here: `llmexposure fetch indeed_later` brings the files by sector"
    return pd.DataFrame(rows).T.rename_axis(["country", "file"])
