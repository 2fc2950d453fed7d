"""CR2 and its degrees of freedom agree with their definitions and published closed forms."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from scipy.linalg import fractional_matrix_power

from llmexposure.base.errors import DataError
from llmexposure.estimation.regression.cr2 import cr2
from llmexposure.estimation.regression.design import design


def sample(n=30, seed=3):
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame({"x": rng.exponential(size=n), "z": rng.normal(size=n)})
    frame["w"] = rng.integers(1, 9, size=n)
    frame["g"] = np.sort(rng.integers(0, 7, size=n))
    frame["y"] = 1 - frame["x"] + rng.normal(size=n) * (0.5 + frame["x"])
    return frame


def by_definition(frame, clusters, weights):
    """Bell and McCaffrey with full matrices: adjusted residuals, then the df of a quadratic form."""
    root = np.sqrt(weights)
    matrix = np.column_stack([np.ones(len(frame)), frame["x"], frame["z"]]) * root[:, None]
    y = frame["y"].to_numpy() * root
    bread = np.linalg.inv(matrix.T @ matrix)
    hat = matrix @ bread @ matrix.T
    annihilator = np.eye(len(y)) - hat
    pick = bread[1]
    columns = []
    for label in np.unique(clusters):
        rows = clusters == label
        adjust = fractional_matrix_power(annihilator[np.ix_(rows, rows)], -0.5).real
        columns.append(annihilator[:, rows] @ adjust @ matrix[rows] @ pick)
    forms = np.column_stack(columns)
    gram = forms.T @ forms
    variance = ((forms.T @ y) ** 2).sum()
    return np.sqrt(variance), np.trace(gram) ** 2 / (gram**2).sum()


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("clustered", [False, True])
def test_agrees_with_the_definition(weighted, clustered):
    frame = sample()
    weights = frame["w"].to_numpy(float) if weighted else np.ones(len(frame))
    labels = frame["g"].to_numpy() if clustered else np.arange(len(frame))
    se, df = by_definition(frame, labels, weights)
    found = design(frame, "y", "x", ["z"], "w" if weighted else None)
    ours = cr2(found, frame["g"] if clustered else None)
    assert ours.estimate.se == pytest.approx(se, rel=1e-9)
    assert ours.df == pytest.approx(df, rel=1e-9)
    assert ours.clusters == len(np.unique(labels))


def test_without_clusters_it_is_hc2():
    frame = sample()
    fit = sm.OLS(frame["y"], sm.add_constant(frame[["x", "z"]])).fit(cov_type="HC2")
    ours = cr2(design(frame, "y", "x", ["z"])).estimate
    assert ours.value == pytest.approx(fit.params["x"], rel=1e-9)
    assert ours.se == pytest.approx(fit.bse["x"], rel=1e-9)


@pytest.mark.parametrize(("ones", "zeros"), [(3, 27), (14, 16), (10, 10)])
def test_two_groups_give_the_error_of_welch_and_the_published_degrees_of_freedom(ones, zeros):
    # Imbens and Kolesar (2016) give the Bell-McCaffrey df of a two-sample comparison in closed form.
    rng = np.random.default_rng(ones)
    frame = pd.DataFrame({"x": [1.0] * ones + [0.0] * zeros})
    frame["y"] = rng.normal(size=ones + zeros)
    welch = stats.ttest_ind(frame["y"][:ones], frame["y"][ones:], equal_var=False)
    ours = cr2(design(frame, "y", "x"))
    top = (ones + zeros) ** 2 * (ones - 1) * (zeros - 1)
    assert ours.df == pytest.approx(top / (ones**2 * (ones - 1) + zeros**2 * (zeros - 1)))
    assert ours.estimate.value / ours.estimate.se == pytest.approx(welch.statistic, rel=1e-9)


def test_variance_is_unbiased_under_equal_variances():
    frame = sample(n=13)
    found = design(frame, "y", "x")
    x = found.residual(found.x)
    rng, estimated = np.random.default_rng(1), []
    for _ in range(1_500):
        estimated.append(cr2(replace(found, y=rng.normal(size=13))).estimate.se ** 2)
    assert np.mean(estimated) == pytest.approx(1 / (x @ x), rel=0.06)


def test_size_is_held_where_the_normal_interval_fails():
    rng, small, normal = np.random.default_rng(2), 0, 0
    frame = pd.DataFrame({"x": np.r_[np.ones(3), np.zeros(10)], "y": 0.0})
    template = design(frame, "y", "x")
    for _ in range(1_500):
        found = cr2(replace(template, y=rng.normal(size=13))).estimate
        small += found.excludes_zero
        normal += abs(found.value / found.se) > 1.96
    assert 0.025 <= small / 1_500 <= 0.065
    assert normal / 1_500 > 0.09


def test_cluster_fixed_effects_are_allowed():
    # I - H_gg is singular then, without the slope resting on one cluster.
    frame = sample(n=28).assign(g=np.repeat(np.arange(7), 4))
    dummies = pd.get_dummies(frame["g"], prefix="g", drop_first=True).astype(float)
    frame = frame.join(dummies)
    ours = cr2(design(frame, "y", "x", list(dummies)), frame["g"])
    demeaned = frame[["y", "x"]] - frame.groupby("g")[["y", "x"]].transform("mean")
    inside = (demeaned["x"] * demeaned["y"]).sum() / (demeaned["x"] ** 2).sum()
    assert ours.estimate.value == pytest.approx(inside)
    assert 1 < ours.df < 6


def test_a_slope_that_rests_on_one_unit_is_an_error():
    frame = sample(n=10).assign(x=[1.0] + [0.0] * 9)
    with pytest.raises(DataError, match="not defined without 0"):
        cr2(design(frame, "y", "x"))


def test_a_slope_that_rests_on_one_cluster_is_an_error():
    frame = sample(n=12).assign(g=list("aaabbbcccddd"), x=[1.0] * 3 + [0.0] * 9)
    with pytest.raises(DataError, match="not defined without a"):
        cr2(design(frame, "y", "x"), frame["g"])


@settings(max_examples=20, deadline=None)
@given(st.permutations(range(30)), st.floats(0.001, 1000), st.floats(0.001, 1000))
def test_row_order_and_units_of_measurement(order, by_y, by_x):
    frame = sample()
    first = cr2(design(frame, "y", "x", ["z"]), frame["g"])
    other = frame.assign(y=by_y * frame["y"], x=by_x * frame["x"]).iloc[list(order)]
    second = cr2(design(other, "y", "x", ["z"]), other["g"])
    assert second.df == pytest.approx(first.df, rel=1e-6)
    assert second.estimate.p == pytest.approx(first.estimate.p, rel=1e-6)
    assert second.estimate.se == pytest.approx(first.estimate.se * by_y / by_x, rel=1e-6)
