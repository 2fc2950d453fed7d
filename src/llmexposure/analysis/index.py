"""Notebook 01: the committed tables of occupations and sectors with the index that the notebook computed."""

import pandas as pd

from llmexposure.data.taxonomy.groups import oews_code
from llmexposure.data.taxonomy.sectors import read_sector_occupations
from llmexposure.derive.core import sectors
from llmexposure.exposure.measures import RATINGS


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
) -> dict[str, pd.DataFrame]:
    """Tables by O*NET occupation, by SOC occupation and by sector with another index in them.

    What is not the index (telework, wages, other measures) stays as committed.

    Parameters
    ----------
    through, direct
        The six ratings by O*NET occupation (index): through activities, and straight from tasks.
    onet, occupations, by_sector
        Tables ``occupations_onet``, ``occupations`` and ``sectors``.
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
    }
