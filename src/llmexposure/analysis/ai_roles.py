"""Arithmetic of what the report prints about AI roles: levels a year before, what is left, numbers."""

import pandas as pd

# Half of a change that the text gives in words ("unchanged"): it would have been printed from 0.5 points.
IN_WORDS = 0.005


def mix_before(mix: pd.DataFrame) -> pd.DataFrame:
    """Share of each level a year before, share minus change, with the bounds that rounding leaves.

    Parameters
    ----------
    mix
        ``role``, ``level``, ``share``, ``change`` (fractions), ``share_decimals``, ``change_decimals`` (of
        the printed percentages; missing: in words).

    Returns
    -------
    pandas.DataFrame
        ``role``, ``level``, ``share``, ``before``, ``half_share`` and ``half_before`` (half widths).

    Examples
    --------
    >>> row = {"role": ["a"], "level": ["bachelor"], "share": [0.5], "change": [0.1]}
    >>> row |= {"share_decimals": [0], "change_decimals": [0.0]}
    >>> found = mix_before(pd.DataFrame(row)).round(3)
    >>> found[["before", "half_before"]].values.tolist()
    [[0.4, 0.01]]
    """
    half = 0.005 * 10.0 ** -mix["share_decimals"]
    change = (0.005 * 10.0 ** -mix["change_decimals"]).fillna(IN_WORDS)
    return mix[["role", "level", "share"]].assign(
        before=mix["share"] - mix["change"], half_share=half, half_before=half + change
    )


def rest(levels: pd.DataFrame) -> pd.DataFrame:
    """What the named levels leave of each role's postings, now and a year before.

    Parameters
    ----------
    levels
        From `mix_before`.

    Returns
    -------
    pandas.DataFrame
        By role: ``named``, ``named_before``, ``rest``, ``rest_before``, and ``low_before`` and
        ``high_before``, the bounds of ``rest_before``; a share below zero would be an error of the source.
    """
    sums = levels.groupby("role", sort=False)[["share", "before", "half_before"]].sum()
    left = 1 - sums["before"]
    return pd.DataFrame(
        {
            "named": sums["share"],
            "named_before": sums["before"],
            "rest": 1 - sums["share"],
            "rest_before": left,
            "low_before": left - sums["half_before"],
            "high_before": left + sums["half_before"],
        }
    )


def growth_of_part(
    share: float | pd.Series, before: float | pd.Series, growth: float | pd.Series
) -> float | pd.Series:
    """Growth of the number of postings in a part of a role, from its shares and the role's growth.

    Examples
    --------
    >>> growth_of_part(0.5, 0.25, 1.0)
    3.0
    """
    return (1 + growth) * share / before - 1


def numbers(levels: pd.DataFrame, growth: pd.Series) -> pd.DataFrame:
    """Growth of the number of postings of each level, the rest included.

    Parameters
    ----------
    levels
        From `mix_before`.
    growth
        Growth of the number of postings, by role.

    Returns
    -------
    pandas.DataFrame
        ``role``, ``level`` (with ``rest``), ``share``, ``before``, ``number_growth``.
    """
    left = rest(levels)[["rest", "rest_before"]].set_axis(["share", "before"], axis=1)
    columns = ["role", "level", "share", "before"]
    parts = pd.concat([levels[columns], left.assign(level="rest").reset_index()[columns]])
    role_growth = parts["role"].map(growth)
    found = growth_of_part(parts["share"], parts["before"], role_growth)
    return parts.assign(number_growth=found).reset_index(drop=True)


def mix_table(levels: pd.DataFrame, roles: dict[str, str], names: dict[str, str]) -> pd.DataFrame:
    """Shares that sum to one: a row a role and year, a column a level and one for the rest.

    Parameters
    ----------
    levels
        From `mix_before`.
    roles, names
        Roles and levels to show, in this order, with their names.

    Examples
    --------
    >>> levels = pd.DataFrame({"role": ["a"], "level": ["x"], "share": [0.7], "before": [0.6]})
    >>> mix_table(levels, {"a": "A"}, {"x": "X"}).round(1).to_dict("index")
    {'A 2023': {'X': 0.6, 'rest': 0.4}, 'A 2024': {'X': 0.7, 'rest': 0.3}}
    """
    wide = levels.pivot(index="role", columns="level", values=["before", "share"])
    years = {"2023": "before", "2024": "share"}
    rows = {
        f"{name} {year}": wide.loc[role, column][list(names)]
        for role, name in roles.items()
        for year, column in years.items()
    }
    table = pd.DataFrame(rows).T.rename(columns=names)
    return table.assign(rest=1 - table.sum(axis=1))


def premium_that_explains(rest_now: float, rest_before: float, growth: float) -> float:
    """Pay premium of the named levels over the rest by which the change of mix alone gives the growth of pay.

    Solves (r1 + (1 - r1)(1 + p)) / (r0 + (1 - r0)(1 + p)) = 1 + g for p. A smaller true premium means that
    pay also grew at equal requirements.

    Examples
    --------
    >>> round(premium_that_explains(0.0, 0.5, 0.2), 3)
    0.5
    """
    level = 1 + growth
    return (level - 1) / ((1 - rest_now) - level * (1 - rest_before))


def weight_for_mean(first: float, second: float, mean: float) -> float:
    """Weight of the first of two values at which their weighted mean is the given one.

    Examples
    --------
    >>> weight_for_mean(0.0, 1.0, 0.25)
    0.75
    """
    return (second - mean) / (second - first)


def half_year_growth(series: pd.DataFrame, before: str, after: str) -> pd.Series:
    """Growth of monthly means from one half-year to another, by column.

    Parameters
    ----------
    series
        Months (YYYY-MM) by units.
    before, after
        Half-years such as ``2023h1``.
    """
    return _half(series, after) / _half(series, before) - 1


def _half(series: pd.DataFrame, half: str) -> pd.Series:
    year, number = half.split("h")
    months = [f"{year}-{m:02d}" for m in range(6 * int(number) - 5, 6 * int(number) + 1)]
    return series.loc[months].mean()
