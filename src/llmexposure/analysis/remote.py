"""Notebook 06: remote work by occupation group, and indices that move together by construction."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from llmexposure.analysis.adverts import counts
from llmexposure.estimation.regression.breaks import BREAK, break_slopes

FETCH = "not rebuilt here: `llmexposure fetch indeed_later` brings the file that this needs"


def changes(share: pd.DataFrame, postings: pd.DataFrame, *, log_odds: bool = False) -> pd.DataFrame:
    """Change of each group's remote share before and after, with the postings of the base period.

    Parameters
    ----------
    share, postings
        Groups by `counts.PERIODS`.
    log_odds
        Of the log of remote to other postings instead: alike for all groups where they grow by one factor. A
        group without remote postings in a period has none.

    Returns
    -------
    pandas.DataFrame
        ``before``, ``after``, ``base``.
    """
    y = np.log((share / (1 - share)).where(share > 0)) if log_odds else share
    return pd.DataFrame(
        {
            "before": y["base"] - y["early"],
            "after": y["late"] - y["base"],
            "base": postings["base"],
        }
    )


def within_between(share: pd.DataFrame, postings: pd.DataFrame) -> pd.DataFrame:
    """Change of the remote share of all postings, split into shares within groups and the mix of groups.

    With weights s_o = N_o / sum N, the change of sum_o s_o r_o is exactly

        sum_o (r_o1 - r_o0) (s_o0 + s_o1) / 2 + sum_o (s_o1 - s_o0) (r_o0 + r_o1) / 2.

    An index with one score per occupation has only the second part.

    Parameters
    ----------
    share, postings
        Groups by `counts.PERIODS`.

    Returns
    -------
    pandas.DataFrame
        Rows ``before`` and ``after``; columns ``total``, ``within``, ``between``.

    Examples
    --------
    >>> share = pd.DataFrame({"early": [0.0, 0.4], "base": [0.1, 0.4], "late": [0.1, 0.4]})
    >>> postings = pd.DataFrame({"early": [50, 50], "base": [50, 50], "late": [75, 25]})
    >>> within_between(share, postings).round(3).to_numpy().tolist()
    [[0.05, 0.05, 0.0], [-0.075, 0.0, -0.075]]
    """
    weight = postings / postings.sum()
    rows = {}
    for name, (first, last) in {"before": ("early", "base"), "after": ("base", "late")}.items():
        r0, r1, s0, s1 = share[first], share[last], weight[first], weight[last]
        within, between = ((r1 - r0) * (s0 + s1)).sum() / 2, ((s1 - s0) * (r0 + r1)).sum() / 2
        rows[name] = {"total": within + between, "within": within, "between": between}
    return pd.DataFrame.from_dict(rows, orient="index")


def sector_breaks(
    shares: pd.DataFrame | None,
    sectors: pd.DataFrame,
    measure: str,
    ends: Sequence[str],
    country: str = "US",
    **options: Any,
) -> pd.DataFrame | str:
    """Slopes of the remote share by Indeed sector, before and after; a sentence where the file is absent.

    Parameters
    ----------
    shares
        ``country``, ``sector``, ``month``, ``remote_share``, or None.
    sectors
        Measures, indexed by sector.
    ends
        Last months of three quarters (see `counts.windows`).

    Returns
    -------
    pandas.DataFrame or str
        ``slope``, ``ci_low``, ``ci_high``, ``n`` of before, after, difference.
    """
    if shares is None:
        return FETCH
    rows = shares[shares["country"] == country]
    wide = rows.pivot(index="sector", columns="month", values="remote_share")
    three = counts.windows(wide, ends, months=3)
    found = break_slopes(changes(three, three).join(sectors[[measure]]), measure, **options)
    estimates = {name: found[name].estimate for name in BREAK}
    return pd.DataFrame(
        {
            name: {"slope": e.value, "ci_low": e.ci_low, "ci_high": e.ci_high, "n": e.n}
            for name, e in estimates.items()
        }
    ).T


def weighted_index(share: pd.DataFrame, score: pd.Series) -> pd.Series:
    """Index of each period, sum_o s_ot score_o; it moves only when shares move."""
    return share.T @ score.reindex(share.index)


def comovement(share: pd.DataFrame, exposure: pd.Series, telework: pd.Series) -> pd.DataFrame:
    """Split the change of the remote-work index into the part that exposure's index already implies.

    With telework r_o = a + b E_o + v_o across occupations, the index R_t = sum_o s_ot r_o obeys
    R_t - R_0 = b (E_t - E_0) + sum_o (s_ot - s_o0) v_o. The first term is mechanical: the same shares
    multiply two scores that are correlated across occupations.

    Returns
    -------
    pandas.DataFrame
        One row a period: ``exposure_index``, ``remote_index``, ``mechanical``, ``remainder`` (changes
        since the first period; the last two add up to the change of ``remote_index``).
    """
    e = exposure.reindex(share.index)
    r = telework.reindex(share.index)
    slope = np.polyfit(e, r, 1)[0]
    out = pd.DataFrame(
        {"exposure_index": weighted_index(share, e), "remote_index": weighted_index(share, r)}
    )
    change = out - out.iloc[0]
    out["mechanical"] = slope * change["exposure_index"]
    out["remainder"] = change["remote_index"] - out["mechanical"]
    return out


def comovement_placebo(
    share: pd.DataFrame, exposure: pd.Series, telework: pd.Series, *, draws: int, seed: int
) -> np.ndarray:
    """Correlations over time of E_t and R_t when telework is dealt out at random across occupations.

    Two indices built from the same trending shares correlate strongly for no reason; these draws show
    how strongly.

    Returns
    -------
    numpy.ndarray
        Length ``draws``.
    """
    rng = np.random.default_rng(seed)
    e = weighted_index(share, exposure).to_numpy()
    r = telework.reindex(share.index).to_numpy()
    paths = rng.permuted(np.broadcast_to(r, (draws, len(r))), axis=1) @ share.to_numpy()
    e = e - e.mean()
    paths = paths - paths.mean(axis=1, keepdims=True)
    return paths @ e / np.sqrt((e @ e) * (paths**2).sum(axis=1))
