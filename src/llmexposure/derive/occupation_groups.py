"""Exposure of occupation groups of five classifications, and Sweden's first coding from the official keys."""

from collections.abc import Iterator

import pandas as pd

from llmexposure.base.errors import DataError
from llmexposure.base.sources import locate
from llmexposure.data.readers import crosswalks
from llmexposure.data.readers.anthropic import read_soc_structure
from llmexposure.data.readers.howison import read_sector_map
from llmexposure.data.taxonomy.groups import minor_group, oews_code
from llmexposure.data.taxonomy.labels import sector_labels
from llmexposure.data.taxonomy.occupation_groups import (
    NO_OCCUPATION,
    SCHEMES,
    expand,
    read_group_map,
)
from llmexposure.data.taxonomy.sectors import NO_SECTOR, read_sector_occupations
from llmexposure.exposure.groups import target_means
from llmexposure.exposure.measures import GROUPED, MEASURES

US_MINOR = "us_minor"
# Names that Indeed gave three of its sectors later, and our keys, which are those of the older names.
LATER_NAMES = {
    "Data & Analytics": "mathematics",
    "IT Infrastructure, Operations & Support": "it_operations_helpdesk",
    "IT Systems & Solutions": "information_design_documentation",
}
OFFICIAL = "official key"
# Digits of a weight computed from the official keys.
_DIGITS = 4
_BY = ["scheme", "group", "label", "coding", "confidence"]


def minor_groups(occupations: pd.DataFrame, titles: pd.Series) -> pd.DataFrame:
    """Every occupation as a target of its own SOC minor group, in the form of a map.

    Parameters
    ----------
    occupations
        ``soc``, detailed SOC 2018 codes, and ``employment_2022``; those without employment are left out.
    titles
        Title of each minor group, indexed by its code.
    """
    soc = occupations.loc[occupations["employment_2022"] > 0, "soc"]
    group = minor_group(soc)
    out = pd.DataFrame({"group": group, "label": group.map(titles), "soc": soc})
    return out.assign(coding="adopted", weight=1.0, confidence="high")


def all_maps(occupations: pd.DataFrame, titles: pd.Series) -> dict[str, pd.DataFrame]:
    """The four committed maps and the SOC minor groups, by name of the classification."""
    maps = {scheme: read_group_map(scheme) for scheme in SCHEMES}
    return maps | {US_MINOR: minor_groups(occupations, titles)}


def group_exposures(
    occupations: pd.DataFrame, maps: dict[str, pd.DataFrame], later: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Employment-weighted exposure of every group by every coding (see `exposure.groups.target_means`).

    Parameters
    ----------
    occupations
        Table ``occupations``.
    maps
        By name of the classification: as `read_group_map` gives them.
    later
        Indexed by ``soc``: the measures that ``occupations`` may not hold (see `core.later_measures`);
        missing without it.

    Returns
    -------
    pandas.DataFrame
        Table ``group_exposures``; a group without US occupations has zero employment and no exposure.
    """
    columns = [*MEASURES, "teleworkable"]
    table = occupations.rename(columns={"employment_2022": "employment"}).set_index("soc")
    known = table[[]] if later is None else later[list(GROUPED)]
    table = table.join(known).reindex(columns=[*table, *GROUPED])
    rows = pd.concat([m.assign(scheme=scheme) for scheme, m in maps.items()])[
        [*_BY, "soc", "weight"]
    ]
    means = target_means(expand(rows, table.index), table, columns, _BY, grouped=GROUPED)
    out = means.reindex(pd.MultiIndex.from_frame(rows[_BY].drop_duplicates())).reset_index()
    out[["occupations", "employment"]] = out[["occupations", "employment"]].fillna(0)
    order = ["scheme", "group", "label", "coding", "occupations", "employment", *columns]
    out = out[[*order, "confidence"]].astype({"occupations": int})
    return out.sort_values(["scheme", "group", "coding"], ignore_index=True)


def derived(occupations: pd.DataFrame, later: pd.DataFrame) -> pd.DataFrame:
    """Table ``group_exposures`` from the committed maps and the SOC structure."""
    path = locate("anthropic_economic_index_2025_02_10", "soc_structure_2019.csv")
    structure = read_soc_structure(path)
    titles = structure[structure["level"] == "minor"].set_index("code")["title"]
    return group_exposures(occupations, all_maps(occupations, titles), later)


def howison_sectors() -> pd.DataFrame:
    """Howison's map of occupations to Indeed sectors under our names of them, in the form of ours.

    He uses the names that Indeed gave its sectors later; three of them are renamed here (`LATER_NAMES`). A
    sector that we have no index for is 'none'.
    """
    keys = {label: sector for sector, label in sector_labels().items()} | LATER_NAMES
    rows = read_sector_map(locate("howison_sector_map", "indeed-sector-soc-mapping.csv"))
    rows = rows.assign(sector=rows["label"].map(keys).fillna(NO_SECTOR))
    return rows[["sector", "soc", "label"]].sort_values("soc", ignore_index=True)


def official_shares(
    ssyk: pd.DataFrame, isco: pd.DataFrame, walk: pd.DataFrame, occupations: pd.Series
) -> pd.DataFrame:
    """Swedish groups by US occupation, from three keys that say where work may go and not how much of it.

    Each US occupation is split evenly over the SOC 2010 codes that lead to it, each of these evenly over
    its ISCO-08 groups and each of these evenly over its Swedish groups, so that the parts of an occupation
    sum to one. A huge occupation that touches many groups then counts little in each.

    Parameters
    ----------
    ssyk
        ``ssyk``, ``isco``.
    isco
        ``isco``, ``soc_2010``.
    walk
        ``onet_soc_2010``, ``onet_soc_2019``.
    occupations
        Detailed codes that OEWS publishes.

    Returns
    -------
    pandas.DataFrame
        ``group``, ``soc``, ``weight`` (four digits); sorted.

    Examples
    --------
    >>> ssyk = pd.DataFrame({"ssyk": ["1", "2"], "isco": ["7", "7"]})
    >>> isco = pd.DataFrame({"isco": ["7", "8"], "soc_2010": ["11-1011"] * 2})
    >>> walk = pd.DataFrame({"onet_soc_2010": ["11-1011.00"], "onet_soc_2019": ["11-1011.00"]})
    >>> official_shares(ssyk, isco, walk, pd.Series(["11-1011"]))["weight"].tolist()
    [0.5, 0.5]
    """
    soc = oews_code(walk["onet_soc_2019"].str[:7])
    pairs = pd.DataFrame({"soc": soc, "soc_2010": walk["onet_soc_2010"].str[:7]}).drop_duplicates()
    pairs = pairs[pairs["soc"].isin(occupations) & pairs["soc_2010"].isin(isco["soc_2010"])]
    known = isco[isco["isco"].isin(ssyk["isco"])]
    path = pairs.merge(known, on="soc_2010").merge(ssyk, on="isco")
    split = {"soc_2010": ["soc"], "isco": ["soc", "soc_2010"], "ssyk": ["soc", "soc_2010", "isco"]}
    share = pd.Series(1.0, index=path.index)
    for level, within in split.items():
        share = share / path.groupby(within)[level].transform("nunique")
    out = path.assign(weight=share, group=path["ssyk"]).groupby(["group", "soc"])["weight"].sum()
    out = out.round(_DIGITS).reset_index()
    return out[out["weight"] > 0].reset_index(drop=True)


def official_confidence(ssyk: pd.DataFrame, groups: pd.Index, coded: pd.Series) -> pd.Series:
    """High where one Swedish group is one ISCO-08 group alone, low without occupations, else medium."""
    shared = ssyk.groupby("isco")["ssyk"].transform("nunique")
    plain = (ssyk.groupby("ssyk")["isco"].size() == 1) & (shared.groupby(ssyk["ssyk"]).max() == 1)
    found = plain.reindex(groups, fill_value=False).map({True: "high", False: "medium"})
    return found.where(pd.Series(groups.isin(coded), groups), "low").rename("confidence")


def official_rows() -> pd.DataFrame:
    """First coding of Sweden, as `read_group_map` reads it, without labels."""
    ssyk = crosswalks.read_ssyk_to_isco(locate("scb_occupation_age", "ssyk2012_isco08.xlsx"))
    isco = crosswalks.read_isco_to_soc(locate("crosswalks", "isco_soc_crosswalk.xls"))
    walk = crosswalks.read_onet_2010_to_2019(locate("crosswalks", "2010_to_2019_soc_crosswalk.csv"))
    return _official(ssyk, isco, walk)


def _official(ssyk: pd.DataFrame, isco: pd.DataFrame, walk: pd.DataFrame) -> pd.DataFrame:
    rows = official_shares(ssyk, isco, walk, read_sector_occupations()["soc"])
    groups = pd.Index(sorted(ssyk["ssyk"].unique()), name="group")
    confidence = official_confidence(ssyk, groups, rows["group"])
    nothing = pd.DataFrame({"group": groups.difference(rows["group"])})
    rows = pd.concat([rows, nothing.assign(soc=NO_OCCUPATION, weight=0.0)])
    rows = rows.assign(coding="first", reason=OFFICIAL).join(confidence, on="group")
    return rows.sort_values(["group", "soc"], ignore_index=True)


def check_official_key() -> None:
    """Raise when Sweden's first coding is not what the official keys give.

    Raises
    ------
    DataError
        With the first row that differs.
    """
    columns = ["group", "soc", "weight", "confidence", "reason"]
    coded = read_group_map("sweden")
    first, fresh = coded[coded["coding"] == "first"], official_rows()
    fresh = fresh.loc[fresh["group"].isin(first["group"]), columns]
    # A group of the statistics that the key lacks: occupation not known.
    committed = first.loc[first["group"].isin(fresh["group"]), columns]
    for row in _changed(committed, fresh):
        raise DataError(
            f"sweden_occupations.csv: the first coding differs from the official keys: {row}; write the rows "
            "that llmexposure.derive.occupation_groups.official_rows gives"
        )


def _changed(old: pd.DataFrame, new: pd.DataFrame) -> Iterator[str]:
    both = old.merge(new, how="outer", indicator=True)
    for row in both[both["_merge"] != "both"].itertuples(index=False):
        yield ", ".join(map(str, row[:5]))
