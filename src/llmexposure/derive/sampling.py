"""Draw postings for labelling by hand: a fixed number of each category, spread over platforms."""

import hashlib

import numpy as np
import pandas as pd


def hashed(text: pd.Series) -> pd.Series:
    """First 16 hexadecimal digits of the SHA-256 of each text, in UTF-8.

    Examples
    --------
    >>> hashed(pd.Series(["a"])).tolist()
    ['ca978112ca1bbdca']
    """
    digests = [hashlib.sha256(str(value).encode()).hexdigest()[:16] for value in text]
    return pd.Series(digests, index=text.index, dtype="str")


def stratified_sample(
    postings: pd.DataFrame, sizes: dict[str, int], seed: int = 2024
) -> pd.DataFrame:
    """Draw ``sizes[category]`` postings of each category, platforms taking turns.

    Parameters
    ----------
    postings
        ``job_id`` (unique), ``platform``, ``category``.
    sizes
        Postings to draw of each category; fewer where there are not as many.
    seed
        Of the random order. The order of the rows does not matter, only their ids.

    Returns
    -------
    pandas.DataFrame
        The rows drawn with ``weight``, the number of postings of the same category and platform
        that each stands for, and ``half``: 'tuning' and 'test' taking turns within a category.
    """
    rows = postings.sort_values("job_id", ignore_index=True)
    rows["_random"] = np.random.default_rng(seed).random(len(rows))
    rows = rows.sort_values("_random", ignore_index=True)
    stratum = rows.groupby(["category", "platform"])
    rows = rows.assign(_turn=stratum.cumcount(), _size=stratum["job_id"].transform("size"))
    rows = rows.sort_values(["category", "_turn", "_random"], ignore_index=True)
    place = rows.groupby("category").cumcount()
    drawn = rows[place < rows["category"].map(sizes).fillna(0)].copy()
    drawn["weight"] = drawn["_size"] / drawn.groupby(["category", "platform"])["job_id"].transform(
        "size"
    )
    # Platforms take turns in the order of the draw, so halves are dealt at random, not in turn.
    shuffled = drawn.sample(frac=1, random_state=seed)
    dealt = shuffled.groupby("category").cumcount() % 2
    drawn["half"] = dealt.map({0: "tuning", 1: "test"})
    return drawn.drop(columns=["_random", "_turn", "_size"]).reset_index(drop=True)
