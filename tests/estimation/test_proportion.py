"""Shares with their intervals: closed forms, a second library, and coverage under uneven weights."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from statsmodels.stats.proportion import proportion_confint

from llmexposure.base.errors import DataError
from llmexposure.estimation.proportion import effective_n, proportion

# A few units carry nearly half of the total.
UNEVEN = pd.Series([1750.0] * 4 + [400.0] * 8 + [60.0] * 38 + [5.0] * 108)


def answers(share, seed=1):
    return pd.Series(np.random.default_rng(seed).random(len(UNEVEN)) < share)


def test_without_weights_the_interval_is_wilsons():
    found = proportion(answers(0.8))
    yes = int(answers(0.8).sum())
    theirs = proportion_confint(yes, len(UNEVEN), method="wilson")
    assert (found.ci_low, found.ci_high) == pytest.approx(theirs)
    assert found.se == pytest.approx(np.sqrt(found.value * (1 - found.value) / found.n))


def test_weighted_error_is_that_of_statsmodels_hc1():
    yes = answers(0.8)
    model = sm.WLS(yes.to_numpy(float), np.ones(len(yes)), weights=UNEVEN)
    theirs = model.fit(cov_type="HC1")
    found = proportion(yes, UNEVEN)
    assert found.value == pytest.approx(theirs.params[0])
    assert found.se == pytest.approx(theirs.bse[0], rel=1e-9)


def test_equal_weights_give_the_interval_of_clopper_and_pearson():
    yes = answers(0.8)
    theirs = proportion_confint(int(yes.sum()), len(yes), method="beta")
    for weight in (1.0, 250.0):
        found = proportion(yes, pd.Series(weight, index=yes.index))
        assert (found.ci_low, found.ci_high) == pytest.approx(theirs, rel=1e-9)


@pytest.mark.parametrize("share", [0.75, 0.9, 0.966])
def test_weighted_interval_covers_when_a_few_units_are_heavy(share):
    found = [proportion(answers(share, seed=seed), UNEVEN) for seed in range(600)]
    assert np.mean([f.ci_low <= share <= f.ci_high for f in found]) >= 0.94
    assert all(0 <= f.ci_low <= f.value <= f.ci_high <= 1 for f in found)


def test_effective_number_by_hand():
    assert effective_n(pd.Series([2.0] * 7)) == pytest.approx(7)
    assert effective_n(pd.Series([3.0, 1.0])) == pytest.approx(16 / 10)


@pytest.mark.parametrize("yes", [True, False])
def test_all_alike_still_has_an_interval(yes):
    found = proportion(pd.Series([yes] * len(UNEVEN)), UNEVEN)
    # Clopper and Pearson at one end: (alpha / 2) ** (1 / n).
    reach = 0.025 ** (1 / effective_n(UNEVEN))
    assert found.value == yes
    expected = (reach, 1) if yes else (0, 1 - reach)
    assert (found.ci_low, found.ci_high) == pytest.approx(expected)


@pytest.mark.parametrize("weight", [0.0, -1.0, np.nan, np.inf])
def test_a_weight_that_is_no_number_above_zero_is_an_error(weight):
    with pytest.raises(DataError, match="weight of unit 1 is .*, expected a number above zero"):
        proportion(pd.Series([True, False]), pd.Series([1.0, weight]))


def test_no_units_is_an_error():
    with pytest.raises(DataError, match="there are no units"):
        proportion(pd.Series([], dtype=bool))
