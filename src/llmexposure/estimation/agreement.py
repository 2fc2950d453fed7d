"""Agreement of two raters on ordered labels, from their table of counts."""

import numpy as np
import pandas as pd
from statsmodels.stats.inter_rater import cohens_kappa

from llmexposure.base.errors import ParameterError
from llmexposure.base.estimate import Z95, Estimate
from llmexposure.estimation.proportion import share_of

WEIGHTS = (None, "linear", "quadratic")


def kappa(counts: pd.DataFrame, weights: str | None = None) -> Estimate:
    """Cohen's kappa with the asymptotic standard error of Fleiss, Cohen and Everitt (1969).

    Parameters
    ----------
    counts
        Square table, shape (k, k): rows one rater's label, columns the other's, in the same order.
    weights
        None for plain kappa, ``"linear"`` or ``"quadratic"`` for weighted kappa on ordered labels.

    Raises
    ------
    ParameterError
        When the weights have another name.

    Examples
    --------
    >>> table = pd.DataFrame([[40, 10], [10, 40]])
    >>> float(round(kappa(table).value, 2))
    0.6
    """
    if weights not in WEIGHTS:
        raise ParameterError(f"kappa: weights {weights!r}; expected None, 'linear' or 'quadratic'")
    found = cohens_kappa(counts.to_numpy(dtype=float), wt=weights)
    half = Z95 * found.std_kappa
    return Estimate(
        found.kappa,
        int(counts.to_numpy().sum()),
        found.std_kappa,
        found.kappa - half,
        found.kappa + half,
        found.pvalue_two_sided,
    )


def observed_agreement(counts: pd.DataFrame) -> Estimate:
    """Share of items that both raters label alike (see `share_of`)."""
    table = counts.to_numpy()
    return share_of(round(float(np.trace(table))), round(float(table.sum())))


def label_correlation(counts: pd.DataFrame, scores: dict[str, float]) -> Estimate:
    """Pearson correlation of the two raters' scores (for example E0, E2, E1 scored 0, 0.5, 1).

    Computed from the table of counts, so that no item-level labels are needed.
    """
    table = counts.to_numpy(dtype=float)
    row = np.array([scores[label] for label in counts.index])
    column = np.array([scores[label] for label in counts.columns])
    n = table.sum()
    mean_r, mean_c = table.sum(axis=1) @ row / n, table.sum(axis=0) @ column / n
    cov = (row - mean_r) @ table @ (column - mean_c) / n
    var_r = table.sum(axis=1) @ (row - mean_r) ** 2 / n
    var_c = table.sum(axis=0) @ (column - mean_c) ** 2 / n
    r = cov / np.sqrt(var_r * var_c)
    z, half = np.arctanh(r), Z95 / np.sqrt(n - 3)
    return Estimate(
        float(r), int(n), float((1 - r**2) / np.sqrt(n - 3)), np.tanh(z - half), np.tanh(z + half)
    )
