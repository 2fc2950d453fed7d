"""Bounds with unclassified counts: what any mix gives lies inside, and the ends are reached."""

import numpy as np
import pandas as pd
import pytest

from llmexposure.base.errors import DataError
from llmexposure.estimation.bounds.unclassified import share_slopes

EXPOSURE = pd.Series([0.1, 0.3, np.nan, 0.8], list("abcd"))
COUNTS = pd.DataFrame({"then": [40, 30, 5, 25], "now": [45, 25, 5, 30]}, list("abcd"))
MISSING = (25, 30)


def slope(mixes):
    """Slope of the change of everyone's shares, by polyfit, for one mix of the unclassified a period."""
    filled = COUNTS + np.column_stack([m * u for m, u in zip(mixes, MISSING, strict=True)])
    change = filled["now"] / filled["now"].sum() - filled["then"] / filled["then"].sum()
    known = EXPOSURE.notna()
    return np.polyfit(EXPOSURE[known], change[known], 1)[0]


def test_bounds_hold_every_mix_and_are_reached_at_corners():
    found = share_slopes(COUNTS, EXPOSURE, MISSING)
    rng = np.random.default_rng(3)
    mixes = rng.dirichlet(np.full(4, 0.3), size=(500, 2))
    slopes = np.array([slope(pair) for pair in mixes])
    assert found.any_mix[0] <= slopes.min()
    assert slopes.max() <= found.any_mix[1]
    corners = [slope((one, other)) for one in np.eye(4) for other in np.eye(4)]
    assert (min(corners), max(corners)) == pytest.approx(found.any_mix)
    same = [slope((one, one)) for one in np.eye(4)]
    assert (min(same), max(same)) == pytest.approx(found.same_mix)
    shares = COUNTS / COUNTS.sum()
    assert slope([shares["then"], shares["now"]]) == pytest.approx(found.classified)


def test_a_missing_count_is_refused():
    with pytest.raises(DataError, match="every cell"):
        share_slopes(COUNTS.where(COUNTS > 5), EXPOSURE, MISSING)
