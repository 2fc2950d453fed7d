"""Notebook 11: the Monte Carlo under exposures that the report allows, and figures of coverage and power."""

from collections.abc import Mapping, Sequence
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import PercentFormatter

from llmexposure.estimation.montecarlo.outcomes import Outcomes, share_slope, units_of
from llmexposure.estimation.montecarlo.study import Effort, study
from llmexposure.report import style

# Coverage below this is drawn at the edge, with its value.
EDGE = 0.74
_MARKERS = ["o", "D", "^"]
_OFFSET = {"choice": 0.0, "benchmark": 0.0, "outlier": 0.24, "shared": -0.24, "reversed": 0.24}
_LOOK = {
    "choice": ("o", style.BLUE, "other designs of the choice"),
    "benchmark": ("D", style.GREEN, "benchmark: shares, in points"),
    "outlier": ("x", style.ORANGE, "stress: one wild unit"),
    "shared": ("+", "black", "stress: shared shocks"),
    "reversed": ("v", style.PURPLE, "stress: variance falls with exposure"),
}


def admissible_exposures(printed: pd.DataFrame, draws: int, seed: int) -> np.ndarray:
    """Exposures of 2022 drawn at random from those that the report's printed figures allow.

    A level that is printed, or follows from the level of 2024 and the change, stays. The other categories
    of the first group are uniform from its bound to one, those of the second from its bound to the lowest
    of the first, the last from zero to their bound; no order within a group is assumed.

    Parameters
    ----------
    printed
        Table ``report_exposure``.

    Returns
    -------
    numpy.ndarray
        Shape (draws, categories), in the order of ``printed``.
    """
    rng = np.random.default_rng(seed)
    known = (printed["index_2024"] - printed["change_2022_2024"]).to_numpy()
    low = printed["block_low_2022"].fillna(0).to_numpy()
    first, second = (printed["block"].eq(b).to_numpy() for b in ("top5", "next5"))
    high = np.tile(printed["block_high_2022"].fillna(1).to_numpy(), (draws, 1))
    uniform = rng.random((draws, len(printed)))
    values = np.where(np.isnan(known), low + uniform * (high - low), known)
    high[:, second] = values[:, first].min(axis=1, keepdims=True)
    return np.where(np.isnan(known), low + uniform * (high - low), known)


def coverage_by_exposure(
    vectors: np.ndarray,
    size: pd.Series,
    designs: Mapping[str, Outcomes],
    slope: float,
    simulations: int,
    seed: int,
) -> pd.DataFrame:
    """Coverage of the intervals with a closed form under other exposures of the same units.

    Parameters
    ----------
    vectors
        Exposures, one vector a row.
    size
        Sizes of the units.
    designs, slope
        As in `study.studies`; ``slope`` of log outcomes.

    Returns
    -------
    pandas.DataFrame
        One row a vector and design: ``vector`` (its row), ``design``, ``max_leverage`` and one column an
        interval.
    """
    effort, rows = Effort(simulations, 0, 0), []
    for place, vector in enumerate(vectors):
        units = units_of(pd.Series(vector, index=size.index), size)
        slopes = dict.fromkeys(designs, slope) | {"closure_pp": share_slope(units)}
        for name, drawn in designs.items():
            one = study(units, drawn, slopes[name], effort, seed=seed, lengths=False)
            found = {interval: share.value for interval, share in one.coverage.items()}
            leverage = float(units.regression.leverage.max())
            rows.append({"vector": place, "design": name, "max_leverage": leverage} | found)
    return pd.DataFrame(rows)


def coverage_dots(rows: pd.DataFrame, *, band: tuple[float, float], level: float) -> Figure:
    """Coverage of every interval in every design, one panel a sample.

    Parameters
    ----------
    rows
        ``panel``, ``interval`` (labels, in the order to draw from top to bottom), ``role`` (choice,
        benchmark, outlier, shared or reversed) and ``coverage``.
    band
        Ends of the range of coverage that the choice accepts, shaded.
    level
        Nominal coverage, a line.
    """
    panels, names = rows["panel"].unique(), list(rows["interval"].unique())
    figure, axes = plt.subplots(
        1, len(panels), figsize=(style.TEXT_WIDTH, 3.8), sharey=True, squeeze=False
    )
    for ax, panel in zip(axes[0], panels, strict=True):
        ax.axvspan(*band, color="0.92", lw=0)
        ax.axvline(level, color="0.6", lw=0.6)
        _dots(ax, rows[rows["panel"] == panel], names)
        ax.set(title=panel, xlabel="Coverage of the 95% interval", xlim=(EDGE - 0.02, 1.0))
        ax.xaxis.set_major_formatter(PercentFormatter(1, decimals=0))
        ax.tick_params(axis="y", length=0)
    axes[0, 0].set_yticks(np.arange(len(names))[::-1], names)
    axes[0, 0].set_ylim(-0.6, len(names) - 0.4)
    handles = [
        Line2D([], [], ls="", marker=m, color=colour, ms=5, label=label, **_fill(role))
        for role, (m, colour, label) in _LOOK.items()
    ]
    figure.legend(handles=handles, loc="outside lower center", ncols=2)
    return figure


def _dots(ax: Axes, rows: pd.DataFrame, names: Sequence[str]) -> None:
    """Markers of one panel; the designs of the choice lie on the row, stress designs beside it."""
    for role, (marker, colour, _) in _LOOK.items():
        part = rows[rows["role"] == role]
        heights = [len(names) - 1 - names.index(i) + _OFFSET[role] for i in part["interval"]]
        shown = part["coverage"].clip(lower=EDGE)
        ax.plot(shown, heights, marker, color=colour, ms=4.5, mew=1, ls="", **_fill(role))
        for height, value in zip(heights, part["coverage"], strict=True):
            if value < EDGE:
                ax.annotate(f"← {value:.0%}", (EDGE, height), xytext=(5, 0),
                            textcoords="offset points", va="center", fontsize=style.SMALL,
                            color=colour)  # fmt: skip


def _fill(role: str) -> dict[str, Any]:
    """Circles and triangles are hollow, so that designs that agree stay visible."""
    return {"mfc": "none"} if role in ("choice", "reversed") else {}


def power_curves(
    curves: pd.DataFrame, *, tests: Sequence[str], labels: Sequence[str], level: float = 0.8
) -> Figure:
    """Power against the true effect: exact as lines, simulated as markers.

    Parameters
    ----------
    curves
        ``panel`` (label of a sample), ``r``, ``slope``, ``exact`` and one column a test.
    tests, labels
        Columns to draw as markers, and their labels.
    """
    figure, axes = plt.subplots(1, 2, figsize=(style.TEXT_WIDTH, 2.9), sharey=True)
    groups = list(curves.groupby("panel", sort=False))
    for ax, x in zip(axes, ("r", "slope"), strict=True):
        ax.axhline(level, color="0.8", lw=0.6)
        for (panel, part), colour in zip(groups, style.PALETTE, strict=False):
            size = part[x].abs()
            ax.plot(size, part["exact"], color=colour)
            for test, marker in zip(tests, _MARKERS, strict=False):
                ax.plot(size, part[test], marker, color=colour, ms=3.5, mfc="none", mew=0.8, ls="")
            _name(ax, panel, size, part["exact"], colour, right=panel == groups[0][0])
        ax.yaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    axes[0].set(xlabel="Partial correlation, absolute value", ylabel="Power at the 5% level")
    axes[1].set(xlabel="Slope, log points per unit of exposure,\nabsolute value", xlim=(-0.05, 1.6))
    handles = [Line2D([], [], color="0.3", label="OLS t test, exact")] + [
        Line2D([], [], ls="", marker=marker, color="0.3", mfc="none", ms=4, label=label)
        for marker, label in zip(_MARKERS, labels, strict=False)
    ]
    axes[1].legend(handles=handles, loc="lower right")
    return figure


def _name(ax: Axes, name: str, x: pd.Series, power: pd.Series, colour: str, *, right: bool) -> None:
    """Name of a curve beside its middle."""
    place = int((power - 0.5).abs().to_numpy().argmin())
    shift, side = ((16, -12), "left") if right else ((-7, 6), "right")
    ax.annotate(name, (x.iloc[place], power.iloc[place]), xytext=shift, ha=side,
                textcoords="offset points", fontsize=style.SMALL, color=colour)  # fmt: skip
