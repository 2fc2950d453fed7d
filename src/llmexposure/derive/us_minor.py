"""US postings by SOC minor group: means over windows and slopes on exposure of every month.

The publisher's table may not be passed on, so that nothing finer than these two is kept.
"""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from llmexposure.base.sources import locate
from llmexposure.data.readers.wfh_map import read_us_minor_postings
from llmexposure.data.schemas.us_minor import REGRESSORS, RELEASE, SOURCE, WINDOWS
from llmexposure.estimation.regression.cr2 import cr2
from llmexposure.estimation.regression.design import design
from llmexposure.estimation.regression.event_study import period_slopes

FILE = "remote_work_in_job_ads_public_data.xlsx"
# Farming, fishing and forestry; military. The publisher says that they may be unreliable.
UNRELIABLE = ("45", "55")


def reliable(postings: pd.DataFrame) -> pd.DataFrame:
    """The rows of the groups that the publisher does not warn of, months as text."""
    kept = postings[~postings["minor_group"].str[:2].isin(UNRELIABLE)]
    return kept.assign(month=kept["month"].dt.strftime("%Y-%m"))


def windows(postings: pd.DataFrame) -> pd.DataFrame:
    """Mean postings a month and remote share of all postings, by group and window.

    Parameters
    ----------
    postings
        ``minor_group``, ``month`` (text), ``postings``, ``remote_share``.

    Returns
    -------
    pandas.DataFrame
        Table ``us_minor_windows``.

    Examples
    --------
    >>> rows = pd.DataFrame({"minor_group": "11-1000", "month": ["2019-01", "2019-02"]})
    >>> means = windows(rows.assign(postings=[100, 300], remote_share=[0.1, 0.3]))
    >>> float(means.loc[0, "remote_share"])
    0.25
    """
    rows = postings.assign(remote=postings["postings"] * postings["remote_share"])
    parts = []
    for name, (first, last) in WINDOWS.items():
        within = rows[rows["month"].between(first, last)].groupby("minor_group")
        total = within[["postings", "remote"]].sum()
        months = within["month"].size()
        share = total["remote"] / total["postings"]
        out = {"window": name, "months": months, "postings": total["postings"] / months}
        parts.append(pd.DataFrame({**out, "remote_share": share}).reset_index())
    return pd.concat(parts).sort_values(["minor_group", "window"], ignore_index=True)


def referenced(wide: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """The outcome less that of the release month, of the same month of the year to it, or both.

    The first leaves the season in. The second takes it off, but its first months compare what lies mostly
    before the release. ``since_release`` is the change since the release less that from a year before it to
    the same month of the year to it; it begins with the release.

    Parameters
    ----------
    wide
        Groups by months (text), complete from a year before the release on.
    """
    last = pd.Period(RELEASE, freq="M")
    year = {str(month)[5:]: str(month) for month in pd.period_range(last - 11, last, freq="M")}
    same = wide - pd.DataFrame({month: wide[year[month[5:]]] for month in wide})
    before = wide[RELEASE] - wide[str(last - 12)]
    return {
        "release_month": wide.sub(wide[RELEASE], axis=0),
        "same_month": same,
        "since_release": same.sub(before, axis=0).loc[:, RELEASE:].assign(**{RELEASE: 0.0}),
    }


def slopes(postings: pd.DataFrame, exposures: pd.DataFrame) -> pd.DataFrame:
    """Slope on every measure of each month's log postings and remote share.

    Parameters
    ----------
    postings
        As for `windows`; groups without postings in some month are left out.
    exposures
        Measures, indexed by minor group.

    Returns
    -------
    pandas.DataFrame
        Table ``us_minor_slopes``. A month that is its own reference has slope zero without error.
    """
    wide = {
        name: postings.pivot(index="minor_group", columns="month", values=name).dropna()
        for name in ("postings", "remote_share")
    }
    logs, share = np.log(wide["postings"]), wide["remote_share"]
    paths = {("log_postings", k): v for k, v in referenced(logs).items()}
    paths |= {("remote_share", k): v for k, v in referenced(share).items()}
    paths["remote_share", "none"] = share
    parts = []
    for (outcome, reference), changes in paths.items():
        for measure in REGRESSORS:
            known = exposures[measure].reindex(changes.index).dropna()
            found = period_slopes(changes.loc[known.index], known)
            part = found[["period", "slope", "se"]].rename(columns={"period": "month"})
            part = part.assign(**_by_family(changes.loc[known.index], known), n=len(known))
            parts.append(part.assign(outcome=outcome, reference=reference, measure=measure))
    keys = ["outcome", "reference", "measure"]
    columns = ["month", *keys, "slope", "se", "se_family", "df_family", "n"]
    return pd.concat(parts)[columns].sort_values([*keys, "month"], ignore_index=True)


def _by_family(changes: pd.DataFrame, measure: pd.Series) -> dict[str, list[float]]:
    """CR2 error and degrees of freedom of each month's slope, clustered by major group."""
    frame, family = changes.assign(measure=measure), measure.index.to_series().str[:2]
    found = [cr2(design(frame, month, "measure"), family) for month in changes]
    return {
        "se_family": [one.estimate.se or 0.0 for one in found],
        "df_family": [one.df for one in found],
    }


def derived(group_exposures: pd.DataFrame) -> Iterator[tuple[str, pd.DataFrame]]:
    """The tables of this topic, with the exposures of table ``group_exposures``."""
    postings = reliable(read_us_minor_postings(locate(SOURCE, FILE)))
    exposures = group_exposures[group_exposures["scheme"] == "us_minor"].set_index("group")
    yield "us_minor_windows", windows(postings)
    yield "us_minor_slopes", slopes(postings, exposures)
