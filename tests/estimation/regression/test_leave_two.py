"""Leaving out pairs in closed form is refitting without them."""

from itertools import combinations

import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf
from hypothesis import given, settings
from hypothesis import strategies as st

from llmexposure.estimation.regression.design import design
from llmexposure.estimation.regression.ols import leave_two_out, without_pairs


def sample(n=11, seed=3):
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame({"x": rng.uniform(size=n), "z": rng.normal(size=n)})
    frame["w"] = rng.integers(1, 9, size=n)
    frame["y"] = 0.3 * frame["x"] + rng.normal(size=n)
    return frame


@pytest.mark.parametrize("weighted", [False, True])
def test_agrees_with_refitting_without_each_pair(weighted):
    frame = sample()
    w = frame["w"].astype(float) if weighted else pd.Series(1.0, index=frame.index)
    found = design(frame, "y", "x", ["z"], "w" if weighted else None)
    refits = {
        pair: smf.wls("y ~ x + z", frame.drop(list(pair)), weights=w.drop(list(pair)))
        .fit()
        .params["x"]
        for pair in combinations(frame.index, 2)
    }
    ours = without_pairs(found)
    for (i, j), slope in refits.items():
        assert ours[i, j] == pytest.approx(slope, rel=1e-8)
        assert ours[j, i] == pytest.approx(slope, rel=1e-8)
    summary = leave_two_out(found)
    assert summary.low == pytest.approx(min(refits.values()))
    assert summary.low_pair == tuple(map(str, min(refits, key=refits.get)))
    assert summary.high_pair == tuple(map(str, max(refits, key=refits.get)))
    sign = np.sign(smf.wls("y ~ x + z", frame, weights=w).fit().params["x"])
    assert summary.sign_changes == sum(np.sign(slope) != sign for slope in refits.values())
    assert summary.pairs == 55


def test_a_pair_without_which_there_is_no_slope_is_missing_and_not_counted():
    frame = pd.DataFrame({"x": [1.0, 1, 0, 0, 0], "y": [1.0, 2, 0, 1, 0.5]})
    slopes = without_pairs(design(frame, "y", "x"))
    assert np.isnan(slopes[0, 1])
    assert leave_two_out(design(frame, "y", "x")).pairs == 9


@settings(max_examples=20, deadline=None)
@given(st.permutations(range(11)), st.floats(0.01, 100), st.floats(0.01, 100))
def test_row_order_and_units_of_measurement(order, by_y, by_x):
    frame = sample()
    first = leave_two_out(design(frame, "y", "x"))
    other = frame.assign(y=by_y * frame["y"], x=by_x * frame["x"]).iloc[list(order)]
    second = leave_two_out(design(other, "y", "x"))
    assert second.high == pytest.approx(first.high * by_y / by_x, rel=1e-6)
    assert set(second.high_pair) == set(first.high_pair)
