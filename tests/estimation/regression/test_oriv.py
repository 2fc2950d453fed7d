"""ORIV agrees with stacked 2SLS and removes attenuation that OLS shows; resamples are ORIV run again."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from linearmodels.iv import IV2SLS
from scipy import stats

from llmexposure.base.errors import DataError
from llmexposure.estimation.regression.ols import cross_section
from llmexposure.estimation.regression.oriv import attenuation, oriv, oriv_range, weighted_slopes


def sample(n=47, slope=-1.0, noise=0.5, seed=3):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=n)
    frame = pd.DataFrame({"z": rng.normal(size=n) + 0.5 * x}, [f"s{i}" for i in range(n)])
    frame["a"] = x + rng.normal(scale=noise, size=n)
    frame["b"] = x + rng.normal(scale=noise, size=n)
    frame["y"] = slope * x + 0.3 * frame["z"] + rng.normal(scale=0.5, size=n)
    return frame


def stacked(frame, controls):
    """2SLS of linearmodels on the stacked data, everything written out."""
    first = (np.repeat([1.0, 0.0], len(frame)), np.repeat([0.0, 1.0], len(frame)))
    twice = pd.concat([frame, frame], ignore_index=True)
    exog = pd.DataFrame({f"one{k}": dummy for k, dummy in enumerate(first)})
    for c in controls:
        for k, dummy in enumerate(first):
            exog[f"{c}{k}"] = dummy * twice[c]
    measured = pd.Series(np.r_[frame["a"], frame["b"]], name="x")
    other = pd.DataFrame({"za": first[0] * twice["b"], "zb": first[1] * twice["a"]})
    unit = np.tile(np.arange(len(frame)), 2)
    return IV2SLS(twice["y"], exog, measured, other).fit(
        cov_type="clustered", clusters=unit, debiased=True
    )


@pytest.mark.parametrize("controls", [[], ["z"]])
def test_agrees_with_linearmodels_on_the_stacked_data(controls):
    frame = sample()
    ours, theirs = oriv(frame, "y", ("a", "b"), controls), stacked(frame, controls)
    assert ours.estimate.value == pytest.approx(theirs.params["x"], rel=1e-6)
    assert ours.estimate.se == pytest.approx(theirs.std_errors["x"], rel=1e-6)
    assert ours.estimate.n == 47


def test_first_stage_f_is_the_squared_t_of_one_measure_on_the_other():
    frame = sample()
    t = stats.linregress(frame["a"], frame["b"])
    assert oriv(frame, "y", ("a", "b")).first_stage_f == pytest.approx((t.slope / t.stderr) ** 2)


def test_recovers_the_slope_that_ols_attenuates():
    frame = sample(n=20_000, noise=1.0)
    frame["y"] -= 0.3 * frame["z"]
    found = oriv(frame, "y", ("a", "b"))
    alone = cross_section(frame, "y", "a", draws=1, seed=1).estimate.value
    assert found.estimate.value == pytest.approx(-1, abs=0.05)
    assert alone == pytest.approx(-0.5, abs=0.03)
    assert alone / found.estimate.value == pytest.approx(
        attenuation(frame, ("a", "b")).first.value, abs=0.03
    )
    assert found.correlation == pytest.approx(-1 / np.sqrt(1.25), abs=0.03)


def test_equal_measures_give_ols():
    frame = sample().assign(b=lambda f: f["a"])
    found = oriv(frame, "y", ("a", "b"))
    ols = stats.linregress(frame["a"], frame["y"])
    assert found.estimate.value == pytest.approx(ols.slope)
    assert found.correlation == pytest.approx(ols.rvalue)


def test_reliabilities_are_recovered():
    rng = np.random.default_rng(1)
    x = rng.normal(size=50_000)
    frame = pd.DataFrame({"a": x + rng.normal(scale=0.5, size=50_000)})
    frame["b"] = x + rng.normal(scale=2, size=50_000)
    found = attenuation(frame, ("a", "b"))
    assert found.first.value == pytest.approx(1 / 1.25, abs=0.03)
    assert found.second.value == pytest.approx(1 / 5, abs=0.02)
    assert found.mean == pytest.approx(1 / (1 + 4.25 / 4), abs=0.02)


def test_coverage_at_forty_seven():
    covered = 0
    for seed in range(400):
        frame = sample(slope=-1.0, noise=0.5, seed=seed)
        frame["y"] -= 0.3 * frame["z"]
        found = oriv(frame, "y", ("a", "b")).estimate
        covered += found.ci_low < -1 < found.ci_high
    assert 0.9 <= covered / 400 <= 0.98


@settings(max_examples=20, deadline=None)
@given(st.permutations(range(47)), st.floats(0.01, 100), st.floats(0.01, 100))
def test_row_order_units_and_order_of_the_measures(order, by_y, by_x):
    frame = sample()
    first = oriv(frame, "y", ("a", "b"), ["z"])
    other = frame.iloc[list(order)]
    other = other.assign(y=by_y * other["y"], a=by_x * other["a"], b=by_x * other["b"])
    second = oriv(other, "y", ("b", "a"), ["z"])
    assert second.estimate.se == pytest.approx(first.estimate.se * by_y / by_x, rel=1e-6)
    assert second.estimate.p == pytest.approx(first.estimate.p, rel=1e-6)
    assert second.correlation == pytest.approx(first.correlation, rel=1e-6)


def test_units_that_one_rater_left_out_do_not_count():
    frame = sample()
    frame.loc["s5", "b"] = np.nan
    assert oriv(frame, "y", ("a", "b")).estimate.n == 46
    assert attenuation(frame, ("a", "b")).first.n == 46


def test_measures_that_do_not_move_together_are_an_error():
    frame = sample().assign(b=lambda f: -f["a"])
    with pytest.raises(DataError, match="a and b do not move together"):
        oriv(frame, "y", ("a", "b"))


@pytest.mark.parametrize("controls", [[], ["z"]])
def test_range_is_oriv_without_each_unit(controls):
    frame = sample()
    found = oriv_range(frame, "y", ("a", "b"), controls, draws=99, seed=1)
    again = {u: oriv(frame.drop(u), "y", ("a", "b"), controls).estimate.value for u in frame.index}
    again = pd.Series(again)
    assert (found.loo_min, found.loo_max) == pytest.approx((again.min(), again.max()), rel=1e-9)
    assert (found.loo_min_unit, found.loo_max_unit) == (again.idxmin(), again.idxmax())


def test_a_resample_is_oriv_on_the_repeated_rows():
    frame = sample(n=12)
    times = np.array([0, 3, 1, 1, 0, 2, 1, 1, 1, 0, 1, 1])
    rows = np.column_stack([np.ones(12), frame[["z", "y", "a", "b"]]])
    ours = weighted_slopes(rows[:, :, None] * rows[:, None, :], times[None, :].astype(float))
    theirs = oriv(frame.loc[frame.index.repeat(times)], "y", ("a", "b"), ["z"]).estimate.value
    assert ours[0] == pytest.approx(theirs, rel=1e-9)


def test_bootstrap_recovers_the_slope_of_noisy_raters_that_ols_halves():
    frame = sample(n=3_000, noise=1.0)
    frame["y"] -= 0.3 * frame["z"]
    found = oriv_range(frame, "y", ("a", "b"), draws=299, seed=1)
    assert found.bootstrap.ci_low < -1 < found.bootstrap.ci_high
    assert found.bootstrap.ci_high < -0.9
    assert np.polyfit(frame["a"], frame["y"], 1)[0] > -0.6
    assert found.bootstrap.se == pytest.approx(oriv(frame, "y", ("a", "b")).estimate.se, rel=0.2)
    assert found.permutation_p == pytest.approx(1 / 300)


def test_bootstrap_covers():
    inside = 0
    for seed in range(60):
        frame = sample(seed=seed)
        frame["y"] -= 0.3 * frame["z"]
        found = oriv_range(frame, "y", ("a", "b"), draws=149, seed=seed).bootstrap
        inside += found.ci_low < -1 < found.ci_high
    assert 0.87 <= inside / 60 < 1


def test_permutation_p_is_uniform_without_association():
    ps = []
    for seed in range(60):
        frame = sample(n=40, seed=seed)
        frame["y"] = np.random.default_rng(1_000 + seed).normal(size=40)
        ps.append(oriv_range(frame, "y", ("a", "b"), draws=99, seed=seed).permutation_p)
    assert 0.4 < np.mean(ps) < 0.6
    assert np.mean(np.array(ps) <= 0.1) < 0.2


@pytest.mark.parametrize("controls", [[], ["z"]])
def test_row_order_changes_no_resampling(controls):
    frame = sample()
    first, second = (
        oriv_range(f, "y", ("a", "b"), controls, draws=99, seed=1)
        for f in (frame, frame.sample(frac=1, random_state=3))
    )
    assert first == second


def test_raters_that_barely_agree_are_an_error():
    rng = np.random.default_rng(5)
    frame = pd.DataFrame(rng.normal(size=(46, 3)), columns=["y", "a", "b"])
    frame["b"] += (
        0.01 * frame["a"] - frame["a"] * (frame["a"] @ frame["b"]) / (frame["a"] ** 2).sum()
    )
    frame["b"] += 0.03 * frame["a"]
    with pytest.raises(DataError, match="of the resamples"):
        oriv_range(frame, "y", ("a", "b"), draws=199, seed=1)
