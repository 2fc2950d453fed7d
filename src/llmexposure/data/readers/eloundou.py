"""Exposure labels of Eloundou, Manning, Mishkin and Rock, "GPTs are GPTs".

A label says how much a large language model cuts the time of a task: E0 not, E1 by half or more on
its own, E2 by half or more with software built on it. Source: github.com/openai/GPTs-are-GPTs, MIT.
"""

from pathlib import Path

import pandas as pd
import pandera.pandas as pa

from llmexposure.base.tables.schema import choose, keyed, validate
from llmexposure.base.tables.text import read_text
from llmexposure.data.readers import columns as c
from llmexposure.data.taxonomy import TASK_TYPES

LABELS = ("E0", "E1", "E2")

_SCORES = {
    "O*NET-SOC Code": "onet_soc",
    "dv_rating_alpha": "gpt4_alpha",
    "dv_rating_beta": "gpt4_beta",
    "dv_rating_gamma": "gpt4_gamma",
    "human_rating_alpha": "human_alpha",
    "human_rating_beta": "human_beta",
    "human_rating_gamma": "human_gamma",
}


def read_task_labels(full_labelset: Path) -> pd.DataFrame:
    """Labels of each task by annotators and by GPT-4.

    Returns
    -------
    pandas.DataFrame
        19,265 rows: ``onet_soc``, ``task_id`` (int64; the file prints 8823.0), both together the
        key (no repeats; the task id alone is unique too); ``task`` (its statement); ``task_type``
        ('Core', 'Supplemental', missing for 1,312); ``human`` (aggregate of the annotators) and
        ``gpt4``, each E0, E1 or E2 and never missing.
    """
    names = {
        "O*NET-SOC Code": "onet_soc",
        "Task ID": "task_id",
        "Task": "task",
        "Task Type": "task_type",
        "human_exposure_agg": "human",
        "gpt4_exposure": "gpt4",
    }
    columns = {
        "onet_soc": c.onet_soc(),
        "task_id": c.whole(1),
        "task": c.text(),
        "task_type": c.text(pa.Check.isin(TASK_TYPES), nullable=True),
        "human": c.text(pa.Check.isin(LABELS)),
        "gpt4": c.text(pa.Check.isin(LABELS)),
    }
    rows = choose(read_text(full_labelset, delimiter="\t"), names, full_labelset)
    return validate(rows, keyed(columns, ["onet_soc", "task_id"]), file=full_labelset)


def read_occupation_scores(occ_level: Path) -> pd.DataFrame:
    """Exposure of each occupation as published: alpha = E1, beta = E1 + E2/2, gamma = E1 + E2.

    Returns
    -------
    pandas.DataFrame
        923 rows: ``onet_soc`` (key; O*NET-SOC 2019), ``gpt4_alpha``, ``gpt4_beta``, ``gpt4_gamma``,
        ``human_alpha``, ``human_beta``, ``human_gamma``, each from 0 to 1.
    """
    scores = {name: c.number(0, 1) for name in list(_SCORES.values())[1:]}
    schema = keyed({"onet_soc": c.onet_soc(), **scores}, ["onet_soc"])
    return validate(choose(read_text(occ_level), _SCORES, occ_level), schema, file=occ_level)
