"""Anthropic Economic Index of 10 February 2025, the O*NET 20.1 tasks that it uses, and later exposure.

Shares are of conversations on one service, not of work or workers. Source: the publisher's data
set, MIT.
"""

from pathlib import Path

import pandas as pd
import pandera.pandas as pa

from llmexposure.base.tables.schema import choose, keyed, validate
from llmexposure.base.tables.text import read_text
from llmexposure.data.readers import columns as c

_LEVELS = {
    "Major Group": "major",
    "Minor Group": "minor",
    "Broad Occupation": "broad",
    "Detailed Occupation": "detailed",
    "Detailed O*NET-SOC": "onet",
}
_LOWER_CASE = pa.Check(lambda names: names == names.str.lower(), error="a name in small letters")


def _read_share(path: Path, names: dict[str, str], key: str, *checks: pa.Check) -> pd.DataFrame:
    schema = keyed({key: c.text(*checks), "share": c.number(0, 100)}, [key])
    percent = validate(choose(read_text(path), names, path), schema, file=path)
    return percent.assign(share=percent["share"] / 100)


def read_usage(path: Path) -> pd.DataFrame:
    """Share of conversations by O*NET 20.1 task.

    Returns
    -------
    pandas.DataFrame
        3,514 rows: ``task`` (key; statement in small letters, or 'none' for conversations that fit
        no task), ``share`` (fraction of conversations, sums to 1; the file: percent).
    """
    return _read_share(path, {"task_name": "task", "pct": "share"}, "task", _LOWER_CASE)


def read_interaction_modes(path: Path) -> pd.DataFrame:
    """Share of conversations by mode of interaction, as shipped.

    Returns
    -------
    pandas.DataFrame
        6 rows: ``mode`` (key; 'none' is one of them), ``share`` (the file: percent). The fractions
        sum to 0.842, not 1: renormalise before use.
    """
    return _read_share(path, {"interaction_type": "mode", "pct": "share"}, "mode")


def read_observed_exposure(path: Path) -> pd.DataFrame:
    """Observed exposure by occupation, as published in March 2026.

    Returns
    -------
    pandas.DataFrame
        756 rows: ``soc`` (key; SOC 2018), ``anthropic_observed`` in [0, 1]; 411 are 0.
    """
    names = {"occ_code": "soc", "observed_exposure": "anthropic_observed"}
    schema = keyed({"soc": c.soc(), "anthropic_observed": c.number(0, 1)}, ["soc"])
    return validate(choose(read_text(path), names, path), schema, file=path)


def read_bls_employment(path: Path) -> pd.DataFrame:
    """US employment of the 22 SOC major groups, May 2023.

    Returns
    -------
    pandas.DataFrame
        ``group_title`` (key), ``employment`` (int64; jobs, though the file's heading says
        'distribution').
    """
    names = {"SOC or O*NET-SOC 2019 Title": "group_title", "bls_distribution": "employment"}
    schema = keyed({"group_title": c.text(), "employment": c.whole(1)}, ["group_title"])
    return validate(choose(read_text(path), names, path), schema, file=path)


def read_onet20_tasks(path: Path) -> pd.DataFrame:
    """Task statements of O*NET 20.1.

    Returns
    -------
    pandas.DataFrame
        19,530 rows: ``onet_soc`` (O*NET-SOC 2010), ``task_id`` (int64), together the key; ``task``.
    """
    names = {"O*NET-SOC Code": "onet_soc", "Task ID": "task_id", "Task": "task"}
    columns = {"onet_soc": c.onet_soc(), "task_id": c.whole(1), "task": c.text()}
    schema = keyed(columns, ["onet_soc", "task_id"])
    return validate(choose(read_text(path), names, path), schema, file=path)


def read_soc_structure(path: Path) -> pd.DataFrame:
    """O*NET-SOC 2019 structure, one row a code.

    The file is indented, one column a level; a row that fills no level or several is an error.

    Returns
    -------
    pandas.DataFrame
        1,596 rows: ``code`` (key), ``level`` ('major', 'minor', 'broad', 'detailed', 'onet'),
        ``title``.
    """
    title = "SOC or O*NET-SOC 2019 Title"
    rows = choose(read_text(path), {**_LEVELS, title: "title"}, path)
    codes = rows[list(_LEVELS.values())]
    alone = codes.notna().sum(axis="columns") == 1
    tidy = pd.DataFrame(
        {
            "code": codes.bfill(axis="columns").iloc[:, 0].where(alone),
            "level": codes.notna().idxmax(axis="columns"),
            "title": rows["title"],
        }
    )
    schema = keyed({name: c.text() for name in tidy.columns}, ["code"])
    return validate(tidy, schema, file=path)
