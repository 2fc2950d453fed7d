"""Slopes of several outcomes on one exposure, each outcome a series by unit."""

from collections.abc import Mapping

import pandas as pd

from llmexposure.estimation.regression.ols import Slope, cross_section


def series_slopes(
    outcomes: Mapping[str, pd.Series], exposure: pd.Series, *, draws: int, seed: int
) -> dict[str, Slope]:
    """Cross-sectional slope of every outcome on exposure, matched by unit.

    Examples
    --------
    >>> exposure = pd.Series([0.1, 0.2, 0.4, 0.7, 0.9], index=list("abcde"))
    >>> outcomes = {"twice": 2 * exposure + pd.Series([0, 0.01, 0, 0.01, 0], index=list("abcde"))}
    >>> found = series_slopes(outcomes, exposure, draws=99, seed=1)["twice"]
    >>> round(float(found.estimate.value), 1)
    2.0
    """
    return {
        name: cross_section(
            pd.DataFrame({"outcome": outcome, "exposure": exposure}),
            "outcome", "exposure", draws=draws, seed=seed,
        )
        for name, outcome in outcomes.items()
    }  # fmt: skip
