"""Statements of the documents checked against one another and against the tables they comment on.

Statements are intervals: a number is one with equal ends, and a missing upper end means 'above'.
"""

import pandas as pd


def _item(statements: pd.DataFrame, document: str, item: str) -> pd.DataFrame:
    rows = statements[(statements["document"] == document) & (statements["item"] == item)]
    return rows.set_index("place")


def stated(statements: pd.DataFrame, document: str, item: str, end: str = "low") -> pd.Series:
    """One end of a document's statements on an item, by place."""
    return _item(statements, document, item)[end]


def total(statements: pd.DataFrame, document: str, item: str) -> float:
    """Sum of the parts that a document states."""
    return float(_item(statements, document, item)["low"].sum())


def agree(statements: pd.DataFrame, document: str, item: str) -> bool:
    """Whether all places state the same: intervals with a common number, of the same thing.

    Examples
    --------
    >>> said = {"document": "d", "item": "pay", "place": ["title", "text"], "low": [1.0, 0.5]}
    >>> agree(pd.DataFrame(said | {"high": [1.0, 0.5], "about": "pay"}), "d", "pay")
    False
    """
    rows = _item(statements, document, item)
    return bool(
        rows["low"].max() <= rows["high"].fillna(float("inf")).min()
        and rows["about"].nunique() == 1
    )


def within(
    statements: pd.DataFrame, document: str, item: str, values: pd.Series
) -> dict[str, bool]:
    """For each place stated, whether the value found there lies in the interval.

    Parameters
    ----------
    values
        By place; every place stated must be there.

    Examples
    --------
    >>> said = {"document": "d", "item": "up", "place": ["a", "b"], "low": 0.0}
    >>> within(pd.DataFrame(said | {"high": float("nan")}), "d", "up", pd.Series({"a": 0.1, "b": 0.0}))
    {'a': True, 'b': False}
    """
    rows = _item(statements, document, item)
    found = values[rows.index]
    above = rows["high"].isna()
    inside = (found >= rows["low"]) & (found <= rows["high"])
    return {k: bool(v) for k, v in inside.mask(above, found > rows["low"]).items()}


def in_block(categories: pd.DataFrame) -> dict[str, bool]:
    """Whether the 2022 index implied by level and change fits the group that the text puts it in.

    Parameters
    ----------
    categories
        Table ``report_exposure``.
    """
    known = categories.dropna(subset=["index_2024", "change_2022_2024"])
    implied = (known["index_2024"] - known["change_2022_2024"]).round(2)
    low, high = known["block_low_2022"].fillna(0), known["block_high_2022"].fillna(1)
    fits = (implied > low) & (implied < high)
    return {k: bool(v) for k, v in fits.set_axis(known["category"]).items()}


def order_possible(categories: pd.DataFrame) -> bool:
    """Whether some index for every category fits the order named, the bounds and the known values.

    The lowest index of each category must not exceed the highest that those before it allow.

    Examples
    --------
    >>> rows = {"place_2022": [1, 2], "index_2024": [0.7, 0.9], "change_2022_2024": [0.0, 0.0]}
    >>> order_possible(pd.DataFrame(rows | {"block_low_2022": 0.6, "block_high_2022": 1.0}))
    False
    """
    rows = categories.sort_values("place_2022")
    known = (rows["index_2024"] - rows["change_2022_2024"]).round(2)
    low = known.fillna(rows["block_low_2022"]).fillna(0)
    high = known.fillna(rows["block_high_2022"]).fillna(1).cummin()
    return bool((low <= high).all())


def blocks_apart(categories: pd.DataFrame) -> bool:
    """Whether the lowest bound of the first ten categories lies above the highest of the last."""
    last = categories["block"] == "bottom3"
    upper = categories.loc[last, "block_high_2022"].max()
    return bool(categories.loc[~last, "block_low_2022"].min() > upper)


def highest_2024(categories: pd.DataFrame, name: str) -> str:
    """Whether a category has the highest index of 2024: ``positive``, ``negative`` or ``unsettled``.

    A category without a printed index of 2024 may have any.

    Examples
    --------
    >>> rows = pd.DataFrame({"category": ["a", "b"], "index_2024": [0.9, None]})
    >>> highest_2024(rows, "a")
    'unsettled'
    """
    index = categories.set_index("category")["index_2024"]
    others = index.drop(name)
    if (others > index[name]).any():
        return "negative"
    return "unsettled" if others.isna().any() else "positive"


def among_highest(categories: pd.DataFrame, name: str, places: int) -> str:
    """Whether a category is among the highest of 2022: ``positive``, ``negative`` or ``unsettled``.

    From levels and bounds alone: the text does not call the order of names within a group one.

    Examples
    --------
    >>> rows = {"category": ["a", "b"], "index_2024": [0.9, None], "change_2022_2024": [0.0, None]}
    >>> rows |= {"block_low_2022": [0.6, 0.6], "block_high_2022": [None, 0.8]}
    >>> among_highest(pd.DataFrame(rows), "a", 1)
    'positive'
    """
    rows = categories.set_index("category")
    known = (rows["index_2024"] - rows["change_2022_2024"]).round(2)
    low = known.fillna(rows["block_low_2022"]).fillna(0)
    high = known.fillna(rows["block_high_2022"]).fillna(1)
    if (low.drop(name) > high[name]).sum() >= places:
        return "negative"
    return "positive" if (high.drop(name) > low[name]).sum() < places else "unsettled"


def in_first_group(categories: pd.DataFrame) -> dict[str, bool]:
    """Whether the text puts a category among the first five of 2022, by category."""
    return {row.category: row.block == "top5" for row in categories.itertuples()}


def first_for_all(scores: pd.DataFrame, name: str) -> str:
    """Whether all raters score a category highest: ``positive``, or ``unsettled`` where they differ.

    Examples
    --------
    >>> first_for_all(pd.DataFrame({"people": [0.9, 0.1], "gpt4": [0.5, 0.6]}, index=["a", "b"]), "a")
    'unsettled'
    """
    return "positive" if (scores.idxmax() == name).all() else "unsettled"


def check_skill_statements(lists: pd.DataFrame, statements: pd.DataFrame) -> pd.Series:
    """Whether each skill that the text names stands in the role's list, at the rank stated if one is.

    Parameters
    ----------
    lists
        ``role``, ``skill``, ``rank``.
    statements
        ``role``, ``skill``, ``stated_rank`` (may be missing).
    """
    found = statements.merge(lists, on=["role", "skill"], how="left")
    named = found["rank"].notna()
    agrees = found["stated_rank"].isna() | (found["stated_rank"] == found["rank"])
    return (named & agrees).set_axis(statements.index)


def majority(grew: int, fell: int, categories: int) -> str:
    """Whether most categories grew, from those with a number: positive, negative or unsettled.

    Examples
    --------
    >>> majority(5, 3, 12), majority(7, 3, 12), majority(5, 6, 12)
    ('unsettled', 'positive', 'negative')
    """
    if grew > categories / 2:
        return "positive"
    return "unsettled" if categories - fell > categories / 2 else "negative"


def exactly(fell: int, claimed: int, unknown: int) -> str:
    """Whether a number of categories is the one claimed: positive, negative or unsettled.

    Examples
    --------
    >>> exactly(3, 3, 4), exactly(3, 3, 0), exactly(4, 3, 4)
    ('unsettled', 'positive', 'negative')
    """
    if not fell <= claimed <= fell + unknown:
        return "negative"
    return "unsettled" if unknown else "positive"


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


def above_median(occupations: pd.DataFrame, code: str) -> bool:
    """Whether an occupation has more of the conversations than the median occupation.

    Examples
    --------
    >>> above_median(pd.DataFrame({"soc": ["a", "b", "c"], "share": [0.1, 0.2, 0.7]}), "b")
    False
    """
    shares = _shares(occupations)
    return bool(shares[code] > shares.median())


def _shares(occupations: pd.DataFrame) -> pd.Series:
    return occupations.set_index("soc")["share"]
