"""The Monte Carlo runs the functions that print intervals and p-values; in a batch they give the same."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st
from montecarlo_units import few, many, small
from scipy import stats

from llmexposure.estimation.montecarlo.intervals import half_widths, resampling_tests
from llmexposure.estimation.regression.cr2 import cr2
from llmexposure.estimation.regression.design import clusters_of, design, each_row
from llmexposure.estimation.resampling import draws as engine
from llmexposure.estimation.resampling.slope import (
    permutation_draws,
    permutation_p,
    shuffles,
    webb_weights,
    wild,
    wild_draws,
)

NULLS = [0.0, -0.8, 2.5]


def outcomes(units, m=5, seed=1):
    rng = np.random.default_rng(seed)
    return -0.7 * units.exposure + rng.normal(size=(m, units.n)) * (0.2 + units.exposure)


def alone(units, y):
    return replace(units.regression, y=y)


def test_monte_carlo_and_printed_intervals_are_one_function(monkeypatch):
    called = []
    monkeypatch.setattr(
        engine.NullDraws, "p", lambda self, null=0.0: called.append(self) or self.se
    )
    monkeypatch.setattr(engine.NullDraws, "interval", lambda self, alpha=0.05: (self.se, self.se))
    units = small()
    tests = resampling_tests(units.regression, outcomes(units), 19, np.random.default_rng(1))
    for test in tests.values():
        test.p()
    wild(alone(units, outcomes(units)[0]), draws=19, seed=1)
    permutation_p(alone(units, outcomes(units)[0]), draws=19, seed=1)
    assert [len(one.value) for one in called] == [5, 5, 5, 1, 1]


@pytest.mark.parametrize("units", [few(), many()], ids=["13", "47"])
def test_a_batch_of_wild_bootstraps_is_the_printed_one_of_each(units):
    y, found = outcomes(units), units.regression
    groups = clusters_of(found)
    batch = wild_draws(found, groups, webb_weights(399, units.n, seed=2), y)
    ends = np.transpose(batch.interval())
    for k, row in enumerate(y):
        one = wild(alone(units, row), draws=399, seed=2)
        assert (batch.value[k], batch.se[k]) == pytest.approx((one.value, one.se), rel=1e-12)
        assert batch.p()[k] == one.p
        assert ends[k] == pytest.approx((one.ci_low, one.ci_high), rel=1e-9)


@pytest.mark.parametrize("units", [few(), many()], ids=["13", "47"])
def test_a_batch_of_permutations_is_the_printed_one_of_each(units):
    y, found = outcomes(units), units.regression.sorted()
    by_label = np.argsort(units.regression.units)
    order = shuffles(99, units.n, np.random.default_rng(3))
    batch = permutation_draws(found, order, y[:, by_label])
    for k, row in enumerate(y):
        assert batch.p()[k] == permutation_p(alone(units, row), draws=99, seed=3)


@pytest.mark.parametrize("m", [1, 5])
@pytest.mark.parametrize("null", NULLS)
def test_permuted_statistics_are_those_of_refits(m, null):
    units = few()
    y, found = outcomes(units, m), units.regression
    order = shuffles(40, units.n, np.random.default_rng(3))
    batch = permutation_draws(found, order, y)
    t, simple = batch.t(null), batch.unstudentised().t(null) * batch.se
    for k, row in enumerate(y):
        permuted = found.residual(row - null * found.x)[order]
        refits = [sm.OLS(p, sm.add_constant(found.x)).fit(cov_type="HC3") for p in permuted]
        assert t[:, k] == pytest.approx([f.tvalues[1] for f in refits], rel=1e-8)
        slopes = [stats.linregress(found.x, p).slope for p in permuted]
        assert simple[:, k] == pytest.approx(slopes, rel=1e-8, abs=1e-12)


def by_bisection(drawn, side, alpha=0.05):
    """End of an interval with every draw at every step."""
    inside, outside = 0.0, 2.0
    while drawn.p(drawn.value + side * outside * drawn.se)[0] >= alpha:
        inside, outside = outside, 2 * outside
        if outside > 2**20:
            return side * np.inf
    for _ in range(52):
        middle = (inside + outside) / 2
        accepted = drawn.p(drawn.value + side * middle * drawn.se)[0] >= alpha
        inside, outside = (middle, outside) if accepted else (inside, middle)
    return float((drawn.value + side * inside * drawn.se)[0])


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from([3, 4, 6, 24]))
def test_ends_found_with_few_draws_are_those_found_with_all(seed, clusters):
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame({"x": rng.uniform(size=24), "y": rng.normal(size=24)})
    found = design(frame, "y", "x")
    groups = clusters_of(found, pd.Series(np.arange(24) % clusters))
    drawn = wild_draws(found, groups, webb_weights(299, clusters, seed))
    expected = [by_bisection(drawn, side) for side in (-1, 1)]
    assert np.ravel(drawn.interval()) == pytest.approx(expected, rel=1e-9)


def test_a_draw_that_changes_there_and_back_is_not_overlooked(monkeypatch):
    monkeypatch.setattr(engine.NullDraws, "_changing", lambda self, a, b, side: replace(
        self, slope=tuple(s[:1] for s in self.slope), variance=tuple(v[:1] for v in self.variance),
        others=len(self.slope[0]) - 1, others_beyond=0))  # fmt: skip
    units = few()
    drawn = wild_draws(units.regression, each_row(units.regression), webb_weights(299, 13, 1),
                       outcomes(units, 1))  # fmt: skip
    expected = [by_bisection(drawn, side) for side in (-1, 1)]
    assert np.ravel(drawn.interval()) == pytest.approx(expected, rel=1e-9)


def test_an_interval_without_an_end_is_infinite():
    # With nine draws p is never below a tenth.
    units = small()
    weights = webb_weights(9, units.n, seed=2)
    found = units.regression
    low, high = wild_draws(found, each_row(found), weights, outcomes(units)).interval()
    assert (low == -np.inf).all()
    assert (high == np.inf).all()


@pytest.mark.parametrize("units", [few(), many()], ids=["13", "47"])
def test_half_widths_are_those_of_statsmodels_and_of_cr2(units):
    y, found = outcomes(units), units.regression
    half = half_widths(found, found.fit(y)[1])
    for k, row in enumerate(y):
        fit = sm.OLS(row, sm.add_constant(units.exposure)).fit()
        for name, kind, use_t in (
            ("normal", "HC1", False),
            ("hc1", "HC1", True),
            ("hc3", "HC3", True),
        ):
            low, high = fit.get_robustcov_results(kind, use_t=use_t).conf_int()[1]
            assert half[name][k] == pytest.approx((high - low) / 2, rel=1e-10)
        low, high = fit.conf_int()[1]
        assert half["ols"][k] == pytest.approx((high - low) / 2, rel=1e-10)
        robust = cr2(alone(units, row)).estimate
        assert half["cr2"][k] == pytest.approx((robust.ci_high - robust.ci_low) / 2, rel=1e-10)
