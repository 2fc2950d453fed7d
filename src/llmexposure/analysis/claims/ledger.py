"""The ledger: every claim with the verdict that the results give, and how many of each."""

from collections.abc import Mapping

import pandas as pd

from llmexposure.analysis.claims.rules import verdict
from llmexposure.base.errors import DataError
from llmexposure.data.schemas.claims import VERDICTS
from llmexposure.report.record import Entry, nearest

EVIDENCE = ("published", "open", "postings")  # never simulated


def ledger(claims: pd.DataFrame, results: Mapping[str, Entry]) -> pd.DataFrame:
    """Claims with ``verdict`` and ``evidence``.

    Parameters
    ----------
    claims
        Table ``claims``.
    results
        The record, by key.

    Returns
    -------
    pandas.DataFrame
        The columns of ``claims``; ``verdict``, one of `rules.VERDICTS`; ``evidence``, the kinds that
        decide, empty where nothing does.

    Raises
    ------
    DataError
        Naming the claim: it has no result behind it, one that does not exist, a simulated one, or
        asks for data although it is decided.
    """
    rows = [_decided(row, results) for row in claims.fillna("").itertuples()]
    found = pd.DataFrame(rows, index=claims.index, columns=["verdict", "evidence"])
    return claims.join(found)


def _decided(claim: tuple, results: Mapping[str, Entry]) -> tuple[str, str]:
    where = f"claim {claim.claim_id}"
    keys = claim.key.split()
    if (claim.rule == "needs") == bool(keys) or (claim.rule == "needs") != bool(claim.needs):
        raise DataError(
            f"{where}: rule {claim.rule}, key {claim.key!r}, needs {claim.needs!r}; expected rule "
            "'needs' with what it needs and no key, or another rule with a key and no needs"
        )
    for key in keys:
        if key not in results:
            raise DataError(f"{where}: result {key} does not exist{nearest(key, results)}")
        if results[key]["evidence"] not in EVIDENCE:
            raise DataError(
                f"{where}: result {key} is {results[key]['evidence']}; no verdict of it"
            )
    entries = [results[key] for key in keys]
    try:
        found = verdict(claim.rule, claim.value, claim.unit, entries)
    except DataError as error:
        raise DataError(f"{where}: {error}") from None
    return found, " ".join(sorted({entry["evidence"] for entry in entries}))


def counts(decided: pd.DataFrame) -> pd.DataFrame:
    """Number of claims by document (rows, in the order of the ledger) and verdict (columns).

    Examples
    --------
    >>> counts(pd.DataFrame({"document": ["a", "a"], "verdict": ["supported", "needs_data"]}))[
    ...     ["supported", "needs_data"]
    ... ].to_numpy().tolist()
    [[1, 1]]
    """
    table = pd.crosstab(decided["document"], decided["verdict"])
    documents = decided["document"].unique()
    return table.reindex(index=documents, columns=list(VERDICTS), fill_value=0)
