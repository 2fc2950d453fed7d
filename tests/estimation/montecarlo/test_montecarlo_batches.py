"""Batches of outcomes give, draw by draw, what the estimators give for one outcome at a time."""

from dataclasses import replace

import numpy as np
import pytest
import statsmodels.api as sm
from montecarlo_units import few, many, small
from scipy import stats

from llmexposure.estimation.montecarlo.intervals import fits, half_widths
from llmexposure.estimation.regression.clusters import clusters_of
from llmexposure.estimation.regression.cr2 import cr2
from llmexposure.estimation.resampling.many import permutation_moves, plain, resampled, wild_moves
from llmexposure.estimation.resampling.permutation import hc3_t
from llmexposure.estimation.resampling.wild import null_draws, webb_weights

NULLS = [0.0, -0.8, 2.5]


def outcomes(units, m=4, seed=1):
    rng = np.random.default_rng(seed)
    return -0.7 * units.exposure + rng.normal(size=(m, units.n)) * (0.2 + units.exposure)


def alone(units, y):
    return replace(units.regression, y=y)


@pytest.mark.parametrize("units", [few(), many()], ids=["13", "47"])
@pytest.mark.parametrize("null", NULLS)
def test_wild_draws_are_those_of_the_single_bootstrap(units, null):
    y, found = outcomes(units), units.regression
    weights = webb_weights(199, units.n, seed=2)
    # The single bootstrap hands weights out in the order of the labels, the batch in that of the rows.
    batch = resampled(found, *fits(found, y), wild_moves(weights[:, clusters_of(found).codes]))
    observed, drawn = batch.squares(null)
    for k, row in enumerate(y):
        one = null_draws(alone(units, row), clusters_of(found), weights)
        assert drawn[:, k] == pytest.approx(one.t(null) ** 2, rel=1e-10, abs=1e-12)
        assert observed[k] == pytest.approx(((one.value - null) / one.se) ** 2, rel=1e-10)
        assert batch.p(null)[k] == one.p(null)


@pytest.mark.parametrize("units", [few(), many()], ids=["13", "47"])
@pytest.mark.parametrize("null", NULLS)
def test_permuted_statistics_are_those_of_the_single_test(units, null):
    y, found = outcomes(units), units.regression
    rng = np.random.default_rng(3)
    order = rng.permuted(np.tile(np.arange(units.n), (99, 1)), axis=1)
    batch = resampled(found, *fits(found, y), permutation_moves(order))
    _, drawn = batch.squares(null)
    _, simple = plain(batch).squares(null)
    for k, row in enumerate(y):
        residual = found.residual(row - null * found.x)
        # Dealing exposures out by an order is permuting outcomes by its inverse.
        permuted = residual[np.argsort(order, axis=1)]
        assert drawn[:, k] == pytest.approx(hc3_t(found, permuted) ** 2, rel=1e-10, abs=1e-12)
        slopes = [stats.linregress(found.x, p).slope for p in permuted]
        assert simple[:, k] == pytest.approx(np.square(slopes), rel=1e-8, abs=1e-12)


def test_lengths_are_those_of_the_inverted_test():
    units = few()
    y, found = outcomes(units), units.regression
    weights = webb_weights(399, units.n, seed=2)
    batch = resampled(found, *fits(found, y), wild_moves(weights[:, clusters_of(found).codes]))
    for k, row in enumerate(y):
        low, high = null_draws(alone(units, row), clusters_of(found), weights).interval()
        assert batch.lengths()[k] == pytest.approx(high - low, rel=2e-3)


def test_an_interval_without_an_end_is_infinite():
    # With nine draws p is never below a tenth.
    units = small()
    batch = resampled(
        units.regression,
        *fits(units.regression, outcomes(units)),
        wild_moves(webb_weights(9, units.n, seed=2)),
    )
    assert np.isinf(batch.lengths()).all()


@pytest.mark.parametrize("units", [few(), many()], ids=["13", "47"])
def test_half_widths_are_those_of_statsmodels_and_of_cr2(units):
    y, found = outcomes(units), units.regression
    half = half_widths(found, fits(found, y)[1])
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
