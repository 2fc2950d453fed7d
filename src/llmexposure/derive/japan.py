"""Tables of openings and applications at Japan's public employment service."""

from collections.abc import Iterator

import pandas as pd

from llmexposure.base.sources import locate
from llmexposure.data.readers import hello_work

SOURCE = "mhlw_hello_work"


def ordered(table: pd.DataFrame) -> pd.DataFrame:
    """The table sorted by its key; counts of people, which are never missing, as whole numbers."""
    key = [name for name in ("place", "group", "kind", "year") if name in table]
    whole = [name for name in ("applications", "unclassified") if name in table]
    return table.sort_values(key, ignore_index=True).astype(dict.fromkeys(whole, int))


def derived() -> Iterator[tuple[str, pd.DataFrame]]:
    """The tables of this topic."""
    index = locate(SOURCE, "shinki_index.json")
    counts = hello_work.read_applications(locate(SOURCE, "shinki_ratios.json"), index)
    yield "japan_applications", ordered(counts)
    yield "japan_unclassified", ordered(hello_work.read_totals(index))
    yield "japan_groups", hello_work.read_groups(index).sort_values("group", ignore_index=True)
