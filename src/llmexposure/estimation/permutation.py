"""Randomisation inference for one slope.

Without controls, outcomes are permuted across units: the same test as permuting exposure, and exact
when exposure is as good as randomly assigned. With controls, the residuals of the outcome on the
controls are permuted (Freedman and Lane 1983). The statistic is studentised with HC3, so the test
stays valid in large samples when errors are heteroskedastic (DiCiccio and Romano 2017).
"""

import numpy as np

from llmexposure.estimation.design import Design

BATCH = 2_000
# Two draws that are equal on paper may differ in the last bits; ties must count as at least as large.
TIE = 1e-9


def hc3_t(found: Design, outcomes: np.ndarray) -> np.ndarray:
    """HC3 t statistic of the slope for each row of ``outcomes``.

    Parameters
    ----------
    found
        The regression; only its regressor and controls are used.
    outcomes
        Shape (b, n), weighted as in ``found.y``.

    Returns
    -------
    numpy.ndarray
        Length b.
    """
    x = found.residual(found.x)
    y = found.residual(outcomes)
    slope = y @ x / (x @ x)
    error = (y - slope[:, None] * x) / (1 - found.leverage)
    return slope * (x @ x) / np.sqrt((error**2) @ (x**2))


def permutation_p(found: Design, *, draws: int, seed: int) -> float:
    """Two-sided p-value, (1 + #{|t_b| >= |t|}) / (draws + 1).

    Examples
    --------
    >>> import pandas as pd
    >>> from llmexposure.estimation.design import design
    >>> frame = pd.DataFrame({"y": np.arange(20.0), "x": np.arange(20.0) ** 2})
    >>> permutation_p(design(frame, "y", "x"), draws=199, seed=1)
    0.005
    """
    rng = np.random.default_rng(seed)
    observed = abs(hc3_t(found, found.y[None, :])[0])
    residual = found.residual(found.y)
    extreme = 0
    for start in range(0, draws, BATCH):
        size = min(BATCH, draws - start)
        shuffled = rng.permuted(np.broadcast_to(residual, (size, found.n)), axis=1)
        extreme += int((np.abs(hc3_t(found, shuffled)) >= observed * (1 - TIE)).sum())
    return (1 + extreme) / (draws + 1)
