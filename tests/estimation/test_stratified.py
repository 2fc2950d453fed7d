"""Permutations stay inside strata, and the p-value is the one of all such permutations."""

from itertools import permutations, product

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from llmexposure.errors import DataError
from llmexposure.estimation.stratified import shuffle_within, stratified_permutation_p


def sample(seed=3):
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame({"g": list("aaaabbbb"), "x": rng.normal(size=8)})
    frame["y"] = rng.normal(size=8) + frame["x"] + 3 * (frame["g"] == "b")
    return frame


def test_agrees_with_all_permutations():
    frame = sample()
    full = np.column_stack([np.ones(8), frame["x"], frame["g"] == "b"])

    def t(y):
        return abs(sm.OLS(y, full).fit(cov_type="HC3").tvalues[1])

    observed, groups = t(frame["y"].to_numpy()), (range(4), range(4, 8))
    every = [
        t(frame["y"].to_numpy()[list(a + b)])
        for a, b in product(*(permutations(g) for g in groups))
    ]
    exact = np.mean(np.array(every) >= observed - 1e-9)
    assert 0.02 < exact < 0.98
    ours = stratified_permutation_p(frame, "y", "x", "g", draws=9_999, seed=1)
    assert ours == pytest.approx(exact, abs=0.015)


@given(st.lists(st.integers(0, 3), min_size=2, max_size=30), st.integers(0, 100))
def test_each_stratum_keeps_its_values(strata, seed):
    strata = np.array(strata)
    values = np.arange(len(strata), dtype=float)
    shuffled = shuffle_within(values, strata, 3, np.random.default_rng(seed))
    for row in shuffled:
        for stratum in np.unique(strata):
            assert sorted(row[strata == stratum]) == list(values[strata == stratum])


def test_every_order_within_a_stratum_is_equally_likely():
    drawn = shuffle_within(np.arange(3), np.zeros(3), 12_000, np.random.default_rng(1))
    counts = pd.Series(map(tuple, drawn)).value_counts()
    assert len(counts) == 6
    assert stats.chisquare(counts).pvalue > 0.001


def test_p_is_uniform_under_the_null_with_strong_strata():
    rng, ps = np.random.default_rng(5), []
    labels = np.repeat(np.arange(4), 5)
    for seed in range(200):
        level = rng.normal(scale=5, size=4)[labels]
        frame = pd.DataFrame({"g": labels, "x": level + rng.normal(size=20)})
        frame["y"] = 2 * level + rng.normal(size=20)
        ps.append(stratified_permutation_p(frame, "y", "x", "g", draws=99, seed=seed))
    assert stats.kstest(ps, "uniform").pvalue > 0.01


def test_a_unit_alone_in_its_stratum_changes_nothing():
    frame = sample()
    alone = pd.DataFrame({"g": ["c"], "x": [9.0], "y": [-9.0]}, index=[8])
    first = stratified_permutation_p(frame, "y", "x", "g", draws=199, seed=1)
    both = pd.concat([frame, alone])
    assert stratified_permutation_p(both, "y", "x", "g", draws=199, seed=1) == first


@settings(max_examples=20, deadline=None)
@given(st.permutations(range(8)), st.floats(0.01, 100))
def test_row_order_and_units_of_measurement(order, scale):
    frame = sample()
    first = stratified_permutation_p(frame, "y", "x", "g", draws=199, seed=1)
    other = frame.assign(y=scale * frame["y"], x=-scale * frame["x"]).iloc[list(order)]
    assert stratified_permutation_p(other, "y", "x", "g", draws=199, seed=1) == first


def test_strata_of_one_unit_each_are_an_error():
    frame = sample().assign(g=range(8))
    with pytest.raises(DataError, match="g: no value has two units"):
        stratified_permutation_p(frame, "y", "x", "g", draws=9, seed=1)
