"""Figure of the ledger of claims."""

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.figure import Figure

from llmexposure.analysis.claims.ledger_table import words
from llmexposure.data.schemas.claims import VERDICTS
from llmexposure.report import style

_COLOUR = {
    "reproduced": style.BLUE, "supported": "#56B4E9", "contradicted": style.ORANGE,
    "inconsistent": "#E69F00", "unidentified": style.PURPLE, "needs_data": "0.75",
}  # fmt: skip


def verdict_bars(counts: pd.DataFrame, labels: dict[str, str]) -> Figure:
    """Share of each document's claims by verdict, a panel a verdict, with the numbers written in.

    Parameters
    ----------
    counts
        Documents by `VERDICTS`, numbers of claims.
    labels
        Document to its name in the figure.
    """
    shares = counts.div(counts.sum(axis=1), axis=0)
    names = [f"{labels[d]} ({n})" for d, n in counts.sum(axis=1).items()]
    figure, axes = plt.subplots(
        1, len(VERDICTS), figsize=(style.TEXT_WIDTH, 1.9), sharey=True, sharex=True
    )
    for ax, verdict in zip(axes, VERDICTS, strict=True):
        ax.barh(names, shares[verdict], color=_COLOUR[verdict], height=0.65, lw=0)
        for y, (share, n) in enumerate(zip(shares[verdict], counts[verdict], strict=True)):
            ax.text(share + 0.03, y, str(n), va="center", fontsize=7)
        ax.set_title(words(verdict), fontsize=8)
        ax.set_xlim(0, 1.2)
        ax.tick_params(width=0.6, length=2.5)
        ax.tick_params(axis="y", length=0)
        ax.set_xticks([0, 0.5, 1], ["0", "50", "100"])
    axes[0].invert_yaxis()
    figure.supxlabel("Claims of the document, %", fontsize=8)
    return figure
