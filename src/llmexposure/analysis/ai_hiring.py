"""Notebook 14: arithmetic of what the report prints about AI roles, and its two figures."""

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator, PercentFormatter

from llmexposure.report import style

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


_DASHES = ("-", "--")
# Height of a label at the end of a line, as a part of the axis.
_GAP = 0.052
# Part of a bar that is too narrow for its number.
_NARROW = 0.075


def country_lines(series: pd.DataFrame, *, y_label: str, events: Mapping[str, str]) -> Figure:
    """Monthly shares, one line a country, named at its end; vertical lines mark events.

    Parameters
    ----------
    series
        Index of months (YYYY-MM), one column a line, named as it should be labelled.
    events
        Month to what happened.
    """
    figure, ax = plt.subplots(figsize=(style.TEXT_WIDTH, 3.2))
    when = pd.to_datetime(series.index)
    colours = [style.PALETTE[i % len(style.PALETTE)] for i in range(series.shape[1])]
    for i, name in enumerate(series):
        ax.plot(when, series[name], color=colours[i], ls=_DASHES[i // len(style.PALETTE)])
    ax.set(xlabel="Month", ylabel=y_label, ylim=(0, None))
    ax.yaxis.set_major_locator(MaxNLocator(steps=[1, 2, 5, 10]))
    ax.yaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    for month, what in events.items():
        ax.axvline(pd.Timestamp(month), color="0.6", lw=0.8, ls=":")
        ax.text(pd.Timestamp(month), 1.02, what, ha="center", va="bottom", fontsize=style.SMALL,
                color="0.35", transform=ax.get_xaxis_transform())  # fmt: skip
    _name_ends(ax, when[-1], series.iloc[-1], dict(zip(series, colours, strict=True)))
    return figure


def _name_ends(ax: Axes, when: pd.Timestamp, ends: pd.Series, colours: Mapping[str, str]) -> None:
    """Names beside the ends of lines, moved up where two would touch."""
    low, high = ax.get_ylim()
    last = -np.inf
    for name, value in ends.sort_values().items():
        last = max(value, last + _GAP * (high - low))
        ax.annotate(f" {name}", (when, last), color=colours[name], va="center", fontsize=style.SMALL,
                    annotation_clip=False)  # fmt: skip


def mix_bars(
    panels: Mapping[str, pd.DataFrame], colours: Sequence[str] = (style.BLUE, "#56B4E9", "0.85")
) -> Figure:
    """Stacked bars of shares that sum to one, a panel a table, with the percentages written in.

    Parameters
    ----------
    panels
        Title to a table: one row a bar (top to bottom), one column a part, named as in the legend.
    """
    figure, axes = plt.subplots(1, len(panels), figsize=(style.TEXT_WIDTH, 2.3), sharey=True)
    for ax, (title, table) in zip(axes, panels.items(), strict=True):
        _stack(ax, table, colours)
        ax.set_yticks(np.arange(len(table))[::-1], table.index)
        ax.tick_params(axis="y", length=0)
        ax.xaxis.set_major_formatter(PercentFormatter(1, decimals=0))
        ax.set(xlabel="Share of the role's postings", xlim=(0, 1.08), xticks=np.arange(0, 1.1, 0.2))
        ax.legend(title=title, loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=3,
                  columnspacing=1, handlelength=1, title_fontsize=style.SMALL)  # fmt: skip
    return figure


def _stack(ax: Axes, table: pd.DataFrame, colours: Sequence[str]) -> None:
    """One bar a row, top to bottom, percentages inside, or beside where a part is too narrow."""
    y, left = np.arange(len(table))[::-1], np.zeros(len(table))
    for column, colour in zip(table, colours, strict=True):
        width = table[column].to_numpy()
        ax.barh(y, width, left=left, color=colour, height=0.7, label=column)
        ink = "white" if colour == style.BLUE else "black"
        for at, start, part in zip(y, left, width, strict=True):
            inside = part > _NARROW
            ax.text(start + (part / 2 if inside else part + 0.01), at, f"{100 * part:.1f}",
                    ha="center" if inside else "left", va="center", fontsize=style.SMALL,
                    color=ink)  # fmt: skip
        left = left + width
