"""One style for all figures: print widths, a colour-blind safe palette, the same bytes every time."""

import re
from pathlib import Path
from typing import Any

import matplotlib as mpl
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.transforms import Bbox

from llmexposure.base.errors import BuildError

# Okabe and Ito (2008), readable with all common colour-vision deficiencies and in grey.
BLUE, ORANGE, GREEN, PURPLE, GREY = "#0072B2", "#D55E00", "#009E73", "#CC79A7", "#7F7F7F"
PALETTE = [BLUE, ORANGE, GREEN, PURPLE, "#E69F00", "#56B4E9", "#000000"]
EVIDENCE_COLOUR = {"published": GREEN, "open": BLUE, "simulated": GREY, "postings": ORANGE}
EVIDENCE_MARKER = {"published": "s", "open": "o", "simulated": "x", "postings": "D"}

TEXT_WIDTH = 6.3  # inches, the text block of the paper
HALF_WIDTH = 3.1

_RC: Any = {
    "font.family": "DejaVu Sans",
    "font.size": 8,
    "axes.titlesize": 9,
    "axes.labelsize": 8,
    "xtick.labelsize": 7.5,
    "ytick.labelsize": 7.5,
    "legend.fontsize": 7.5,
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


# Settings of the session, which a user's Jupyter makes; no figure depends on them.
_OF_THE_SESSION = ("backend", "backend_fallback", "interactive")


def use() -> None:
    """Set the style for the process, over matplotlib's defaults. Notebooks get it from `report.start`."""
    defaults: Any = {k: v for k, v in mpl.rcParamsDefault.items() if k not in _OF_THE_SESSION}
    mpl.rcParams.update(defaults)
    sns.set_theme(style="ticks", palette=PALETTE, rc=_RC)
    mpl.rcParams.update(_RC)


def save(figure: Figure, folder: Path, name: str) -> list[Path]:
    """Write ``name.pdf`` and ``name.png`` without dates or version stamps; returns the paths.

    Raises
    ------
    BuildError
        When the name is not one of letters, digits and underscores: it becomes names of files.
    """
    if not re.fullmatch(r"\w{1,120}", name, re.ASCII):
        raise BuildError(f"figure {name!r}: expected a name of letters, digits and underscores")
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


def numbers_in(figure: Figure) -> list[str]:
    """Texts with a digit that stand among the points of a figure: not its ticks, axis labels and titles."""
    texts = [t for ax in figure.axes for t in (*ax.texts, *_legend(ax))] + figure.texts
    found = (" ".join(t.get_text().split()) for t in texts if t.get_visible())
    return list(dict.fromkeys(text for text in found if re.search(r"\d", text)))


def _legend(ax: Axes) -> list[Text]:
    legend = ax.get_legend()
    return legend.get_texts() if legend else []


_OFFSETS = [(0, 5), (0, -5), (5, 0), (-5, 0), (5, 5), (-5, 5), (5, -5), (-5, -5), (0, 11), (0, -11)]


def label_points(
    ax: Axes, x: list[float], y: list[float], names: list[str], *, size: float = 6.5
) -> list[str]:
    """Write names beside points where there is room; the farthest from the centre come first.

    Each name takes the first of ten places around its point where it covers no other name and no
    point. A name without such a place is left out: the plotted values are in the figure's CSV.

    Returns
    -------
    list of str
        The names left out.
    """
    figure = _figure(ax)
    figure.draw_without_rendering()
    points = ax.transData.transform(list(zip(x, y, strict=True)))
    centre = points.mean(axis=0)
    taken = [Bbox.from_bounds(px - 3, py - 3, 6, 6) for px, py in points]
    order = sorted(range(len(names)), key=lambda i: -abs(points[i] - centre).sum())
    return [names[i] for i in order if not _place(ax, (x[i], y[i]), names[i], taken, size)]


def _figure(ax: Axes) -> Figure:
    """The whole figure that holds axes."""
    found = ax.get_figure(root=True)
    assert isinstance(found, Figure)
    return found


def _place(ax: Axes, point: tuple[float, float], name: str, taken: list[Bbox], size: float) -> bool:
    # Agg has it; the type of the canvas does not say so.
    renderer: Any = getattr(_figure(ax).canvas, "get_renderer")()  # noqa: B009
    for dx, dy in _OFFSETS:
        text = ax.annotate(
            name,
            point,
            xytext=(dx, dy),
            textcoords="offset points",
            ha={0: "center"}.get(dx, "left" if dx > 0 else "right"),
            va={0: "center"}.get(dy, "bottom" if dy > 0 else "top"),
            fontsize=size,
            color="0.25",
            parse_math=False,
        )
        box = text.get_window_extent(renderer)
        inside = ax.bbox.expanded(1.02, 1.0).containsx(box.x1) and box.x0 >= ax.bbox.x0
        if inside and not any(box.overlaps(other) for other in taken):
            taken.append(box)
            return True
        text.remove()
    return False
