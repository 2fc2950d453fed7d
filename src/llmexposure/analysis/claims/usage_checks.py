"""The announcement of the first Anthropic Economic Index against the data released with it."""

import pandas as pd


def group_places(groups: pd.DataFrame) -> pd.Series:
    """Place of each major group by share of conversations, 1 = most; indexed by group code."""
    shares = groups.set_index("major_group")["share"]
    return shares.rank(ascending=False, method="min").astype(int)


def fully_used(occupations: pd.DataFrame) -> int:
    """Number of occupations in which every task is used."""
    return int((occupations["n_used"] >= occupations["n_tasks"]).sum())


def frequent(occupations: pd.DataFrame, codes: list[str]) -> bool:
    """Whether all these occupations are among the twentieth with the most conversations."""
    return bool(_shares(occupations).rank(pct=True)[codes].min() > 0.95)


def rare(occupations: pd.DataFrame, code: str) -> bool:
    """Whether an occupation has less than half of the conversations of the mean occupation.

    Examples
    --------
    >>> rare(pd.DataFrame({"soc": ["a", "b"], "share": [0.1, 0.9]}), "a")
    True
    """
    shares = _shares(occupations)
    return bool(shares[code] < shares.mean() / 2)


def _shares(occupations: pd.DataFrame) -> pd.Series:
    return occupations.set_index("soc")["share"]
