"""One style for all figures: print widths, a colour-blind safe palette, the same bytes every time."""

import re
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest import mock

import matplotlib as mpl
import numpy as np
import seaborn as sns
from matplotlib import font_manager
from matplotlib.axes import Axes
from matplotlib.backends import backend_pdf
from matplotlib.backends.backend_pdf import FigureCanvasPdf
from matplotlib.collections import PathCollection
from matplotlib.figure import Figure
from matplotlib.path import Path as Outline
from matplotlib.text import Text
from matplotlib.transforms import Bbox

from llmexposure.base.errors import BuildError

# Okabe and Ito (2008), readable with all common colour-vision deficiencies and in grey.
BLUE, ORANGE, GREEN, PURPLE, GREY = "#0072B2", "#D55E00", "#009E73", "#CC79A7", "#7F7F7F"
PALETTE = [BLUE, ORANGE, GREEN, PURPLE, "#E69F00", "#56B4E9", "#000000"]
EVIDENCE_COLOUR = {"published": GREEN, "open": BLUE, "simulated": GREY, "postings": ORANGE}
EVIDENCE_MARKER = {"published": "s", "open": "o", "simulated": "x", "postings": "D"}

TEXT_WIDTH = 6.299  # inches: the text block of the paper, 160 mm, so that no figure is scaled
HALF_WIDTH = 3.1
# Points at print size. The smallest letters of a page are 8 points; STIX is small for its size.
LETTERS, SMALL = 9, 8.5

_RC: Any = {
    # STIX as in the text (paper/documents.sty); DejaVu has what STIX lacks.
    "font.family": ["STIXGeneral", "DejaVu Sans"],
    "mathtext.fontset": "stix",
    "font.size": LETTERS,
    "axes.titlesize": LETTERS,
    "axes.labelsize": LETTERS,
    "xtick.labelsize": SMALL,
    "ytick.labelsize": SMALL,
    "legend.fontsize": SMALL,
    "legend.title_fontsize": SMALL,
    "figure.titlesize": LETTERS,
    "figure.labelsize": LETTERS,
    "xtick.major.size": 3,
    "ytick.major.size": 3,
    "xtick.major.width": 0.6,
    "ytick.major.width": 0.6,
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
    _own_fonts_first()
    defaults: Any = {k: v for k, v in mpl.rcParamsDefault.items() if k not in _OF_THE_SESSION}
    mpl.rcParams.update(defaults)
    sns.set_theme(style="ticks", palette=PALETTE, rc=_RC)
    mpl.rcParams.update(_RC)


def _own_fonts_first() -> None:
    """A machine's own copy of a font of matplotlib's would be other bytes: matplotlib's comes first."""
    own = str(Path(mpl.get_data_path()))
    font_manager.fontManager.ttflist.sort(key=lambda font: not font.fname.startswith(own))


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
    paths = [folder / f"{name}.{kind}" for kind in blank]
    with mpl.rc_context({"figure.constrained_layout.use": False}), _short_numbers():
        _lay_out(figure)
        for path, metadata in zip(paths, blank.values(), strict=True):
            figure.savefig(path, metadata=metadata)
    return paths


def _lay_out(figure: Figure) -> None:
    """Lay out for the PDF, once and for all: savefig would draw the whole figure for that, unseen."""
    if engine := figure.get_layout_engine():
        FigureCanvasPdf(figure)
        figure.dpi = 72  # points of a PDF
        engine.execute(figure)
        figure.set_layout_engine(None)  # where the style asks for none: "none" is an engine too


PLACES = 5  # decimals of a point


@contextmanager
def _short_numbers() -> Generator[None]:
    """Places of markers in a PDF to `PLACES` decimals, as matplotlib writes lines to six.

    It writes markers to ten, and there the last bit of a sum, which another processor ends
    otherwise, changes the file.
    """
    write = backend_pdf.pdfRepr

    def rounded(value: Any) -> Any:
        inexact = isinstance(value, float | np.floating)
        return write(round(float(value), PLACES) + 0.0 if inexact else value)  # no negative zero

    with mock.patch.object(backend_pdf, "pdfRepr", rounded):
        yield


def numbers_in(figure: Figure) -> list[str]:
    """Texts with a digit that stand among the points of a figure: not its ticks, axis labels and titles."""
    texts = [t for ax in figure.axes for t in (*ax.texts, *_legend(ax))] + figure.texts
    found = (" ".join(t.get_text().split()) for t in texts if t.get_visible())
    return list(dict.fromkeys(text for text in found if re.search(r"\d", text)))


def _legend(ax: Axes) -> list[Text]:
    legend = ax.get_legend()
    return legend.get_texts() if legend else []


# Places of a name around its marker: gaps in points, the nearest first, and sides.
_GAPS = (3, 6, 10)
_SIDES = [(0, 1), (0, -1), (1, 0), (-1, 0), (0.7, 0.7), (-0.7, 0.7), (0.7, -0.7), (-0.7, -0.7)]


def label_points(
    ax: Axes, x: list[float], y: list[float], names: list[str], *, size: float = SMALL
) -> list[str]:
    """Write names beside points where there is room; the farthest from the centre come first.

    Each name takes the first of some places around its point where it covers no other name, no marker
    and no line, and where its own point is the nearest. A name without such a place is left out: the
    plotted values are in the figure's CSV. Call it last, when all else is drawn.

    Parameters
    ----------
    names
        An empty name keeps the place of its point free.

    Returns
    -------
    list of str
        The names left out.
    """
    figure = _figure(ax)
    figure.draw_without_rendering()
    points = ax.transData.transform(list(zip(x, y, strict=True)))
    markers, lines = _markers(ax), _drawn_lines(ax)
    taken = markers + [text.get_window_extent() for text in ax.texts]
    centre = points.mean(axis=0)
    order = sorted(range(len(names)), key=lambda i: -abs(points[i] - centre).sum())
    return [
        names[i]
        for i in order
        if names[i]
        and not _place(ax, (x[i], y[i]), names[i], points, i, markers, taken, lines, size)
    ]


def _figure(ax: Axes) -> Figure:
    """The whole figure that holds axes."""
    found = ax.get_figure(root=True)
    assert isinstance(found, Figure)
    return found


def _markers(ax: Axes) -> list[Bbox]:
    """Boxes of all markers of a plot, in pixels."""
    pixels = _figure(ax).dpi / 72
    found: list[tuple[float, float, float]] = []
    for line in ax.lines:
        if line.get_marker() not in ("None", None, "", " "):
            where = line.get_transform().transform(np.column_stack(line.get_data()).astype(float))
            found += [(px, py, line.get_markersize() / 2 * pixels) for px, py in where]
    for points in ax.collections:
        if isinstance(points, PathCollection):
            where = points.get_offset_transform().transform(np.asarray(points.get_offsets()))
            sizes = np.broadcast_to(np.sqrt(points.get_sizes()) / 2 * pixels, len(where))
            found += [(px, py, half) for (px, py), half in zip(where, sizes, strict=True)]
    return [
        Bbox.from_bounds(px - half - 1, py - half - 1, 2 * half + 2, 2 * half + 2)
        for px, py, half in found
    ]


def _drawn_lines(ax: Axes) -> list[Outline]:
    """Lines of a plot in pixels."""
    drawn = [line for line in ax.lines if line.get_linestyle() not in ("None", "", " ")]
    return [line.get_transform().transform_path(line.get_path()) for line in drawn]


def _place(
    ax: Axes,
    point: tuple[float, float],
    name: str,
    points: np.ndarray,
    own: int,
    markers: list[Bbox],
    taken: list[Bbox],
    lines: list[Outline],
    size: float,
) -> bool:
    # Agg has it; the type of the canvas does not say so.
    renderer: Any = getattr(_figure(ax).canvas, "get_renderer")()  # noqa: B009
    half = _half(points[own], markers) * 72 / _figure(ax).dpi
    for dx, dy in ((x * (gap + half), y * (gap + half)) for gap in _GAPS for x, y in _SIDES):
        text = ax.annotate(
            name,
            point,
            xytext=(dx, dy),
            textcoords="offset points",
            ha={0: "center"}.get(dx, "left" if dx > 0 else "right"),
            va={0: "center"}.get(dy, "bottom" if dy > 0 else "top"),
            fontsize=size,
            color="0.2",
            parse_math=False,
        )
        box = text.get_window_extent(renderer)
        inside = ax.bbox.x0 <= box.x0 and box.x1 <= ax.bbox.x1 and box.y1 <= ax.bbox.y1
        if (
            inside
            and box.y0 >= ax.bbox.y0
            and not any(box.overlaps(other) for other in taken)
            and not any(line.intersects_bbox(box.padded(1), filled=False) for line in lines)
            and _nearest(box, points, own)
        ):
            taken.append(box.padded(1))
            return True
        text.remove()
    return False


def _half(point: np.ndarray, markers: list[Bbox]) -> float:
    """Half the width of the largest marker of a point, in pixels."""
    here = [box for box in markers if np.hypot(*(point - np.mean([box.p0, box.p1], axis=0))) < 1]
    return max((box.width / 2 for box in here), default=0.0)


def _nearest(box: Bbox, points: np.ndarray, own: int) -> bool:
    """Whether no other point is nearer to a box than the one that it names."""
    inner = np.clip(points, box.min, box.max)
    far = np.hypot(*(points - inner).T)
    return bool(far[own] <= np.delete(far, own).min(initial=np.inf))
