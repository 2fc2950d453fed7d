"""Exposure to generative AI of the International Labour Organization, by ISCO-08 unit group.

Source: Gmyrek, Berg, Kaminski, Konopczynski, Ladna, Nafradi, Roslaniec and Troszynski (2025), ILO Working
Paper 140. The authors' repository states no licence: scores are read, and passed on only as means.
"""

from pathlib import Path

import pandas as pd
import pandera.pandas as pa

from llmexposure.base.tables.schema import choose, keyed, validate
from llmexposure.data.readers import columns as c
from llmexposure.data.readers.sheet import read_sheet

_NAMES = {"ISCO_08": "isco", "taskID": "task_id", "score_2025": "score"}


def read_ilo_2025(path: Path) -> pd.DataFrame:
    """Mean score of the tasks of each unit group.

    Returns
    -------
    pandas.DataFrame
        427 rows: ``isco`` (key), ``ilo`` in [0, 1], the plain mean of its tasks' scores of 2025. The
        authors print the same mean to two digits.
    """
    schema = keyed(
        {
            "isco": c.text(pa.Check.str_matches(r"^\d{4}$")),
            "task_id": c.text(),
            "score": c.number(0, 1),
        },
        ["isco", "task_id"],
    )
    tasks = validate(choose(read_sheet(path), _NAMES, path), schema, file=path)
    return tasks.groupby("isco")["score"].mean().rename("ilo").reset_index()
