"""Krippendorff's alpha of two raters on a continuous scale, with a bootstrap over items."""

import numpy as np
import pandas as pd

from llmexposure.base.estimate import Estimate


def interval_alpha(
    frame: pd.DataFrame, first: str, second: str, *, draws: int, seed: int
) -> Estimate:
    """Alpha for the interval metric with a percentile interval over resampled items.

    alpha = 1 - (2n - 1) sum (a - b)^2 / (2 n S), S the sum of squares of all 2n ratings about their mean
    (Krippendorff 2011, with every item rated twice). Unlike a correlation it falls when one rater rates
    higher than the other throughout. Items with one rating are left out.

    Examples
    --------
    >>> frame = pd.DataFrame({"a": [0.0, 0.5, 1.0, 0.5] * 25, "b": [0.0, 0.5, 1.0, 1.0] * 25})
    >>> round(interval_alpha(frame, "a", "b", draws=99, seed=1).value, 2)
    0.8
    """
    # Sorted by value, so that the same draws meet the same items whatever the order of the rows.
    data = frame[[first, second]].astype(float).dropna().sort_values([first, second])
    a, b = data.to_numpy().T
    moments = np.column_stack([(a - b) ** 2, a + b, a**2 + b**2])
    n = len(a)
    weights = np.random.default_rng(seed).multinomial(n, np.full(n, 1 / n), draws)
    drawn = _alpha(weights @ moments, n)
    low, high = np.percentile(drawn, [2.5, 97.5])
    value = float(_alpha(moments.sum(axis=0), n))
    return Estimate(value, n, float(drawn.std(ddof=1)), float(low), float(high))


def _alpha(sums: np.ndarray, n: int) -> np.ndarray:
    apart, total, squares = sums[..., 0], sums[..., 1], sums[..., 2]
    return 1 - (2 * n - 1) * apart / (2 * n * (squares - total**2 / (2 * n)))
