"""Adverts of occupation groups in windows before and after the release: logs, shares, log-ratios."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from llmexposure.analysis.recruitment import clr
from llmexposure.base.errors import DataError
from llmexposure.base.estimate import Z95, Estimate
from llmexposure.data.readers.adverts import TOTAL
from llmexposure.estimation.regression.breaks import break_slopes, poisson_break
from llmexposure.estimation.regression.ols import Slope
from llmexposure.estimation.regression.trend_sensitivity import slope_path

PERIODS = ("early", "base", "late")
KINDS = ("log", "share", "clr")


def by_month(adverts: pd.DataFrame, value: str) -> pd.DataFrame:
    """Adverts of groups by month, the unassigned among them and the published total not."""
    rows = adverts[adverts["group"] != TOTAL]
    return rows.pivot(index="group", columns="month", values=value).sort_index(axis=1)


def exposures(table: pd.DataFrame, scheme: str, coding: str = "adopted") -> pd.DataFrame:
    """Rows of `group_exposures` of one classification and coding, by group, with ``family`` (see `families`).

    Raises
    ------
    DataError
        When the table has none.
    """
    rows = table[(table["scheme"] == scheme) & (table["coding"] == coding)]
    if rows.empty:
        have = ", ".join(sorted(table["scheme"].unique()))
        raise DataError(
            f"group_exposures: no rows of scheme {scheme!r}, coding {coding!r}; it has {have}"
        )
    rows = rows.set_index("group")
    return rows.assign(family=families(rows.index))


def families(groups: pd.Index) -> pd.Series:
    """Major group of each group: in the US the two digits before the hyphen, elsewhere the first digit.

    Examples
    --------
    >>> families(pd.Index(["15-1200", "2136"])).to_dict()
    {'15-1200': '15', '2136': '2'}
    """
    codes = groups.astype(str).to_series()
    return codes.str.split("-").str[0].where(codes.str.contains("-"), codes.str[0])


def windows(levels: pd.DataFrame, ends: Sequence[str], months: int = 1) -> pd.DataFrame:
    """Mean over the ``months`` months that end in each of three months, equally far apart.

    Parameters
    ----------
    levels
        Units by months.
    ends
        Three months: the first and the last as far from the second, whole years or parts of them.
    months
        1 where the publisher has averaged already.

    Returns
    -------
    pandas.DataFrame
        Units by `PERIODS`; a unit that misses a month of a window is missing there.

    Raises
    ------
    DataError
        When a month is not in the table, or the two spans differ.

    Examples
    --------
    >>> levels = pd.DataFrame([[1.0, 2.0, 4.0]], columns=["2021-08", "2022-08", "2023-08"])
    >>> windows(levels, levels.columns)["late"].tolist()
    [4.0]
    """
    spans = pd.PeriodIndex(list(ends), freq="M")
    steps = {(b - a).n for a, b in zip(spans[:-1], spans[1:], strict=True)}
    if len(spans) != len(PERIODS) or len(steps) != 1:
        raise DataError(f"windows {', '.join(ends)}: expected three months, equally far apart")
    return pd.DataFrame(
        {name: _mean_to(levels, end, months) for name, end in zip(PERIODS, spans, strict=True)}
    )


def _mean_to(levels: pd.DataFrame, end: pd.Period, months: int) -> pd.Series:
    names = [str(end - lag) for lag in reversed(range(months))]
    absent = [name for name in names if name not in levels.columns]
    if absent:
        raise DataError(
            f"month {absent[0]} is not in the data; expected one of {levels.columns.min()} to "
            f"{levels.columns.max()}"
        )
    return levels[names].mean(axis=1, skipna=False)


def named_windows(
    means: pd.DataFrame, names: Sequence[str], value: str = "postings"
) -> pd.DataFrame:
    """The same from table `us_minor_windows`, which holds means over windows and no months.

    Raises
    ------
    DataError
        When it lacks one of the three windows.
    """
    wide = means.pivot(index="minor_group", columns="window", values=value).rename_axis("group")
    absent = [name for name in names if name not in wide.columns]
    if absent:
        raise DataError(
            f"us_minor_windows: no window {absent[0]!r}; it has {', '.join(wide.columns)}"
        )
    return wide[list(names)].set_axis(list(PERIODS), axis=1)


def trailing(levels: pd.DataFrame, months: int) -> pd.DataFrame:
    """Mean of each month and of the ``months`` - 1 before it; the first months are left out."""
    return levels.T.rolling(months).mean().T.iloc[:, months - 1 :]


def changes(three: pd.DataFrame, kind: str = "log") -> pd.DataFrame:
    """Change before and after, and the base-period count, of every unit.

    Parameters
    ----------
    three
        From `windows`, positive. Shares are of the sum of its rows, the unassigned among them.
    kind
        'log': log count; 'share': fraction of all; 'clr': log share less the mean of the log shares of the
        units that are there in all three periods.

    Returns
    -------
    pandas.DataFrame
        ``before``, ``after``, ``base``.
    """
    share = three / three.sum()
    values = {
        "log": lambda: np.log(three),
        "share": lambda: share,
        "clr": lambda: clr(share.dropna()),
    }
    found = values[kind]()
    return pd.DataFrame(
        {
            "before": found["base"] - found["early"],
            "after": found["late"] - found["base"],
            "base": three["base"],
        }
    )


def between(levels: pd.DataFrame, before: tuple[str, str], after: tuple[str, str]) -> pd.DataFrame:
    """Log changes over two spans of the same calendar months that need not touch.

    Returns
    -------
    pandas.DataFrame
        ``before``, ``after``, ``base`` (count at the start of the second span).
    """
    logs = np.log(levels)
    spans = {"before": before, "after": after}
    out = {name: logs[end] - logs[start] for name, (start, end) in spans.items()}
    return pd.DataFrame({**out, "base": levels[after[0]]})


def breaks(
    three: pd.DataFrame, scores: pd.DataFrame, measure: str, kind: str = "log", **options: Any
) -> dict[str, Slope]:
    """Slopes of the change before, after and of their difference; units without a score are left out.

    Clusters, if any, are a column of the scores.
    """
    clusters = [name for name in [options.get("clusters")] if name]
    return break_slopes(changes(three, kind).join(scores[[measure, *clusters]]), measure, **options)


def estimates(slopes: Mapping[str, Slope]) -> dict[str, Estimate]:
    """The slopes with their headline intervals alone, without what resampling adds."""
    return {name: slope.estimate for name, slope in slopes.items()}


def poisson(three: pd.DataFrame, scores: pd.DataFrame, measure: str) -> dict[str, Estimate]:
    """The same from counts (see `poisson_break`), errors by unit."""
    return poisson_break(three[list(PERIODS)], scores[measure])


def stacked(
    countries: Mapping[str, tuple[pd.DataFrame, pd.DataFrame]],
    measure: str,
    also: Sequence[str] = (),
) -> pd.DataFrame:
    """Changes of several countries' groups in one table.

    Parameters
    ----------
    countries
        Country to its windows and the exposures of its groups.
    also
        Further columns of the exposures.

    Returns
    -------
    pandas.DataFrame
        ``before``, ``after``, the measure, ``also``, ``country``, ``group``, ``family`` (country and major
        group), and three weights: ``size`` (base-period adverts, in sum a country's number of groups),
        ``base`` (its shares) and ``alike`` (every group of a country the same), which sum to one in each.
    """
    parts = []
    for country, (three, scores) in countries.items():
        part = changes(three).join(scores[[measure, *also]], how="inner")
        family = country + " " + families(part.index)
        base = part["base"] / part["base"].sum()
        more = {"size": base * len(part), "base": base, "alike": 1 / len(part)}
        parts.append(part.assign(country=country, family=family, **more).reset_index())
    return pd.concat(parts, ignore_index=True)


def path(levels: pd.DataFrame, scores: pd.Series, base: str) -> pd.DataFrame:
    """Slope on exposure of the log change since a base month, month by month.

    Parameters
    ----------
    levels
        Units by months; those that miss a month are left out of all.

    Returns
    -------
    pandas.DataFrame
        ``month``, ``slope``, ``ci_low``, ``ci_high`` (HC3, t); zero in the base month.
    """
    known = levels.dropna().loc[lambda table: table.index.isin(scores.dropna().index)]
    found = slope_path(np.log(known), scores, base)
    place, half = len(found.pre), Z95 * np.sqrt(np.diag(found.inflated))
    slope = np.concatenate([found.pre, [0.0], found.post])
    half = np.insert(half, place, 0.0)
    ends = {"ci_low": slope - half, "ci_high": slope + half}
    return pd.DataFrame({"month": known.columns, "slope": slope, **ends})


def with_intervals(slopes: pd.DataFrame) -> pd.DataFrame:
    """Rows of `us_minor_slopes` in the form of `path`, with normal 95% intervals."""
    half = Z95 * slopes["se"]
    rows = slopes.assign(ci_low=slopes["slope"] - half, ci_high=slopes["slope"] + half)
    return rows[["month", "slope", "ci_low", "ci_high"]].sort_values("month", ignore_index=True)


def at_months(slopes: pd.DataFrame, months: Sequence[str]) -> dict[str, Estimate]:
    """Slopes of `us_minor_slopes` (one outcome, reference and measure) in some months, errors by family.

    Examples
    --------
    >>> row = {"month": ["2023-11"], "slope": [-0.3], "se_family": [0.1], "df_family": [9.0], "n": [91]}
    >>> at_months(pd.DataFrame(row), ["2023-11"])["2023_11"].excludes_zero
    True
    """
    rows = slopes.set_index("month").loc[list(months)]
    out = {}
    for month, row in rows.iterrows():
        value, se, df = (float(row[k]) for k in ("slope", "se_family", "df_family"))
        half, p = float(stats.t.ppf(0.975, df)) * se, float(2 * stats.t.sf(abs(value) / se, df))
        ends = (value - half, value + half)
        out[str(month).replace("-", "_")] = Estimate(value, int(row["n"]), se, *ends, p)
    return out
