"""Changes of Indeed sectors before and after the release: countries stacked, families, dates, shapes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats
from scipy.optimize import brentq

from llmexposure.analysis.adverts.counts import changes, windows
from llmexposure.analysis.recruitment import wide
from llmexposure.base.errors import DataError
from llmexposure.base.estimate import Estimate
from llmexposure.estimation.montecarlo.power import detectable
from llmexposure.estimation.regression.breaks import break_slopes
from llmexposure.estimation.resampling.draws import resampling_p

LEVEL = 0.05


def year_before_and_after(
    postings: pd.DataFrame,
    countries: Sequence[str],
    event: str,
    months: int = 12,
    average: int = 1,
) -> pd.DataFrame:
    """Log changes of each country's sectors over the months before and after the event.

    Parameters
    ----------
    postings
        ``country``, ``sector``, ``month``, ``postings_index``.
    event
        Base month: both windows meet in it.
    average
        Months that end in each of the three months and are averaged.

    Returns
    -------
    pandas.DataFrame
        ``country``, ``sector``, ``before``, ``after``; a row for each sector that has all three months.
    """
    parts = []
    for country in countries:
        three = windows(wide(postings, country), _ends(event, months), average)
        parts.append(changes(three)[["before", "after"]].dropna().assign(country=country))
    return pd.concat(parts).rename_axis("sector").reset_index()


def alike_by_country(frame: pd.DataFrame, size: str) -> pd.Series:
    """Weights by size within a country that sum to its number of rows, so that no country gains by it.

    Examples
    --------
    >>> frame = pd.DataFrame({"country": ["US", "US", "GB"], "jobs": [3.0, 1.0, 7.0]})
    >>> alike_by_country(frame, "jobs").tolist()
    [1.5, 0.5, 1.0]
    """
    return frame[size] / frame.groupby("country")[size].transform("mean")


def bends(first: pd.DataFrame, second: pd.DataFrame, times: float = 1.0) -> pd.DataFrame:
    """Bend of each sector, the change after less that before, by one average or base less that by another.

    A step at the base, and any straight trend, gives one bend whatever is averaged, so that the slope of
    ``change`` is zero; a slide that began earlier does not, unless its ratio is given as ``times``.

    Returns
    -------
    pandas.DataFrame
        ``change``: the bend of ``first`` less ``times`` that of ``second``; the other columns of ``first``.

    Examples
    --------
    >>> frame = pd.DataFrame({"country": ["US"], "sector": ["a"], "before": [0.1], "after": [-0.3]})
    >>> round(bends(frame, frame.assign(after=-0.1))["change"].item(), 1)
    -0.2
    """
    keys = ["country", "sector"]
    other = second.assign(other=second["after"] - second["before"])[[*keys, "other"]]
    rows = first.merge(other, on=keys)
    change = rows["after"] - rows["before"] - times * rows["other"]
    return rows.assign(change=change).drop(columns=["before", "after", "other"])


def left_out(
    frame: pd.DataFrame, exposure: str, columns: Sequence[str], **options: Any
) -> pd.DataFrame:
    """The three slopes without each value of each column in turn: without a country, without a family.

    Parameters
    ----------
    frame, exposure, options
        As `break_slopes` takes them.

    Returns
    -------
    pandas.DataFrame
        A row a value left out and a column a slope; cells are estimates.

    Examples
    --------
    >>> frame = pd.DataFrame({"beta": [0.0, 0.2, 0.5, 1.0] * 3, "country": np.repeat(["US", "GB", "DE"], 4)})
    >>> frame["before"] = [0.1, -0.1, 0.1, -0.1] * 3
    >>> frame["after"] = np.where(frame["country"] == "US", -frame["beta"], [0.1, 0.0, -0.1, 0.1] * 3)
    >>> found = left_out(frame, "beta", ["country"], draws=99, seed=1)
    >>> [round(float(e.value), 2) for e in found["after"]]  # without DE, GB and US
    [-0.49, -0.49, 0.01]
    """
    found = {
        value: break_slopes(frame[frame[column] != value], exposure, **options)
        for column in columns
        for value in sorted(frame[column].dropna().unique())
    }
    return pd.DataFrame(
        {v: {name: slope.estimate for name, slope in three.items()} for v, three in found.items()}
    ).T


def stacked_steps(
    postings: pd.DataFrame, countries: Sequence[str], exposure: pd.Series, first: str, last: str
) -> pd.Series:
    """Slope of the log change over each single month on exposure, every country with a level of its own.

    Parameters
    ----------
    postings
        As in `year_before_and_after`.
    exposure
        By sector.
    first, last
        Months; the first change is that over the month after ``first``. Sectors that miss a month are left
        out.

    Returns
    -------
    pandas.Series
        By month.

    Examples
    --------
    >>> index = {"a": [100.0, 110.0, 110.0], "b": [100.0, 100.0, 90.0]}
    >>> rows = pd.DataFrame(index, index=["2022-10", "2022-11", "2022-12"]).stack().reset_index()
    >>> rows.columns = ["month", "sector", "postings_index"]
    >>> exposure = pd.Series({"a": 0.0, "b": 1.0})
    >>> steps = stacked_steps(rows.assign(country="US"), ["US"], exposure, "2022-10", "2022-12")
    >>> steps.round(3).to_dict()
    {'2022-11': -0.095, '2022-12': -0.105}
    """
    products, square = [], 0.0
    for country in countries:
        logs = np.log(wide(postings, country).loc[:, first:last]).dropna()
        logs = logs[logs.index.isin(exposure.dropna().index)]
        dose = exposure.reindex(logs.index)
        dose = dose - dose.mean()
        products.append(logs.diff(axis=1).iloc[:, 1:].T @ dose)
        square += dose @ dose
    return pd.concat(products, axis=1).sum(axis=1) / square


def _ends(event: str, months: int) -> list[str]:
    base = pd.Period(event, "M")
    return [str(base - months), event, str(base + months)]


def families(occupations: pd.DataFrame, employment: pd.Series, unit: str = "sector") -> pd.Series:
    """SOC major group with the most employment among the occupations of each sector or group.

    Parameters
    ----------
    occupations
        Map of units: the column ``unit``, ``soc``; a row an occupation. With ``weight``, that share of its
        employment counts.
    employment
        By SOC code; an occupation without one counts for nothing.

    Examples
    --------
    >>> rows = pd.DataFrame({"sector": ["a", "a", "b"], "soc": ["15-1252", "17-2112", "29-1141"]})
    >>> families(rows, pd.Series({"15-1252": 5.0, "17-2112": 1.0, "29-1141": 2.0})).to_dict()
    {'a': '15', 'b': '29'}
    """
    jobs = occupations["soc"].map(employment).fillna(0.0) * occupations.get("weight", 1.0)
    rows = occupations.assign(family=occupations["soc"].str[:2], jobs=jobs)
    sums = rows.groupby([unit, "family"])["jobs"].sum().unstack(fill_value=-1.0)
    return sums.idxmax(axis=1).rename("family")


def smallest_detectable(estimate: Estimate) -> float:
    """Slope that a two-sided test at 5% finds in four samples of five (see `detectable`)."""
    se, df = _error(estimate)
    return detectable(se, df)


def equivalence_margin(estimate: Estimate) -> float:
    """Smallest margin within which two one-sided tests at 5% call the slope zero (Schuirmann 1987).

    Whoever holds slopes of that size for negligible may say that there is none; others may not.

    Examples
    --------
    >>> reach = 0.08 * stats.t(20).ppf(0.975)
    >>> found = Estimate(-0.05, se=0.08, ci_low=-0.05 - reach, ci_high=-0.05 + reach)
    >>> round(equivalence_margin(found), 3)
    0.188
    """
    se, df = _error(estimate)
    return float(abs(estimate.value) + stats.t(df).ppf(1 - LEVEL) * se)


def _error(estimate: Estimate) -> tuple[float, float]:
    """Standard error, and the degrees of freedom behind the 95% interval."""
    if estimate.se is None or estimate.ci_high is None:
        raise DataError("this slope has no interval, so that its power is not known")
    reach = (estimate.ci_high - estimate.value) / estimate.se
    df = brentq(lambda v: stats.t(v).ppf(1 - LEVEL / 2) - reach, 1.0, 1e7)
    return estimate.se, float(df)


def quadratic(frame: pd.DataFrame, measure: str) -> pd.DataFrame:
    """The frame with ``curvature``: squared exposure, centred so that the linear term is the mean slope."""
    x = frame[measure] - frame[measure].mean()
    return frame.assign(curvature=x**2)


def thirds(frame: pd.DataFrame, measure: str) -> pd.Series:
    """Third of the units, by exposure: low, middle or high; ties go to the lower third."""
    ranks = frame[measure].rank(method="min")
    return pd.cut(
        ranks, [0, *(len(frame) * k / 3 for k in (1, 2, 3))], labels=["low", "middle", "high"]
    )


def dose_response(
    frame: pd.DataFrame, measure: str, outcomes: Mapping[str, str], bins: int = 5
) -> pd.DataFrame:
    """Mean change by bin of exposure, each with as many units, for several outcomes.

    Parameters
    ----------
    outcomes
        Column to what it is called.

    Returns
    -------
    pandas.DataFrame
        ``outcome``, ``bin``, ``exposure`` (mean of the bin), ``value``, ``ci_low``, ``ci_high``
        (t of the mean), ``n``.
    """
    which = pd.qcut(frame[measure].rank(method="first"), bins, labels=False)
    rows = []
    for column, name in outcomes.items():
        for k, part in frame.groupby(which):
            y = part[column].dropna()
            reach = stats.t.ppf(1 - LEVEL / 2, len(y) - 1) * y.std() / np.sqrt(len(y))
            rows.append((name, int(k), part[measure].mean(), y.mean(), y.mean() - reach,
                         y.mean() + reach, len(y)))  # fmt: skip
    names = ["outcome", "bin", "exposure", "value", "ci_low", "ci_high", "n"]
    return pd.DataFrame(rows, columns=names)


@dataclass(frozen=True)
class BreakDate:
    """The month at which the slope of the change of growth is most unlike zero.

    Attributes
    ----------
    path
        ``month``, ``slope`` (of growth after less growth before that month), ``t``.
    month, t
        Where the Wald statistic t^2 is largest (Andrews 1993), and t there.
    p
        Of the largest t^2 under random assignment of exposures: dates are not assumed, and sectors
        keep their own serial correlation.
    n
        Sectors.
    low, high
        Middle 95% of the month of the largest turn of this sign when families of sectors are drawn again
        with replacement.
    sooner
        Share of these draws whose month is before the event.
    """

    path: pd.DataFrame
    month: str
    t: float
    p: float
    n: int
    low: str
    high: str
    sooner: float

    def at(self, month: str) -> float:
        """The statistic of one month."""
        return float(self.path.set_index("month").loc[month, "t"])

    def slope_at(self, month: str) -> float:
        """The slope of the turn in one month."""
        return float(self.path.set_index("month").loc[month, "slope"])

    @property
    def largest(self) -> tuple[str, float]:
        """Month and slope of the turn that is largest in size, however uncertain."""
        at = self.path["slope"].abs().idxmax()
        return str(self.path.loc[at, "month"]), float(self.path.loc[at, "slope"])

    @property
    def opposite(self) -> float:
        """Size of the largest statistic of the other sign, as a multiple of that of this one."""
        return max(float((-np.sign(self.t) * self.path["t"]).max()), 0.0) / abs(self.t)


def break_date(
    index: pd.DataFrame,
    exposure: pd.Series,
    families: pd.Series,
    *,
    event: str,
    months: int,
    draws: int,
    seed: int,
) -> BreakDate:
    """When did growth begin to differ by exposure? The largest Wald statistic over all months.

    For each month m with ``months`` months on both sides, (y_{m+k} - y_m) - (y_m - y_{m-k}) is
    regressed on exposure; the statistic is studentised with HC1.

    Parameters
    ----------
    index
        Sectors by months, the index; sectors that miss a month are left out of all.
    families
        By sector: what is drawn again for the interval, since sectors of a family share shocks.

    Raises
    ------
    DataError
        When no month has enough months on both sides.
    """
    logs = np.log(index.dropna())
    x = exposure.reindex(logs.index)
    logs, x = logs[x.notna()], x.dropna()
    y = logs.to_numpy().T
    if len(y) < 2 * months + 1:
        raise DataError(f"{len(y)} months: a break needs {months} on both sides of one at least")
    bend = y[2 * months :] - 2 * y[months:-months] + y[: -2 * months]
    slopes, t = _studentised(bend, x.to_numpy()[None])
    rng = np.random.default_rng(seed)
    drawn = rng.permuted(np.tile(x.to_numpy(), (draws, 1)), axis=1)
    largest = np.abs(_studentised(bend, drawn)[1]).max(axis=1)
    at = int(np.abs(t[0]).argmax())
    months_of = list(logs.columns[months:-months])
    path = pd.DataFrame({"month": months_of, "slope": slopes[0], "t": t[0]})
    p = resampling_p(float(np.abs(t[0, at])), largest)
    times = _times_drawn(families.reindex(logs.index), draws, rng)
    # A turn for the worse is dated, not whatever turn is the largest in a draw.
    again = (np.sign(t[0, at]) * _studentised(bend, x.to_numpy()[None], times)[1]).argmax(axis=1)
    low, high = np.quantile(again, [LEVEL / 2, 1 - LEVEL / 2], method="inverted_cdf").astype(int)
    sooner = float(np.mean(np.array(months_of)[again] < event))
    return BreakDate(
        path, months_of[at], float(t[0, at]), p, len(logs), months_of[low], months_of[high], sooner
    )


def _times_drawn(families: pd.Series, draws: int, rng: np.random.Generator) -> np.ndarray:
    """How often each sector is there when families are drawn with replacement, shape (draws, n)."""
    codes, names = pd.factorize(families, sort=True)
    times = rng.multinomial(len(names), np.full(len(names), 1 / len(names)), size=draws)
    return times[:, codes].astype(float)


def _studentised(
    outcomes: np.ndarray, x: np.ndarray, times: np.ndarray | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """Slopes and HC1 t statistics: outcomes (k, n) on each regressor (draws, n), both (draws, k).

    ``times``, shape (draws, n), says how often each unit is there: once, unless given.
    """
    w = np.ones_like(x) if times is None else times
    n = w.sum(axis=1, keepdims=True)
    centred = x - (w * x).sum(axis=1, keepdims=True) / n
    spread = (w * centred**2).sum(axis=1, keepdims=True)
    y = outcomes - outcomes.mean(axis=1, keepdims=True)
    level = w @ y.T / n
    slopes = (w * centred) @ y.T / spread
    # sum w x^2 (y - a - b x)^2 multiplied out, without a (draws, k, n) array.
    powers = [w * centred**k for k in (2, 3)]
    meat = powers[0] @ (y**2).T - 2 * slopes * (powers[1] @ y.T) - 2 * level * (powers[0] @ y.T)
    meat += slopes**2 * (w * centred**4).sum(axis=1, keepdims=True)
    meat += level**2 * spread + 2 * level * slopes * powers[1].sum(axis=1, keepdims=True)
    return slopes, slopes / np.sqrt(meat * n / (n - 2) / spread**2)


def used_share(usage: pd.DataFrame, occupations: pd.DataFrame, employment: pd.Series) -> pd.Series:
    """Share of tasks in observed use, mean over a sector's occupations weighted by employment.

    Parameters
    ----------
    usage
        ``soc``, ``n_tasks``, ``n_used``.
    occupations
        Map of sectors: ``sector``, ``soc``.
    """
    rows = occupations.merge(usage, on="soc").assign(jobs=lambda d: d["soc"].map(employment))
    rows = rows.dropna(subset=["jobs"]).assign(
        part=lambda d: d["jobs"] * d["n_used"] / d["n_tasks"]
    )
    sums = rows.groupby("sector")[["part", "jobs"]].sum()
    return (sums["part"] / sums["jobs"]).rename("used")


def half_rows(rows: pd.DataFrame, prefix: str, halves: Mapping[str, pd.Series]) -> pd.DataFrame:
    """Rows of slopes of half-year changes, with the ``month`` in the middle of each change.

    Parameters
    ----------
    rows
        ``label`` (prefix and half-years), ``value``, ``ci_low``, ``ci_high``.
    halves
        Names as `periods.half_year_changes` gives them, such as ``h1_2022_h1_2023``.
    """
    out = rows[rows["label"].str.startswith(prefix)]
    names = out["label"].str.removeprefix(prefix)
    # Between the middles of two halves a year apart: early October, or early April of the next year.
    starts = {n: pd.Period(f"{n[3:7]}-{'04' if n[1] == '1' else '10'}", "M") for n in halves}
    middle = {name: str(start + 6) for name, start in starts.items()}
    return out.assign(month=names.map(middle))[["label", "month", "value", "ci_low", "ci_high"]]
