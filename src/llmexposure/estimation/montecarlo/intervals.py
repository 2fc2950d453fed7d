"""The intervals and tests that are compared, for many outcomes at once.

An interval that inverts a test contains the true slope exactly when the test does not reject it, so
coverage needs p-values at the truth and no inversion.
"""

import numpy as np
from scipy import stats

from llmexposure.estimation.regression.cr2 import satterthwaite_df
from llmexposure.estimation.regression.design import Design, each_row, score_weights
from llmexposure.estimation.resampling.draws import NullDraws, inverse
from llmexposure.estimation.resampling.slope import (
    permutation_draws,
    shuffles,
    webb_weights,
    wild_draws,
)

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


def half_widths(found: Design, error: np.ndarray) -> dict[str, np.ndarray]:
    """Half-widths of the intervals of `CLOSED`, length m each, from residuals of shape (m, n).

    HC1 with normal critical values; HC1, classical and HC3 errors with t and n - k degrees of freedom;
    HC2 with Satterthwaite degrees of freedom (see `estimation.regression.cr2`).
    """
    x, df, groups = found.residual(found.x), found.df, each_row(found)
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
    found: Design, outcomes: np.ndarray, draws: int, rng: np.random.Generator
) -> dict[str, NullDraws]:
    """The tests of `RESAMPLED` for outcomes of shape (m, n), which share the draws.

    They are the functions that `wild` and `permutation_p` call for one outcome.
    """
    weights = webb_weights(draws, found.n, rng)
    # Exposures are dealt out anew, which for outcomes is the inverse order.
    permuted = permutation_draws(found, inverse(shuffles(draws, found.n, rng)), outcomes)
    return {
        "wild": wild_draws(found, each_row(found), weights, outcomes),
        "permutation": permuted,
        "permutation_plain": permuted.unstudentised(),
    }
