"""Notebook 08: four rounds of observed use, how alike they are, and which printed claims hold later."""

from collections.abc import Mapping, Sequence
from itertools import combinations

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter
from scipy import stats

from llmexposure.base.estimate import Estimate
from llmexposure.estimation.resampling.draws import percentile_estimate
from llmexposure.report import style

AUTOMATION = ["directive", "feedback_loop"]
AUGMENTATION = ["task_iteration", "learning", "validation"]
# Words of a claim to the printed quantity, what is recorded of each round, and the rule of `claims`.
_CLAIMS = {
    "Computing has the largest share": (
        "groups.computer_math_share", "computer_math_share", "computer_math"),
    "Arts and media have the second": ("groups.arts_media_share", "arts_media_share", "arts_media"),
    "Farming has the smallest": ("groups.farming_share", "farming_share", "farming"),
    "Over a third use a quarter of tasks": ("depth.share_occupations_25", "depth_25", "tasks_25"),
    "About 4% use three quarters": ("depth.share_occupations_75", "depth_75", "tasks_75"),
    "Augmentation above automation": ("modes.augmentation_share", "augmentation_share", "augmentation"),
    "Low wages use less than the peak": ("", "wage_low_end", "wage_ends"),
    "High wages use less than the peak": ("", "wage_high_end", "wage_ends"),
}  # fmt: skip


def round_scope(month: str) -> str:
    """First part of the keys of a round.

    Examples
    --------
    >>> round_scope("2024-12")
    'usage.open.round_2024_12'
    """
    return f"usage.open.round_{month.replace('-', '_')}"


def smallest_rank_r(rounds: pd.DataFrame, *, draws: int, seed: int) -> Estimate:
    """Smallest rank correlation between any two rounds, with a percentile interval over resampled units.

    Parameters
    ----------
    rounds
        Units by rounds; those that miss one are left out.
    draws
        Resamples of units. The smallest of several is pulled down by noise, in each resample as in the data.

    Examples
    --------
    >>> rounds = pd.DataFrame({"a": [1, 2, 3, 4, 5], "b": [1, 2, 3, 4, 5], "c": [1, 2, 3, 5, 4]})
    >>> round(smallest_rank_r(rounds, draws=9, seed=1).value, 2)
    0.9
    """
    # Sorted by value, so that the same draws meet the same units whatever the order of the rows.
    values = rounds.dropna().sort_values(list(rounds)).to_numpy(float)
    rng, n = np.random.default_rng(seed), len(values)
    drawn = np.array([_smallest(values[rng.integers(0, n, n)]) for _ in range(draws)])
    return percentile_estimate(_smallest(values), drawn, n)


def _smallest(values: np.ndarray) -> float:
    return float(np.corrcoef(stats.rankdata(values, axis=0), rowvar=False).min())


def rank_correlations(rounds: pd.DataFrame) -> pd.Series:
    """Rank correlation of each pair of rounds, indexed ``first_second``."""
    matrix = rounds.corr(method="spearman")
    return pd.Series({f"{a}_{b}": float(matrix.loc[a, b]) for a, b in combinations(matrix, 2)})


def automation(totals: pd.DataFrame) -> pd.DataFrame:
    """Automation's share of the five modes, and its range if all unknown ones were of one kind.

    Parameters
    ----------
    totals
        Table ``usage_round_totals``.

    Returns
    -------
    pandas.DataFrame
        Same index: ``automation`` of the known modes; ``low`` and ``high`` of all conversations, the unknown
        ones being augmentation or automation.

    Examples
    --------
    >>> modes = dict.fromkeys([*AUTOMATION, *AUGMENTATION], 0.18)
    >>> automation(pd.DataFrame([modes | {"unknown": 0.1}])).round(2).values.tolist()
    [[0.4, 0.36, 0.46]]
    """
    automated = totals[AUTOMATION].sum(axis=1)
    known = automated + totals[AUGMENTATION].sum(axis=1)
    columns = {
        "automation": automated / known,
        "low": automated,
        "high": automated + totals["unknown"],
    }
    return pd.DataFrame(columns, index=totals.index)


def claims(
    groups: pd.DataFrame, totals: pd.DataFrame, ends: Mapping[str, Sequence[Estimate]]
) -> pd.DataFrame:
    """Whether each claim of the announcement holds in each round, by a rule that its words give.

    Parameters
    ----------
    groups
        Share of conversations, major groups by rounds.
    totals
        Rows of one service, indexed by round, with ``automation``.
    ends
        By round: use at the low and at the high end of the wage scale less that at the peak.

    Returns
    -------
    pandas.DataFrame
        Claims by rounds, True where it holds: computing the largest group, arts and media the second,
        farming the smallest; more than a third of occupations with a quarter of their tasks; about 4% with
        three quarters; augmentation above automation; both ends of the wage scale clearly below the peak.
    """
    rank = groups.rank(ascending=False)
    found = {
        "computer_math": rank.loc["15"] == 1,
        "arts_media": rank.loc["27"] == 2,
        "farming": rank.loc["45"] == len(groups),
        "tasks_25": totals["occupations_25"] > 1 / 3,
        "tasks_75": totals["occupations_75"].round(2) == 0.04,
        "augmentation": totals["automation"] < 0.5,
        "wage_ends": pd.Series(
            {
                r: all(e.ci_high is not None and e.ci_high < 0 for e in pair)
                for r, pair in ends.items()
            }
        ),
    }
    return pd.DataFrame(found).T.astype(bool)


def claim_rows(months: Sequence[str]) -> list[list[str]]:
    """Rows of the table of claims: words, key of what is printed, key of each round, in how many it holds."""
    return [
        [
            words,
            f"usage.published.{printed}" if printed else "",
            *(f"{round_scope(month)}.{quantity}" for month in months),
            f"usage.open.rounds.holds_{rule}",
        ]
        for words, (printed, quantity, rule) in _CLAIMS.items()
    ]


def rounds_figure(
    groups: pd.DataFrame,
    modes: pd.DataFrame,
    exposed: pd.DataFrame,
    labels: Mapping[str, str],
    rounds: Mapping[str, str],
) -> Figure:
    """Three panels over rounds: shares of some groups, automation, and rank correlation with exposure.

    Parameters
    ----------
    groups
        Rounds by groups to draw.
    modes
        ``round``, ``service`` (chat, chat_and_api), ``automation``, ``low``, ``high``.
    exposed
        Indexed by round: ``value``, ``ci_low``, ``ci_high``.
    labels
        Name of each group.
    rounds
        Label of each round, in order.
    """
    figure, axes = plt.subplots(1, 3, figsize=(style.TEXT_WIDTH, 2.7))
    place = {name: i for i, name in enumerate(rounds)}
    colours = (style.BLUE, style.ORANGE, style.GREEN)
    highest = groups.iloc[-1].rank(ascending=False)
    for (group, label), colour in zip(labels.items(), colours, strict=True):
        axes[0].plot([place[r] for r in groups.index], groups[group], "o-", ms=4, color=colour)
        # The second highest is labelled above its line, the others below.
        axes[0].annotate(label, (len(place) - 1, groups[group].iloc[-1]), ha="right", fontsize=style.SMALL,
                         xytext=(0, 8 if highest[group] == 2 else -16), textcoords="offset points",
                         color=colour)  # fmt: skip
    for service, label, colour, shift in (
        ("chat", "chat", style.BLUE, -0.08), ("chat_and_api", "with API", style.PURPLE, 0.08)
    ):  # fmt: skip
        rows = modes[modes["service"] == service]
        x = rows["round"].map(place) + shift
        axes[1].vlines(x, rows["low"], rows["high"], color=colour, lw=4, alpha=0.25)
        axes[1].plot(x, rows["automation"], "o-", ms=4, color=colour)
        axes[1].annotate(label, (x.iloc[-1] + 0.1, rows["high"].iloc[-1]), xytext=(0, 4),
                         textcoords="offset points", ha="right", fontsize=style.SMALL,
                         color=colour)  # fmt: skip
    axes[1].axhline(0.5, color="0.6", lw=0.8, zorder=0)
    x = [place[r] for r in exposed.index]
    off = [exposed["value"] - exposed["ci_low"], exposed["ci_high"] - exposed["value"]]
    axes[2].errorbar(x, exposed["value"], yerr=off, fmt="o-", ms=4, color=style.BLUE, lw=1.2)
    _over_rounds(axes[0], rounds, "Share of conversations", 0.5)
    _over_rounds(axes[1], rounds, "Automation, share of modes", 0.8)
    _over_rounds(axes[2], rounds, "Rank correlation of exposure\nand use per job", 1.0)
    for ax in axes[:2]:
        ax.yaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    return figure


def _over_rounds(ax: Axes, rounds: Mapping[str, str], label: str, top: float) -> None:
    ax.set(ylabel=label, ylim=(0, top))
    ax.set_xticks(range(len(rounds)), list(rounds.values()), fontsize=style.SMALL)
    ax.margins(x=0.12)
