"""How many postings of each role name each skill, and how such a list compares with a printed one."""

import pandas as pd

from llmexposure.postings.skills.extract import find_roles, find_skills


def count_skills(title: pd.Series, text: pd.Series) -> pd.DataFrame:
    """Postings of each role that name each skill; texts are not kept.

    Parameters
    ----------
    title, text
        Same index; skills are looked for in both.

    Returns
    -------
    pandas.DataFrame
        ``role``, ``skill`` (together the key), ``n`` (postings that name it), ``n_postings`` (postings of
        the role); by role, most frequent first. A role without postings, or whose postings name no
        skill, has no row.
    """
    everything = title.fillna("") + "\n" + text.fillna("")
    roles = find_roles(title, everything)
    rows = roles["row"].unique()
    skills = find_skills(everything.iloc[rows])
    skills["row"] = rows[skills["row"]]
    sizes = roles.groupby("role").size().rename("n_postings")
    counted = roles.merge(skills, on="row").groupby(["role", "skill"]).size().rename("n")
    out = counted.reset_index().join(sizes, on="role")
    return out.sort_values(["role", "n", "skill"], ascending=[True, False, True], ignore_index=True)


def top(
    counts: pd.DataFrame, role: str, kinds: dict[str, str], allowed: tuple[str, ...], k: int = 10
) -> list[str]:
    """The k skills of a role that most postings name, among the allowed kinds; ties by name."""
    own = counts[(counts["role"] == role) & counts["skill"].map(kinds).isin(allowed)]
    return own["skill"].head(k).tolist()


def places(
    counts: pd.DataFrame,
    roles: list[str],
    kinds: dict[str, str],
    allowed: tuple[str, ...],
    k: int = 10,
) -> pd.DataFrame:
    """The top lists of several roles as one table.

    Returns
    -------
    pandas.DataFrame
        ``role``, ``place`` (from 1), ``skill``, ``share`` of the role's postings that name it.
    """
    share = counts.assign(share=counts["n"] / counts["n_postings"])
    share = share.set_index(["role", "skill"])["share"]
    rows = [
        (role, place, skill, share[role, skill])
        for role in roles
        for place, skill in enumerate(top(counts, role, kinds, allowed, k), 1)
    ]
    return pd.DataFrame(rows, columns=["role", "place", "skill", "share"])


def jaccard(a: list[str], b: list[str]) -> float:
    """Size of the intersection over that of the union.

    Examples
    --------
    >>> jaccard(["x", "y"], ["y", "z"]) == 1 / 3
    True
    """
    return len(set(a) & set(b)) / len(set(a) | set(b))


def rank_biased_overlap(a: list[str], b: list[str], p: float = 0.9) -> float:
    """Rank-biased overlap of two rankings of the same length, extrapolated.

    1: the same list; 0: nothing in common. The first ranks weigh most; p sets how fast weights fall
    (Webber, Moffat and Zobel 2010, eq. 23).

    Examples
    --------
    >>> rank_biased_overlap(["x", "y"], ["x", "y"])
    1.0
    """
    agreement = [len(set(a[:d]) & set(b[:d])) / d for d in range(1, len(a) + 1)]
    series = sum(x * p**d for d, x in enumerate(agreement, 1))
    return agreement[-1] * p ** len(a) + (1 - p) / p * series
