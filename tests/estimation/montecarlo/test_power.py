"""Power agrees with statsmodels, published sample sizes and simulation."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.power import FTestPowerF2

from llmexposure.base.errors import DataError
from llmexposure.estimation.montecarlo.power import correlation_power


# Above 0.94 the noncentral F of statsmodels is sometimes NaN.
@given(st.floats(0.01, 0.9), st.integers(8, 200))
def test_agrees_with_statsmodels(r, n):
    theirs = FTestPowerF2().power(r**2 / (1 - r**2), df_num=1, df_denom=n - 2, alpha=0.05)
    assert correlation_power(-r, n) == pytest.approx(theirs, rel=1e-6)


@pytest.mark.parametrize(("r", "n"), [(0.1, 779), (0.3, 82), (0.5, 26)])
def test_published_sample_sizes_for_eighty_percent(r, n):
    # Sample sizes of standard power software for a fixed regressor, two-sided 5%, 80% power.
    assert correlation_power(r, n - 1) < 0.8 <= correlation_power(r, n)


def test_power_at_zero_is_the_size():
    assert correlation_power(0.0, 13) == pytest.approx(0.05)


def test_agrees_with_simulation_at_thirteen():
    rng, x, r = np.random.default_rng(1), np.linspace(-1, 1, 13), 0.6
    # A slope of one with this spread of errors has a correlation of r in the design.
    sd = x.std() * np.sqrt(1 - r**2) / r
    drawn = x + rng.normal(scale=sd, size=(6_000, 13))
    p = np.array([stats.linregress(x, y).pvalue for y in drawn])
    power = correlation_power(r, 13)
    assert 0.2 < power < 0.95
    assert (p < 0.05).mean() == pytest.approx(power, abs=0.02)


@pytest.mark.parametrize(("r", "n", "message"), [(1.0, 13, "correlation 1.0"), (0.5, 2, "2 units")])
def test_impossible_requests_are_errors(r, n, message):
    with pytest.raises(DataError, match=message):
        correlation_power(r, n)
