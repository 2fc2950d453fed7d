"""Notebook 01: what two raters say of groups, and the committed tables with the index that it computed."""

import pandas as pd

from llmexposure.data.taxonomy.groups import oews_code
from llmexposure.data.taxonomy.sectors import read_sector_occupations
from llmexposure.derive.core import sectors
from llmexposure.derive.occupation_groups import US_MINOR, all_maps, group_exposures
from llmexposure.exposure.measures import RATINGS


def first_groups(means: pd.DataFrame) -> pd.DataFrame:
    """``name`` of each rater's most exposed group and its ``lead``, the distance to the second.

    Parameters
    ----------
    means
        Mean exposure, 0 to 1: groups (index, at least two) by raters (columns ``gpt4_beta`` and its like).

    Returns
    -------
    pandas.DataFrame
        Indexed by rater: ``gpt4``, ``human``.

    Examples
    --------
    >>> means = pd.DataFrame({"gpt4_beta": [0.75, 0.5], "human_beta": [0.25, 0.5]}, index=["a", "b"])
    >>> first_groups(means).to_dict("index")
    {'gpt4': {'name': 'a', 'lead': 0.25}, 'human': {'name': 'b', 'lead': 0.25}}
    """
    raters = means.rename(columns=lambda name: name.split("_")[0])
    two = raters.apply(lambda column: column.nlargest(2).to_numpy())
    return pd.DataFrame({"name": raters.idxmax(), "lead": two.iloc[0] - two.iloc[1]})


def order_below_first(means: pd.DataFrame) -> float:
    """Rank correlation of two raters over all groups but the one that the first rater puts first.

    Examples
    --------
    >>> order_below_first(pd.DataFrame({"x": [0.9, 0.5, 0.4], "y": [0.9, 0.1, 0.2]}))
    -1.0
    """
    first, second = means.columns
    rest = means.drop(index=means[first].idxmax())
    return round(float(rest[first].rank().corr(rest[second].rank())), 12)


def with_columns(table: pd.DataFrame, key: str, fresh: pd.DataFrame) -> pd.DataFrame:
    """Copy of a table whose columns that ``fresh`` has are those of ``fresh``, row by row of the key.

    Parameters
    ----------
    fresh
        Indexed by the key; rows of the table that it lacks are missing.

    Examples
    --------
    >>> table = pd.DataFrame({"k": ["a", "b"], "x": [1.0, 2.0], "y": [3, 4]})
    >>> with_columns(table, "k", pd.DataFrame({"x": [5.0, 6.0]}, index=["b", "a"]))["x"].tolist()
    [6.0, 5.0]
    """
    values = fresh.reindex(table[key])
    return table.assign(**{name: values[name].to_numpy() for name in fresh})


def handed_on(
    through: pd.DataFrame,
    direct: pd.DataFrame,
    onet: pd.DataFrame,
    occupations: pd.DataFrame,
    by_sector: pd.DataFrame,
    groups: pd.DataFrame,
) -> dict[str, pd.DataFrame]:
    """Tables by O*NET occupation, by SOC occupation, by sector and by group with another index in them.

    What is not the index (telework, wages, other measures) stays as committed.

    Parameters
    ----------
    through, direct
        The six ratings by O*NET occupation (index): through activities, and straight from tasks.
    onet, occupations, by_sector, groups
        Tables ``occupations_onet``, ``occupations``, ``sectors`` and ``group_exposures``.
    """
    means = through.groupby(oews_code(through.index.to_series().str[:7]))[RATINGS].mean()
    of_soc = with_columns(occupations, "soc", means)
    of_sector = sectors(of_soc, read_sector_occupations()).set_index("sector")
    index = [name for name in by_sector if name.startswith(tuple(RATINGS))]
    both = pd.concat([through[RATINGS], direct[RATINGS].add_suffix("_task")], axis=1)
    return {
        "occupations_onet": with_columns(onet, "onet_soc", both),
        "occupations": of_soc,
        "sectors": with_columns(by_sector, "sector", of_sector[index]),
        "group_exposures": _groups(of_soc, groups),
    }


def _groups(occupations: pd.DataFrame, committed: pd.DataFrame) -> pd.DataFrame:
    """Table ``group_exposures`` with the ratings that these occupations give; both are in the same order."""
    titles = committed.set_index(["scheme", "group"])["label"].loc[US_MINOR]
    fresh = group_exposures(occupations, all_maps(occupations, titles))
    return committed.assign(**{name: fresh[name].to_numpy() for name in RATINGS})
