"""Seconds that each inference takes on a cross-section of 47 units, best of five.

python benchmarks/bench_inference.py [--units 47] [--draws 9999]
"""

import argparse
import time
from collections.abc import Callable

import numpy as np
import pandas as pd

from llmexposure.estimation.regression.cr2 import cr2
from llmexposure.estimation.regression.design import design
from llmexposure.estimation.regression.ols import leave_two_out
from llmexposure.estimation.resampling.family import family
from llmexposure.estimation.resampling.slope import permutation_p, wild

REPEATS, SEED = 5, 20240101


def sample(units: int) -> pd.DataFrame:
    """Five outcomes, one regressor and a group, drawn at random."""
    rng = np.random.default_rng(SEED)
    frame = pd.DataFrame(rng.normal(size=(units, 5)), columns=list("abcde"))
    frame["x"] = rng.uniform(size=units)
    frame["group"] = np.arange(units) % 8
    return frame


def cases(frame: pd.DataFrame, draws: int) -> dict[str, Callable[[], object]]:
    """What is timed, by name."""
    found = design(frame, "a", "x")
    five = {name: design(frame, name, "x") for name in "abcde"}
    return {
        "wild bootstrap, p and interval": lambda: wild(found, draws=draws, seed=1),
        "wild cluster bootstrap, 8 clusters": lambda: wild(
            found, frame["group"], draws=draws, seed=1
        ),
        "permutation": lambda: permutation_p(found, draws=draws, seed=1),
        "Romano-Wolf, five outcomes": lambda: family(five, draws=draws, seed=1),
        "CR2 with degrees of freedom": lambda: cr2(found),
        "leave two out": lambda: leave_two_out(found),
    }


def seconds(call: Callable[[], object]) -> float:
    """Shortest of several runs."""
    taken = []
    for _ in range(REPEATS):
        start = time.perf_counter()
        call()
        taken.append(time.perf_counter() - start)
    return min(taken)


def main() -> None:
    """Print one line a method."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--units", type=int, default=47)
    parser.add_argument("--draws", type=int, default=9_999)
    given = parser.parse_args()
    print(f"{given.units} units, {given.draws} draws")
    for name, call in cases(sample(given.units), given.draws).items():
        print(f"{name:<36}{seconds(call):8.4f} s")


if __name__ == "__main__":
    main()
