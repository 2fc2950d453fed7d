"""Two raters and families of outcomes: batches agree with the estimators, and errors are held."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from montecarlo_units import few, many

from llmexposure.estimation.montecarlo.power import familywise
from llmexposure.estimation.montecarlo.study import Effort
from llmexposure.estimation.montecarlo.two_raters import ols_intervals, oriv_intervals, two_raters
from llmexposure.estimation.regression.design import clusters_of, design
from llmexposure.estimation.regression.oriv import oriv
from llmexposure.estimation.resampling.family import family, romano_wolf
from llmexposure.estimation.resampling.slope import webb_weights, wild_draws


def ratings(n=13, m=6, seed=1):
    rng = np.random.default_rng(seed)
    x = rng.uniform(size=n)
    a, b = (x + 0.2 * rng.normal(size=(m, n)) for _ in range(2))
    y = -x + 0.1 * rng.normal(size=(m, n))
    return [v - v.mean(axis=1, keepdims=True) for v in (y, a, b)]


def test_each_row_is_the_estimator_alone():
    y, a, b = ratings()
    value, half = oriv_intervals(y, a, b)
    slope, width = ols_intervals(y, a)
    for k in range(len(y)):
        one = oriv(pd.DataFrame({"y": y[k], "a": a[k], "b": b[k]}), "y", ("a", "b")).estimate
        assert value[k] == pytest.approx(one.value, rel=1e-10)
        assert half[k] == pytest.approx((one.ci_high - one.ci_low) / 2, rel=1e-10)
        fit = sm.OLS(y[k], sm.add_constant(a[k])).fit(cov_type="HC3", use_t=True)
        low, high = fit.conf_int()[1]
        assert slope[k] == pytest.approx(fit.params[1], rel=1e-10)
        assert width[k] == pytest.approx((high - low) / 2, rel=1e-10)


def test_ratings_that_do_not_move_together_have_no_slope():
    y, a, _ = ratings(m=2)
    value, half = oriv_intervals(y, a, np.stack([a[0], -a[1]]))
    assert np.isnan(value).tolist() == np.isnan(half).tolist() == [False, True]


def test_oriv_recovers_what_ols_loses():
    found = two_raters(many(), -0.7, reliability=0.7, noise=0.18, simulations=4_000, seed=1)
    assert found.ols == pytest.approx(0.7, abs=0.02)
    assert found.oriv == pytest.approx(1, abs=0.03)
    assert found.ols_coverage.value < 0.8 < 0.92 < found.oriv_coverage.value < 0.97
    assert found.undefined == 0
    perfect = two_raters(few(), -0.7, reliability=1.0, noise=0.18, simulations=4_000, seed=1)
    assert perfect.ols == pytest.approx(perfect.oriv)
    hopeless = two_raters(few(), -0.7, reliability=0.05, noise=0.18, simulations=500, seed=1)
    assert 0.2 < hopeless.undefined < 0.5


def test_adjusted_p_is_that_of_the_family():
    units, rng = few(), np.random.default_rng(2)
    found = units.regression
    y = rng.normal(size=(3, 4, units.n)) + np.array([3.0, 0, 1])[:, None, None] * units.exposure
    weights = webb_weights(199, units.n, seed=7)
    p = romano_wolf([wild_draws(found, clusters_of(found), weights, rows) for rows in y])
    for s in range(4):
        frame = pd.DataFrame({f"y{k}": y[k, s] for k in range(3)}, index=found.units)
        frame["x"] = units.exposure
        one = family({k: design(frame, k, "x") for k in ("y0", "y1", "y2")}, draws=199, seed=7)
        assert p[s] == pytest.approx(one["p_romano_wolf"].to_numpy())


def test_family_wise_error_is_held_where_plain_tests_fail():
    effort = Effort(0, 500, 99)
    for effects in ([0.0] * 5, [0.8, 0.8, 0.0, 0.0, 0.0]):
        found = familywise(few(), effects, effort, correlation=0.3, seed=3)
        assert 0.02 < found.adjusted.value < 0.09
        assert found.plain.value > 0.11
    assert found.power > 0.5
    assert familywise(few(), [0.0] * 2, Effort(0, 10, 99), correlation=0.0, seed=1).power is None
