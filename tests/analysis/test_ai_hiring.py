"""Arithmetic of the AI roles: numbers behind shares, bounds of rounding, composition of pay."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmexposure.analysis import ai_hiring


def mix(**columns):
    rows = {"role": ["r", "r"], "level": ["high", "low"], "share": [0.4, 0.5], "change": [0.1, 0.0]}
    rows |= {"share_decimals": [1, 1], "change_decimals": [1.0, np.nan]}
    return pd.DataFrame(rows | columns)


def test_rest_is_what_the_levels_leave():
    left = ai_hiring.rest(ai_hiring.mix_before(mix())).loc["r"]
    assert left["rest"] == pytest.approx(0.1)
    assert left["rest_before"] == pytest.approx(0.2)
    # 0.05 points for each printed share and change, 0.5 for the change in words.
    for reach in (
        left["high_before"] - left["rest_before"],
        left["rest_before"] - left["low_before"],
    ):
        assert reach == pytest.approx(0.0005 * 3 + 0.005)


@given(st.floats(0.01, 0.98), st.floats(0.0, 3.0))
def test_numbers_add_up_to_the_growth_of_the_role(before, growth):
    now = 0.6
    parts = [(now, before), (1 - now, 1 - before)]
    new = sum(b * (1 + ai_hiring.growth_of_part(s, b, growth)) for s, b in parts)
    assert new == pytest.approx(1 + growth)


@given(st.floats(0.3, 0.9), st.floats(0.01, 0.2), st.floats(0.01, 2.0))
def test_the_premium_gives_back_the_growth_of_pay(before, now, premium):
    def pay(rest):
        return rest + (1 - rest) * (1 + premium)

    growth = pay(now) / pay(before) - 1
    assert ai_hiring.premium_that_explains(now, before, growth) == pytest.approx(premium, rel=1e-6)


def test_weight_for_mean_gives_the_mean():
    w = ai_hiring.weight_for_mean(0.358, 0.455, 0.40)
    assert w * 0.358 + (1 - w) * 0.455 == pytest.approx(0.40)


def test_half_years_are_six_months_each():
    months = pd.period_range("2023-01", "2024-12", freq="M").astype(str)
    series = pd.DataFrame({"x": np.arange(1.0, 25.0)}, index=months)
    found = ai_hiring.half_year_growth(series, "2023h1", "2024h2")["x"]
    assert found == pytest.approx(21.5 / 3.5 - 1)


def test_numbers_of_the_printed_role_add_up_to_its_growth():
    levels = ai_hiring.mix_before(mix())
    found = ai_hiring.numbers(levels, pd.Series({"r": 1.11}))
    assert found["level"].tolist() == ["high", "low", "rest"]
    after = (found["before"] * (1 + found["number_growth"])).sum()
    assert after == pytest.approx(2.11)
