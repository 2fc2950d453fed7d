"""Slopes recover known coefficients and agree with other implementations."""

import re
from itertools import combinations

import numpy as np
import pandas as pd
import pyfixest
import pytest
import statsmodels.formula.api as smf
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from llmexposure.base.errors import DataError
from llmexposure.estimation.regression.cr2 import cr2
from llmexposure.estimation.regression.design import design
from llmexposure.estimation.regression.ols import (
    cross_section,
    leave_one_out,
    leave_two_out,
    regress,
    without_pairs,
)
from llmexposure.estimation.resampling.slope import permutation_draws, permutation_p


def sample(n=47, slope=-0.6, noise=0.2, seed=3):
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame({"beta": rng.uniform(size=n), "telework": rng.uniform(size=n)})
    frame["jobs"] = rng.integers(1, 100, size=n)
    error = rng.normal(scale=noise, size=n) * (0.5 + frame["beta"])
    frame["change"] = 0.3 + slope * frame["beta"] - 0.2 * frame["telework"] + error
    return frame


def test_recovers_a_known_slope():
    found = cross_section(sample(n=5000), "change", "beta", ["telework"], draws=99, seed=1)
    assert found.estimate.value == pytest.approx(-0.6, abs=0.03)
    assert found.estimate.ci_low < -0.6 < found.estimate.ci_high
    assert found.permutation_p == 0.01


@pytest.mark.parametrize("weights", [None, "jobs"])
def test_a_formula_gives_what_its_columns_give_and_the_table_is_that_of_statsmodels(weights):
    frame, options = sample(), {"weights": weights, "draws": 99, "seed": 1}
    found = regress("np.exp(change) ~ beta + telework", frame, **options)
    by_columns = cross_section(
        frame.assign(y=np.exp(frame["change"])), "y", "beta", ["telework"], **options
    )
    assert (found.estimate, found.wild) == (by_columns.estimate, by_columns.wild)
    weight = frame[weights] if weights else 1.0
    fit = smf.wls("np.exp(change) ~ beta + telework", frame, weights=weight).fit(
        cov_type="HC3", use_t=True
    )
    theirs = pd.concat([fit.params, fit.bse, fit.conf_int(), fit.pvalues], axis=1)
    assert found.coefficients.to_numpy() == pytest.approx(theirs.to_numpy(), rel=1e-9)
    assert found.table.head.startswith("np.exp(change) ~ beta + telework   (N = 47, R²")
    for shown in (repr(found), found._repr_html_(), found.table.latex()):
        assert f"{found.estimate.value:.3f}" in shown
        assert "telework" in shown
        assert "np.float64" not in shown


def test_errors_by_cluster_are_shown_for_each_regressor_and_named():
    frame = sample().assign(group=lambda d: (d["beta"] * 1000).astype(int) % 8)
    found = regress("change ~ beta + telework", frame, clusters="group", draws=99, seed=1)
    control = cr2(design(frame, "change", "telework", ["beta"]), frame["group"]).estimate
    assert found.coefficients.loc["telework", "std. error"] == pytest.approx(control.se)
    assert np.isnan(found.coefficients.loc["Intercept", "std. error"])
    assert "CR2 errors by group (8 groups)" in repr(found)


@pytest.mark.parametrize(
    ("formula", "said"),
    [
        ("changes ~ beta", "name 'changes' is not defined; the table has the columns beta, tel"),
        ("change ~ 1", "expected an intercept and a regressor"),
        ("change ~ 0 + beta", "expected an intercept and a regressor"),
    ],
)
def test_a_formula_that_cannot_be_used_is_said(formula, said):
    with pytest.raises(DataError, match=said):
        regress(formula, sample(), draws=9, seed=1)


def test_interval_covers_the_truth_about_95_times_in_100():
    covered = 0
    for seed in range(300):
        frame = sample(n=30, seed=seed).assign(telework=0.0)
        fit = cross_section(frame, "change", "beta", draws=1, seed=1).estimate
        covered += fit.ci_low < -0.6 < fit.ci_high
    assert 0.91 <= covered / 300 <= 0.99


@pytest.mark.parametrize("weights", [None, "jobs"])
def test_agrees_with_pyfixest(weights):
    frame = sample().astype(float)
    ours = cross_section(frame, "change", "beta", ["telework"], weights=weights, draws=9, seed=1)
    plain = pyfixest.ssc(k_adj=False, G_adj=False)
    theirs = pyfixest.feols(
        "change ~ beta + telework", data=frame, vcov="HC3", weights=weights, ssc=plain
    )
    assert ours.estimate.value == pytest.approx(theirs.coef()["beta"], abs=1e-10)
    if weights is None:
        assert ours.estimate.se == pytest.approx(theirs.se()["beta"], rel=1e-6)


def test_studentised_statistic_is_statsmodels_hc3_t():
    frame = sample()
    fit = smf.ols("change ~ beta + telework", frame).fit(cov_type="HC3")
    found = design(frame, "change", "beta", ["telework"])
    drawn = permutation_draws(found, np.arange(found.n)[None, :])
    assert drawn.observed()[0] == pytest.approx(fit.tvalues["beta"], rel=1e-9)
    # A permutation that changes nothing gives the statistic itself.
    assert drawn.t()[0, 0] == pytest.approx(fit.tvalues["beta"], rel=1e-9)


@pytest.mark.parametrize("weights", [None, "jobs"])
def test_leave_one_out_is_refitting_without_each_unit(weights):
    frame = sample(n=12)
    found = design(frame, "change", "beta", ["telework"], weights)
    w = frame[weights] if weights else pd.Series(1.0, index=frame.index)
    refits = [
        smf.wls("change ~ beta + telework", frame.drop(i), weights=w.drop(i)).fit().params["beta"]
        for i in frame.index
    ]
    assert leave_one_out(found) == pytest.approx(refits, rel=1e-9)


def test_permutation_p_is_uniform_under_the_null():
    rng = np.random.default_rng(5)
    ps = []
    for seed in range(200):
        frame = pd.DataFrame({"x": rng.normal(size=13), "y": rng.normal(size=13)})
        ps.append(permutation_p(design(frame, "y", "x"), draws=99, seed=seed))
    assert stats.kstest(ps, "uniform").pvalue > 0.01
    assert min(ps) >= 0.01


def test_permutation_p_agrees_with_scipy_for_the_plain_slope():
    frame = sample(n=13)
    ours = permutation_p(design(frame, "change", "beta"), draws=9_999, seed=1)
    test = stats.permutation_test(
        (frame["change"], frame["beta"]),
        lambda y, x: stats.pearsonr(x, y).statistic,
        permutation_type="pairings",
        n_resamples=9_999,
        random_state=1,
    )
    assert ours == pytest.approx(test.pvalue, abs=0.05)


@given(st.permutations(range(20)))
def test_row_order_changes_nothing(order):
    frame = sample(n=20)
    first = cross_section(frame, "change", "beta", draws=1, seed=1)
    second = cross_section(frame.iloc[list(order)], "change", "beta", draws=1, seed=1)
    assert second.estimate.value == pytest.approx(first.estimate.value, rel=1e-9)
    assert second.loo_min == pytest.approx(first.loo_min, rel=1e-9)
    assert second.loo_min_unit == first.loo_min_unit


@pytest.mark.parametrize("controls", [[], ["telework"]])
def test_row_order_changes_no_resampling_p(controls):
    frame = sample(n=13)
    other = frame.sample(frac=1, random_state=8)
    first, second = (
        cross_section(f, "change", "beta", controls, draws=999, seed=1) for f in (frame, other)
    )
    assert 0.001 < first.permutation_p == second.permutation_p
    assert second.wild.p == first.wild.p


def test_missing_rows_are_dropped_and_not_counted():
    frame = sample(n=20)
    frame.loc[3, "beta"] = np.nan
    assert cross_section(frame, "change", "beta", draws=1, seed=1).estimate.n == 19


def test_a_regressor_without_variation_is_an_error():
    with pytest.raises(DataError, match="beta does not vary"):
        cross_section(sample().assign(beta=0.5), "change", "beta", draws=1, seed=1)


def test_too_few_rows_is_an_error():
    with pytest.raises(DataError, match="3 complete rows are too few"):
        cross_section(sample().head(3), "change", "beta", draws=1, seed=1)


@pytest.mark.parametrize("weights", [None, "jobs"])
def test_inference_changes_the_headline_interval_and_nothing_else(weights):
    frame = sample()
    options = {"weights": weights, "draws": 99, "seed": 1}
    hc3 = cross_section(frame, "change", "beta", **options)
    other = cross_section(frame, "change", "beta", inference="cr2", **options)
    assert other.estimate == cr2(design(frame, "change", "beta", weights=weights)).estimate
    assert other.estimate.value == pytest.approx(hc3.estimate.value)
    assert other.estimate.se != pytest.approx(hc3.estimate.se, rel=1e-3)
    assert (other.wild, other.permutation_p, other.loo_min) == (
        hc3.wild,
        hc3.permutation_p,
        hc3.loo_min,
    )


def test_a_control_that_repeats_another_changes_nothing():
    frame = sample().assign(twice=lambda d: 2 * d["telework"])
    once = cross_section(frame, "change", "beta", ["telework"], draws=199, seed=1)
    again = cross_section(frame, "change", "beta", ["telework", "twice"], draws=199, seed=1)
    for found in (once, again):
        assert found.wild.value == pytest.approx(found.estimate.value, rel=1e-9)
    assert again.estimate.ci_low == pytest.approx(once.estimate.ci_low, rel=1e-6)
    assert again.loo_max == pytest.approx(once.loo_max, rel=1e-9)
    assert design(frame, "change", "beta", ["telework", "twice"]).df == len(frame) - 3


def test_an_outcome_that_does_not_vary_is_an_error_and_no_estimate_of_rounding():
    with pytest.raises(DataError, match="does not vary"):
        cross_section(sample().assign(change=0.3), "change", "beta", draws=99, seed=1)


def test_a_unit_that_fixes_a_coefficient_is_named():
    frame = sample().assign(only=lambda d: (d.index == 7).astype(float))
    with pytest.raises(DataError, match="unit 7 alone fixes a coefficient"):
        cross_section(frame, "change", "beta", ["only"], draws=99, seed=1)


def test_clusters_give_the_inference_of_clusters():
    rng = np.random.default_rng(5)
    frame = sample(n=120).assign(group=np.repeat([f"g{i}" for i in range(12)], 10))
    frame["change"] += np.repeat(rng.normal(scale=0.3, size=12), 10)
    found = cross_section(frame, "change", "beta", clusters="group", draws=199, seed=1)
    expected = cr2(design(frame, "change", "beta"), frame["group"]).estimate
    assert found.estimate == expected
    assert found.wild.value == pytest.approx(expected.value)
    assert 0 < found.permutation_p <= 1
    weighted = cross_section(
        frame, "change", "beta", clusters="group", weights="jobs", draws=199, seed=1
    )
    assert weighted.permutation_p is None


def eleven():
    rng = np.random.default_rng(3)
    frame = pd.DataFrame({"x": rng.uniform(size=11), "z": rng.normal(size=11)})
    frame["w"] = rng.integers(1, 9, size=11)
    frame["y"] = 0.3 * frame["x"] + rng.normal(size=11)
    return frame


@pytest.mark.parametrize("weighted", [False, True])
def test_leave_two_out_is_refitting_without_each_pair(weighted):
    frame = eleven()
    w = frame["w"].astype(float) if weighted else pd.Series(1.0, index=frame.index)
    found = design(frame, "y", "x", ["z"], "w" if weighted else None)
    refits = {
        pair: smf.wls("y ~ x + z", frame.drop(list(pair)), weights=w.drop(list(pair)))
        .fit()
        .params["x"]
        for pair in combinations(frame.index, 2)
    }
    ours = without_pairs(found)
    for (i, j), slope in refits.items():
        assert ours[i, j] == pytest.approx(slope, rel=1e-8)
        assert ours[j, i] == pytest.approx(slope, rel=1e-8)
    summary = leave_two_out(found)
    assert summary.low == pytest.approx(min(refits.values()))
    assert summary.low_pair == tuple(map(str, min(refits, key=refits.get)))
    assert summary.high_pair == tuple(map(str, max(refits, key=refits.get)))
    sign = np.sign(smf.wls("y ~ x + z", frame, weights=w).fit().params["x"])
    assert summary.sign_changes == sum(np.sign(slope) != sign for slope in refits.values())
    assert summary.pairs == 55


def test_a_pair_without_which_there_is_no_slope_is_missing_and_not_counted():
    frame = pd.DataFrame({"x": [1.0, 1, 0, 0, 0], "y": [1.0, 2, 0, 1, 0.5]})
    slopes = without_pairs(design(frame, "y", "x"))
    assert np.isnan(slopes[0, 1])
    assert leave_two_out(design(frame, "y", "x")).pairs == 9


@settings(max_examples=20, deadline=None)
@given(st.permutations(range(11)), st.floats(0.01, 100), st.floats(0.01, 100))
def test_leave_two_out_ignores_row_order_and_units_of_measurement(order, by_y, by_x):
    frame = eleven()
    first = leave_two_out(design(frame, "y", "x"))
    other = frame.assign(y=by_y * frame["y"], x=by_x * frame["x"]).iloc[list(order)]
    second = leave_two_out(design(other, "y", "x"))
    assert second.high == pytest.approx(first.high * by_y / by_x, rel=1e-6)
    assert set(second.high_pair) == set(first.high_pair)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"outcome": "chnge"}, "the table has no column 'chnge'; did you mean 'change'? It has"),
        ({"regressor": "income"}, "no column 'income'. It has beta, change"),
        ({"controls": ["bets"]}, "'bets'; did you mean 'beta'"),
        ({"clusters": "group"}, "no column 'group'"),
    ],
)
def test_a_misspelt_column_is_named_with_the_nearest(wrong, said):
    frame = pd.DataFrame({"beta": np.arange(9.0), "change": np.arange(9.0) ** 2})
    given = {"outcome": "change", "regressor": "beta", **wrong}
    with pytest.raises(DataError, match=re.escape(said)):
        cross_section(frame, **given, draws=99, seed=1)


def test_the_slope_is_that_of_the_first_term_whatever_stands_behind_it():
    frame = sample().assign(family=lambda d: np.where(np.arange(len(d)) % 3 == 0, "a", "b"))
    found = regress("change ~ beta + C(family)", frame, draws=99, seed=1)
    plain = smf.ols("change ~ beta + C(family)", frame).fit()
    assert found.estimate.value == pytest.approx(plain.params["beta"])
    with pytest.raises(DataError, match="first regressor 'C\\(family\\)' is a category"):
        regress("change ~ C(family) + beta", frame, draws=99, seed=1)
