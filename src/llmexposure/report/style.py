"""One style for all figures: print widths, a colour-blind safe palette, the same bytes every time."""

from pathlib import Path

import matplotlib as mpl
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.figure import Figure

# Okabe and Ito (2008), readable with all common colour-vision deficiencies and in grey.
BLUE, ORANGE, GREEN, PURPLE, GREY = "#0072B2", "#D55E00", "#009E73", "#CC79A7", "#7F7F7F"
PALETTE = [BLUE, ORANGE, GREEN, PURPLE, "#E69F00", "#56B4E9", "#000000"]
EVIDENCE_COLOUR = {"published": GREEN, "open": BLUE, "simulated": GREY, "postings": ORANGE}
EVIDENCE_MARKER = {"published": "s", "open": "o", "simulated": "x", "postings": "D"}

TEXT_WIDTH = 6.3  # inches, the text block of the paper
HALF_WIDTH = 3.1

_RC = {
    "font.family": "DejaVu Sans",
    "font.size": 8,
    "axes.titlesize": 9,
    "axes.labelsize": 8,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.linewidth": 0.6,
    "grid.linewidth": 0.4,
    "lines.linewidth": 1.2,
    "legend.frameon": False,
    "savefig.dpi": 200,
    "pdf.fonttype": 42,
    "svg.hashsalt": "llmexposure",
    "figure.constrained_layout.use": True,
}


def use() -> None:
    """Set the style for the process. Notebooks get it from `notebook.start`."""
    sns.set_theme(style="ticks", palette=PALETTE, rc=_RC)
    mpl.rcParams.update(_RC)


def save(figure: Figure, folder: Path, name: str) -> list[Path]:
    """Write ``name.pdf`` and ``name.png`` without dates or version stamps; returns the paths."""
    blank = {
        "pdf": {"CreationDate": None, "Producer": None, "Creator": None},
        "png": {"Software": None},
    }
    paths = []
    for kind, metadata in blank.items():
        path = folder / f"{name}.{kind}"
        figure.savefig(path, metadata=metadata)
        paths.append(path)
    return paths


def label_points(ax: Axes, x: list[float], y: list[float], names: list[str]) -> None:
    """Write each name beside its point, above or below so that neighbours in x do not collide."""
    order = sorted(range(len(names)), key=lambda i: x[i])
    for rank, i in enumerate(order):
        up = rank % 2 == 0
        ax.annotate(
            names[i],
            (x[i], y[i]),
            xytext=(0, 4 if up else -4),
            textcoords="offset points",
            ha="center",
            va="bottom" if up else "top",
            fontsize=6,
            color="0.25",
        )
