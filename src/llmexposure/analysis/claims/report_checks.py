"""The exposure index of the source report against the sentences about it."""

import pandas as pd


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
