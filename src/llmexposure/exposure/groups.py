"""Group index: occupation scores averaged over SOC groups."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from llmexposure.base.errors import DataError


def group_means(
    frame: pd.DataFrame, group: str, columns: list[str], weights: str | None = None
) -> pd.DataFrame:
    """Mean of each column by group, plain or weighted; rows with a missing value are left out.

    Examples
    --------
    >>> frame = pd.DataFrame({"g": ["a", "a"], "x": [0.0, 1.0], "jobs": [3, 1]})
    >>> group_means(frame, "g", ["x"], "jobs")["x"].tolist()
    [0.25]
    """
    data = frame.dropna(subset=[*columns, *([weights] if weights else [])])
    weight = data[weights] if weights else pd.Series(1.0, index=data.index)
    if (weight < 0).any():
        raise DataError(f"weights {weights} must not be negative")
    total = data[columns].mul(weight, axis=0).groupby(data[group]).sum()
    return total.div(weight.groupby(data[group]).sum(), axis=0)


def weighted_share(frame: pd.DataFrame, score: str, weight: pd.Series) -> float:
    """Weighted mean of a score over the rows that have both.

    With a telework score and employment this is the share of jobs that can be done from home
    (Dingel and Neiman 2020, section 3).

    Examples
    --------
    >>> frame = pd.DataFrame({"teleworkable": [1.0, 0.0, None]})
    >>> weighted_share(frame, "teleworkable", pd.Series([3.0, 1.0, 9.0]))
    0.75
    """
    known = frame[score].notna() & weight.notna()
    return float((frame[score] * weight)[known].sum() / weight[known].sum())


def target_means(
    targets: pd.DataFrame,
    occupations: pd.DataFrame,
    columns: Sequence[str],
    by: Sequence[str],
    *,
    grouped: Sequence[str] = (),
) -> pd.DataFrame:
    """Employment-weighted mean of each column over the occupations of a group.

    x_g = sum_o w_go L_o x_o / sum_o w_go L_o over the occupations o of group g that have x, L_o the jobs of
    the occupation and w_go the share of them that belongs to the group. A group without any is missing.

    Parameters
    ----------
    targets
        ``soc``, ``weight`` in (0, 1], and the columns ``by`` that name the group.
    occupations
        Indexed by ``soc``: ``employment`` (jobs) and the columns.
    grouped
        Columns that are shown as means of two occupations or more, and missing otherwise.

    Returns
    -------
    pandas.DataFrame
        Indexed by ``by``: ``occupations`` (number with employment), ``employment`` (sum of w L), the columns.

    Examples
    --------
    >>> targets = pd.DataFrame({"group": ["a", "a"], "soc": ["x", "y"], "weight": [1.0, 0.5]})
    >>> occupations = pd.DataFrame({"employment": [30, 20], "beta": [0.2, 0.6]}, index=["x", "y"])
    >>> target_means(targets, occupations, ["beta"], ["group"]).loc["a"].round(3).tolist()
    [2.0, 40.0, 0.3]
    """
    rows = targets.join(occupations[["employment", *columns]], on="soc")
    rows = rows[rows["employment"] > 0].sort_values([*by, "soc"], ignore_index=True)
    jobs, keys = rows["weight"] * rows["employment"], [rows[name] for name in by]
    out = {"occupations": rows.groupby(keys)["soc"].size(), "employment": jobs.groupby(keys).sum()}
    for name in columns:
        known = jobs.where(rows[name].notna())
        total = (known * rows[name]).groupby(keys).sum(min_count=1)
        mean = total / known.groupby(keys).sum(min_count=1)
        enough = known.groupby(keys).count() > (1 if name in grouped else 0)
        out[name] = mean.where(enough)
    return pd.DataFrame(out)


def overlap(first: pd.DataFrame, second: pd.DataFrame, employment: pd.Series) -> pd.DataFrame:
    """US jobs that two codings both give to a group, and those that one of them gives to it.

    Their ratio, sum_o min(w1, w2) L_o / sum_o max(w1, w2) L_o, is the weighted Jaccard index of the two
    codings.

    Parameters
    ----------
    first, second
        ``group``, ``soc``, ``weight``; a pair that one of them lacks has weight zero there.
    employment
        Jobs by ``soc``.

    Returns
    -------
    pandas.DataFrame
        Indexed by group: ``shared``, ``either`` (jobs).

    Examples
    --------
    >>> one = pd.DataFrame({"group": "a", "soc": ["x", "y"], "weight": [1.0, 1.0]})
    >>> two = pd.DataFrame({"group": "a", "soc": ["x"], "weight": [0.5]})
    >>> overlap(one, two, pd.Series({"x": 40.0, "y": 20.0})).loc["a"].tolist()
    [20.0, 60.0]
    """
    keys = ["group", "soc"]
    both = pd.concat([first.set_index(keys)["weight"], second.set_index(keys)["weight"]], axis=1)
    jobs = employment.reindex(both.index.get_level_values("soc")).to_numpy()
    both = both.fillna(0.0).mul(jobs, axis=0)
    ends = pd.DataFrame({"shared": both.min(axis=1), "either": both.max(axis=1)})
    return ends.groupby("group").sum()


def reassigned(exposures: pd.DataFrame, confidence: pd.Series, draws: int, seed: int) -> np.ndarray:
    """Exposures of groups when what is uncertain about their coding falls another way.

    In each draw every group takes the exposure of the first or of the second coding with equal chance; then
    each group of low confidence takes, with equal chance, that of itself or that of another group of low or
    medium confidence drawn at random. The first step is the disagreement of coders, the second a stress
    test: that a residual group was coded says no more than that it is not one of the plain ones.

    Parameters
    ----------
    exposures
        Columns ``first`` and ``second``, indexed by group; where one is missing the other stands for it.
    confidence
        'high', 'medium' or 'low' of the adopted coding, by group.

    Returns
    -------
    numpy.ndarray
        Shape (draws, groups), in the order of ``exposures``.

    Examples
    --------
    >>> both = pd.DataFrame({"first": [0.1, 0.2, 0.9], "second": [0.1, 0.2, 0.9]}, index=list("abc"))
    >>> sure = pd.Series(["high", "low", "medium"], index=list("abc"))
    >>> sorted(float(x) for x in set(reassigned(both, sure, 99, 1)[:, 1]))
    [0.2, 0.9]
    """
    rng = np.random.default_rng(seed)
    filled = (
        exposures[["first", "second"]]
        .T.bfill()
        .T.assign(second=exposures["second"].fillna(exposures["first"]))
    )
    values = filled.to_numpy(dtype=float)
    n = len(values)
    one = values[np.arange(n), rng.integers(0, 2, (draws, n))]
    unsure = confidence.reindex(exposures.index).to_numpy()
    low, donors = (
        np.flatnonzero(unsure == "low"),
        np.flatnonzero(np.isin(unsure, ["low", "medium"])),
    )
    if len(low) and len(donors) > 1:
        # A donor is another group: positions in the list of donors, shifted by one to all but one of them.
        own = np.searchsorted(donors, low)
        step = rng.integers(1, len(donors), (draws, len(low)))
        donor = donors[(own + step) % len(donors)]
        swap = rng.random((draws, len(low))) < 0.5
        taken = np.take_along_axis(one, donor, axis=1)
        one[:, low] = np.where(swap, taken, one[:, low])
    return one
