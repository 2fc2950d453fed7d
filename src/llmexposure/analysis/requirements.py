"""Notebooks 04 and 05, levels: what occupations require, and the figure of three cuts of experience."""

from collections.abc import Sequence

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from llmexposure.data.taxonomy.groups import major_group
from llmexposure.report import style
from llmexposure.report.plots import fit_line


def with_wage_and_group(occupations: pd.DataFrame) -> pd.DataFrame:
    """Table ``occupations`` with ``log_wage`` (mean annual wage, May 2022) and ``major_group`` (SOC).

    Examples
    --------
    >>> occupations = pd.DataFrame({"soc": ["15-1252"], "wage_2022": [np.e]})
    >>> with_wage_and_group(occupations)[["log_wage", "major_group"]].values.tolist()
    [[1.0, '15']]
    """
    return occupations.assign(
        log_wage=np.log(occupations["wage_2022"]), major_group=major_group(occupations["soc"])
    )


def near_ends(shares: pd.Series, margin: float = 0.2) -> float:
    """Part of some shares, 0 to 1 and none missing, that is below ``margin`` or above one less it.

    Examples
    --------
    >>> near_ends(pd.Series([0.1, 0.2, 0.5, 0.9]))
    0.5
    """
    return float(((shares < margin) | (shares > 1 - margin)).mean())


def outcome_panels(
    frame: pd.DataFrame,
    x: str,
    columns: Sequence[str],
    *,
    x_label: str,
    y_labels: Sequence[str],
    height: float = 2.6,
) -> Figure:
    """Scatter with a least-squares line for several outcomes on one regressor, side by side."""
    figure, axes = plt.subplots(1, len(columns), figsize=(style.TEXT_WIDTH, height), squeeze=False)
    for ax, column, label in zip(axes[0], columns, y_labels, strict=True):
        data = frame.dropna(subset=[x, column])
        ax.plot(data[x], data[column], "o", ms=2, alpha=0.35, color=style.BLUE, mew=0,
                rasterized=False)  # fmt: skip
        fit_line(ax, data[x], data[column])
        ax.set(xlabel=x_label, ylabel=label)
    return figure
