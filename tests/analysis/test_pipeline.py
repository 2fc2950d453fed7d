"""Category index, rank correlation, recall and posting-level slopes against other ways to get them."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.proportion import proportion_confint

from llmexposure.analysis.pipeline import category_index, rank_correlation
from llmexposure.base.errors import DataError
from llmexposure.estimation.regression.posting_level import posting_slope
from llmexposure.postings.match.accuracy import recall_at, recall_curve

ORDER = pd.Series({c: i + 1 for i, c in enumerate("abcdef")})


def postings(noise=0.02, n=60, seed=1):
    rng = np.random.default_rng(seed)
    level = {c: 0.9 - 0.1 * i for i, c in enumerate("abcdef")}
    category = np.repeat(list("abcdef"), n)
    exposure = [level[c] + rng.normal(scale=noise) for c in category]
    return pd.DataFrame({"category": category, "x": exposure})


def test_index_in_the_printed_order_correlates_perfectly():
    found = rank_correlation(postings(), "x", ORDER, draws=200, seed=1)
    assert found.value == pytest.approx(1)
    assert (found.ci_low, found.n) == (pytest.approx(1), 6)


def test_interval_widens_with_noise_and_reversal_changes_the_sign():
    noisy = rank_correlation(postings(noise=0.6), "x", ORDER, draws=200, seed=1)
    assert noisy.ci_high - noisy.ci_low > 0.1
    mirrored = rank_correlation(postings(), "x", -ORDER, draws=50, seed=1)
    assert mirrored.value == pytest.approx(-1)


def test_small_categories_are_left_out():
    table = pd.concat([postings(), postings().head(3).assign(category="rare")])
    assert "rare" not in category_index(table, ["x"]).index
    with pytest.raises(DataError, match="expected 4"):
        rank_correlation(
            postings().query("category in ['a', 'b', 'c']"), "x", ORDER, draws=9, seed=1
        )


def test_bootstrap_agrees_with_resampling_by_hand():
    table = postings(noise=0.5, n=50)
    ours = rank_correlation(table, "x", ORDER, draws=4000, seed=1)
    rng = np.random.default_rng(9)
    draws = []
    for _ in range(1000):
        means = [rng.choice(table.loc[table["category"] == c, "x"], 50).mean() for c in ORDER.index]
        draws.append(pd.Series(means).corr(-ORDER.reset_index(drop=True), method="spearman"))
    assert ours.se == pytest.approx(np.std(draws), rel=0.15)


@given(st.lists(st.one_of(st.none(), st.integers(1, 10)), min_size=1, max_size=50))
def test_recall_rises_with_k_and_has_statsmodels_wilson_interval(values):
    ranks = pd.Series(values, dtype=float)
    curve = recall_curve(ranks)
    assert (curve.diff().dropna() >= 0).all()
    found = recall_at(ranks, 5)
    low, high = proportion_confint(round(found.value * len(ranks)), len(ranks), method="wilson")
    assert (found.ci_low, found.ci_high) == pytest.approx((low, high), abs=1e-9)


def ads(n=900, seed=2):
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame({"x": rng.uniform(size=n), "firm": rng.integers(0, 60, n).astype(str)})
    frame["city"] = rng.choice(["A", "B", "C"], n)
    frame["kind"] = rng.choice(["k1", "k2", "k3"], n)
    shift = frame["city"].map({"A": 0.0, "B": 0.5, "C": 1.0})
    frame["y"] = 0.4 * frame["x"] + shift + rng.normal(scale=0.2, size=n)
    return frame


def test_posting_slope_is_the_clustered_regression_with_dummies():
    frame = ads()
    ours = posting_slope(frame, "y", "x", ["city"], cluster="firm", group="kind", seed=1, draws=199)
    fit = smf.ols("y ~ x + C(city)", frame).fit(
        cov_type="cluster", cov_kwds={"groups": pd.factorize(frame["firm"])[0]}, use_t=True
    )
    assert ours.estimate.value == pytest.approx(fit.params["x"], rel=1e-9)
    assert ours.estimate.se == pytest.approx(fit.bse["x"], rel=1e-9)
    refits = [
        smf.ols("y ~ x + C(city)", frame[frame["kind"] != k]).fit().params["x"]
        for k in ("k1", "k2", "k3")
    ]
    assert (ours.loo_min, ours.loo_max) == pytest.approx((min(refits), max(refits)), rel=1e-9)
    assert ours.clusters == 60


def test_posting_slope_recovers_the_truth_that_omitting_effects_misses():
    frame = ads(n=6000)
    frame["y"] += 0.5 * (frame["city"] == "C") * (frame["x"] > 0.5)
    assert posting_slope(
        ads(n=6000), "y", "x", ["city"], cluster="firm", group="kind", seed=1, draws=199
    ).estimate.value == pytest.approx(0.4, abs=0.03)


def test_missing_city_is_a_level_and_missing_outcome_is_left_out():
    frame = ads()
    frame.loc[:99, "city"] = None
    frame.loc[100:149, "y"] = np.nan
    found = posting_slope(
        frame, "y", "x", ["city"], cluster="firm", group="kind", seed=1, draws=199
    )
    assert found.estimate.n == 850


def test_two_clusters_are_too_few():
    with pytest.raises(DataError, match="expected 3 or more"):
        posting_slope(
            ads().assign(firm="one"),
            "y",
            "x",
            ["city"],
            cluster="firm",
            group="kind",
            seed=1,
            draws=199,
        )


def test_both_intervals_are_of_one_slope_and_category_effects_leave_nothing_to_permute():
    frame = ads()
    plain = posting_slope(frame, "y", "x", ["city"], cluster="firm", group="kind", seed=1, draws=99)
    within = posting_slope(
        frame, "y", "x", ["city", "kind"], cluster="firm", group="kind", seed=1, draws=99
    )
    for found in (plain, within):
        assert found.wild.value == pytest.approx(found.estimate.value, rel=1e-9)
        assert found.loo_min <= found.estimate.value <= found.loo_max
    assert 0 < plain.permutation_p <= 1
    assert within.permutation_p is None
