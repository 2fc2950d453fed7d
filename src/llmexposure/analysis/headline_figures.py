"""Figure of the headline exhibit: changes and levels side by side, coloured by kind of evidence."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from llmexposure.report import style


def evidence_forest(
    panels: dict[str, pd.DataFrame], *, x_labels: list[str], scale: float = 1.0
) -> Figure:
    """Slopes with 95% intervals, sets of slopes as bars, one panel a kind of outcome.

    Parameters
    ----------
    panels
        Title to rows of `headline.plotted`, in the order to draw from top to bottom.
    scale
        Factor on values, such as 100 for percentage points.
    """
    rows = [len(frame) for frame in panels.values()]
    figure, axes = plt.subplots(
        len(panels), 1, figsize=(style.TEXT_WIDTH, 1.0 + 0.25 * sum(rows)),
        height_ratios=[n + 1 for n in rows],
    )  # fmt: skip
    for ax, (title, frame), label in zip(
        np.atleast_1d(axes), panels.items(), x_labels, strict=True
    ):
        _panel(ax, frame, scale)
        ax.set_title(title, loc="left")
        ax.set_xlabel(label)
    _legend(figure, panels)
    return figure


def _panel(ax: Axes, frame: pd.DataFrame, scale: float) -> None:
    y = np.arange(len(frame))[::-1]
    ax.axvline(0, color="0.6", lw=0.6)
    for height, row in zip(y, frame.itertuples(), strict=True):
        colour = style.EVIDENCE_COLOUR[row.evidence]
        is_set = pd.isna(row.value)
        ax.hlines(height, row.low * scale, row.high * scale, color=colour,
                  lw=4 if is_set else 1.4, alpha=0.45 if is_set else 1)  # fmt: skip
        if not is_set:
            ax.plot(
                row.value * scale, height, style.EVIDENCE_MARKER[row.evidence], color=colour, ms=4
            )
    labels = [
        f"{row.label}" + (f" (N = {row.n:,.0f})" if pd.notna(row.n) else "")
        for row in frame.itertuples()
    ]
    ax.set_yticks(y, labels)
    ax.tick_params(axis="y", length=0)
    ax.set_ylim(-0.7, len(frame) - 0.3)


def _legend(figure: Figure, panels: dict[str, pd.DataFrame]) -> None:
    kinds = dict.fromkeys(kind for frame in panels.values() for kind in frame["evidence"])
    handles = [
        plt.Line2D(
            [], [], color=style.EVIDENCE_COLOUR[k], marker=style.EVIDENCE_MARKER[k], ms=4, label=k
        )
        for k in kinds
    ]
    figure.legend(handles=handles, loc="outside lower center", ncols=len(handles))
