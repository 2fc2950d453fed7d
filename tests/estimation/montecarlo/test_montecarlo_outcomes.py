"""Drawn outcomes have the slope, the spread and the closure that they claim."""

from functools import partial

import numpy as np
import pytest
from montecarlo_units import few, many, small

from llmexposure.base.errors import DataError
from llmexposure.estimation.montecarlo import outcomes as designs
from llmexposure.estimation.montecarlo.outcomes import log_ratio_changes, share_changes, share_slope

KINDS = (
    designs.normal, designs.heavy, designs.skewed, designs.variance_exposure,
    designs.variance_size, designs.influential, designs.common_shock,
    designs.variance_reversed,
)  # fmt: skip


@pytest.mark.parametrize("kind", KINDS, ids=lambda k: k.__name__)
def test_errors_have_mean_zero_and_mean_variance_one(kind):
    units = few()
    drawn = kind(units, 40_000, np.random.default_rng(1))
    assert drawn.shape == (40_000, 13)
    sd = drawn.std(axis=0)
    assert np.abs(drawn.mean(axis=0) / sd).max() < 4 / np.sqrt(40_000)
    assert (sd**2).mean() == pytest.approx(1, rel=0.03)


def test_spreads_are_as_described():
    units, rng = few(), np.random.default_rng(2)
    rising = designs.variance_exposure(units, 20_000, rng).std(axis=0)
    least, most = units.exposure.argmin(), units.exposure.argmax()
    assert rising[most] / rising[least] == pytest.approx(designs.RISE, rel=0.05)
    falling = designs.variance_reversed(units, 20_000, rng).std(axis=0)
    assert falling[least] / falling[most] == pytest.approx(designs.RISE, rel=0.05)
    by_size = designs.variance_size(units, 20_000, rng).std(axis=0)
    assert by_size**2 * units.size == pytest.approx((by_size**2 * units.size).mean(), rel=0.1)
    wild = designs.influential(units, 20_000, rng).std(axis=0)
    assert wild.argmax() == units.regression.leverage.argmax()
    assert wild.max() / wild.min() == pytest.approx(designs.OUTLIER, rel=0.05)


def test_shared_shocks_tie_units_of_like_exposure():
    units = few()
    drawn = designs.common_shock(units, 20_000, np.random.default_rng(3))
    r = np.corrcoef(drawn.T)
    above = units.exposure > 0.53
    # The paper says three tenths of the variance.
    assert r[0, 1] == pytest.approx(0.3, abs=0.03)
    assert np.abs(r[np.ix_(above, ~above)]).max() < 0.03


def test_skewness_and_tails():
    units, rng = small(), np.random.default_rng(4)
    assert (designs.skewed(units, 40_000, rng) ** 3).mean() == pytest.approx(2, rel=0.1)
    assert (designs.heavy(units, 40_000, rng) ** 4).mean() > 5


@pytest.mark.parametrize("units", [few(), many()], ids=["13", "47"])
def test_changes_of_shares_sum_to_zero_and_have_the_slope(units):
    slope = share_slope(units)
    changes = share_changes(0.0, 10**9, units, 50, slope, np.random.default_rng(1))
    assert changes.sum(axis=1) == pytest.approx(np.zeros(50), abs=1e-12)
    assert units.regression.fit(changes)[0] == pytest.approx(np.full(50, slope), rel=0.05)
    expected = units.size + slope * units.centred
    assert (expected / units.size).min() == pytest.approx(0.5)


def test_closure_makes_units_move_against_each_other():
    units = few()
    changes = share_changes(0.2, 10**6, units, 20_000, 0.0, np.random.default_rng(1))
    covariance = np.cov(changes.T)
    assert covariance.sum() == pytest.approx(0, abs=1e-9)
    assert (covariance - np.diag(np.diag(covariance))).mean() < 0
    assert changes.std(axis=0).argmax() == units.size.argmax()


def test_closure_leaves_slope_and_residuals_of_log_ratios_alone():
    # Shares divide by a common sum, which in logs is a constant: the intercept takes it.
    units, rng = small(), np.random.default_rng(5)
    shocks = rng.normal(size=(5, units.n))
    log_share = np.log(units.size) - 0.7 * units.exposure + shocks
    share = np.exp(log_share) / np.exp(log_share).sum(axis=1, keepdims=True)
    clr = np.log(share) - np.log(share).mean(axis=1, keepdims=True) - np.log(units.size)
    free, closed = (units.regression.fit(v) for v in (-0.7 * units.exposure + shocks, clr))
    assert closed[0] == pytest.approx(free[0], rel=1e-9)
    assert closed[1] == pytest.approx(free[1], abs=1e-9)


def test_log_ratios_recover_their_slope():
    units = many()
    changes = log_ratio_changes(0.18, 10**6, units, 4_000, -0.7, np.random.default_rng(6))
    assert changes.sum(axis=1) == pytest.approx(np.zeros(4_000), abs=1e-9)
    slopes = units.regression.fit(changes)[0]
    assert slopes.mean() == pytest.approx(-0.7, abs=4 * slopes.std() / np.sqrt(4_000))


def test_impossible_shares_are_errors_that_name_the_unit():
    units, rng = few(), np.random.default_rng(1)
    with pytest.raises(DataError, match="gives editing_translation an expected share of"):
        share_changes(0.2, 10**6, units, 2, 2.5 * share_slope(units), rng)
    with pytest.raises(DataError, match="20 postings leave a unit without any"):
        log_ratio_changes(0.2, 20, units, 2, -0.7, rng)


def test_every_design_is_drawn_and_labelled():
    drawn = designs.outcomes(0.18, 10**5)
    assert list(drawn) == list(designs.LABELS)
    assert {designs.BENCHMARK, *designs.STRESS, *designs.SHARES} <= set(drawn)
    assert isinstance(drawn["normal"], partial)
