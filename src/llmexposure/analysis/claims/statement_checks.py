"""What a document states in one place against what it, or another document, states in another.

Statements are intervals: a number is one with equal ends, and a missing upper end means 'above'.
"""

import pandas as pd


def _item(statements: pd.DataFrame, document: str, item: str) -> pd.DataFrame:
    rows = statements[(statements["document"] == document) & (statements["item"] == item)]
    return rows.set_index("place")


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


def total(statements: pd.DataFrame, document: str, item: str) -> float:
    """Sum of the parts that a document states."""
    return float(_item(statements, document, item)["low"].sum())


def stated(statements: pd.DataFrame, document: str, item: str, end: str = "low") -> pd.Series:
    """One end of a document's statements on an item, by place."""
    return _item(statements, document, item)[end]


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
