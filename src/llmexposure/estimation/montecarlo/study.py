"""Coverage, length and bias of every interval in one design."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from llmexposure.base.estimate import Z95, Estimate
from llmexposure.estimation.montecarlo.intervals import (
    ALPHA,
    RESAMPLED,
    fits,
    half_widths,
    resampling_tests,
)
from llmexposure.estimation.montecarlo.outcomes import SHARES, Outcomes, Units
from llmexposure.estimation.proportion import share_of

# Outcomes that share their bootstrap weights and permutations: few, so that the luck of one set of
# draws averages out over the sets.
BATCH = 250
# Tests of the first outcomes are inverted too, to learn how long their intervals are.
INVERTED = BATCH


@dataclass(frozen=True)
class Effort:
    """How much is simulated.

    Attributes
    ----------
    closed, resampled
        Simulated outcomes for intervals with a closed form, and for those that resample.
    draws
        Bootstrap draws and permutations of each test.
    """

    closed: int
    resampled: int
    draws: int

    def batches(self) -> Iterator[slice]:
        """The outcomes that are resampled, in batches that share their draws."""
        for start in range(0, self.resampled, BATCH):
            yield slice(start, min(start + BATCH, self.resampled))


@dataclass(frozen=True)
class Study:
    """What the simulations of one design show.

    Attributes
    ----------
    coverage
        Share of simulations whose interval contains the true slope, by interval.
    length
        Mean length by interval, divided by the oracle's: the interval of one fixed length that covers
        in exactly 95% of the simulations, which nobody knows outside a simulation. Empty if not asked.
    bias
        Mean slope less the true slope.
    spread
        Standard deviation of the slopes.
    """

    coverage: dict[str, Estimate]
    length: dict[str, float]
    bias: Estimate
    spread: float


def proportion(hits: np.ndarray) -> Estimate:
    """Share of true values in an array of any shape (see `share_of`).

    Examples
    --------
    >>> round(proportion(np.array([True] * 95 + [False] * 5)).se, 4)
    0.0218
    """
    return share_of(int(hits.sum()), hits.size)


def mean_of(values: np.ndarray) -> Estimate:
    """Mean over simulations with its standard error and interval."""
    mean, se = float(values.mean()), float(values.std(ddof=1) / np.sqrt(values.size))
    return Estimate(mean, values.size, se, mean - Z95 * se, mean + Z95 * se)


def study(
    units: Units,
    drawn: Outcomes,
    slope: float,
    effort: Effort,
    *,
    seed: int,
    lengths: bool = True,
) -> Study:
    """Draw outcomes with a known slope and see which intervals contain it.

    Parameters
    ----------
    drawn
        One of the designs of `analysis.outcomes`.
    lengths
        Whether to invert tests.

    Examples
    --------
    >>> import pandas as pd
    >>> from llmexposure.estimation.montecarlo.outcomes import outcomes
    >>> from llmexposure.estimation.montecarlo.outcomes import units_of
    >>> units = units_of(pd.Series(np.linspace(0, 1, 13)), pd.Series(np.ones(13)))
    >>> normal = outcomes(0.2, 100_000)["normal"]
    >>> found = study(units, normal, -0.7, Effort(2_000, 250, 199), seed=1)
    >>> bool(abs(found.coverage["ols"].value - 0.95) < 0.02)
    True
    """
    rng, regression = np.random.default_rng(seed), units.regression
    value, error = fits(regression, drawn(units, effort.closed, slope, rng))
    half, off = half_widths(regression, error), value - slope
    inside = {name: np.abs(off) <= width for name, width in half.items()}
    size = {name: float(2 * width.mean()) for name, width in half.items()}
    accepted: dict[str, list[np.ndarray]] = {name: [] for name in RESAMPLED}
    longer: dict[str, list[np.ndarray]] = {name: [] for name in RESAMPLED}
    for rows in effort.batches():
        tests = resampling_tests(regression, value[rows], error[rows], effort.draws, rng)
        for name, test in tests.items():
            accepted[name].append(test.p(slope) >= ALPHA)
            if lengths and rows.start < INVERTED:
                longer[name].append(test.lengths(ALPHA))
    inside |= {name: np.concatenate(found) for name, found in accepted.items()}
    oracle = 2 * float(np.quantile(np.abs(off), 1 - ALPHA))
    if lengths:
        # Against HC3 in the same simulations, so that few of them are enough.
        base = size["hc3"] / (2 * half["hc3"][: min(INVERTED, effort.resampled)].mean())
        size |= {name: base * float(np.concatenate(v).mean()) for name, v in longer.items()}
    return Study(
        {name: proportion(hits) for name, hits in inside.items()},
        {name: length / oracle for name, length in size.items()} if lengths else {},
        mean_of(off),
        float(off.std(ddof=1)),
    )


def studies(
    units: Units,
    designs: Mapping[str, Outcomes],
    slopes: Mapping[str, float],
    effort: Effort,
    *,
    seed: int,
) -> dict[str, Study]:
    """`study` of every design, each with a seed of its own."""
    return {
        name: study(units, drawn, slopes[name], effort, seed=seed + place)
        for place, (name, drawn) in enumerate(designs.items())
    }


def sizes(
    found: Mapping[str, Study],
    units: Units,
    designs: Mapping[str, Outcomes],
    effort: Effort,
    *,
    seed: int,
) -> dict[str, dict[str, Estimate]]:
    """How often each test rejects a slope of zero that is true, by design and test.

    Where outcomes are linear in the slope that is one minus the coverage of ``found``; the designs of
    `outcomes.SHARES` are drawn again with a slope of zero.
    """
    coverage = {name: one.coverage for name, one in found.items()}
    for place, name in enumerate(SHARES):
        drawn = study(
            units, designs[name], 0.0, effort, seed=seed + len(designs) + place, lengths=False
        )
        coverage[name] = drawn.coverage
    return {
        name: {test: complement(share) for test, share in row.items()}
        for name, row in coverage.items()
    }


def complement(share: Estimate) -> Estimate:
    """One minus a share.

    Examples
    --------
    >>> complement(Estimate(0.75, 4, 0.25, 0.25, 1.0))
    Estimate(value=0.25, n=4, se=0.25, ci_low=0.0, ci_high=0.75, p=None)
    """
    return Estimate(1 - share.value, share.n, share.se, 1 - share.ci_high, 1 - share.ci_low)


def coverage_frame(found: Mapping[str, Study]) -> pd.DataFrame:
    """Coverage, designs by intervals."""
    rows = {d: {i: c.value for i, c in one.coverage.items()} for d, one in found.items()}
    return pd.DataFrame.from_dict(rows, orient="index")


def length_frame(found: Mapping[str, Study]) -> pd.DataFrame:
    """Length over the oracle's, designs by intervals."""
    return pd.DataFrame.from_dict({d: one.length for d, one in found.items()}, orient="index")
