"""The wild bootstrap agrees with refitting every draw, has its size, and inverts its own test."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pyfixest
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st

from llmexposure.base.errors import DataError
from llmexposure.estimation.regression.design import clusters_of, design
from llmexposure.estimation.resampling.slope import webb_weights, wild, wild_draws


def sample(n=20, slope=-0.6, seed=3):
    rng = np.random.default_rng(seed)
    index = [f"u{i:02d}" for i in range(n)]
    frame = pd.DataFrame({"x": rng.uniform(size=n), "z": rng.normal(size=n)}, index=index)
    frame["w"] = rng.integers(1, 9, size=n)
    frame["g"] = rng.choice(list("abcdef"), size=n)
    effect = pd.Series(rng.normal(scale=0.2, size=6), index=list("abcdef"))
    noise = rng.normal(scale=0.3, size=n) * (0.3 + frame["x"])
    frame["y"] = 1 + slope * frame["x"] + 0.1 * frame["z"] + frame["g"].map(effect) + noise
    return frame


def clustered_t(y, design_matrix, root, groups, null, kind):
    """T statistic by refitting: HC3 from statsmodels, CR0 and CR3 from their definitions."""
    fit = sm.OLS(y * root, design_matrix * root[:, None]).fit()
    if groups is None:
        return (fit.params[1] - null) / fit.get_robustcov_results("HC3").bse[1]
    matrix, meat = design_matrix * root[:, None], 0
    bread = np.linalg.inv(matrix.T @ matrix)
    for label in np.unique(groups):
        rows = matrix[groups == label]
        error = fit.resid[groups == label]
        if kind == "CR3":
            error = np.linalg.solve(np.eye(len(rows)) - rows @ bread @ rows.T, error)
        score = rows.T @ error
        meat = meat + np.outer(score, score)
    return (fit.params[1] - null) / np.sqrt((bread @ meat @ bread)[1, 1])


def refitted(frame, null, draws, *, groups=None, root=None, kind="CR3"):
    """Every draw built and refitted in a loop."""
    root = np.ones(len(frame)) if root is None else root
    full = np.column_stack([np.ones(len(frame)), frame["x"], frame["z"]])
    restricted = sm.WLS(frame["y"] - null * frame["x"], full[:, [0, 2]], weights=root**2).fit()
    fitted, error = restricted.fittedvalues + null * frame["x"], restricted.resid
    found = [
        clustered_t((fitted + error * draw).to_numpy(), full, root, groups, null, kind)
        for draw in draws
    ]
    return np.array(found), clustered_t(frame["y"].to_numpy(), full, root, groups, null, kind)


@pytest.mark.parametrize("null", [0.0, -0.9])
@pytest.mark.parametrize("weighted", [False, True])
def test_every_draw_is_a_refit_with_hc3(null, weighted):
    frame = sample()
    root = np.sqrt(frame["w"].to_numpy()) if weighted else None
    found = design(frame, "y", "x", ["z"], "w" if weighted else None)
    weights = webb_weights(40, 20, seed=1)
    ours = wild_draws(found, clusters_of(found), weights)
    theirs, observed = refitted(frame, null, weights, root=root)
    assert ours.t(null)[:, 0] == pytest.approx(theirs, rel=1e-9)
    assert ours.observed(null) == pytest.approx(observed, rel=1e-9)
    assert ours.p(null) == (1 + (np.abs(theirs) >= abs(observed)).sum()) / 41


@pytest.mark.parametrize("kind", ["CR0", "CR3"])
def test_every_clustered_draw_is_a_refit(kind):
    frame = sample(n=40)
    found = design(frame, "y", "x", ["z"])
    groups = clusters_of(found, frame["g"])
    weights = webb_weights(40, groups.count, seed=1)
    ours = wild_draws(found, groups, weights, kind=kind)
    labels = frame["g"].to_numpy()
    theirs, observed = refitted(
        frame, -0.2, weights[:, groups.codes], groups=labels, root=None, kind=kind
    )
    assert ours.t(-0.2)[:, 0] == pytest.approx(theirs, rel=1e-9)
    assert ours.observed(-0.2) == pytest.approx(observed, rel=1e-9)


def test_cr3_and_cr0_errors_are_those_of_pyfixest():
    frame = sample(n=60)
    found = design(frame, "y", "x", ["z"])
    plain = pyfixest.ssc(k_adj=False, G_adj=False)
    for kind, name in (("CR0", "CRV1"), ("CR3", "CRV3")):
        ours = wild(found, frame["g"], kind=kind, draws=9, seed=1)
        theirs = pyfixest.feols("y ~ x + z", frame, vcov={name: "g"}, ssc=plain)
        assert ours.se == pytest.approx(theirs.se()["x"], rel=1e-6)


def test_without_clusters_the_error_is_hc3():
    frame = sample()
    fit = sm.OLS(frame["y"], sm.add_constant(frame[["x", "z"]])).fit(cov_type="HC3")
    ours = wild(design(frame, "y", "x", ["z"]), draws=9, seed=1)
    assert ours.se == pytest.approx(fit.bse["x"], rel=1e-9)


def test_webb_weights_are_the_six_points():
    weights = webb_weights(60_000, 1, seed=2).ravel()
    points, counts = np.unique(weights, return_counts=True)
    assert points**2 == pytest.approx([1.5, 1, 0.5, 0.5, 1, 1.5])
    assert counts / 60_000 == pytest.approx(np.full(6, 1 / 6), abs=0.01)


@pytest.mark.parametrize("clustered", [False, True])
def test_ends_of_the_interval_have_p_of_five_percent(clustered):
    frame = sample(n=47)
    found = design(frame, "y", "x", ["z"])
    groups = clusters_of(found, frame["g"] if clustered else None)
    drawn = wild_draws(found, groups, webb_weights(9_999, groups.count, seed=4))
    (low,), (high,) = drawn.interval()
    assert low < drawn.value < high
    step = 1e-6 * (high - low)
    for inside, outside in ((low, low - step), (high, high + step)):
        assert 0.05 <= drawn.p(inside) < 0.053
        assert drawn.p(outside) < 0.05


def test_interval_excludes_zero_exactly_when_p_is_below_five_percent():
    decided = []
    for seed in range(60):
        frame = sample(n=13, slope=-0.4, seed=seed)
        found = wild(design(frame, "y", "x"), draws=499, seed=1)
        assert found.excludes_zero == (found.p < 0.05)
        decided.append(found.excludes_zero)
    assert 0 < sum(decided) < 60


def test_same_seed_same_interval_and_another_seed_another():
    found = design(sample(), "y", "x")
    first, again, other = (wild(found, draws=999, seed=seed) for seed in (1, 1, 2))
    assert first == again
    assert first.ci_low != other.ci_low
    assert first.ci_low == pytest.approx(other.ci_low, abs=0.3 * first.se)


@pytest.mark.parametrize("n", [13, 30])
def test_size_is_five_percent_with_heteroskedastic_errors(n):
    rng, rejected = np.random.default_rng(11), 0
    found = design(pd.DataFrame({"x": rng.uniform(size=n), "y": 0.0}), "y", "x")
    groups = clusters_of(found)
    for seed in range(800):
        drawn = replace(found, y=rng.normal(size=n) * (0.5 + found.x))
        rejected += wild_draws(drawn, groups, webb_weights(199, n, seed)).p()[0] <= 0.05
    assert 0.03 <= rejected / 800 <= 0.075


def test_size_with_ten_clusters_where_ignoring_them_fails():
    rng = np.random.default_rng(12)
    labels, rejected, ignoring = np.repeat(np.arange(10), 8), 0, 0
    for seed in range(300):
        x, shock = rng.normal(size=10)[labels], rng.normal(size=10)[labels]
        frame = pd.DataFrame({"x": x, "y": shock + rng.normal(size=80), "g": labels})
        found = design(frame, "y", "x")
        rejected += wild(found, frame["g"], draws=199, seed=seed).p <= 0.05
        ignoring += wild(found, draws=199, seed=seed).p <= 0.05
    assert rejected / 300 <= 0.09
    assert ignoring / 300 > 0.2


@settings(max_examples=20, deadline=None)
@given(st.permutations(range(20)))
def test_row_order_changes_nothing(order):
    frame = sample()
    for clusters in (None, frame["g"]):
        first = wild(design(frame, "y", "x", ["z"]), clusters, draws=199, seed=1)
        shuffled = design(frame.iloc[list(order)], "y", "x", ["z"])
        second = wild(shuffled, clusters, draws=199, seed=1)
        assert second.p == first.p
        assert second.ci_low == pytest.approx(first.ci_low, rel=1e-6)
        assert second.ci_high == pytest.approx(first.ci_high, rel=1e-6)


@settings(max_examples=20, deadline=None)
@given(st.floats(0.001, 1000), st.floats(0.001, 1000), st.booleans())
def test_units_of_measurement_scale_the_interval(by_y, by_x, turn):
    frame = sample()
    sign = -1 if turn else 1
    first = wild(design(frame, "y", "x"), draws=199, seed=1)
    scaled = frame.assign(y=5 + sign * by_y * frame["y"], x=by_x * frame["x"] - 3)
    second = wild(design(scaled, "y", "x"), draws=199, seed=1)
    factor = sign * by_y / by_x
    ends = sorted([first.ci_low * factor, first.ci_high * factor])
    assert second.p == first.p
    assert [second.ci_low, second.ci_high] == pytest.approx(ends, rel=1e-6)


def test_ends_are_infinite_when_no_null_can_be_rejected():
    # With nine draws p is never below a tenth.
    found = wild(design(sample(), "y", "x"), draws=9, seed=1)
    assert (found.ci_low, found.ci_high) == (-np.inf, np.inf)


def test_draws_that_equal_the_statistic_count_as_extreme():
    # With three clusters one draw in 36 gives all of them the same weight, and so the same |t|.
    rng = np.random.default_rng(1)
    frame = pd.DataFrame({"x": rng.normal(size=12), "g": list("abc") * 4})
    frame["y"] = 50 * frame["x"] + rng.normal(size=12)
    assert wild(design(frame, "y", "x"), frame["g"], draws=9_999, seed=1).p > 0.9 / 36


def test_a_perfect_fit_is_an_error():
    frame = pd.DataFrame({"x": [0.0, 1, 2, 3, 4], "y": [0.0, 2, 4, 6, 8]})
    with pytest.raises(DataError, match="fits it perfectly"):
        wild(design(frame, "y", "x"), draws=9, seed=1)


def test_repeated_unit_labels_are_an_error():
    frame = sample().set_axis(["a"] * 20)
    with pytest.raises(DataError, match="unit a stands in more than one row"):
        wild(design(frame, "y", "x"), draws=9, seed=1)


def test_a_unit_without_a_cluster_is_an_error_that_names_it():
    frame = sample()
    with pytest.raises(DataError, match="unit u03 has no cluster"):
        wild(design(frame, "y", "x"), frame["g"].drop("u03"), draws=9, seed=1)


def test_two_clusters_are_an_error():
    frame = sample().assign(g=["a", "b"] * 10)
    with pytest.raises(DataError, match="2 cluster"):
        wild(design(frame, "y", "x"), frame["g"], draws=9, seed=1)
