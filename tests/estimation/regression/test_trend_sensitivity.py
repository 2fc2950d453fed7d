"""Bounds against linear programs, R's HonestDiD and the usual intervals; planted trends are found."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from scipy.optimize import linprog

from llmexposure.base.errors import DataError
from llmexposure.estimation.regression.event_study import (
    event_study,
    net_of_last_step,
    net_of_trend,
    trend_line,
)
from llmexposure.estimation.regression.ols import cross_section
from llmexposure.estimation.regression.smooth_trends import (
    fixed_length,
    folded_critical,
    smoothness,
)
from llmexposure.estimation.regression.trend_sensitivity import (
    Path,
    breakdown,
    breakdown_value,
    identified_breakdown,
    joint_critical,
    largest_bend,
    leave_one_out_breakdown,
    mean_weights,
    reach,
    relative_magnitudes,
    sensitivity,
    slope_path,
)

PERIODS = [f"q{k}" for k in range(8)]
BASE = "q3"
# Event study of Benzarti and Carloni (2019) as shipped with R's HonestDiD 0.2.8 (BCdata_EventStudy, MIT):
# four years before and four after; the upper triangle of the covariance, row by row, times 1e6.
BC_SLOPES = np.array(
    [0.00669635, 0.02934503, -0.00647297, 0.07301499, 0.19596112, 0.3120639, 0.23954155, 0.1260425]
)
BC_UPPER = [
    842.8358, 476.8687, 261.8051, 235.4220, 167.6371, 112.8708, 19.92816, -136.8265,
    642.5420, 398.7425, 243.5515, 220.1960, 180.4591, 38.43765, -29.60422,
    522.9950, 211.7686, 184.0722, 145.8528, 70.05197, 59.52995,
    308.9595, 119.7866, 133.4081, 101.6335, 107.9052,
    359.9704, 247.8819, 174.9579, 165.4257,
    426.3950, 217.1438, 289.2748,
    488.6698, 380.5322,
    761.7394,
]  # fmt: skip


def panel(n=46, seed=2, trend=0.0):
    rng = np.random.default_rng(seed)
    exposure = pd.Series(rng.uniform(size=n), index=[f"s{i}" for i in range(n)])
    noise = rng.normal(scale=0.1, size=(n, len(PERIODS))).cumsum(axis=1)
    wide = pd.DataFrame(noise, index=exposure.index, columns=PERIODS)
    return wide + np.outer(exposure, trend * np.arange(len(PERIODS))), exposure


def published():
    upper = np.zeros((8, 8))
    upper[np.triu_indices(8)] = BC_UPPER
    covariance = (upper + np.triu(upper, 1).T) * 1e-6
    return Path(BC_SLOPES[:4], BC_SLOPES[4:], covariance, 1000, np.inf)


@pytest.mark.parametrize(
    ("weights", "ends"),
    [
        (
            [1, 0, 0, 0],
            {0.0: (0.13141, 0.21617), 0.01: (0.15497, 0.27038), 0.02: (0.17730, 0.31596)},
        ),
        ([0.25] * 4, {0.0: (0.13319, 0.23036), 0.01: (0.12414, 0.36804), 0.02: (0.11390, 0.47674)}),
    ],
)
def test_fixed_length_intervals_are_those_of_honestdid(weights, ends):
    # HonestDiD simulates the critical value and searches a grid: it is itself good to about 1e-3.
    for bound, (low, high) in ends.items():
        found = smoothness(published(), np.array(weights), bound)
        assert (found.ci_low, found.ci_high) == pytest.approx((low, high), abs=1e-3)


def test_relative_magnitudes_contain_honestdids_conditional_sets_and_little_more():
    # HonestDiD 0.2.8, method Conditional, first year: more powerful than our least-favourable test.
    for bound, low, high in ((0.5, 0.118889, 0.270824), (1.0, 0.067231, 0.317924)):
        found = relative_magnitudes(published(), np.array([1.0, 0, 0, 0]), bound)
        assert found.ci_low < low
        assert high < found.ci_high
        assert found.ci_high - found.ci_low < 1.12 * (high - low)


def extreme(a_ub, b_ub, path, weights):
    """Largest and smallest target effect by linear programming over (delta, all 8 periods)."""
    p, q = len(path.pre), len(path.post)
    known = np.eye(p, p + q)
    ends = []
    for sign in (1, -1):
        cost = np.concatenate([np.zeros(p), sign * weights])
        found = linprog(cost, a_ub, b_ub, known, path.pre, bounds=(None, None))
        assert found.status == 0
        ends.append(weights @ path.post - sign * found.fun)
    return min(ends), max(ends)


def differences(p, q, order):
    """Matrix of differences of (pre, 0, post) as a function of (pre, post)."""
    return np.diff(np.delete(np.eye(p + q + 1), p, axis=1), order, axis=0)


weights_strategy = st.lists(st.floats(-1, 1), max_size=3).map(lambda rest: np.array([*rest, 0.7]))


@settings(max_examples=12, deadline=None)
@given(st.lists(st.floats(-1, 1), min_size=1, max_size=4), weights_strategy, st.floats(0.1, 3))
def test_relative_magnitudes_identified_set_is_the_linear_program(pre, weights, bound):
    path = Path(np.array(pre), np.ones(len(weights)), np.eye(len(pre) + len(weights)), 46, 44)
    p, q = len(pre), len(weights)
    step = differences(p, q, 1)
    most = bound * np.abs(np.diff([*pre, 0.0])).max()
    after = np.vstack([step[p:], -step[p:]])
    ends = extreme(after, np.full(2 * q, most), path, weights)
    found = relative_magnitudes(path, weights, bound)
    assert (found.low, found.high) == pytest.approx(ends, abs=1e-7)


@settings(max_examples=12, deadline=None)
@given(st.lists(st.floats(-1, 1), min_size=1, max_size=4), weights_strategy, st.floats(0, 1))
def test_smoothness_identified_set_is_the_linear_program(pre, weights, extra):
    path = Path(np.array(pre), np.ones(len(weights)), np.eye(len(pre) + len(weights)), 46, 44)
    bound = extra + (largest_bend(path) if len(pre) > 1 else 0)
    bend = differences(len(pre), len(weights), 2)
    both = np.vstack([bend, -bend])
    ends = extreme(both, np.full(len(both), bound + 1e-9), path, weights)
    found = smoothness(path, weights, bound)
    assert (found.low, found.high) == pytest.approx(ends, abs=1e-6)


def test_a_path_that_bends_more_than_allowed_has_no_identified_set():
    path = Path(np.array([0.0, 0.3]), np.array([1.0]), np.eye(3), 46, 44)
    assert largest_bend(path) == pytest.approx(0.6)
    assert np.isnan(smoothness(path, np.array([1.0]), 0.59).low)
    assert smoothness(path, np.array([1.0]), 0.61).low == pytest.approx(1.3 - 0.61)


def test_no_violation_gives_the_usual_interval():
    wide, exposure = panel()
    path = slope_path(wide, exposure, BASE)
    found = relative_magnitudes(path, mean_weights(PERIODS[4:], PERIODS[-1:]), 0)
    usual = cross_section(
        pd.DataFrame({"y": wide["q7"] - wide[BASE], "x": exposure}), "y", "x", draws=9, seed=1
    ).estimate
    assert (found.ci_low, found.ci_high) == pytest.approx((usual.ci_low, usual.ci_high), rel=1e-9)
    assert found.low == pytest.approx(usual.value)


def test_path_has_the_slopes_and_errors_of_the_event_study():
    wide, exposure = panel()
    path = slope_path(wide, exposure, BASE)
    rows = event_study(wide, exposure, BASE, PERIODS[:3], draws=9, seed=1).path
    rows = rows[rows["period"] != BASE]
    assert np.append(path.pre, path.post) == pytest.approx(rows["slope"].to_numpy())
    assert np.sqrt(np.diag(path.covariance)) == pytest.approx(rows["se"].to_numpy())


def test_covariance_is_that_of_any_combination_of_periods():
    wide, exposure = panel()
    path = slope_path(wide, exposure, BASE)
    mix = pd.DataFrame({"y": wide["q6"] - 2 * wide["q1"] + wide[BASE], "x": exposure})
    se = cross_section(mix, "y", "x", draws=9, seed=1).estimate.se
    w = np.array([0, -2.0, 0, 0, 0, 1, 0])
    assert np.sqrt(w @ path.covariance @ w) == pytest.approx(se)


def test_smoothness_at_zero_without_bends_is_the_straight_extrapolation():
    # One earlier period: no choice of weights is left, delta_t = -t times the earlier slope.
    covariance = np.array([[0.04, 0.01], [0.01, 0.09]])
    path = Path(np.array([0.2]), np.array([-1.0]), covariance, 46, np.inf)
    centre, half = fixed_length(path, np.array([1.0]), 0)
    assert centre == pytest.approx(-0.8)
    assert half == pytest.approx(1.959964 * np.sqrt(0.04 + 0.09 + 2 * 0.01), rel=1e-6)


def test_weights_of_the_fixed_length_interval_are_the_best_on_a_grid():
    path, weights, bound = published(), np.array([1.0, 0, 0, 0]), 0.01
    best = fixed_length(path, weights, bound)[1]
    lags = np.arange(4, 0, -1)
    rng = np.random.default_rng(1)
    for _ in range(500):
        v = rng.normal(scale=0.6, size=4)
        v[-1] += 1 - v @ lags  # removes a straight trend
        w = np.append(v, weights)
        bends = [v @ np.maximum(lags - j, 0) for j in (1, 2, 3)]
        bias = bound * (np.abs(bends).sum() + 1)
        s = np.sqrt(w @ path.covariance @ w)
        assert folded_critical(bias / s) * s >= best - 1e-12


@pytest.mark.parametrize("bias", [0.0, 0.3, 2.0, 40.0])
def test_folded_critical_is_the_quantile(bias):
    c = folded_critical(bias)
    assert stats.norm.cdf(c - bias) - stats.norm.cdf(-c - bias) == pytest.approx(0.95, abs=1e-12)


@pytest.mark.parametrize("correlation", [-0.9, -0.2, 0.6, 0.99])
def test_joint_critical_has_the_joint_level(correlation):
    c = float(joint_critical(np.array([correlation]))[0])
    both = stats.multivariate_normal([0, 0], [[1, correlation], [correlation, 1]]).cdf([c, c])
    assert both == pytest.approx(0.95, abs=1e-5)


def test_sets_grow_with_the_bound_and_break_down_where_they_reach_zero():
    wide, exposure = panel(trend=-0.3)
    path = slope_path(wide, exposure, BASE)
    weights = mean_weights(PERIODS[4:], PERIODS[4:6])
    for bounded, most in ((relative_magnitudes, 2.0), (smoothness, 0.3)):
        rows = sensitivity(bounded, path, weights, list(np.linspace(0, most, 25)))
        assert (rows["ci_low"].diff().dropna() < 1e-9).all() or bounded is smoothness
        assert ((rows["ci_high"] - rows["ci_low"]).diff().dropna() > 0).all()
    edge = breakdown_value(relative_magnitudes, path, weights)
    assert edge > 0
    assert relative_magnitudes(path, weights, 0.99 * edge).ci_high < 0
    assert relative_magnitudes(path, weights, 1.01 * edge).ci_high > 0
    at = relative_magnitudes(path, weights, identified_breakdown(path, weights))
    assert at.high == pytest.approx(0, abs=1e-9)
    assert edge < identified_breakdown(path, weights)


def test_breakdown_at_once_and_never():
    assert breakdown(lambda bound: -1.0) == 0
    assert breakdown(lambda bound: 1.0) == np.inf


def test_breakdown_without_each_unit():
    wide, exposure = panel(n=12, trend=-0.5)
    weights = mean_weights(PERIODS[4:], PERIODS[4:5])
    without = leave_one_out_breakdown(wide, exposure, BASE, weights)
    again = slope_path(wide.drop("s3"), exposure.drop("s3"), BASE)
    assert without["s3"] == breakdown_value(relative_magnitudes, again, weights)
    assert len(without) == 12


def test_reach_by_hand():
    assert reach(np.array([0, 0, 1.0])) == 3
    assert reach(np.array([0.5, 0.5])) == pytest.approx(1.5)
    assert reach(np.array([1.0, -1.0])) == pytest.approx(1)


def test_a_planted_trend_is_netted_out_exactly():
    wide, exposure = panel()
    effect = pd.Series(0.0, PERIODS)
    effect[PERIODS[4:]] = -0.7
    # Slopes of the noise on exposure removed, so that only what is planted is left.
    clean = wide - np.outer(exposure - exposure.mean(), slope_of(wide, exposure))
    planted = clean + np.outer(exposure, 0.3 * np.arange(8) + effect)
    left = net_of_trend(planted, PERIODS[:4], PERIODS[4:])
    assert np.polyfit(exposure, left, 1)[0] == pytest.approx(-0.7)
    path = slope_path(planted, exposure, BASE)
    exact = smoothness(path, mean_weights(PERIODS[4:], PERIODS[4:]), 0)
    assert (exact.ci_low + exact.ci_high) / 2 == pytest.approx(-0.7, abs=1e-5)


def slope_of(wide, exposure):
    x = exposure - exposure.mean()
    return x.to_numpy() @ wide.to_numpy() / (x @ x)


def test_smoothness_at_zero_is_the_analysis_of_covariance():
    wide, exposure = panel(trend=0.2)
    path = slope_path(wide, exposure, BASE)
    # With one covariance for all units the best weights are those of least squares on the bends.
    x, y = exposure - exposure.mean(), wide.sub(wide[BASE], axis=0).drop(columns=BASE)
    error = (y - y.mean()).to_numpy() - np.outer(x, np.append(path.pre, path.post))
    equal = Path(path.pre, path.post, error.T @ error / (44 * (x @ x)), 46, 44)
    frame = net_of_last_step(wide, BASE, PERIODS[:3], PERIODS[4:7]).assign(x=exposure)
    usual = smf.ols("change ~ x + bend_1 + bend_2", frame).fit()
    centre, half = fixed_length(equal, mean_weights(PERIODS[4:], PERIODS[4:7]), 0)
    assert centre == pytest.approx(usual.params["x"], abs=1e-6)
    # Its length: residual degrees of freedom, and the expected imbalance of two covariates.
    raised = 44 / 42 * (1 + 2 / 41)
    expected = stats.t.ppf(0.975, 42) * np.sqrt(raised * usual.ssr / (44 * (x @ x)))
    assert half == pytest.approx(expected, abs=2e-6)
    assert half == pytest.approx(np.diff(usual.conf_int().loc["x"])[0] / 2, rel=0.06)


def test_relative_magnitudes_by_hand_with_one_correlated_step():
    # The step before is d = 1 with variance 0.01 and covariance -0.006 with the target, so the set runs
    # from target - d to target + d, and the ends have variances 0.042 and 0.018.
    path = Path(
        np.array([-1.0]), np.array([0.5]), np.array([[0.01, 0.006], [0.006, 0.02]]), 46, np.inf
    )
    c = float(joint_critical(np.array([-0.01 / np.sqrt(0.042 * 0.018)]))[0])
    found = relative_magnitudes(path, np.array([1.0]), 1)
    assert found.ci_low == pytest.approx(-0.5 - c * np.sqrt(0.042))
    assert found.ci_high == pytest.approx(1.5 + c * np.sqrt(0.018))


def test_net_of_trend_is_the_path_less_the_line_through_its_slopes():
    wide, exposure = panel(trend=0.2)
    left = net_of_trend(wide, PERIODS[1:4], ["q6"])
    slopes = slope_of(wide, exposure)
    line = np.polyval(np.polyfit([1, 2, 3], slopes[1:4], 1), 6)
    assert np.polyfit(exposure, left, 1)[0] == pytest.approx(slopes[6] - line)
    with pytest.raises(DataError, match="at least two"):
        trend_line(wide, ["q3"])


def test_coverage_of_the_sets_at_their_bound():
    # Serially correlated units, a straight trend before and after: Mbar = 1 and M = 0 just hold.
    inside = {"magnitudes": 0, "smooth": 0}
    for seed in range(100):
        wide, exposure = panel(seed=seed, trend=0.3)
        path, weights = slope_path(wide, exposure, BASE), np.array([1.0, 0, 0, 0])
        one, zero = relative_magnitudes(path, weights, 1), smoothness(path, weights, 0)
        inside["magnitudes"] += one.ci_low <= 0 <= one.ci_high
        inside["smooth"] += zero.ci_low <= 0 <= zero.ci_high
    assert inside["magnitudes"] >= 94  # conservative: the true set only just contains zero
    assert 89 <= inside["smooth"] <= 99


def test_an_event_at_the_edge_is_an_error():
    wide, exposure = panel()
    with pytest.raises(DataError, match="at least one period before"):
        slope_path(wide, exposure, "q0")


def test_too_few_units_for_the_periods_is_an_error():
    path = Path(np.arange(8.0), np.ones(1), np.eye(9), 10, 8)
    with pytest.raises(DataError, match="need at least 12 units"):
        fixed_length(path, np.ones(1), 0)
