"""Upwork public job feed, three snapshots of 30 December 2022 to 6 January 2023.

No licence is stated: only aggregates may leave the machine. One week is no time series.
"""

from collections.abc import Sequence
from pathlib import Path

import pandas as pd
import pandera.pandas as pa

from llmexposure.base.tables.schema import choose, keyed, validate
from llmexposure.base.tables.text import read_text
from llmexposure.data.readers import columns as c

_NAMES = {
    "uid": "uid",
    "occupations_category_pref_label": "category",
    "occupations_oservice_pref_label": "occupation",
    "type": "contract_type",
    "hourly_rate": "hourly_rate",
    "amount_amount": "budget",
    "tier": "tier",
    "proposals_tier": "proposals_tier",
    "published_on": "published_on",
    "job_ts": "listed_at",
}
CONTRACT_TYPES = ("hourly", "fixed_budget", "no_budget")
TIERS = ("Entry level", "Intermediate", "Expert")
PROPOSALS = ("Less than 5", "5 to 10", "10 to 15", "15 to 20", "20 to 50", "50+")


def read_postings(paths: Sequence[Path]) -> pd.DataFrame:
    """Postings of all snapshots, one row a posting.

    Exact repeats are dropped (244 of 14,981 rows). A posting listed again later (18 are) is kept as
    it was listed last, with its latest count of applications. The order of ``paths`` is of no
    account.

    Returns
    -------
    pandas.DataFrame
        14,719 rows, sorted by key: ``uid`` (text, key), ``category`` (12), ``occupation``,
        ``contract_type`` ('hourly', 'fixed_budget', 'no_budget'), ``hourly_rate`` and ``budget``
        (US dollars; each only for its contract type), ``tier`` (2 missing), ``proposals_tier``
        (applications so far, in six ranges), ``published_on`` (UTC, without zone).

    Raises
    ------
    DataError
        If a file breaks its contract.
    """
    listings = pd.concat([_listings(path) for path in paths], ignore_index=True)
    latest = listings.sort_values(["uid", "listed_at"]).drop_duplicates("uid", keep="last")
    return latest.drop(columns="listed_at").reset_index(drop=True)


def _listings(path: Path) -> pd.DataFrame:
    rows = choose(read_text(path), _NAMES, path).drop_duplicates()
    rows["published_on"] = rows["published_on"].str.removesuffix("Z")
    columns = {
        "uid": c.text(pa.Check.str_matches(r"^\d+$")),
        "category": c.text(),
        "occupation": c.text(),
        "contract_type": c.text(pa.Check.isin(CONTRACT_TYPES)),
        "hourly_rate": c.number(0, nullable=True),
        "budget": c.number(0, nullable=True),
        "tier": c.text(pa.Check.isin(TIERS), nullable=True),
        "proposals_tier": c.text(pa.Check.isin(PROPOSALS)),
        "published_on": c.date(),
        "listed_at": c.whole(1),
    }
    return validate(rows, keyed(columns, ["uid", "listed_at"]), file=path)
