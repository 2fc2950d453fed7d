"""Figures of the deck: 16:9, no letter under 16 pt, drawn from the plotted values of the paper's own."""

from collections.abc import Callable, Iterator
from pathlib import Path

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from llmexposure.base.project import Project
from llmexposure.report import style

SIZE = (8.0, 4.5)  # inches; 16:9
LETTERS = 16  # points, the smallest


def _scatter(ax: Axes, d: pd.DataFrame) -> str:
    ax.scatter(d["gpt4_beta"], d["change"], s=70, color=style.BLUE, alpha=0.7, lw=0)
    slope, intercept = np.polyfit(d["gpt4_beta"], d["change"], 1)
    ends = np.array([d["gpt4_beta"].min(), d["gpt4_beta"].max()])
    ax.plot(ends, intercept + slope * ends, color=style.ORANGE, lw=2.5)
    named = d.set_index("sector")
    for name in ("software_development", "cleaning_sanitation", "nursing"):
        x, y = named.loc[name, ["gpt4_beta", "change"]]
        ax.annotate(
            name.replace("_", " "), (x, y), xytext=(-10 if x > 0.5 else 10, 8), size=LETTERS,
            textcoords="offset points", ha="right" if x > 0.5 else "left",
        )  # fmt: skip
    ax.set(xlabel="Exposure (GPT-4 beta, 0 to 1)", ylabel="Log change of postings")
    return f"{len(d)} US sectors. Source: Indeed; Eloundou et al."


def _event(ax: Axes, d: pd.DataFrame) -> str:
    when = pd.to_datetime(d["period"])
    ax.axhline(0, color="0.6", lw=1)
    ax.axvline(pd.Timestamp("2022-11"), color=style.ORANGE, ls="--", lw=2)
    ax.fill_between(when, d["ci_low"], d["ci_high"], color=style.BLUE, alpha=0.2, lw=0)
    ax.plot(when, d["slope"], color=style.BLUE, lw=2.5)
    ax.text(
        pd.Timestamp("2022-12"),
        ax.get_ylim()[0],
        " ChatGPT",
        color=style.ORANGE,
        size=LETTERS,
        va="bottom",
    )
    ax.set(ylabel="Slope on exposure,\nchange since November 2022")
    return "US sectors, 95% intervals. Source: Indeed; Eloundou et al."


def _windows(ax: Axes, d: pd.DataFrame) -> str:
    kept = ~d["label"].str.startswith("US, ") | d["label"].str.contains("before|2023-11|2025-06")
    d = d[kept & ~d["label"].str.contains("2020-02")]
    names = d["label"].str.replace(r"^US, .*before.*", "US, the year before", regex=True)
    rows = np.arange(len(d))[::-1]
    ax.axvline(0, color="0.6", lw=1)
    ax.hlines(rows, d["ci_low"], d["ci_high"], color=style.BLUE, lw=3)
    ax.plot(d["value"], rows, "o", color=style.BLUE, ms=9)
    ax.set_yticks(rows, names.str.replace("2022-11 to", "to"))
    ax.set(xlabel="Slope on exposure (log change per unit)")
    return "From 2022-11, 95% intervals. Source: Indeed; Eloundou et al."


def _curve(ax: Axes, d: pd.DataFrame) -> str:
    d = d.sort_values("slope").reset_index(drop=True)
    clear = d["p"] < 0.05
    for which, colour, name in (
        (~clear, "0.6", "p of 0.05 or more"),
        (clear, style.BLUE, "p below 0.05"),
    ):
        ax.plot(d.index[which], d.loc[which, "slope"], ".", color=colour, ms=5, label=name)
    ax.axhline(0, color="0.4", lw=1)
    ax.legend(loc="upper left", markerscale=4)
    ax.set(xlabel="Specification, in order of its slope", ylabel="Standardised slope")
    return f"{len(d):,} specifications, US sectors. Source: Indeed; Eloundou et al."


_FIGURES: dict[str, tuple[str, Callable[[Axes, pd.DataFrame], str]]] = {
    "scatter": ("us_postings_exposure", _scatter),
    "event": ("us_event_study", _event),
    "windows": ("slope_by_window_country", _windows),
    "curve": ("curve_recruitment_share", _curve),
}


def drawn(project: Project) -> Iterator[tuple[str, Figure]]:
    """Each figure of the deck by name, from ``figures/*.csv``."""
    style.use()
    sizes = ("font.size", "axes.labelsize", "xtick.labelsize", "ytick.labelsize", "legend.fontsize")
    mpl.rcParams.update({**dict.fromkeys(sizes, LETTERS), "axes.linewidth": 1.0})
    for name, (values, paint) in _FIGURES.items():
        figure, ax = plt.subplots(figsize=SIZE)
        note = paint(ax, pd.read_csv(project.figures / f"{values}.csv"))
        figure.supxlabel(note, size=LETTERS, color="0.4", x=0.99, ha="right")
        yield name, figure
        plt.close(figure)


def draw(project: Project, folder: Path) -> list[Path]:
    """Save every figure of the deck; returns the PDFs."""
    folder.mkdir(parents=True, exist_ok=True)
    return [style.save(figure, folder, name)[0] for name, figure in drawn(project)]
