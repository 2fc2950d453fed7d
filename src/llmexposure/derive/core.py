"""Tables of occupations, sectors and posting indices, from upstream tables.

Each function takes upstream tables and returns one derived table; files are read, written and compared in
`update`.
"""

import numpy as np
import pandas as pd

from llmexposure.data.schemas import OEWS_YEARS
from llmexposure.data.taxonomy.groups import oews_code
from llmexposure.data.taxonomy.sectors import sector_weights
from llmexposure.exposure import ratings as r
from llmexposure.exposure.measures import GROUPED, LATER, OTHER, RATINGS, USE
from llmexposure.exposure.requirements import requirements

REQUIREMENTS = ["bachelor_share", "experience_over2_share", "experience_over4_share"]
REQUIREMENTS += ["experience_years"]


def tasks(labels: pd.DataFrame) -> pd.DataFrame:
    """Labelled tasks with their statements, by occupation."""
    order = ["onet_soc", "task_id", "task_type", "human", "gpt4", "task"]
    return labels[order].sort_values(["onet_soc", "task_id"], ignore_index=True)


def task_updates(
    statements: pd.DataFrame, links: pd.DataFrame, known: pd.DataFrame
) -> pd.DataFrame:
    """Linked tasks that the labelled ones lack or word otherwise: the labels are of an older release.

    Parameters
    ----------
    statements
        ``onet_soc``, ``task_id``, ``task`` of the release that the links are of.
    links
        ``task_id`` of the links.
    known
        ``task_id``, ``task``, from `tasks`.

    Examples
    --------
    >>> now = pd.DataFrame({"onet_soc": "x", "task_id": [1, 2, 3, 4], "task": ["a", "B", "c", "d"]})
    >>> known = pd.DataFrame({"task_id": [1, 2], "task": ["a", "b"]})
    >>> task_updates(now, pd.DataFrame({"task_id": [1, 2, 3]}), known)["task"].tolist()
    ['B', 'c']
    """
    linked = statements[statements["task_id"].isin(links["task_id"])]
    before = linked["task_id"].map(known.set_index("task_id")["task"])
    changed = linked.loc[before != linked["task"], ["onet_soc", "task_id", "task"]]
    return changed.sort_values("task_id", ignore_index=True)


def telework_2019(scores: pd.DataFrame, walk: pd.DataFrame) -> pd.DataFrame:
    """Telework score by O*NET-SOC 2019 code: mean over the 2010 codes that lead to it."""
    moved = scores.merge(walk, on="onet_soc_2010")
    means = moved.groupby("onet_soc_2019")["teleworkable"].mean()
    return means.rename_axis("onet_soc").reset_index()


def occupations_onet(
    links: pd.DataFrame,
    labels: pd.DataFrame,
    activities: pd.DataFrame,
    published: pd.DataFrame,
    job_zones: pd.DataFrame,
    telework: pd.DataFrame,
    answers: pd.DataFrame,
) -> pd.DataFrame:
    """Exposure, telework and requirements by O*NET-SOC 2019 code."""
    tasks = r.task_ratings(labels)
    direct = r.occupation_task_index(tasks).rename(columns={k: f"{k}_task" for k in RATINGS})
    theirs = published.rename(columns={k: f"{k}_published" for k in RATINGS})
    out = r.occupation_index(links, activities)
    for table in (direct, theirs, job_zones, telework, requirements(answers)):
        out = out.merge(table, on="onet_soc", how="left", validate="one_to_one")
    order = ["onet_soc", "job_zone", *RATINGS, *direct.columns[1:]]
    order += [f"{k}_published" for k in RATINGS] + ["teleworkable", *REQUIREMENTS]
    return out[order].sort_values("onet_soc", ignore_index=True)


def soc_2018(scores: pd.DataFrame, walk: pd.DataFrame) -> pd.DataFrame:
    """Scores by SOC 2010 code carried to SOC 2018: mean over the 2010 codes that lead to it."""
    pairs = pd.DataFrame(
        {"soc_2010": walk["onet_soc_2010"].str[:7], "soc": walk["onet_soc_2019"].str[:7]}
    ).drop_duplicates()
    moved = pairs.merge(scores, on="soc_2010")
    return (
        moved.groupby("soc")[[name for name in scores if name != "soc_2010"]].mean().reset_index()
    )


def soc_2010(isco_scores: pd.DataFrame, isco_to_soc: pd.DataFrame) -> pd.DataFrame:
    """Scores by ISCO-08 unit group carried to SOC 2010: plain mean over the groups that share its work.

    Examples
    --------
    >>> scores = pd.DataFrame({"isco": ["1111", "1112"], "ilo": [0.2, 0.4]})
    >>> pairs = pd.DataFrame({"isco": ["1111", "1112"], "soc_2010": "11-1031"})
    >>> soc_2010(scores, pairs)["ilo"].round(2).tolist()
    [0.3]
    """
    moved = isco_to_soc.merge(isco_scores, on="isco").drop(columns="isco")
    return moved.groupby("soc_2010").mean().reset_index()


def later_measures(*tables: pd.DataFrame) -> pd.DataFrame:
    """Scores by SOC 2018 code, joined into one table of the codes that OEWS publishes, indexed by ``soc``."""
    by_code = [t.groupby(oews_code(t["soc"])).mean(numeric_only=True) for t in tables]
    return pd.concat(by_code, axis=1)[list(LATER)]


def occupation_codes(walk: pd.DataFrame, isco: pd.DataFrame) -> pd.DataFrame:
    """SOC 2018 occupations of each code of SOC 2010 and ISCO-08, with weights that sum to one.

    A code that leads to several is shared equally among them at each step: neither crosswalk says how many
    work in which.

    Parameters
    ----------
    walk
        ``onet_soc_2010`` and ``onet_soc_2019``: their first seven characters lead from SOC 2010 to SOC 2018.
    isco
        ``isco`` and ``soc_2010``.

    Examples
    --------
    >>> walk = pd.DataFrame({"onet_soc_2010": ["11-1011.00", "11-1011.00"],
    ...                      "onet_soc_2019": ["11-1011.00", "11-1031.00"]})
    >>> isco = pd.DataFrame({"isco": ["1120"], "soc_2010": ["11-1011"]})
    >>> occupation_codes(walk, isco).iloc[:2].to_numpy().tolist()
    [['isco08', '1120', '11-1011', 0.5], ['isco08', '1120', '11-1031', 0.5]]
    """
    stems = {"code": walk["onet_soc_2010"].str[:7], "soc": walk["onet_soc_2019"].str[:7]}
    soc2010 = _shared(pd.DataFrame(stems).drop_duplicates())
    steps = _shared(isco.rename(columns={"isco": "code", "soc_2010": "soc"}))
    known = steps[steps["soc"].isin(soc2010["code"])]
    # Military occupations have no counterpart: what is left of a code still sums to one.
    known = known.assign(weight=known["weight"] / known.groupby("code")["weight"].transform("sum"))
    both = known.merge(soc2010, left_on="soc", right_on="code", suffixes=("", "_2010"))
    both["weight"] *= both["weight_2010"]
    isco08 = both.groupby(["code", "soc_2010"])["weight"].sum().rename_axis(["code", "soc"])
    parts = {"isco08": isco08.reset_index(), "soc2010": soc2010}
    out = pd.concat(parts, names=["coding"]).reset_index("coding")
    return out[["coding", "code", "soc", "weight"]].sort_values(
        ["coding", "code", "soc"], ignore_index=True
    )


def _shared(pairs: pd.DataFrame) -> pd.DataFrame:
    """Pairs of ``code`` and ``soc`` with equal weights within each code."""
    return pairs.assign(weight=1 / pairs.groupby("code")["soc"].transform("size"))


def oews_by_year(oews: dict[int, pd.DataFrame]) -> pd.DataFrame:
    """Employment and mean wage by detailed occupation, one column a year.

    Codes are those of each year: 2018 to 2020 use the hybrid SOC, so an occupation that was split or
    merged has no value in those years.
    """
    parts = []
    for year, table in oews.items():
        detailed = table[table["group"] == "detailed"].set_index("occ_code")
        parts.append(detailed["employment"].rename(f"employment_{year}"))
        parts.append(detailed["wage_mean"].rename(f"wage_{year}"))
    wide = pd.concat(parts, axis=1).rename_axis("soc").reset_index()
    recent = wide[[f"employment_{y}" for y in oews if y >= 2021]].notna().any(axis=1)
    return wide[recent]


def occupations(
    onet: pd.DataFrame,
    aioe: pd.DataFrame,
    later: pd.DataFrame,
    oews: dict[int, pd.DataFrame],
) -> pd.DataFrame:
    """Exposure, telework, requirements, employment and wages by SOC 2018 detailed occupation.

    O*NET scores are plain means over the O*NET occupations of a code, AIOE over its SOC codes. Rows
    are the detailed occupations of OEWS 2021 to 2025, some of which join several SOC codes; what has
    no score stays missing.
    """
    scores = [*RATINGS, "teleworkable", *REQUIREMENTS]
    means = onet.groupby(oews_code(onet["onet_soc"].str[:7]))[scores].mean().reset_index()
    aioe = aioe.groupby(oews_code(aioe["soc"]))[list(OTHER)].mean().reset_index()
    out = oews_by_year(oews).merge(means, on="soc", how="left").merge(aioe, on="soc", how="left")
    out = out.join(later[list(USE)], on="soc")
    years = [f"{name}_{y}" for name in ("employment", "wage") for y in OEWS_YEARS]
    order = ["soc", *RATINGS, *OTHER, *USE, "teleworkable", *REQUIREMENTS, *years]
    return out[order].sort_values("soc", ignore_index=True)


def telework_oes_2018(scores: pd.DataFrame, oes: pd.DataFrame) -> pd.DataFrame:
    """Dingel and Neiman's occupation scores with OES 2018 employment and wages, as in their paper."""
    detailed = oes[oes["group"] == "detailed"]
    table = scores.merge(detailed, on="occ_code", how="left")
    out = table.rename(columns={"wage_mean": "wage"})
    order = ["occ_code", "teleworkable", "employment", "wage", "wage_hourly"]
    return out[order].sort_values("occ_code", ignore_index=True)


def weighted_means(table: pd.DataFrame, weights: pd.DataFrame, columns: list[str]) -> pd.DataFrame:
    """Weighted mean of occupation columns by sector, over the occupations that have a value.

    Parameters
    ----------
    table
        By ``soc``.
    weights
        ``sector``, ``soc``, ``weight``; weights are rescaled over the occupations with a value.
    """
    rows = weights.merge(table[["soc", *columns]], on="soc", how="left")
    out = {}
    for column in columns:
        known = rows.dropna(subset=[column])
        total = (known["weight"] * known[column]).groupby(known["sector"]).sum()
        out[column] = total / known.groupby("sector")["weight"].sum()
    return pd.DataFrame(out)


def sectors(
    occupation_table: pd.DataFrame, sector_map: pd.DataFrame, later: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Exposure, telework, requirements, employment and wage by Indeed sector.

    Weights are OEWS 2022 employment. Two other weightings of beta stand beside for the sensitivity
    check: only the plainly named occupations, and every occupation alike.

    Parameters
    ----------
    later
        From `later_measures`: measures that the table of occupations may not hold, shown for sectors of two
        occupations or more. They are missing without it.
    """
    table = occupation_table
    known = table[["soc"]] if later is None else table[["soc"]].join(later[list(GROUPED)], on="soc")
    table = table.assign(**{name: known.get(name, np.nan) for name in GROUPED})
    employment = table.set_index("soc")["employment_2022"]
    weights = sector_weights(sector_map, employment)
    core = sector_weights(sector_map, employment, fits=("core",))
    equal = weights.assign(weight=1.0)
    betas = ["gpt4_beta", "human_beta"]
    columns = [*RATINGS, *OTHER, *LATER, "teleworkable", *REQUIREMENTS, "wage_2022"]
    parts = [
        weights.groupby("sector")["soc"].size().rename("n_occupations"),
        weighted_means(table, weights, columns),
        weighted_means(table, core, betas).add_suffix("_core"),
        weighted_means(table, equal, betas).add_suffix("_unweighted"),
    ]
    out = pd.concat(parts, axis=1)
    out.loc[out["n_occupations"] < 2, list(GROUPED)] = np.nan
    jobs = weights.assign(jobs=weights["soc"].map(employment)).groupby("sector")["jobs"].sum()
    out["employment_2022"] = jobs
    beta_kinds = [f"{b}_{kind}" for b in betas for kind in ("core", "unweighted")]
    order = ["n_occupations", *columns[:-1], *beta_kinds, "employment_2022", "wage_2022"]
    return out[order].rename_axis("sector").reset_index().sort_values("sector", ignore_index=True)


def monthly(daily: pd.DataFrame, keys: list[str], value: str, name: str) -> pd.DataFrame:
    """Monthly mean of a daily series over complete months: one that misses a day is left out."""
    month = daily["date"].dt.strftime("%Y-%m").rename("month")
    groups = daily.groupby([*(daily[k] for k in keys), month])[value]
    out = groups.agg(**{name: "mean", "n_days": "count"}).reset_index()
    length = pd.PeriodIndex(out["month"], freq="M").days_in_month
    return out[out["n_days"] == length].reset_index(drop=True)


def sector_postings(us: pd.DataFrame, countries: list[pd.DataFrame]) -> pd.DataFrame:
    """Monthly postings index by country and sector; each country from one vintage, never spliced."""
    columns = ["date", "country", "sector", "index"]
    daily = pd.concat([us.assign(country="US")[columns], *(c[columns] for c in countries)])
    return monthly(daily, ["country", "sector"], "index", "postings_index")


def remote_postings(daily: pd.DataFrame) -> pd.DataFrame:
    """Monthly share of postings that mention remote work, by country."""
    return monthly(daily, ["country"], "remote_share", "remote_share")
