"""Adjusted p-values agree with other implementations and hold the family-wise error."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyfixest.estimation.post_estimation.multcomp import _get_rwolf_pval

from llmexposure.base.errors import DataError
from llmexposure.estimation.regression.design import design
from llmexposure.estimation.resampling.family import family, stepdown
from llmexposure.estimation.resampling.slope import wild

OUTCOMES = ["share", "applications", "degree", "experience", "remote"]


def sample(n=20, slope=0.0, common=0.7, seed=3):
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame({"x": rng.uniform(size=n)}, index=[f"u{i:02d}" for i in range(n)])
    shared = rng.normal(size=n)
    for k, name in enumerate(OUTCOMES):
        frame[name] = common * shared + rng.normal(size=n) + slope * (k == 0) * frame["x"]
    return frame


def designs(frame):
    return {name: design(frame, name, "x") for name in OUTCOMES}


def by_loop(observed, null):
    """Stepdown as written in words: remove the largest, take the largest of the rest in each draw."""
    left, adjusted, floor = list(range(len(observed))), np.empty(len(observed)), 0.0
    while left:
        top = max(left, key=lambda k: abs(observed[k]))
        beaten = sum(max(abs(row[k]) for k in left) >= abs(observed[top]) for row in null)
        floor = max(floor, (1 + beaten) / (len(null) + 1))
        adjusted[top] = floor
        left.remove(top)
    return adjusted


@given(st.integers(0, 10_000), st.integers(1, 6))
def test_stepdown_agrees_with_a_loop_and_with_pyfixest(seed, k):
    rng = np.random.default_rng(seed)
    observed, null = 2 * rng.normal(size=k), rng.normal(size=(50, k))
    ours = stepdown(observed, null)
    assert ours == pytest.approx(by_loop(observed, null))
    assert ours == pytest.approx(_get_rwolf_pval(observed, null))


def test_plain_p_is_the_wild_bootstrap_of_each_outcome():
    frame = sample()
    found = family(designs(frame), draws=499, seed=1)
    for name in OUTCOMES:
        alone = wild(design(frame, name, "x"), draws=499, seed=1)
        assert found.loc[name, "p"] == alone.p
        assert found.loc[name, "slope"] == alone.value
        assert found.loc[name, "t"] == pytest.approx(alone.value / alone.se)


def test_benjamini_hochberg_by_hand():
    found = family(designs(sample(slope=2.0)), draws=499, seed=1).sort_values("p")
    raw = found["p"].to_numpy() * 5 / np.arange(1, 6)
    by_hand = np.minimum(np.minimum.accumulate(raw[::-1])[::-1], 1)
    assert found["p_benjamini_hochberg"].to_numpy() == pytest.approx(by_hand)


def test_adjusted_p_lies_between_plain_and_bonferroni_like():
    found = family(designs(sample(seed=9)), draws=1_999, seed=1)
    assert (found["p_romano_wolf"] >= found["p"]).all()
    # Bonferroni holds up to the spread between outcomes of the bootstrap distributions.
    assert (found["p_romano_wolf"] <= np.minimum(1, 5 * found["p"]) + 0.02).all()


def test_identical_outcomes_need_no_adjustment():
    frame = sample()
    same = {name: design(frame, "share", "x") for name in OUTCOMES}
    found = family(same, draws=499, seed=1)
    assert found["p_romano_wolf"].to_numpy() == pytest.approx(found["p"].to_numpy())


def test_family_wise_error_is_held_where_plain_tests_fail():
    adjusted, plain = 0, 0
    rng, template = np.random.default_rng(1), design(sample(), "share", "x")
    for seed in range(250):
        drawn = {name: replace(template, y=rng.normal(size=20)) for name in OUTCOMES}
        found = family(drawn, draws=199, seed=seed)
        adjusted += found["p_romano_wolf"].min() <= 0.05
        plain += found["p"].min() <= 0.05
    assert 0.015 <= adjusted / 250 <= 0.095
    assert plain / 250 > 0.12


def test_outcomes_may_miss_different_units():
    frame = sample()
    frame.loc["u03", "degree"] = np.nan
    found = family(designs(frame), draws=199, seed=1)
    assert found.loc["degree", "n"] == 19
    assert found.loc["share", "n"] == 20
    # The other outcomes keep their draws.
    assert found.loc["share", "p"] == family(designs(sample()), draws=199, seed=1).loc["share", "p"]


@settings(max_examples=10, deadline=None)
@given(st.permutations(range(5)))
def test_order_of_outcomes_changes_nothing(order):
    frame = sample()
    names = [OUTCOMES[k] for k in order]
    first = family(designs(frame), draws=99, seed=1)
    second = family({name: design(frame, name, "x") for name in names}, draws=99, seed=1)
    pd.testing.assert_frame_equal(first, second.loc[OUTCOMES])


def test_an_empty_family_is_an_error():
    with pytest.raises(DataError, match="at least one outcome"):
        family({}, draws=9, seed=1)
