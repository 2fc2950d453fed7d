"""Coverage, length and bias of every interval in each design, and the choice of the one to headline.

The rule of the choice was fixed before the simulations were run. Among the intervals whose coverage lies in
[93%, 97%] in every design of the choice, the shortest on average (geometric mean over designs of the ratio to
the oracle). If there is none, the one that falls below 93% by least in its worst design, and of several such
the shortest.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from llmexposure.base.estimate import Z95, Estimate
from llmexposure.estimation.montecarlo.intervals import (
    ALPHA,
    RESAMPLED,
    half_widths,
    resampling_tests,
)
from llmexposure.estimation.montecarlo.outcomes import SHARES, Outcomes, Units
from llmexposure.estimation.proportion import proportion

# Outcomes that share their bootstrap weights and permutations: few, so that the luck of one set of
# draws averages out over the sets.
BATCH = 250
# Tests of the first outcomes are inverted too, to learn how long their intervals are.
INVERTED = BATCH
# Coverage that the rule of the choice asks for.
LOW, HIGH = 0.93, 0.97


@dataclass(frozen=True)
class Effort:
    """How much is simulated.

    Attributes
    ----------
    closed, resampled
        Simulated outcomes for intervals with a closed form, and for those that resample; with none of
        the latter these intervals are left out.
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
    coverage, missed
        Share of simulations whose interval contains the true slope, and whose does not, by interval.
    length
        Mean length by interval, divided by the oracle's: the interval of one fixed length that covers
        in exactly 95% of the simulations, which nobody knows outside a simulation. Empty if not asked.
    bias
        Mean slope less the true slope.
    spread
        Standard deviation of the slopes.
    """

    coverage: dict[str, Estimate]
    missed: dict[str, Estimate]
    length: dict[str, float]
    bias: Estimate
    spread: float


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
        One of the designs of `montecarlo.outcomes`.
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
    outcomes = drawn(units, effort.closed, slope, rng)
    value, error = regression.fit(outcomes)
    half, off = half_widths(regression, error), value - slope
    inside = {name: np.abs(off) <= width for name, width in half.items()}
    size = {name: float(2 * width.mean()) for name, width in half.items()}
    accepted: dict[str, list[np.ndarray]] = {name: [] for name in RESAMPLED}
    longer: dict[str, list[np.ndarray]] = {name: [] for name in RESAMPLED}
    for rows in effort.batches():
        tests = resampling_tests(regression, outcomes[rows], effort.draws, rng)
        for name, test in tests.items():
            accepted[name].append(test.p(slope) >= ALPHA)
            if lengths and rows.start < INVERTED:
                longer[name].append(np.subtract(*test.interval(ALPHA)[::-1]))
    inside |= {name: np.concatenate(found) for name, found in accepted.items() if found}
    oracle = 2 * float(np.quantile(np.abs(off), 1 - ALPHA))
    if lengths:
        # Against HC3 in the same simulations, so that few of them are enough.
        base = size["hc3"] / (2 * half["hc3"][: min(INVERTED, effort.resampled)].mean())
        size |= {name: base * float(np.concatenate(v).mean()) for name, v in longer.items()}
    return Study(
        {name: proportion(hits) for name, hits in inside.items()},
        {name: proportion(~hits) for name, hits in inside.items()},
        {name: length / oracle for name, length in size.items()} if lengths else {},
        mean_of(off),
        float(off.std(ddof=1)),
    )


def mean_of(values: np.ndarray) -> Estimate:
    """Mean over simulations with its standard error and interval."""
    mean, se = float(values.mean()), float(values.std(ddof=1) / np.sqrt(values.size))
    return Estimate(mean, values.size, se, mean - Z95 * se, mean + Z95 * se)


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
    missed = {name: one.missed for name, one in found.items()}
    for place, name in enumerate(SHARES):
        own = seed + len(designs) + place
        drawn = study(units, designs[name], 0.0, effort, seed=own, lengths=False)
        missed[name] = drawn.missed
    return missed


def coverage_frame(found: Mapping[str, Study]) -> pd.DataFrame:
    """Coverage, designs by intervals."""
    rows = {d: {i: c.value for i, c in one.coverage.items()} for d, one in found.items()}
    return pd.DataFrame.from_dict(rows, orient="index")


def length_frame(found: Mapping[str, Study]) -> pd.DataFrame:
    """Length over the oracle's, designs by intervals."""
    return pd.DataFrame.from_dict({d: one.length for d, one in found.items()}, orient="index")


@dataclass(frozen=True)
class Choice:
    """The interval chosen and how well it does.

    Attributes
    ----------
    interval
        Name of the interval.
    inside
        All intervals within the band in every design, shortest first; empty if there is none.
    lowest, highest
        Coverage of the chosen interval in the designs where it is lowest and highest.
    lowest_design, highest_design
        Those designs.
    """

    interval: str
    inside: tuple[str, ...]
    lowest: float
    highest: float
    lowest_design: str
    highest_design: str


def choose(coverage: pd.DataFrame, length: pd.DataFrame) -> Choice:
    """Apply the rule.

    Parameters
    ----------
    coverage, length
        Designs by intervals, both with the same labels.

    Examples
    --------
    >>> coverage = pd.DataFrame({"a": [0.95, 0.94], "b": [0.96, 0.95], "c": [0.92, 0.95]}, ["s", "t"])
    >>> length = pd.DataFrame({"a": [1.3, 1.2], "b": [1.1, 1.2], "c": [1.0, 1.0]}, ["s", "t"])
    >>> choose(coverage, length).inside
    ('b', 'a')
    """
    average = np.exp(np.log(length).mean()).sort_values(kind="stable")
    within = ((coverage >= LOW) & (coverage <= HIGH)).all()
    inside = tuple(name for name in average.index if within[name])
    shortfall = (LOW - coverage).clip(lower=0).max()[average.index]
    name = inside[0] if inside else str(shortfall.idxmin())
    mine = coverage[name]
    return Choice(name, inside, mine.min(), mine.max(), str(mine.idxmin()), str(mine.idxmax()))
