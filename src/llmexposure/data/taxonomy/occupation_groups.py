"""Occupation groups of other classifications and the US occupations that belong to each, coded twice.

England's SOC 2020 unit groups, the 48 groups of Australia's vacancy index, Japan's 73 occupations and
Sweden's SSYK 2012 have no official key to the US classification, or one that says where work may go and not
how much. So two coders assigned US occupations to each group without sight of each other (Sweden: the
official keys stand for the first), and a third decided where they differ.
"""

import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pandera.pandas as pa

from llmexposure.base.errors import DataError
from llmexposure.base.project import current
from llmexposure.base.tables.schema import keyed, read_csv

SCHEMES = ("england", "australia", "japan", "sweden")
CODINGS = ("first", "second", "adopted")
CONFIDENCES = ("high", "medium", "low")
# In place of a code where a group has no US occupation: armed forces, the unclassified.
NO_OCCUPATION = "none"
# From a detailed code (15-1252) up to a major group (15-xxxx).
_TARGET = r"^(\d{2}-(\d{4}|\d{3}x|\d{2}xx|\dxxx|xxxx)|none)$"
_KEY = ["group", "coding", "soc"]
_WORDS = pa.Check.str_matches(r"^\S(.*\S)?$")

SCHEMA = keyed(
    {
        "group": pa.Column(str, pa.Check.str_matches(r"^[0-9A-Za-z]+$")),
        "label": pa.Column(str, _WORDS),
        "coding": pa.Column(str, pa.Check.isin(CODINGS)),
        "soc": pa.Column(str, pa.Check.str_matches(_TARGET)),
        "weight": pa.Column(float, pa.Check.in_range(0, 1)),
        "confidence": pa.Column(str, pa.Check.isin(CONFIDENCES)),
        "reason": pa.Column(str, _WORDS),
    },
    _KEY,
)


def read_group_map(scheme: str, path: Path | None = None) -> pd.DataFrame:
    """Read which US occupations belong to each group of a classification, by both coders and as adopted.

    Parameters
    ----------
    scheme
        'england', 'australia', 'japan' or 'sweden'.

    Returns
    -------
    pandas.DataFrame
        ``group`` (code as text), ``label``, ``coding`` ('first', 'second', 'adopted'), ``soc`` (SOC 2018: a
        detailed code, the start of several such as ``15-12xx``, or 'none'), ``weight`` in (0, 1], the share
        of that occupation's jobs that belongs to the group (0 for 'none'), ``confidence``, ``reason``.

    Raises
    ------
    DataError
        When the table breaks its contract: naming the first row that does.

    Examples
    --------
    >>> japan = read_group_map("japan")
    >>> japan["group"].nunique()
    73
    """
    path = path or current().table_file(f"{scheme}_occupations")
    table = read_csv(path, SCHEMA)
    _check_rows(table, path)
    return table


def _check_rows(table: pd.DataFrame, path: Path) -> None:
    """Rules between rows: 'none' alone, without weight; one confidence a group; groups in every coding."""
    nothing = table["soc"] == NO_OCCUPATION
    by_coding = table.groupby(["group", "coding"])
    broken = {
        "weight is 0 where, and only where, soc is 'none'": nothing != (table["weight"] == 0),
        "a group has 'none' or occupations, not both": nothing
        & (by_coding["soc"].transform("size") > 1),
        "one confidence a group and coding": by_coding["confidence"].transform("nunique") > 1,
        "one label a group": table.groupby("group")["label"].transform("nunique") > 1,
        "every group is coded by first, second and adopted": table.groupby("group")[
            "coding"
        ].transform("nunique")
        < len(CODINGS),
    }
    for rule, rows in broken.items():
        if rows.any():
            row = table[rows].iloc[0]
            raise DataError(
                f"{path.name}: group {row['group']!r}, coding {row['coding']!r}, soc {row['soc']!r}: "
                f"expected that {rule}; correct the row"
            )


def expand(targets: pd.DataFrame, occupations: pd.Index) -> pd.DataFrame:
    """Replace starts of codes by the detailed occupations below them; rows with 'none' are left out.

    Where a group names an occupation and a start that covers it, the longer one counts.

    Parameters
    ----------
    targets
        ``soc`` as in `read_group_map`, ``weight``, and columns that say whose target it is.
    occupations
        Detailed SOC 2018 codes to choose from.

    Returns
    -------
    pandas.DataFrame
        The same columns, one row a detailed occupation; sorted.

    Raises
    ------
    DataError
        When a code or start covers none of the occupations.

    Examples
    --------
    >>> targets = pd.DataFrame({"group": "a", "soc": ["15-12xx", "15-1252"], "weight": [1, 0.5]})
    >>> expand(targets, pd.Index(["15-1251", "15-1252", "15-2031"]))["weight"].tolist()
    [1.0, 0.5]
    """
    rows = targets[targets["soc"] != NO_OCCUPATION]
    among = np.array(sorted(occupations), dtype=str)
    found = {start: _below(start, among) for start in rows["soc"].unique()}
    whose = [name for name in targets if name not in ("soc", "weight")]
    long = rows.assign(
        weight=rows["weight"].astype(float),
        length=rows["soc"].str.rstrip("x").str.len(),
        soc=rows["soc"].map(found),
    ).explode("soc")
    long = long.sort_values([*whose, "soc", "length"]).drop_duplicates([*whose, "soc"], keep="last")
    return long[list(targets)].reset_index(drop=True)


def _below(start: str, occupations: np.ndarray) -> list[str]:
    """Those of the sorted codes that begin with a start."""
    begin = start.rstrip("x")
    # The last character of Unicode stands behind whatever may follow in a code.
    first, end = np.searchsorted(occupations, [begin, begin + chr(sys.maxunicode)])
    found = occupations[first:end].tolist()
    if not found:
        raise DataError(
            f"column 'soc': {start!r} covers none of the occupations; expected a detailed SOC 2018 code as "
            "OEWS publishes it, such as '15-1252', or the start of several, such as '15-12xx'"
        )
    return found
