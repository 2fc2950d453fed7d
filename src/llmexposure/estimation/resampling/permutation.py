"""Randomisation inference for one slope.

Without controls, outcomes are permuted across units: the same test as permuting exposure, and exact
when exposure is as good as randomly assigned. With controls, the residuals of the outcome on the
controls are permuted (Freedman and Lane 1983). The statistic is studentised with HC3, so the test
stays valid in large samples when errors are heteroskedastic (DiCiccio and Romano 2017).
"""

import numpy as np
import pandas as pd

from llmexposure.estimation.regression.design import Design
from llmexposure.estimation.resampling.resampling_p import resampling_p

BATCH = 2_000


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
    """Two-sided p-value (see `resampling_p`); the order of the rows plays no part.

    Examples
    --------
    >>> from llmexposure.estimation.regression.design import design
    >>> frame = pd.DataFrame({"y": np.arange(20.0), "x": np.arange(20.0) ** 2})
    >>> permutation_p(design(frame, "y", "x"), draws=199, seed=1)
    0.005
    """
    rng = np.random.default_rng(seed)
    order = np.argsort(pd.factorize(found.units, sort=True)[0], kind="stable")
    residual, drawn = found.residual(found.y)[order], []
    for start in range(0, draws, BATCH):
        shuffled = np.empty((min(BATCH, draws - start), found.n))
        shuffled[:, order] = rng.permuted(np.broadcast_to(residual, shuffled.shape), axis=1)
        drawn.append(hc3_t(found, shuffled))
    return resampling_p(hc3_t(found, found.y[None, :])[0], np.concatenate(drawn))
