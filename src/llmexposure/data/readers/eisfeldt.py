"""Generative AI exposure of Eisfeldt, Schubert, Taska and Zhang (2023, revised 2024), by SOC 2010 occupation.

The authors' repository states no licence: scores are read, and passed on only as means.
"""

from pathlib import Path

import pandas as pd

from llmexposure.base.tables.schema import choose, keyed, validate
from llmexposure.base.tables.text import read_text
from llmexposure.data.readers import columns as c


def read_eisfeldt(path: Path) -> pd.DataFrame:
    """Share of each occupation's tasks that are exposed, core and supplemental together.

    Returns
    -------
    pandas.DataFrame
        840 rows: ``soc_2010`` (key), ``eisfeldt`` in [0, 1], missing for the 62 codes without tasks.
    """
    names = {"soc2010": "soc_2010", "genaiexp_estz_total": "eisfeldt"}
    schema = keyed({"soc_2010": c.soc(), "eisfeldt": c.number(0, 1, nullable=True)}, ["soc_2010"])
    return validate(choose(read_text(path), names, path), schema, file=path)
