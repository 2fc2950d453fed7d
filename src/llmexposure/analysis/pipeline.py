"""Notebook 12: the category index from postings, compared with the source report's printed order."""

from collections.abc import Sequence

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter
from scipy import stats

from llmexposure.base.errors import DataError
from llmexposure.base.estimate import Estimate
from llmexposure.report import style

SMALLEST = 50  # categories with fewer postings are left out of comparisons


def category_index(
    postings: pd.DataFrame, ratings: Sequence[str], smallest: int = SMALLEST
) -> pd.DataFrame:
    """Mean exposure of each category's postings; categories with few postings are left out.

    Returns
    -------
    pandas.DataFrame
        By category: ``n`` and one mean a rating.
    """
    groups = postings.groupby("category")
    out = groups[list(ratings)].mean()
    out.insert(0, "n", groups.size())
    return out[out["n"] >= smallest]


def rank_correlation(
    postings: pd.DataFrame,
    rating: str,
    order: pd.Series,
    *,
    draws: int,
    seed: int,
    smallest: int = SMALLEST,
) -> Estimate:
    """Spearman correlation of the category index with the printed order, bootstrap interval.

    Parameters
    ----------
    order
        Printed rank by category, 1 = most exposed; positive correlation means agreement.
    draws
        Bootstrap draws; postings are resampled within categories, so the interval tells how precise
        the index is, not how the categories were chosen.

    Raises
    ------
    DataError
        With fewer than four categories.
    """
    counts = postings["category"].value_counts()
    kept = [c for c in order.index if counts.get(c, 0) >= smallest]
    if len(kept) < 4:
        raise DataError(f"{len(kept)} categories with {smallest} postings or more, expected 4")
    ranks = -order[kept].to_numpy(float)
    groups = [postings.loc[postings["category"] == c, rating].dropna().to_numpy() for c in kept]
    value = stats.spearmanr(ranks, [g.mean() for g in groups]).statistic
    rng = np.random.default_rng(seed)
    means = np.column_stack([_resampled_means(g, draws, rng) for g in groups])
    drawn = _spearman(ranks, means)
    low, high = np.percentile(drawn, [2.5, 97.5])
    return Estimate(float(value), len(kept), float(drawn.std(ddof=1)), float(low), float(high))


def _resampled_means(values: np.ndarray, draws: int, rng: np.random.Generator) -> np.ndarray:
    """Means of bootstrap samples; batches keep the index matrix small."""
    size = max(1, 2_000_000 // len(values))
    starts = range(0, draws, size)
    return np.concatenate(
        [
            values[rng.integers(0, len(values), (min(size, draws - s), len(values)))].mean(axis=1)
            for s in starts
        ]
    )


def _spearman(ranks: np.ndarray, means: np.ndarray) -> np.ndarray:
    """Spearman correlation of ``ranks`` with each row of ``means``."""
    x = stats.rankdata(ranks) - (len(ranks) + 1) / 2
    y = stats.rankdata(means, axis=1) - (len(ranks) + 1) / 2
    return y @ x / np.sqrt((x @ x) * (y**2).sum(axis=1))


def ranked_dots(
    frame: pd.DataFrame, *, printed: str, columns: Sequence[str], x_label: str, y_label: str
) -> Figure:
    """Index of categories against the printed rank, one panel a rating, labelled points.

    Parameters
    ----------
    frame
        Indexed by category label; ``printed`` is the printed rank (1 = most exposed).
    columns
        Ratings to show, named as the panels should be titled.
    """
    figure, axes = plt.subplots(
        1, len(columns), figsize=(style.TEXT_WIDTH, 3.4), sharey=True, squeeze=False
    )
    for ax, column in zip(axes[0], columns, strict=True):
        ax.plot(frame[printed], frame[column], "o", color=style.BLUE, ms=4)
        ax.set(title=column, xlabel=x_label, xlim=(0, frame[printed].max() + 1))
        ax.margins(y=0.12)
        style.label_points(
            ax, frame[printed].tolist(), frame[column].tolist(), frame.index.tolist()
        )
    axes[0, 0].set_ylabel(y_label)
    return figure


def recall_curves(curves: pd.DataFrame, *, y_label: str) -> Figure:
    """Recall at k = 1 to 10, one labelled line a column."""
    figure, ax = plt.subplots(figsize=(style.HALF_WIDTH * 1.4, 2.6))
    for name, colour in zip(curves, style.PALETTE, strict=False):
        ax.plot(curves.index, curves[name], "o-", ms=3, color=colour)
        ax.annotate(f"  {name}", (curves.index[-1], curves[name].iloc[-1]), color=colour,
                    va="center", fontsize=style.SMALL, annotation_clip=False)  # fmt: skip
    ax.yaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    ax.set(xlabel="k, activities looked at", ylabel=y_label, ylim=(0, 1), xticks=curves.index)
    ax.set_xlim(right=curves.index[-1] * 1.45)
    return figure
