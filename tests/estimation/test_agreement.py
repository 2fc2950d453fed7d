"""Kappa, alpha and correlations against published examples and other implementations."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from statsmodels.stats.proportion import proportion_confint

from llmexposure.base.errors import DataError, ParameterError
from llmexposure.estimation.agreement import (
    kappa,
    krippendorff_alpha,
    label_correlation,
    observed_agreement,
)
from llmexposure.estimation.regression.correlation import aggregation, pearson

# Fleiss, Cohen and Everitt (1969), table 1: two psychiatrists, three diagnoses, 200 patients.
FLEISS = pd.DataFrame([[0.53, 0.05, 0.02], [0.11, 0.14, 0.05], [0.01, 0.06, 0.03]]) * 200


def test_kappa_of_a_published_example():
    assert kappa(FLEISS).value == pytest.approx(0.429, abs=5e-4)
    assert kappa(FLEISS).se == pytest.approx(0.054, abs=2e-3)


def test_linear_weighted_kappa_by_hand():
    p = FLEISS.to_numpy() / FLEISS.to_numpy().sum()
    w = 1 - np.abs(np.subtract.outer(range(3), range(3))) / 2
    chance = np.outer(p.sum(1), p.sum(0))
    by_hand = ((w * p).sum() - (w * chance).sum()) / (1 - (w * chance).sum())
    assert kappa(FLEISS, "linear").value == pytest.approx(by_hand, rel=1e-9)


def test_kappa_of_perfect_and_of_independent_raters():
    assert kappa(pd.DataFrame(np.diag([5, 9, 6]))).value == pytest.approx(1)
    assert kappa(pd.DataFrame(np.outer([20, 30], [40, 60]))).value == pytest.approx(0, abs=1e-12)


def test_label_correlation_is_that_of_the_items():
    counts = pd.DataFrame(
        [[30, 5, 1], [4, 20, 6], [2, 3, 29]], index=list("abc"), columns=list("abc")
    )
    scores = {"a": 0.0, "b": 0.5, "c": 1.0}
    pairs = [
        (scores[i], scores[j])
        for i in counts.index
        for j in counts
        for _ in range(counts.loc[i, j])
    ]
    r = stats.pearsonr(*zip(*pairs, strict=True))
    ours = label_correlation(counts, scores)
    assert ours.value == pytest.approx(r.statistic, rel=1e-9)
    low, high = r.confidence_interval(0.95)
    assert (ours.ci_low, ours.ci_high) == pytest.approx((low, high), rel=1e-6)
    assert ours.se == pytest.approx((1 - r.statistic**2) / np.sqrt(100 - 3), rel=1e-9)


def test_observed_agreement():
    found = observed_agreement(FLEISS)
    assert found.value == pytest.approx(0.70)
    assert found.se == pytest.approx(np.sqrt(0.7 * 0.3 / 200), rel=1e-9)
    theirs = proportion_confint(140, 200, method="wilson")
    assert (found.ci_low, found.ci_high) == pytest.approx(theirs, rel=1e-9)


def test_full_agreement_has_an_interval_within_one():
    found = observed_agreement(pd.DataFrame(np.diag([12, 8])))
    assert found.ci_low == pytest.approx(1 / (1 + 1.959964**2 / 20), rel=1e-6)
    assert found.ci_high == pytest.approx(1)


def test_pearson_needs_four_rows():
    with pytest.raises(DataError, match="3 complete rows"):
        pearson(pd.DataFrame({"x": [1, 2, 3], "y": [1, 2, 4]}), "x", "y")


def test_aggregation_splits_the_covariance():
    rng = np.random.default_rng(1)
    group = np.repeat(np.arange(40), 25)
    level = rng.normal(size=40)[group]
    frame = pd.DataFrame({"g": group, "x": level + rng.normal(size=1000)})
    frame["y"] = level + rng.normal(size=1000)
    found = aggregation(frame, "x", "y", "g")
    means = frame.groupby("g")[["x", "y"]].transform("mean")
    total = np.cov(frame["x"], frame["y"], ddof=0)[0, 1]
    between = np.cov(means["x"], means["y"], ddof=0)[0, 1]
    within = np.cov(frame["x"] - means["x"], frame["y"] - means["y"], ddof=0)[0, 1]
    assert total == pytest.approx(between + within, rel=1e-9)
    assert found.between.value > found.total.value > found.within.value
    assert found.within.value == pytest.approx(0, abs=0.1)


def test_within_groups_of_two_the_interval_covers_as_often_as_it_says():
    rng, covered, group = np.random.default_rng(3), 0, np.repeat(np.arange(30), 2)
    for _ in range(400):
        frame = pd.DataFrame(rng.normal(size=(60, 2)), columns=["x", "y"]).assign(g=group)
        found = aggregation(frame, "x", "y", "g").within
        covered += found.ci_low <= 0 <= found.ci_high
    assert 0.92 < covered / 400 < 0.98


N = float("nan")
# Krippendorff (2011), section C: four observers, twelve units, some values missing.
EXAMPLE = np.array(
    [
        [1, 2, 3, 3, 2, 1, 4, 1, 2, N, N, N],
        [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, N, 3],
        [N, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, N],
        [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, N],
    ]
)


@pytest.mark.parametrize(
    ("metric", "printed"), [("nominal", 0.743), ("ordinal", 0.815), ("interval", 0.849)]
)
def test_krippendorffs_example(metric, printed):
    found = krippendorff_alpha(EXAMPLE, metric)
    assert round(found.value, 3) == printed
    assert found.n == 11  # the twelfth unit has one value only
    assert found.ci_low < found.value < found.ci_high


def test_two_observers_binary_example():
    # Krippendorff (2011), section A: two observers, ten units, alpha 0.095.
    values = np.array([[0, 1, 0, 0, 0, 0, 0, 0, 1, 0], [1, 1, 1, 0, 0, 1, 0, 0, 0, 0.0]])
    assert round(krippendorff_alpha(values, "nominal").value, 3) == 0.095


def test_bootstrap_against_resampling_by_hand():
    rng = np.random.default_rng(1)
    truth = rng.integers(0, 3, 80)
    noise = rng.random((3, 80)) < 0.3
    values = np.where(noise, rng.integers(0, 3, (3, 80)), truth) / 2
    found = krippendorff_alpha(values, "ordinal", draws=2000)
    by_hand = [
        krippendorff_alpha(values[:, rng.integers(0, 80, 80)], "ordinal", draws=2).value
        for _ in range(2000)
    ]
    assert found.se == pytest.approx(np.std(by_hand), rel=0.08)
    assert found.ci_low == pytest.approx(np.percentile(by_hand, 2.5), abs=0.02)
    assert found.ci_high == pytest.approx(np.percentile(by_hand, 97.5), abs=0.02)


def test_alpha_of_perfect_and_undefined():
    values = np.array([[0, 1, 0.5], [0, 1, 0.5]])
    assert krippendorff_alpha(values).value == 1
    assert np.isnan(krippendorff_alpha(np.zeros((2, 3))).value)
    assert np.isnan(krippendorff_alpha(np.array([[0, N], [N, 1]])).value)
    assert np.isnan(krippendorff_alpha(np.full((2, 2), N)).value)


@pytest.mark.parametrize("metric", ["nominal", "ordinal", "interval"])
def test_order_of_units_and_of_raters_changes_nothing(metric):
    rng = np.random.default_rng(2)
    other = EXAMPLE[rng.permutation(4)][:, rng.permutation(12)]
    assert krippendorff_alpha(other, metric) == krippendorff_alpha(EXAMPLE, metric)


def test_same_seed_same_interval():
    assert krippendorff_alpha(EXAMPLE, seed=3) == krippendorff_alpha(EXAMPLE, seed=3)
    assert krippendorff_alpha(EXAMPLE, seed=3) != krippendorff_alpha(EXAMPLE, seed=4)


@pytest.mark.parametrize("raters", [2, 3])
def test_interval_alpha_of_many_values_is_its_definition(raters):
    rng = np.random.default_rng(2)
    values = rng.normal(size=60) + 0.5 * rng.normal(size=(raters, 60))
    values[0, 3] = np.nan
    units = [column[~np.isnan(column)] for column in values.T if (~np.isnan(column)).sum() > 1]

    def squares(v):
        return np.subtract.outer(v, v) ** 2

    given = np.concatenate(units)
    observed = sum(squares(v).sum() / (len(v) - 1) for v in units)
    expected = 1 - (len(given) - 1) * observed / squares(given).sum()
    found = krippendorff_alpha(values, "interval", draws=999)
    assert found.value == pytest.approx(expected, rel=1e-12)
    assert found.n == len(units)
    assert found.ci_low < found.value < found.ci_high
    # A rater who rates higher throughout does not agree, whatever the correlation.
    shifted = values + np.arange(raters)[:, None]
    assert krippendorff_alpha(shifted, "interval", draws=9).value < found.value - 0.2


def test_few_levels_give_one_interval_alpha_by_either_formula():
    # With two levels the distances of all metrics are alike.
    values = np.random.default_rng(4).integers(0, 2, size=(3, 50)).astype(float)
    nominal, interval = (krippendorff_alpha(values, m, seed=5) for m in ("nominal", "interval"))
    for field in ("value", "se", "ci_low", "ci_high"):
        assert getattr(interval, field) == pytest.approx(getattr(nominal, field), rel=1e-9)


def test_an_unknown_metric_is_an_error():
    with pytest.raises(ParameterError, match="metric 'ratio'"):
        krippendorff_alpha(EXAMPLE, "ratio")
