"""How often a family of tests rejects some true hypothesis, plain and by Romano-Wolf."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from llmexposure.base.estimate import Estimate
from llmexposure.estimation.montecarlo.intervals import ALPHA, fits
from llmexposure.estimation.montecarlo.outcomes import Units
from llmexposure.estimation.montecarlo.power import slope_of
from llmexposure.estimation.montecarlo.study import Effort, proportion
from llmexposure.estimation.resampling.family import stepdown
from llmexposure.estimation.resampling.many import resampled, wild_moves
from llmexposure.estimation.resampling.wild import WEBB


@dataclass(frozen=True)
class FamilyError:
    """Family-wise error and power of one family of outcomes.

    Attributes
    ----------
    plain, adjusted
        Share of simulations in which some true null is rejected, by unadjusted wild bootstrap
        p-values and by Romano-Wolf.
    power
        Share of the false nulls that Romano-Wolf rejects; None when every null is true.
    """

    plain: Estimate
    adjusted: Estimate
    power: float | None


def adjusted_p(observed: np.ndarray, drawn: np.ndarray) -> np.ndarray:
    """Romano-Wolf p-values of every simulation, shape (m, outcomes).

    Parameters
    ----------
    observed
        Absolute t statistics, shape (outcomes, m).
    drawn
        Those of the draws, shape (outcomes, draws, m).
    """
    many = range(observed.shape[1])
    return np.array([stepdown(observed[:, s], drawn[:, :, s].T) for s in many])


def familywise(
    units: Units,
    effects: Sequence[float],
    effort: Effort,
    *,
    correlation: float,
    seed: int,
) -> FamilyError:
    """Test several outcomes with equally correlated normal errors on the same exposure.

    Parameters
    ----------
    effects
        True partial correlation of each outcome with exposure; zero where the null is true.
    correlation
        Between the errors of any two outcomes, from 0 to below 1.

    Examples
    --------
    >>> import pandas as pd
    >>> from llmexposure.estimation.montecarlo.outcomes import units_of
    >>> units = units_of(pd.Series(np.linspace(0, 1, 13)), pd.Series(np.ones(13)))
    >>> found = familywise(units, [0.0] * 5, Effort(0, 250, 99), correlation=0.0, seed=1)
    >>> found.adjusted.value < found.plain.value
    True
    """
    rng, regression = np.random.default_rng(seed), units.regression
    slopes = slope_of(units, np.asarray(effects, dtype=float), 1.0)
    true = slopes == 0
    plain, adjusted, found = [], [], []
    for rows in effort.batches():
        m = rows.stop - rows.start
        moves = wild_moves(WEBB[rng.integers(6, size=(effort.draws, units.n))])
        own = rng.normal(size=(len(slopes), m, units.n))
        common = rng.normal(size=(m, units.n))
        error = np.sqrt(1 - correlation) * own + np.sqrt(correlation) * common
        tests = [
            resampled(regression, *fits(regression, b * units.exposure + u), moves)
            for b, u in zip(slopes, error, strict=True)
        ]
        squares = [test.squares() for test in tests]
        p = adjusted_p(*(np.sqrt(np.array(part)) for part in zip(*squares, strict=True)))
        plain.append((np.array([test.p() for test in tests])[true] < ALPHA).any(axis=0))
        adjusted.append((p[:, true] < ALPHA).any(axis=1))
        found.append(p[:, ~true] < ALPHA)
    return FamilyError(
        proportion(np.concatenate(plain)),
        proportion(np.concatenate(adjusted)),
        None if true.all() else float(np.concatenate(found).mean()),
    )
