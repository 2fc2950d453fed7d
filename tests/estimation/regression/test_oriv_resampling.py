"""Resampled ORIV agrees with ORIV run again."""

import numpy as np
import pandas as pd
import pytest

from llmexposure.base.errors import DataError
from llmexposure.estimation.regression.oriv import oriv, oriv_range, weighted_slopes


def sample(n=46, slope=-1.0, noise=0.5, seed=3):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=n)
    frame = pd.DataFrame({"z": rng.normal(size=n) + 0.5 * x}, index=[f"s{i}" for i in range(n)])
    frame["a"] = x + rng.normal(scale=noise, size=n)
    frame["b"] = x + rng.normal(scale=noise, size=n)
    frame["y"] = slope * x + 0.3 * frame["z"] + rng.normal(scale=0.5, size=n)
    return frame


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
def test_row_order_changes_nothing(controls):
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
