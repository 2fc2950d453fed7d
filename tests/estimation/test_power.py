"""Power agrees with statsmodels, published sample sizes and simulation."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.power import FTestPowerF2

from llmexposure.errors import DataError
from llmexposure.estimation.design import design
from llmexposure.estimation.power import (
    correlation_power,
    critical_correlation,
    detectable_correlation,
    detectable_slope,
    residual_se,
    slope_power,
)


@given(st.floats(0.01, 0.95), st.integers(8, 200), st.integers(0, 3))
def test_agrees_with_statsmodels(r, n, controls):
    df = n - 2 - controls
    theirs = FTestPowerF2().power(r**2 / (1 - r**2), df_num=1, df_denom=df, alpha=0.05)
    assert correlation_power(-r, n, controls) == pytest.approx(theirs, rel=1e-6)


@pytest.mark.parametrize(("r", "n"), [(0.1, 779), (0.3, 82), (0.5, 26)])
def test_published_sample_sizes_for_eighty_percent(r, n):
    # Sample sizes of standard power software for a fixed regressor, two-sided 5%, 80% power.
    assert correlation_power(r, n - 1) < 0.8 <= correlation_power(r, n)


def test_critical_correlation_is_where_the_t_test_turns():
    r = critical_correlation(13)
    t = r * np.sqrt(11 / (1 - r**2))
    assert 2 * stats.t.sf(t, 11) == pytest.approx(0.05)
    assert critical_correlation(13) == pytest.approx(0.5529, abs=1e-4)


def test_power_at_zero_is_the_size():
    assert correlation_power(0.0, 13) == pytest.approx(0.05)


@pytest.mark.parametrize("controls", [0, 2])
@pytest.mark.parametrize("n", [13, 47])
def test_detectable_correlation_has_the_power_asked_for(n, controls):
    r = detectable_correlation(n, controls, power=0.9)
    assert correlation_power(r, n, controls) == pytest.approx(0.9)
    assert r > critical_correlation(n, controls)


def test_agrees_with_simulation_at_thirteen():
    rng, x = np.random.default_rng(1), np.linspace(-1, 1, 13)
    frame = pd.DataFrame({"x": x, "y": rng.normal(size=13)})
    found = design(frame, "y", "x")
    slope = 0.9
    sd = residual_se(found) * np.sqrt(x @ x)
    drawn = slope * x + rng.normal(scale=sd, size=(6_000, 13))
    p = np.array([stats.linregress(x, y).pvalue for y in drawn])
    power = slope_power(found, slope)
    assert 0.2 < power < 0.95
    assert (p < 0.05).mean() == pytest.approx(power, abs=0.02)


def test_detectable_slope_has_the_units_of_the_outcome_over_exposure():
    rng = np.random.default_rng(2)
    frame = pd.DataFrame({"x": rng.normal(size=20), "y": rng.normal(size=20)})
    first = detectable_slope(design(frame, "y", "x"))
    scaled = frame.assign(y=100 * frame["y"], x=frame["x"] / 10)
    assert detectable_slope(design(scaled, "y", "x")) == pytest.approx(1000 * first)
    assert slope_power(design(frame, "y", "x"), -first) == pytest.approx(0.8)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: correlation_power(1.0, 13), "correlation 1.0"),
        (lambda: critical_correlation(3, controls=1), "3 units are too few for 1"),
        (lambda: detectable_correlation(13, power=0.01), "power 0.01"),
    ],
)
def test_impossible_requests_are_errors(call, message):
    with pytest.raises(DataError, match=message):
        call()
