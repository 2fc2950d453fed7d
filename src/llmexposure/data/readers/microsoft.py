"""AI applicability of SOC 2018 occupations: Tomlinson, Jaffe, Wang, Counts and Suri (2025), Microsoft.

They rest on what people used Copilot for and how well it did, not on a forecast. Source: the authors'
repository, CC BY 4.0.
"""

from pathlib import Path

import pandas as pd

from llmexposure.base.tables.schema import choose, keyed, validate
from llmexposure.base.tables.text import read_text
from llmexposure.data.readers import columns as c


def read_applicability(path: Path) -> pd.DataFrame:
    """Applicability score: ``soc`` (key; SOC 2018), ``microsoft`` in [0, 1]; 785 rows."""
    names = {"SOC Code": "soc", "ai_applicability_score": "microsoft"}
    schema = keyed({"soc": c.soc(), "microsoft": c.number(0, 1)}, ["soc"])
    return validate(choose(read_text(path), names, path), schema, file=path)
