"""Notebooks 04 and 05, changes: occupations surveyed again, Canada's vacancies, postings by job zone."""

from collections.abc import Mapping, Sequence
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.dates import DateFormatter, YearLocator
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter
from statsmodels.stats.weightstats import DescrStatsW

from llmexposure.base.errors import DataError
from llmexposure.base.estimate import Estimate
from llmexposure.data.taxonomy.groups import major_group, oews_code
from llmexposure.estimation.bounds.mix import MixChange, mix_change
from llmexposure.estimation.regression.ols import Slope, regress
from llmexposure.exposure.groups import group_means
from llmexposure.report import style
from llmexposure.report.plots import fit_line

RELEASE = pd.Period("2022-11")  # of ChatGPT, on its last day
# Levels of the Canadian survey that make up the two shares; three years is the source report's cut.
BACHELOR = ("bachelor", "above_bachelor")
THREE_YEARS = ("3_to_5", "5_to_8", "8_or_more")
HIGH_ZONES = (4, 5)  # a bachelor's degree or more, as a rule
# Regressions beside the plain change: what stands in the formula, in the words of the tables.
GIVEN = {
    "_given_span": "... given the years between",
    "_per_decade": "... per ten years",
    "_given_base": "... given the earlier level",
    "_incumbents": "... answers of workers only",
    "_both": "... occupations surveyed three times",
    "_clustered": "... errors by major group",
}


def resurveyed(
    surveys: pd.DataFrame, outcome: str, releases: tuple[str, str], since: str = "0000-00"
) -> pd.DataFrame:
    """Occupations surveyed again between two releases by asking the same kind of people.

    Parameters
    ----------
    surveys
        Table ``onet_resurvey``.
    outcome
        One of its shares, or years.
    since
        Month, YYYY-MM, before which no second survey counts.

    Returns
    -------
    pandas.DataFrame
        ``onet_soc``, ``respondents``, ``base`` (first answer), ``change`` (second less first), ``span``
        (years between) and ``after`` (years of it that lie after `RELEASE`).

    Examples
    --------
    >>> rows = [("27.0", "a", "2012-06", "experts", 0.5), ("29.3", "a", "2024-11", "experts", 0.75)]
    >>> surveys = pd.DataFrame(rows, columns=["release", "onet_soc", "month", "respondents", "y"])
    >>> found = resurveyed(surveys, "y", ("27.0", "29.3"), since="2023-01")
    >>> found[["change", "after"]].values.tolist()
    [[0.25, 2.0]]
    """
    key = ["onet_soc", "respondents"]
    first, second = (
        surveys.loc[surveys["release"] == release, [*key, "month", outcome]] for release in releases
    )
    both = first.merge(second, on=key, suffixes=("_1", "_2"))
    again = both[(both["month_2"] > both["month_1"]) & (both["month_2"] >= since)]
    one, two = (_years(again[f"month_{k}"]) for k in (1, 2))
    release = RELEASE.year + RELEASE.month / 12
    return pd.DataFrame(
        {
            **{name: again[name] for name in key},
            "base": again[f"{outcome}_1"],
            "change": again[f"{outcome}_2"] - again[f"{outcome}_1"],
            "span": two - one,
            "after": (two - np.maximum(one, release)).clip(lower=0),
        }
    ).reset_index(drop=True)


def _years(month: pd.Series) -> pd.Series:
    parts = month.str.split("-", expand=True).astype(float)
    return parts[0] + parts[1] / 12


def mean_change(changes: pd.DataFrame) -> Estimate:
    """Mean of the changes with its t interval.

    Examples
    --------
    >>> mean_change(pd.DataFrame({"change": [0.0, 0.1, 0.2]})).n
    3
    """
    found = DescrStatsW(changes["change"])
    _, p, _ = found.ttest_mean()
    return Estimate(found.mean, len(changes), found.std_mean, *found.tconfint_mean(), p)


def with_exposure(
    changes: pd.DataFrame, onet: pd.DataFrame, soc: pd.DataFrame, measure: str
) -> pd.DataFrame:
    """Changes with exposure, ``major_group``, ``employment_2022`` of the SOC code, and ``per_decade``.

    Measures that O*NET occupations lack (AIOE) are those of the SOC code.
    """
    known = soc.set_index("soc")
    code = oews_code(changes["onet_soc"].str[:7])
    exposure = (
        changes["onet_soc"].map(onet.set_index("onet_soc")[measure])
        if measure in onet
        else code.map(known[measure])
    )
    return changes.assign(
        **{measure: exposure},
        major_group=major_group(changes["onet_soc"]),
        employment_2022=code.map(known["employment_2022"]),
        per_decade=10 * changes["change"] / changes["span"],
    )


def checks(
    frame: pd.DataFrame, other: pd.DataFrame, measure: str, **options: Any
) -> dict[str, Slope]:
    """The regressions of `GIVEN`, by name.

    ``other`` are the changes of the other decade: one check keeps the occupations that have both.
    """
    both = frame[frame["onet_soc"].isin(other["onet_soc"])]
    workers = frame[frame["respondents"] == "incumbents"]
    return {
        "_given_span": regress(f"change ~ {measure} + span", frame, **options),
        "_per_decade": regress(f"per_decade ~ {measure}", frame, **options),
        "_given_base": regress(f"change ~ {measure} + base", frame, **options),
        "_incumbents": regress(f"change ~ {measure}", workers, **options),
        "_both": regress(f"change ~ {measure}", both, **options),
        "_clustered": regress(f"change ~ {measure}", frame, clusters="major_group", **options),
    }


def difference(after: pd.DataFrame, before: pd.DataFrame, measure: str, **options: Any) -> Slope:
    """Slope of the later changes less that of the earlier ones, both in one regression.

    Errors are clustered by occupation: an answer that ends one change begins the other, so its chance
    error enters both.
    """
    both = pd.concat([before.assign(later=0.0), after.assign(later=1.0)], ignore_index=True)
    both["more"] = both[measure] * both["later"]
    return regress(f"change ~ more + later + {measure}", both, clusters="onet_soc", **options)


def table_rows(scope: str, labels: Mapping[str, str]) -> list[list[str]]:
    """Rows of a table of slopes of both decades: label, and keys of slope, interval and N of each."""
    rows = []
    for suffix, label in labels.items():
        keys = [f"{scope}.{kind}slope{suffix}" for kind in ("", "placebo_")]
        rows.append([label, *(cell for key in keys for cell in (key, f"{key}:ci", f"{key}:n"))])
    return rows


def asking(canada: pd.DataFrame, kind: str, levels: Sequence[str]) -> pd.DataFrame:
    """Vacancies of Canada, those that ask for one of the levels, and their share, by quarter.

    Parameters
    ----------
    canada
        Table ``canada_requirements``.
    kind
        ``education`` or ``experience``.

    Returns
    -------
    pandas.DataFrame
        Indexed by quarter: ``vacancies``, ``asking``, ``share``.
    """
    rows = canada[canada["kind"] == kind]
    wide = rows.pivot(index="quarter", columns="level", values="vacancies")
    some = wide[list(levels)].sum(axis=1, min_count=len(levels))
    return pd.DataFrame({"vacancies": wide["total"], "asking": some, "share": some / wide["total"]})


def of_year(quarters: pd.DataFrame, year: int) -> pd.Series:
    """Means of a year's four quarters, and the share of one in the other.

    Raises
    ------
    DataError
        When a quarter is missing.

    Examples
    --------
    >>> index = [f"2022Q{q}" for q in (1, 2, 3, 4)]
    >>> rows = pd.DataFrame({"vacancies": [10.0, 10, 10, 50], "asking": [1.0, 1, 1, 1]}, index)
    >>> float(of_year(rows, 2022)["share"])
    0.05
    """
    rows = quarters[quarters.index.str.startswith(str(year))]
    if len(rows) != 4:
        raise DataError(f"year {year}: {len(rows)} quarters in the table, expected 4")
    mean = rows[["vacancies", "asking"]].mean()
    return pd.Series({**mean, "share": mean["asking"] / mean["vacancies"]})


def jobs_by_zone(onet: pd.DataFrame, soc: pd.DataFrame, outcome: str) -> pd.DataFrame:
    """Employment of May 2022 and mean requirement by job zone.

    Occupations that share a SOC code share its employment equally.

    Returns
    -------
    pandas.DataFrame
        Indexed by job zone (1 to 5): ``jobs`` and ``outcome``.
    """
    zoned = onet.dropna(subset=["job_zone", outcome])
    rows = zoned.assign(soc=oews_code(zoned["onet_soc"].str[:7]))
    alike = rows.groupby("soc")["soc"].transform("size")
    rows["jobs"] = rows["soc"].map(soc.set_index("soc")["employment_2022"]) / alike
    means = group_means(rows, "job_zone", [outcome], "jobs")
    return means.assign(jobs=rows.groupby("job_zone")["jobs"].sum())


def growth(index: pd.DataFrame, first: int, second: int) -> pd.Series:
    """Mean index of one year over that of another, over the months that both have.

    Parameters
    ----------
    index
        Units by months (YYYY-MM); months that any unit lacks are left out.
    """
    whole = index.loc[:, index.notna().all()]
    months = [{m[5:] for m in whole if m.startswith(str(year))} for year in (first, second)]
    both = sorted(months[0] & months[1])
    one, two = (whole[[f"{year}-{m}" for m in both]].mean(axis=1) for year in (first, second))
    return two / one


def from_mix(
    weights: pd.Series,
    shares: pd.Series,
    index: pd.DataFrame,
    quarters: pd.DataFrame,
    years: tuple[int, int],
) -> MixChange:
    """Change of a share of Canada's vacancies that the mix of groups gives, between two years.

    Parameters
    ----------
    weights, shares
        By group: employment, and the share of it whose requirement is of that level.
    index
        Postings, groups by months (YYYY-MM), each relative to its own base.
    quarters
        From `asking`.

    Returns
    -------
    MixChange
        ``moved`` by the index, and bounds if no group grew while vacancies fell as they did.
    """
    first, second = (of_year(quarters, year) for year in years)
    rise = growth(index, *years)
    known = pd.DataFrame({"weight": weights, "share": shares, "rise": rise}).dropna()
    return mix_change(
        known["weight"], known["share"], known["rise"],
        start=first["share"], left=second["vacancies"] / first["vacancies"],
    )  # fmt: skip


def zone_gap(zones: pd.DataFrame, jobs: pd.Series) -> pd.Series:
    """Log postings of job zones 4 and 5 over those of 1 to 3, by month; both relative to January 2020.

    Parameters
    ----------
    zones
        Index, job zones by months.
    jobs
        Weight of each job zone.
    """
    high = zones.index.isin(HIGH_ZONES)
    level = [zones[part].mul(jobs[part], axis=0).sum() / jobs[part].sum() for part in (high, ~high)]
    return np.log(level[0]) - np.log(level[1])


def break_of(path: pd.Series, event: str, months: int = 12) -> dict[str, float]:
    """Change of a monthly mean over a window before an event, over one after it, and their difference.

    Three windows of equal length, two that end with the month of the event and one that follows it.

    Raises
    ------
    DataError
        When the series does not reach over the three windows.

    Examples
    --------
    >>> months = pd.period_range("2020-01", "2022-12", freq="M").astype(str)
    >>> path = pd.Series([0.0] * 12 + [1.0] * 12 + [3.0] * 12, index=months)
    >>> break_of(path, "2021-12")
    {'before': 1.0, 'after': 2.0, 'difference': 1.0}
    """
    at = list(path.index).index(event) + 1
    if at < 2 * months or at + months > len(path):
        raise DataError(f"{event}: expected {2 * months} months up to it and {months} after it")
    means = [path.iloc[at + k * months : at + (k + 1) * months].mean() for k in (-2, -1, 0)]
    before, after = np.diff(means)
    return {
        "before": float(before),
        "after": float(after),
        "difference": float(after - before),
    }


def changes_figure(
    after: pd.DataFrame,
    before: pd.DataFrame,
    measure: str,
    quarters: pd.DataFrame,
    *,
    names: tuple[str, str],
    x_label: str,
    y_labels: tuple[str, str],
) -> Figure:
    """Changes between surveys on exposure, later and earlier; and the share of Canada's vacancies.

    Parameters
    ----------
    names
        Of the later and the earlier changes.
    y_labels
        Of the two panels.
    """
    figure, (left, right) = plt.subplots(1, 2, figsize=(style.TEXT_WIDTH, 2.9))
    rows = ((before, style.GREY, names[1]), (after, style.BLUE, names[0]))
    for frame, colour, _ in rows:
        data = frame.dropna(subset=[measure])
        left.plot(data[measure], data["change"], "o", ms=2.2, mew=0, alpha=0.45, color=colour)
    for frame, colour, name in rows:
        data = frame.dropna(subset=[measure])
        fit_line(left, data[measure], data["change"])
        line = left.lines[-1]
        line.set(color=colour, lw=2, ls="-" if frame is after else "--", label=name)
    left.legend(
        loc="lower left", bbox_to_anchor=(-0.05, 1), ncol=2, fontsize=style.SMALL,
        handlelength=1.4, columnspacing=0.9, handletextpad=0.5,
    )  # fmt: skip
    left.set(xlabel=x_label, ylabel=y_labels[0])
    when = pd.PeriodIndex(quarters.index, freq="Q").to_timestamp()
    full = quarters["share"].set_axis(when).asfreq("QS")  # a gap where the survey paused
    right.plot(full.index, full, color=style.BLUE, marker="o", ms=2.5)
    right.axvline(RELEASE.end_time, color=style.ORANGE, lw=0.8, ls="--")
    right.annotate(" ChatGPT", (RELEASE.end_time, 0.03), xycoords=("data", "axes fraction"),
                   color=style.ORANGE, fontsize=style.SMALL)  # fmt: skip
    right.yaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    right.xaxis.set_major_locator(YearLocator(2))
    right.xaxis.set_major_formatter(DateFormatter("%Y"))
    right.set(xlabel="Quarter", ylabel=y_labels[1], ylim=(0, None))
    return figure
