"""The committed tables of the simulation, each behind its schema.

``docs/reference/simulation.md`` says which of their numbers are printed in the source report.
"""

from functools import cache
from pathlib import Path

import pandas as pd
import pandera.pandas as pa

from llmexposure.base.project import current
from llmexposure.base.tables.schema import keyed, read_csv
from llmexposure.data.readers import columns as c

_SHARE = c.number(0, 1)
_CHANGE = c.number(-1, 1)
_WEIGHT = c.number(0)
_WORDS = r"^\S(.*\S)?$"

_SCHEMAS = {
    "categories": keyed(
        {
            "category": c.text(),
            **dict.fromkeys(("exposure_2022", "exposure_2024"), _SHARE),
            **{
                f"{name}_{when}": _SHARE if when == "2022" else _CHANGE
                for name in ("share", "application_share", "bachelor", "three_years")
                for when in ("2022", "change")
            },
            "remote": _SHARE,
            "pay_2024": c.positive(),
            "pay_growth": _CHANGE,
            **dict.fromkeys(("none_weight", "high_school_weight", "college_weight"), _WEIGHT),
            **dict.fromkeys(("master_weight", "doctor_weight"), _SHARE),
        },
        ["category"],
    ),
    "ai_roles": keyed(
        {
            "role": c.text(),
            "category": c.text(),
            "name_zh": c.text(),
            "share_2023": _SHARE,
            "growth": c.number(0),
            "pay_2024": c.positive(),
            "pay_growth": _CHANGE,
            **{
                f"{name}_{when}": _SHARE if when == "2024" else _CHANGE
                for name in ("bachelor", "master", "three_to_five", "five_plus")
                for when in ("2024", "change")
            },
        },
        ["role"],
    ),
    "cities": keyed(
        {
            "city": c.text(),
            "weight": c.positive(),
            **dict.fromkeys(("service_tilt", "goods_tilt", "pay_premium"), _CHANGE),
            **dict.fromkeys(
                ("ai_posting_share", "ai_applicant_share"), c.number(0, 1, nullable=True)
            ),
            "ai_rank": c.number(1, 30, nullable=True),
        },
        ["city"],
    ),
    "activities": keyed(
        {"category": c.text(), "dwa_id": c.text(), "links": c.whole(1)}, ["category", "dwa_id"]
    ),
    "occupations": keyed(
        {
            "category": c.text(),
            "onet_soc_prefix": c.text(pa.Check.str_matches(r"^\d\d-[\d.]*$")),
            "reason": c.text(),
        },
        ["category", "onet_soc_prefix"],
    ),
    "titles": keyed({"role": c.text(), "titles": c.text()}, ["role"]),
    "phrases": keyed(
        {
            "kind": c.text(),
            # '-' is a choice as well: nothing is said.
            "text": c.text(pa.Check.str_matches(_WORDS)),
            "weight": c.whole(1),
        },
        ["kind", "text"],
    ),
    "moments": keyed(
        {
            "moment": c.text(),
            "subject": c.text(),
            "quantity": c.text(),
            "lower": c.number(nullable=True),
            "upper": c.number(nullable=True),
            "printed": c.text(),
        },
        ["moment"],
    ),
}
_LEXICON = keyed(
    {name: c.text(pa.Check.str_matches(_WORDS)) for name in ("dwa_id", "title_zh", "terms_zh")},
    ["dwa_id"],
)


def table(name: str, folder: Path | None = None) -> pd.DataFrame:
    """One of the tables ``simulation_<name>.csv``, validated.

    Parameters
    ----------
    name
        ``categories``, ``ai_roles``, ``cities``, ``activities``, ``occupations``, ``titles``,
        ``phrases`` or ``moments``.

    Raises
    ------
    DataError
        If the file is absent or breaks its schema.

    Examples
    --------
    >>> len(table("categories"))
    13
    """
    return _table(name, folder or current().taxonomy).copy()


@cache
def _table(name: str, folder: Path) -> pd.DataFrame:
    return read_csv(folder / f"simulation_{name}.csv", _SCHEMAS[name])


def lexicon(path: Path | None = None) -> pd.Series:
    """Chinese terms of each activity: lists of words, indexed by ``dwa_id``."""
    rows = read_csv(path or current().table_file("activities_zh"), _LEXICON)
    return rows.set_index("dwa_id")["terms_zh"].str.split("|")
