"""Statements of a text checked against the table that it comments on."""

import pandas as pd


def check_city_statements(cities: pd.DataFrame, statements: pd.DataFrame) -> pd.Series:
    """Whether each statement agrees with the table.

    A stated rank is that among the printed cities; where values are equal the best rank counts. A stated
    value is equal to the printed one, or above it is meant as a lower bound ('above 8,000').

    Parameters
    ----------
    cities
        ``city`` and one column a component.
    statements
        ``city``, ``component``, ``stated_rank``, ``stated_value`` (may be missing), ``relation``.

    Returns
    -------
    pandas.Series
        Boolean, index of ``statements``.

    Examples
    --------
    >>> cities = pd.DataFrame({"city": ["a", "b"], "schools": [3, 5]})
    >>> said = {"city": ["b"], "component": ["schools"], "stated_rank": [1]}
    >>> said |= {"stated_value": [4.0], "relation": ["above"]}
    >>> check_city_statements(cities, pd.DataFrame(said)).tolist()
    [True]
    """
    table = cities.set_index("city")
    ranks = table.rank(ascending=False, method="min", numeric_only=True)
    return statements.apply(lambda row: _holds(row, table, ranks), axis=1)


def _holds(said: pd.Series, table: pd.DataFrame, ranks: pd.DataFrame) -> bool:
    value = table.loc[said["city"], said["component"]]
    if ranks.loc[said["city"], said["component"]] != said["stated_rank"]:
        return False
    if pd.isna(said["stated_value"]):
        return True
    above = said["relation"] == "above"
    return bool(value > said["stated_value"] if above else value == said["stated_value"])


def check_skill_statements(lists: pd.DataFrame, statements: pd.DataFrame) -> pd.Series:
    """Whether each skill that the text names stands in the role's list, at the rank stated if one is.

    Parameters
    ----------
    lists
        ``role``, ``skill``, ``rank``.
    statements
        ``role``, ``skill``, ``stated_rank`` (may be missing).
    """
    found = statements.merge(lists, on=["role", "skill"], how="left")
    named = found["rank"].notna()
    agrees = found["stated_rank"].isna() | (found["stated_rank"] == found["rank"])
    return (named & agrees).set_axis(statements.index)
