"""Observed use of a chatbot: how deep it goes in occupations, and use beside predicted exposure."""

import numpy as np
import pandas as pd

from llmexposure.base.errors import DataError


def depth(used: pd.Series, tasks: pd.Series, at: np.ndarray) -> pd.Series:
    """Share of occupations in which at least a share x of the tasks is used, for each x of ``at``.

    Examples
    --------
    >>> depth(pd.Series([0, 1, 3]), pd.Series([4, 4, 4]), np.array([0.0, 0.25, 0.75])).round(2).tolist()
    [1.0, 0.67, 0.33]
    """
    share = (used / tasks).to_numpy()
    # A share of 7 in 28 must count as a quarter whatever its last bit.
    reached = share[:, None] >= np.asarray(at)[None, :] - 1e-12
    return pd.Series(reached.mean(axis=0), index=pd.Index(at, name="x"), name="share")


def occupations_with_use(usage: pd.DataFrame, occupations: pd.DataFrame) -> pd.DataFrame:
    """Use by SOC occupation with the occupation's exposure, employment and wage.

    Returns
    -------
    pandas.DataFrame
        The columns of both tables; ``used_share`` (tasks with conversations, of all), ``log_share``
        (missing where there are none), ``log_wage`` (mean annual wage, May 2024).
    """
    out = usage.merge(occupations, on="soc", how="inner", validate="one_to_one")
    return out.assign(
        used_share=out["n_used"] / out["n_tasks"],
        log_share=np.log(out["share"].where(out["share"] > 0)),
        log_wage=np.log(out["wage_2024"]),
    )


def groups_with_use(usage: pd.DataFrame, exposure: pd.DataFrame) -> pd.DataFrame:
    """Use by major group: share of conversations against share of employment.

    Parameters
    ----------
    exposure
        By major group (index), one column a rating.

    Returns
    -------
    pandas.DataFrame
        Indexed by major group: ``share``, ``employment_share``, ``log_ratio`` (conversations per job
        relative to the whole), ``used_share``, the ratings.
    """
    out = usage.set_index("major_group").join(exposure)
    jobs = out["employment"] / out["employment"].sum()
    return out.assign(
        employment_share=jobs,
        log_ratio=np.log(out["share"] / jobs),
        used_share=out["n_used"] / out["n_tasks"],
    )


def use_by_decile(frame: pd.DataFrame, measure: str) -> pd.DataFrame:
    """Share of units with any use, and mean share of tasks used, by tenth of exposure.

    Returns
    -------
    pandas.DataFrame
        ``decile`` (1 = least exposed), ``n``, ``exposure`` (mean), ``any_use``, ``used_share``. Units
        without exposure are left out.
    """
    data = frame.dropna(subset=[measure])
    rank = data[measure].rank(method="first")
    decile = np.ceil(10 * rank / len(data)).astype(int).rename("decile")
    rows = data.assign(any_use=data["n_used"] > 0, used_share=data["n_used"] / data["n_tasks"])
    groups = rows.groupby(decile)
    return groups.agg(
        n=("any_use", "size"),
        exposure=(measure, "mean"),
        any_use=("any_use", "mean"),
        used_share=("used_share", "mean"),
    ).reset_index()


def implied_conversations(share: pd.Series, smallest: range = range(2, 101)) -> tuple[int, int]:
    """Number of conversations, and the fewest a task, when every share is a whole number of them.

    Parameters
    ----------
    share
        Shares of all conversations, rounded to 8 digits at worst.
    smallest
        Candidates for the fewest conversations of a task; the lowest that fits all shares is taken.

    Returns
    -------
    (int, int)
        Conversations in all, and of the rarest task.

    Examples
    --------
    >>> implied_conversations(pd.Series([3, 4, 13]) / 20)
    (20, 3)
    """
    for least in smallest:
        counts = share / share.min() * least
        # Eight significant digits leave an error of up to 5e-9 times the count.
        if (np.abs(counts - counts.round()) <= 1e-7 * counts + 1e-6).all():
            return round(least / share.min()), least
    raise DataError(f"shares are no whole numbers of conversations for {smallest}")
