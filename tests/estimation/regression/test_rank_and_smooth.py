"""Rank correlation against scipy and by enumeration; the smooth curve on shapes with a known peak."""

from itertools import permutations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from llmexposure.base.errors import DataError
from llmexposure.estimation.regression.correlation import exact_p, spearman
from llmexposure.estimation.regression.smooth import less_peak, smooth


def normal(n, rho, seed):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=n)
    return pd.DataFrame({"x": x, "y": rho * x + np.sqrt(1 - rho**2) * rng.normal(size=n)})


def test_interval_covers_about_95_times_in_100():
    truth = 6 / np.pi * np.arcsin(0.6 / 2)  # Spearman's rho of a bivariate normal with r = 0.6
    found = [spearman(normal(80, 0.6, seed), "x", "y") for seed in range(200)]
    assert 0.91 <= np.mean([f.ci_low < truth < f.ci_high for f in found]) <= 0.985


def test_value_is_scipys_and_missing_rows_do_not_count():
    frame = normal(30, 0.3, 1)
    frame.loc[4, "x"] = np.nan
    known = frame.dropna()
    found = spearman(frame, "x", "y")
    assert found.value == pytest.approx(stats.spearmanr(known["x"], known["y"]).statistic)
    assert found.n == 29


def test_interval_is_that_of_bonett_and_wright():
    # Ranks 1 2 3 5 4 against 1 2 3 4 5: r = 1 - 6 * 2 / (5 * 24) = 0.9.
    found = spearman(pd.DataFrame({"x": range(5), "y": [1, 4, 9, 25, 16.0]}), "x", "y")
    half = 1.959964 * np.sqrt((1 + 0.9**2 / 2) / 2)
    ends = np.tanh([np.arctanh(0.9) - half, np.arctanh(0.9) + half])
    assert found.value == pytest.approx(0.9)
    assert (found.ci_low, found.ci_high) == pytest.approx(ends, rel=1e-6)
    assert found.se == pytest.approx(0.19 * half / 1.959964, rel=1e-6)


@pytest.mark.parametrize("values", [[1, 2, 2, 3, 5], [5, 4, 1, 2, 2], [1, 1, 1, 2, 1]])
def test_exact_p_counts_every_order_with_ties(values):
    x, y = pd.Series([1, 1, 2, 3, 3]), pd.Series(values)
    every = [abs(stats.spearmanr(x, order).statistic) for order in permutations(values)]
    observed = abs(stats.spearmanr(x, y).statistic)
    assert exact_p(x, y) == np.mean(np.array(every) >= observed - 1e-9)


def test_nine_units_cannot_be_enumerated():
    with pytest.raises(DataError, match="at most 8"):
        exact_p(pd.Series(range(9)), pd.Series(range(9)))


def hill(n=400, top=0.6, noise=0.1, seed=1):
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame({"x": rng.uniform(size=n)})
    frame["y"] = 1 - 4 * (frame["x"] - top) ** 2 + rng.normal(scale=noise, size=n)
    return frame


def test_the_peak_and_both_ends_of_a_hill_are_found():
    curve = smooth(hill(n=1500), "x", "y", frac=0.3, draws=99, seed=1)
    assert curve.peak.value == pytest.approx(0.6, abs=0.03)
    assert curve.peak.ci_low < 0.6 < curve.peak.ci_high
    assert curve.first_less_peak.value == pytest.approx(-4 * 0.59**2, abs=0.15)
    assert curve.last_less_peak.ci_high < 0


def test_a_rising_line_has_its_peak_at_the_end():
    frame = hill().assign(y=lambda d: 2 * d["x"])
    curve = smooth(frame, "x", "y", draws=19, seed=1)
    assert curve.last_less_peak.value == 0
    assert curve.band["value"].to_numpy() == pytest.approx(2 * curve.band["x"].to_numpy())


def test_the_band_covers_a_straight_truth_in_most_places():
    rng, frame = np.random.default_rng(2), hill()
    frame["y"] = 2 * frame["x"] + rng.normal(scale=0.3, size=len(frame))
    band = smooth(frame, "x", "y", frac=0.4, draws=99, seed=3).band
    inside = (band["ci_low"] < 2 * band["x"]) & (2 * band["x"] < band["ci_high"])
    assert inside.mean() > 0.8
    assert (band["ci_high"] - band["ci_low"]).median() < 0.3


def test_row_order_changes_no_curve():
    frame = hill(n=80)
    first, second = (
        smooth(f, "x", "y", points=12, draws=49, seed=1)
        for f in (frame, frame.sample(frac=1, random_state=3, ignore_index=True))
    )
    pd.testing.assert_frame_equal(first.band, second.band, check_exact=True)
    assert first.peak == second.peak
    assert first.first_less_peak == second.first_less_peak


def rough_curves(truth, sims, draws, seed):
    """Estimated curves about a true one, and bootstrap draws about each; errors of near places agree."""
    rng, m = np.random.default_rng(seed), len(truth)
    covariance = np.exp(-0.5 * (np.subtract.outer(range(m), range(m)) / 3.0) ** 2)
    error = rng.multivariate_normal(np.zeros(m), covariance, size=(sims, 1 + draws))
    centre = truth + error[:, 0]
    return centre, centre[:, None] + error[:, 1:]


@pytest.mark.parametrize("end", [0, -1])
def test_an_end_as_high_as_any_place_is_seldom_found_lower(end):
    centre, drawn = rough_curves(np.zeros(12), sims=1000, draws=299, seed=5)
    found = [less_peak(c, d, end, 1) for c, d in zip(centre, drawn, strict=True)]
    # 2.5% is nominal, and three standard errors of the simulation are 1.5%.
    assert np.mean([f.ci_high < 0 for f in found]) < 0.04


def test_the_interval_of_an_end_less_the_peak_covers_and_finds_a_clear_hill():
    truth = -0.15 * (np.arange(12) - 7.0) ** 2
    centre, drawn = rough_curves(truth, sims=500, draws=299, seed=6)
    for end in (0, -1):
        found = [less_peak(c, d, end, 1) for c, d in zip(centre, drawn, strict=True)]
        right = [f.ci_low <= truth[end] <= f.ci_high for f in found]
        assert np.mean(right) > 0.94
    assert (
        np.mean([less_peak(c, d, 0, 1).ci_high < 0 for c, d in zip(centre, drawn, strict=True)])
        > 0.9
    )
