"""Small units that the tests of the Monte Carlo share."""

from functools import cache

import numpy as np
import pandas as pd

from llmexposure.estimation.montecarlo.outcomes import units_of
from llmexposure.report.tables import load
from llmexposure.simulation.tables import table


@cache
def few():
    """The 13 categories."""
    rows = table("categories").set_index("category")
    return units_of(rows["exposure_2022"], rows["share_2022"])


@cache
def many():
    """47 US sectors."""
    rows = load("sectors").set_index("sector").iloc[:47]
    return units_of(rows["gpt4_beta"], rows["employment_2022"])


def small(n=9, seed=3):
    """Made-up units."""
    rng = np.random.default_rng(seed)
    return units_of(pd.Series(rng.uniform(size=n)), pd.Series(rng.uniform(0.5, 2, size=n)))
