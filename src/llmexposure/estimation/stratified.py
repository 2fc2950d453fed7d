"""Randomisation inference that permutes exposure within groups only."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from llmexposure.errors import DataError
from llmexposure.estimation.design import design
from llmexposure.estimation.permutation import BATCH, hc3_t
from llmexposure.estimation.resampling_p import resampling_p


def shuffle_within(
    values: np.ndarray, strata: np.ndarray, size: int, rng: np.random.Generator
) -> np.ndarray:
    """``size`` copies of ``values``, each permuted at random within strata, shape (size, n).

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> bool((shuffle_within(np.array([1, 1, 2]), np.array([0, 0, 1]), 2, rng)[:, 2] == 2).all())
    True
    """
    place = np.argsort(strata, kind="stable")
    # Keys of stratum s lie in [s, s + 1), so sorting them shuffles inside each stratum.
    taken = np.argsort(rng.random((size, len(values))) + strata, axis=1)
    shuffled = np.empty((size, len(values)), dtype=values.dtype)
    shuffled[:, place] = values[taken]
    return shuffled


def stratified_permutation_p(
    frame: pd.DataFrame,
    outcome: str,
    regressor: str,
    strata: str,
    controls: Sequence[str] = (),
    *,
    weights: str | None = None,
    draws: int,
    seed: int,
) -> float:
    """Two-sided p-value (see `resampling_p`) with permutations within ``strata``.

    Stratum effects are among the controls, so the slope is the one within strata; what is permuted is
    the outcome's residual on strata and controls (Freedman and Lane 1983), studentised with HC3
    (DiCiccio and Romano 2017). Exact without further controls when exposure is as good as randomly
    assigned within strata. Units alone in their stratum carry no information and are left out.

    Raises
    ------
    DataError
        When no stratum has two units, or exposure does not vary within strata.

    Examples
    --------
    >>> frame = pd.DataFrame({"y": np.arange(20.0), "x": np.arange(20.0) ** 2, "g": [0, 1] * 10})
    >>> stratified_permutation_p(frame, "y", "x", "g", draws=199, seed=1)
    0.005
    """
    extra = [*controls, *([weights] if weights else [])]
    data = frame[[outcome, regressor, strata, *extra]].dropna().sort_index(kind="stable")
    data = data[data.groupby(strata)[strata].transform("size") > 1]
    if data.empty:
        raise DataError(f"{strata}: no value has two units, so nothing can be permuted within it")
    codes = pd.factorize(data[strata], sort=True)[0]
    dummies = {f"{strata}={k}": (codes == k).astype(float) for k in range(1, codes.max() + 1)}
    data = data.drop(columns=strata).assign(**dummies)
    found = design(data, outcome, regressor, [*controls, *dummies], weights)
    rng, residual = np.random.default_rng(seed), found.residual(found.y)
    drawn = [
        hc3_t(found, shuffle_within(residual, codes, min(BATCH, draws - start), rng))
        for start in range(0, draws, BATCH)
    ]
    return resampling_p(hc3_t(found, found.y[None, :])[0], np.concatenate(drawn))
