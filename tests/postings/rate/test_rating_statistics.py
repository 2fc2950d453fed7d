"""Agreement: Krippendorff's own example, and tables whose answers are known by hand."""

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import cohen_kappa_score

from llmexposure.estimation.agreement import krippendorff_alpha
from llmexposure.postings.rate.compare import agreement, nearest_level
from llmexposure.report.tables import load

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


def table(levels_by_model, published):
    rows = [
        (dwa, model, 1, "x", rating)
        for model, ratings in levels_by_model.items()
        for dwa, rating in zip(published["dwa_id"], ratings, strict=True)
    ]
    return pd.DataFrame(rows, columns=["dwa_id", "model", "repeat", "level", "rating"])


def found(result, rater, against, statistic):
    keys = result.set_index(["rater", "against", "statistic"])["value"]
    return keys.loc[(rater, against, statistic)]


def test_a_rater_that_repeats_the_published_levels_agrees_perfectly():
    published = load("activities").dropna()
    ours = nearest_level(published["gpt4_beta"], "beta")
    result = agreement(table({"copy": ours}, published), published, "beta")
    for statistic in ("kappa", "kappa_linear", "kappa_quadratic"):
        assert found(result, "copy", "gpt4_beta", statistic) == pytest.approx(1)
    assert 0.8 < found(result, "copy", "gpt4_beta", "pearson") < 1
    assert found(result, "copy", "human_beta", "kappa") < 0.9


def test_kappas_equal_those_of_scikit_learn():
    published = load("activities").dropna().head(400)
    ours = np.random.default_rng(0).choice([0, 0.5, 1], 400, p=[0.5, 0.3, 0.2])
    result = agreement(table({"m": ours}, published), published, "beta")
    for rater in ("human_beta", "gpt4_beta"):
        theirs = nearest_level(published[rater], "beta")
        for statistic, weights in (("kappa", None), ("kappa_quadratic", "quadratic")):
            expected = cohen_kappa_score(ours * 2, theirs * 2, weights=weights, labels=[0, 1, 2])
            assert found(result, "m", rater, statistic) == pytest.approx(expected)


def test_a_random_rater_does_not_agree():
    published = load("activities").dropna()
    ours = np.random.default_rng(0).choice([0, 0.5, 1], len(published))
    result = agreement(table({"m": ours}, published), published, "beta").set_index("statistic")
    assert result["value"].abs().max() < 0.06


def test_models_are_compared_with_each_other():
    published = load("activities").dropna().head(100)
    one = nearest_level(published["gpt4_beta"], "beta").to_numpy()
    result = agreement(table({"a": one, "b": one, "c": one}, published), published, "beta")
    assert found(result, "all models", "other models", "alpha_nominal") == 1
    opposite = agreement(table({"a": one, "b": 1 - one}, published), published, "beta")
    assert found(opposite, "all models", "other models", "alpha_interval") < 0


@pytest.mark.filterwarnings("error")
def test_too_little_to_compare_is_missing_not_an_error():
    published = load("activities").dropna().head(6)
    for ratings in ([0] * 6, [N] * 6, [0, 1, N, N, N, N], [1] * 6):
        result = agreement(table({"a": ratings, "b": ratings}, published), published, "beta")
        assert np.isnan(found(result, "a", "gpt4_beta", "pearson"))


def test_nearest_levels_of_each_score():
    ratings = pd.Series([0, 0.24, 0.25, 0.5, 0.74, 0.75, 1])
    assert nearest_level(ratings, "beta").tolist() == [0, 0, 0.5, 0.5, 0.5, 1, 1]
    assert nearest_level(ratings, "alpha").tolist() == [0, 0, 0, 1, 1, 1, 1]
