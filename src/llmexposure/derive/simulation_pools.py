"""Which activities the postings of a category ask for: those of its occupations in O*NET."""

import pandas as pd

# Rarer activities of a category are left out, so that its postings resemble each other.
POOL = 100


def pools(
    occupations: pd.DataFrame, links: pd.DataFrame, rated: pd.Index, size: int = POOL
) -> pd.DataFrame:
    """Derive the table ``activities`` of the simulation.

    Parameters
    ----------
    occupations
        Table ``occupations``: ``category``, ``onet_soc_prefix``.
    links
        ``onet_soc``, ``task_id``, ``dwa_id``, from `llmexposure.data.readers.onet.read_task_links`.
    rated
        Activities that have a rating; the others are left out.
    size
        At most so many activities a category, the most linked first.

    Returns
    -------
    pandas.DataFrame
        ``category``, ``dwa_id``, ``links`` (links from tasks of the category's occupations),
        sorted by category as given, then links, then id.
    """
    known = links[links["dwa_id"].isin(rated)]
    found = []
    for category, rows in occupations.groupby("category", sort=False):
        own = known["onet_soc"].str.startswith(tuple(rows["onet_soc_prefix"]))
        counts = known.loc[own, "dwa_id"].value_counts().rename("links").reset_index()
        ordered = counts.sort_values(["links", "dwa_id"], ascending=[False, True])
        found.append(ordered.head(size).assign(category=category))
    return pd.concat(found, ignore_index=True)[["category", "dwa_id", "links"]]
