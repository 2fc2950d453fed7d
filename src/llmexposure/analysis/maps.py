"""Maps from groups of occupations to US occupations: agreement of codings, and what hangs on them."""

from collections.abc import Mapping
from dataclasses import dataclass

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from llmexposure.base.estimate import Estimate
from llmexposure.data.taxonomy.groups import major_group
from llmexposure.data.taxonomy.occupation_groups import expand
from llmexposure.data.taxonomy.sectors import sector_weights
from llmexposure.estimation.agreement import kappa, observed_agreement
from llmexposure.estimation.regression.correlation import pearson
from llmexposure.estimation.regression.ols import cross_section
from llmexposure.estimation.resampling.draws import percentile_estimate
from llmexposure.exposure.groups import overlap, reassigned
from llmexposure.report import style

# A group is decided anew when its two exposures differ by more than this, or one coder is unsure of it.
APART = 0.05


@dataclass(frozen=True)
class Agreement:
    """How two codings of one classification agree.

    Attributes
    ----------
    groups
        Number of groups.
    agreement
        Share of the US jobs given to a group by either coding that both give to it, over all groups.
    kappa
        Cohen's kappa over all pairs of a group and an occupation: is the occupation part of the group?
    kappa_major
        Cohen's kappa of the major group that most of a group's jobs belong to.
    r, max_difference, max_group
        Of the groups' exposures by the two codings: correlation, largest difference, and where.
    adjudicated, low
        Groups that were decided anew; groups of which the adopted coding is unsure.
    changed
        Share of those decided anew whose adopted exposure is not that of the first coding.
    """

    groups: int
    agreement: Estimate
    kappa: Estimate
    kappa_major: Estimate
    r: Estimate
    max_difference: float
    max_group: str
    adjudicated: int
    low: int
    changed: float


def agreement(
    coded: pd.DataFrame, exposures: pd.DataFrame, occupations: pd.DataFrame,
    measure: str, draws: int, seed: int,
) -> Agreement:  # fmt: skip
    """Agreement of the first and the second coding.

    Parameters
    ----------
    coded
        From `read_group_map`.
    exposures
        Rows of ``group_exposures`` of this classification.
    occupations
        Table ``occupations``.
    measure
        Column of the exposure that is compared.
    draws, seed
        Resamples of groups behind the interval of the overlap, and where random numbers begin.
    """
    employment = occupations.set_index("soc")["employment_2022"]
    jobs = employment[employment > 0]
    one, two = (_targets(coded, coding, employment.index, jobs) for coding in ("first", "second"))
    wide = exposures.pivot(index="group", columns="coding", values=measure)
    apart = (wide["first"] - wide["second"]).abs()
    again = adjudicated(exposures, measure)
    labels = exposures.drop_duplicates("group").set_index("group")["label"]
    moved = (wide["adopted"] - wide["first"]).abs() > 1e-9
    adopted = exposures[exposures["coding"] == "adopted"]
    return Agreement(
        groups=len(wide),
        agreement=_overlap_share(overlap(one, two, jobs), draws, seed),
        kappa=_kappa_pairs(one, two, coded["group"].nunique() * len(jobs)),
        kappa_major=_kappa_major(one, two, jobs),
        r=pearson(wide, "first", "second"),
        max_difference=float(apart.max()),
        max_group=str(labels[apart.idxmax()]),
        adjudicated=len(again),
        low=int((adopted["confidence"] == "low").sum()),
        changed=float(moved[again].mean()),
    )


def _targets(coded: pd.DataFrame, coding: str, known: pd.Index, jobs: pd.Series) -> pd.DataFrame:
    """Occupations with employment that a coding gives to the groups."""
    rows = coded.loc[coded["coding"] == coding, ["group", "soc", "weight"]]
    found = expand(rows, known)
    return found[found["soc"].isin(jobs.index)]


def adjudicated(exposures: pd.DataFrame, measure: str) -> list[str]:
    """Groups that a third coder decided: the two differ by more than `APART`, or one of them is unsure.

    Examples
    --------
    >>> rows = [("a", "first", 0.2, "high"), ("a", "second", 0.3, "high")]
    >>> rows += [("b", "first", 0.2, "high"), ("b", "second", 0.2, "medium")]
    >>> table = pd.DataFrame(rows, columns=["group", "coding", "gpt4_beta", "confidence"])
    >>> adjudicated(table, "gpt4_beta")
    ['a']
    """
    rows = exposures[exposures["coding"].isin(["first", "second"])]
    wide = rows.pivot(index="group", columns="coding", values=[measure, "confidence"])
    apart = (wide[measure, "first"] - wide[measure, "second"]).astype(float).abs() > APART
    unsure = (wide["confidence"] == "low").any(axis=1)
    return wide.index[apart | unsure].tolist()


def _overlap_share(jobs: pd.DataFrame, draws: int, seed: int) -> Estimate:
    """Shared jobs over jobs of either, with a percentile interval over resampled groups."""
    times = np.random.default_rng(seed).multinomial(
        len(jobs), np.full(len(jobs), 1 / len(jobs)), draws
    )
    drawn = times @ jobs.to_numpy()
    total = jobs.sum()
    return percentile_estimate(
        float(total["shared"] / total["either"]), drawn[:, 0] / drawn[:, 1], len(jobs)
    )


def _kappa_pairs(one: pd.DataFrame, two: pd.DataFrame, pairs: int) -> Estimate:
    """Kappa of whether an occupation is part of a group, over all pairs of the two."""
    first, second = ({*zip(t["group"], t["soc"], strict=True)} for t in (one, two))
    both, either = len(first & second), len(first | second)
    return kappa(pd.DataFrame([[both, len(first - second)], [len(second - first), pairs - either]]))


def _kappa_major(one: pd.DataFrame, two: pd.DataFrame, jobs: pd.Series) -> Estimate:
    """Kappa of the major group with most jobs of each group."""
    first, second = (_modal_major(t, jobs) for t in (one, two))
    return kappa(_square(first, second))


def _modal_major(targets: pd.DataFrame, jobs: pd.Series) -> pd.Series:
    rows = targets.assign(
        jobs=targets["weight"] * targets["soc"].map(jobs), major=major_group(targets["soc"])
    )
    sums = rows.groupby(["group", "major"])["jobs"].sum().unstack()
    return sums.idxmax(axis=1)


def _square(first: pd.Series, second: pd.Series) -> pd.DataFrame:
    """Counts of two codings of the same units, rows and columns in the same order."""
    names = sorted({*first, *second})
    counts = pd.crosstab(first, second.reindex(first.index))
    return counts.reindex(index=names, columns=names, fill_value=0)


def sector_agreement(ours: pd.DataFrame, other: pd.DataFrame) -> tuple[Estimate, Estimate]:
    """Share of occupations that two maps put in the same sector, and kappa; over those that both have.

    Examples
    --------
    >>> one = pd.DataFrame({"soc": list("abcd"), "sector": ["x", "x", "y", "y"]})
    >>> two = pd.DataFrame({"soc": list("abcd"), "sector": ["x", "x", "y", "x"]})
    >>> [float(round(found.value, 2)) for found in sector_agreement(one, two)]
    [0.75, 0.5]
    """
    both = ours.merge(other, on="soc", suffixes=("", "_other")).set_index("soc")
    counts = _square(both["sector"], both["sector_other"])
    return observed_agreement(counts), kappa(counts)


def sector_exposures(
    sector_map: pd.DataFrame, occupations: pd.DataFrame, measure: str
) -> pd.Series:
    """Employment-weighted exposure of each sector under a map, all its occupations counted."""
    weights = sector_weights(
        sector_map[sector_map["sector"] != "none"].assign(fit="core"),
        occupations.set_index("soc")["employment_2022"].dropna(),
        fits=("core",),
    )
    rows = weights.merge(occupations[["soc", measure]], on="soc").dropna()
    total = (rows["weight"] * rows[measure]).groupby(rows["sector"]).sum()
    return total / rows.groupby("sector")["weight"].sum()


def two_maps(
    ours: pd.DataFrame, other: pd.DataFrame, occupations: pd.DataFrame, measure: str
) -> pd.DataFrame:
    """Exposure of the sectors that two maps both fill: ``ours``, ``howison``, indexed by sector."""
    pair = {"ours": ours, "howison": other}
    return pd.DataFrame(
        {name: sector_exposures(table, occupations, measure) for name, table in pair.items()}
    ).dropna()


def range_rows(
    by_coding: Mapping[str, pd.DataFrame],
    changes: Mapping[str, pd.DataFrame],
    groups: pd.DataFrame,
    measure: str,
    labels: Mapping[str, str],
    draws: int,
    seed: int,
) -> pd.DataFrame:
    """Rows of `maps_figure`: the ranges of `slopes_reassigned` with the interval of the adopted slope.

    Parameters
    ----------
    by_coding
        By classification: as `slopes_reassigned` gives them.
    changes
        By classification: as in `slopes_reassigned`.
    groups
        Table ``group_exposures``.
    """
    parts = []
    for name, label in labels.items():
        chosen = groups[(groups["scheme"] == name) & (groups["coding"] == "adopted")]
        data = changes[name].join(chosen.set_index("group")[measure], how="inner")
        slopes = {w: cross_section(data, w, measure, draws=draws, seed=seed) for w in changes[name]}
        ends = {w: (s.estimate.ci_low, s.estimate.ci_high) for w, s in slopes.items()}
        rows = by_coding[name].rename_axis("window").reset_index()
        parts.append(
            rows.assign(
                label=label,
                ci_low=rows["window"].map(lambda w, e=ends: e[w][0]),
                ci_high=rows["window"].map(lambda w, e=ends: e[w][1]),
            )
        )
    return pd.concat(parts, ignore_index=True)


def slopes_reassigned(
    changes: pd.DataFrame, exposures: pd.DataFrame, measure: str, draws: int, seed: int
) -> pd.DataFrame:
    """Slopes on exposure as adopted, by each coding, and over draws of what is uncertain in the map.

    See `exposure.groups.reassigned`. The range says what the map may do to a slope, not what chance may.

    Parameters
    ----------
    changes
        Outcomes by group, such as ``before``, ``after``, ``difference``; one may be missing for some groups.
    exposures
        Rows of ``group_exposures`` of one classification.

    Returns
    -------
    pandas.DataFrame
        Indexed by outcome: ``adopted``, ``first``, ``second``, ``low``, ``high`` (2.5th and
        97.5th percentile over draws), ``n``.
    """
    wide = exposures.pivot(index="group", columns="coding", values=measure)
    sure = exposures[exposures["coding"] == "adopted"].set_index("group")["confidence"]
    kept = wide.index.intersection(changes.index)
    wide = wide.loc[kept].dropna(subset=["adopted"])
    drawn = reassigned(wide, sure, draws, seed)
    wide = wide.fillna({"first": wide["second"]}).fillna({"second": wide["first"]})
    out = changes.loc[wide.index]
    rows = {}
    for name in out:
        there = out[name].notna().to_numpy()
        y = out[name].to_numpy(float)[there]
        ends = np.percentile(_slope(drawn[:, there], y), [2.5, 97.5])
        points = {
            c: float(_slope(wide[c].to_numpy()[None, there], y)[0])
            for c in ("adopted", "first", "second")
        }
        rows[name] = points | {"low": float(ends[0]), "high": float(ends[1]), "n": len(y)}
    return pd.DataFrame(rows).T


def wide_reassigned(
    sector_map: pd.DataFrame,
    occupations: pd.DataFrame,
    measure: str,
    draws: int,
    seed: int,
    *,
    within: bool,
) -> pd.DataFrame:
    """Exposure of each sector when half of the wide rows of the map fall elsewhere, drawn at random.

    A wide row that moves takes the sector of another one that moves, so that as many occupations stay in
    every sector.

    Parameters
    ----------
    sector_map
        ``sector``, ``soc``, ``fit``.
    occupations
        By SOC code: ``employment_2022`` and the measure; those that lack one are left out.
    within
        Whether a row changes places only with rows of its major group.

    Returns
    -------
    pandas.DataFrame
        Draws by sectors; a sector that holds no jobs in a draw is missing there.
    """
    rows = sector_map[sector_map["fit"] != "none"].set_index("soc").sort_index()
    rows = rows.join(occupations[["employment_2022", measure]].dropna(), how="inner")
    sector, names = pd.factorize(rows["sector"], sort=True)
    family = pd.factorize(major_group(rows.index.to_series()) if within else rows["fit"])[0]
    wide = np.flatnonzero(rows["fit"] == "wide")
    jobs = rows["employment_2022"].to_numpy()
    scored = jobs * rows[measure].to_numpy()
    rng, out = np.random.default_rng(seed), np.empty((draws, len(names)))
    for draw in out:
        moving = wide[rng.random(len(wide)) < 0.5]
        place = sector.copy()
        # Sorted by family, once in the order of the rows and once in a random one: peers change places.
        mixed = rng.permutation(moving)
        stayed, taken = (part[np.argsort(family[part], kind="stable")] for part in (moving, mixed))
        place[stayed] = sector[taken]
        with np.errstate(invalid="ignore"):
            draw[:] = np.bincount(place, scored, len(names)) / np.bincount(place, jobs, len(names))
    return pd.DataFrame(out, columns=names)


def slope_range(outcome: pd.Series, drawn: pd.DataFrame) -> tuple[float, float]:
    """Middle 95% of the slope of an outcome by sector on exposures of `wide_reassigned`."""
    known = outcome.dropna().index.intersection(drawn.columns[drawn.notna().all()])
    found = _slope(drawn[known].to_numpy(), outcome[known].to_numpy())
    low, high = np.percentile(found, [2.5, 97.5])
    return float(low), float(high)


def _slope(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Least-squares slope of y on each row of x."""
    centred = x - x.mean(axis=1, keepdims=True)
    return (centred @ y) / (centred**2).sum(axis=1)


def maps_figure(rows: pd.DataFrame) -> Figure:
    """Slope as adopted, by each coding, and its range over reassignments: one row a place and window.

    Parameters
    ----------
    rows
        ``label``, ``window``, ``adopted``, ``first``, ``second``, ``low``, ``high``, ``ci_low``, ``ci_high``
        (of the adopted slope), ``n``.
    """
    figure, ax = plt.subplots(figsize=(style.TEXT_WIDTH, 0.9 + 0.3 * len(rows)))
    y = np.arange(len(rows))[::-1]
    ax.axvline(0, color="0.6", lw=0.6)
    ax.hlines(y, rows["ci_low"], rows["ci_high"], color="0.75", lw=1.0, label="95% interval (HC3)")
    ax.hlines(y, rows["low"], rows["high"], color=style.BLUE, lw=4.0, alpha=0.45,
              label="range over codings")  # fmt: skip
    ax.plot(rows["first"], y + 0.2, "v", color=style.GREEN, ms=4, label="first coding")
    ax.plot(rows["second"], y - 0.2, "^", color=style.ORANGE, ms=4, label="second coding")
    ax.plot(rows["adopted"], y, "o", color="black", ms=3.6, label="adopted")
    names = [
        f"{row.label}, {row.window.replace('_', ' ')} (N = {row.n:.0f})"
        for row in rows.itertuples()
    ]
    ax.set_yticks(y, names, parse_math=False)
    ax.tick_params(axis="y", length=0)
    ax.set(xlabel="Log change per unit of exposure (slope)", ylim=(-0.7, len(rows) - 0.3))
    figure.legend(*ax.get_legend_handles_labels(), loc="outside upper center", ncols=5)
    return figure
