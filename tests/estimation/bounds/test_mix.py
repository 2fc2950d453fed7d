"""The mix of groups: bounds hold every admissible loss, and the tilt meets its target."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from llmexposure.base.errors import DataError
from llmexposure.estimation.bounds.mix import mix_change, tilted


def groups(seed: int, n: int = 5):
    rng = np.random.default_rng(seed)
    return pd.Series(rng.uniform(0.2, 3, n)), pd.Series(np.sort(rng.uniform(0, 1, n))), rng


@settings(max_examples=40)
@given(st.integers(0, 2**32 - 1))
def test_every_loss_without_growth_lies_within_the_bounds(seed):
    weights, shares, rng = groups(seed)
    start = float(rng.uniform(shares.min() + 0.01, shares.max() - 0.01))
    kept = pd.Series(rng.uniform(0.05, 1, len(shares)))  # of each group: none grows
    before = tilted(weights, shares, start)
    left = float(before @ kept)
    found = mix_change(weights, shares, kept, start=start, left=left)
    assert before.sum() == pytest.approx(1)
    assert before @ shares == pytest.approx(start, abs=1e-9)
    assert found.lowest - 1e-9 <= found.moved <= found.highest + 1e-9
    assert found.moved == pytest.approx((before * kept) @ shares / left - start)


def test_bounds_take_away_the_lowest_groups_first():
    weights, shares = pd.Series([3.0, 1.0, 1.0]), pd.Series([0.1, 0.5, 0.9])
    start = float(weights @ shares / weights.sum())  # no tilt is needed
    found = mix_change(weights, shares, pd.Series([1.0, 1.0, 1.0]), start=start, left=0.5)
    highest = (0.5 * 0.1 + 1 * 0.5 + 1 * 0.9) / 2.5  # 2.5 of 5 units are left
    assert found.highest == pytest.approx(highest - start)
    assert found.moved == pytest.approx(0, abs=1e-9)


def test_a_share_that_no_mix_gives_is_refused():
    with pytest.raises(DataError, match="no mix of 2 groups has the share 0.9"):
        tilted(pd.Series([1.0, 1.0]), pd.Series([0.1, 0.5]), 0.9)
