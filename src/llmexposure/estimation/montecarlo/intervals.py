"""The intervals and tests that are compared, for many outcomes at once.

An interval that inverts a test contains the true slope exactly when the test does not reject it, so
coverage needs p-values at the truth and no inversion.
"""

import numpy as np
from scipy import stats

from llmexposure.estimation.regression.clusters import clusters_of, score_weights
from llmexposure.estimation.regression.cr2 import satterthwaite_df
from llmexposure.estimation.regression.design import Design
from llmexposure.estimation.resampling.many import (
    Resampled,
    permutation_moves,
    plain,
    resampled,
    wild_moves,
)
from llmexposure.estimation.resampling.wild import WEBB

ALPHA = 0.05

CLOSED = {
    "normal": "HC1, normal",
    "hc1": "HC1, t",
    "ols": "OLS, t",
    "hc3": "HC3, t",
    "cr2": "CR2",
}
"""Intervals with a closed form, by name, with what figures and tables call them."""

RESAMPLED = {
    "wild": "Wild",
    "permutation": "Permutation",
    "permutation_plain": "Perm., plain",
}
"""Intervals that invert a resampling test."""

LABELS = CLOSED | RESAMPLED


def fits(found: Design, outcomes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Slope (length m) and residuals (shape (m, n)) of each row of ``outcomes`` (shape (m, n)).

    Examples
    --------
    >>> from llmexposure.estimation.montecarlo.outcomes import units_of
    >>> import pandas as pd
    >>> found = units_of(pd.Series(np.arange(5.0)), pd.Series(np.ones(5))).regression
    >>> fits(found, 2 * np.arange(5.0)[None, :])[0].tolist()
    [2.0]
    """
    x, y = found.residual(found.x), found.residual(outcomes)
    slope = y @ x / (x @ x)
    return slope, y - slope[:, None] * x


def half_widths(found: Design, error: np.ndarray) -> dict[str, np.ndarray]:
    """Half-widths of the intervals of `CLOSED`, length m each, from residuals of shape (m, n).

    HC1 with normal critical values; HC1, classical and HC3 errors with t and n - k degrees of freedom;
    HC2 with Satterthwaite degrees of freedom (see `estimation.regression.cr2`).
    """
    x, df, groups = found.residual(found.x), found.df, clusters_of(found)
    squared, size = error**2, x @ x
    two, three = (score_weights(found, groups, kind) for kind in ("CR2", "CR3"))
    t, t2 = stats.t.ppf(1 - ALPHA / 2, [df, satterthwaite_df(found, groups, two)])
    hc1 = np.sqrt(squared @ x**2 * found.n / df) / size
    return {
        "normal": stats.norm.ppf(1 - ALPHA / 2) * hc1,
        "hc1": t * hc1,
        "ols": t * np.sqrt(squared.sum(axis=1) / df / size),
        "hc3": t * np.sqrt(squared @ three**2) / size,
        "cr2": t2 * np.sqrt(squared @ two**2) / size,
    }


def resampling_tests(
    found: Design, value: np.ndarray, error: np.ndarray, draws: int, rng: np.random.Generator
) -> dict[str, Resampled]:
    """The tests of `RESAMPLED` for outcomes with these slopes and residuals, which share the draws."""
    weights = WEBB[rng.integers(6, size=(draws, found.n))]
    order = rng.permuted(np.tile(np.arange(found.n), (draws, 1)), axis=1)
    permuted = resampled(found, value, error, permutation_moves(order))
    return {
        "wild": resampled(found, value, error, wild_moves(weights)),
        "permutation": permuted,
        "permutation_plain": plain(permuted),
    }
