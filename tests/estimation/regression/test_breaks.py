"""Slopes before and after an event recover known coefficients, alone, stacked and from counts."""

import numpy as np
import pandas as pd
import pyfixest
import pytest
import statsmodels.formula.api as smf

from llmexposure.base.errors import DataError
from llmexposure.estimation.regression.breaks import break_slopes, poisson_break, shared_shocks

OPTIONS = {"draws": 99, "seed": 1}
KNOWN = {"before": -0.3, "after": -0.5, "difference": -0.2}


def sample(n=2000, seed=5, level=0.0, shift=0.0):
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame({"beta": rng.uniform(size=n) + shift, "jobs": rng.integers(1, 99, size=n)})
    for name in ("before", "after"):
        frame[name] = level + KNOWN[name] * frame["beta"] + rng.normal(scale=0.1, size=n)
    return frame


@pytest.mark.parametrize("weights", [None, "jobs"])
def test_the_three_known_slopes_are_found_and_the_last_is_the_difference_of_the_others(weights):
    found = break_slopes(sample(), "beta", weights=weights, **OPTIONS)
    values = {name: slope.estimate.value for name, slope in found.items()}
    assert values == pytest.approx(KNOWN, abs=0.04)
    assert values["difference"] == pytest.approx(values["after"] - values["before"])
    for name, slope in found.items():
        assert slope.estimate.ci_low < KNOWN[name] < slope.estimate.ci_high


def test_a_unit_that_misses_one_window_is_in_none_of_the_fits():
    frame = sample(n=50)
    frame.loc[3, "after"] = np.nan
    assert {s.estimate.n for s in break_slopes(frame, "beta", **OPTIONS).values()} == {49}


def test_stacked_countries_with_levels_of_their_own_give_the_slope_within_them():
    # The second country is more exposed and grew more: without effects the slope would turn positive.
    parts = [sample(n=400), sample(n=400, seed=6, level=2.0, shift=1.0)]
    frame = pd.concat([p.assign(country=c) for p, c in zip(parts, "ab", strict=True)])
    frame.index = pd.RangeIndex(len(frame))
    frame["family"] = frame["country"] + (frame.index % 20).astype(str)
    found = break_slopes(frame, "beta", effects="country", clusters="family", **OPTIONS)
    assert {k: s.estimate.value for k, s in found.items()} == pytest.approx(KNOWN, abs=0.06)
    theirs = smf.ols("before ~ beta + C(country)", frame).fit()
    assert found["before"].estimate.value == pytest.approx(theirs.params["beta"], rel=1e-9)
    assert break_slopes(frame, "beta", **OPTIONS)["before"].estimate.value > 0


def test_counts_give_the_known_slopes_and_agree_with_another_program():
    rng = np.random.default_rng(2)
    x = pd.Series(rng.uniform(size=150), name="beta")
    mean = np.exp(np.outer(x, [0.3, 0.0, -0.5]) + rng.uniform(7, 9, size=(150, 1)))
    counts = pd.DataFrame(rng.poisson(mean), columns=["y21", "y22", "y23"])
    found = poisson_break(counts, x)
    assert {k: e.value for k, e in found.items()} == pytest.approx(KNOWN, abs=0.06)
    long = counts.join(x).reset_index().melt(["index", "beta"], var_name="year", value_name="y")
    for year in ("y21", "y23"):
        long[f"beta_{year}"] = long["beta"] * (long["year"] == year)
    theirs = pyfixest.fepois("y ~ beta_y21 + beta_y23 | index + year", long).coef()
    assert found["after"].value == pytest.approx(theirs["beta_y23"], abs=1e-5)
    assert found["before"].value == pytest.approx(-theirs["beta_y21"], abs=1e-5)


def test_counts_of_another_number_of_periods_are_refused():
    with pytest.raises(DataError, match="2 periods, expected three"):
        poisson_break(pd.DataFrame(np.ones((5, 2))), pd.Series(np.arange(5.0)))


def stacked_countries(rng, shared: float) -> pd.DataFrame:
    """Forty sectors of twenty families in three countries; part of a family's shock is shared by all."""
    units = {"country": np.repeat(["US", "GB", "DE"], 40), "family": np.tile(np.arange(20), 6)}
    frame = pd.DataFrame(units).assign(beta=np.tile(rng.uniform(size=40), 3))
    for name in ("before", "after"):
        common, own = rng.normal(size=20)[frame["family"]], rng.normal(size=(20, 3))
        place = frame["country"].map({"US": 0, "GB": 1, "DE": 2})
        frame[name] = shared * common + (1 - shared) * own[frame["family"], place]
    return frame


def test_families_that_share_all_shocks_have_as_many_times_the_variance_as_there_are_countries():
    how = {"families": "family", "effects": "country", "draws": 199, "seed": 1}
    found = shared_shocks(stacked_countries(np.random.default_rng(3), 1.0), "beta", **how)
    assert found["ratio"].to_numpy() == pytest.approx([3, 3, 3])
    assert (found["p"] == 1 / 200).all()


def test_independent_families_are_called_shared_about_as_often_as_it_says():
    how = {"families": "family", "effects": "country", "draws": 199, "seed": 1}
    rng = np.random.default_rng(7)
    found = [shared_shocks(stacked_countries(rng, 0.0), "beta", **how) for _ in range(150)]
    p = np.array([each.loc["after", "p"] for each in found])
    assert np.mean([each.loc["after", "ratio"] for each in found]) == pytest.approx(0.95, abs=0.1)
    assert np.mean(p <= 0.05) <= 0.1
    assert 0.35 <= np.mean(p <= 0.5) <= 0.6
