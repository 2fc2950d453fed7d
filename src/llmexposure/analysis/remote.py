"""Notebook 06: how far two indices over the same shares move together by construction."""

import numpy as np
import pandas as pd


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
